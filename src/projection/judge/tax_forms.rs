//! Tax forms: of a party there is, in a place there is, at most the whole, one at a time, and not by the party that is
//! taxed.

use ledger_spec::date::Date;
use ledger_spec::event::Event;
use ledger_spec::event::money::TaxForm;
use ledger_spec::money::Ratio;
use ledger_spec::reference::PartyId;

use super::super::past::Past;
use super::catalogue::{dates, place_known};
use super::once::refuse_beside;
use super::{Judging, Refused, ensure};

impl<P: Past> Judging<'_, P> {
    pub(super) fn tax_form(&mut self, form: &TaxForm) -> Result<(), Refused> {
        let TaxForm { party, rate, country, from, until, .. } = *form;
        self.known(party)?;
        ensure(self.is_operator() || self.candidate.party != party, "own-favour", || {
            format!("party {party} may not say how it is taxed; another party's key has to, or an operator")
        })?;
        ensure(form.form.name().is_some(), "unknown-form", || format!("{} is no tax form that is known", form.form))?;
        ensure(rate <= Ratio::ONE, "rate", || format!("at most the whole of a payout is withheld, not {rate} of it"))?;
        place_known(country)?;
        dates(Some(from), until)?;
        if let Some(replaced) = form.replaces.map(|replaced| self.resolve(replaced)) {
            let before = match self.here.get(&replaced) {
                Some(Event::TaxForm(before)) => Some(before.party),
                _ => self.state.catalogue.tax_forms.get(replaced).map(|before| before.said.party),
            };
            self.same(before == Some(party), "tax form of the same party")?;
            self.spend(replaced)?;
        }
        self.tax_form_once(form)
    }

    /// A party is taxed by one form on a day.
    pub(super) fn tax_form_once(&self, form: &TaxForm) -> Result<(), Refused> {
        let last = |form: &TaxForm| form.until.unwrap_or(Date::MAX);
        let mut others = self.forms_of(form.party);
        let other = others.find(|(_, other)| other.from <= last(form) && form.from <= last(other));
        refuse_beside(other.map(|(event, _)| event), "how this party is taxed on some of these days")
    }

    /// The form in force for a payment of a day, and its rate, as the submission so far leaves it.
    pub(super) fn form_on(&self, party: PartyId, day: Date) -> Option<(u64, Ratio)> {
        let in_force = self.forms_of(party).filter(|(_, form)| form.is_in_force(day));
        in_force.map(|(event, form)| (event, form.rate)).last()
    }

    /// The last of a party's forms that ended before a day, and its last day.
    pub(super) fn form_ended(&self, party: PartyId, day: Date) -> Option<(u64, Date)> {
        let ended =
            self.forms_of(party).filter_map(|(event, form)| Some((form.until.filter(|until| *until < day)?, event)));
        ended.max().map(|(until, event)| (event, until))
    }

    /// The forms of a party that count, as the submission so far leaves them.
    fn forms_of(&self, party: PartyId) -> impl Iterator<Item = (u64, &TaxForm)> {
        let known = self.state.catalogue.tax_forms_of(party);
        let known =
            known.filter(|(event, row)| self.counts(*event, &row.status)).map(|(event, row)| (event, &row.said));
        let here = self.here.iter().filter_map(move |(event, said)| match said {
            Event::TaxForm(form) if form.party == party && !self.spent.contains(event) => Some((*event, form)),
            _ => None,
        });
        known.chain(here)
    }
}
