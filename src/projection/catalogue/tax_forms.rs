//! Tax forms: by which one, and at what rate, tax is withheld from what a party is paid on a day.

use bincode::{Decode, Encode};
use ledger_spec::date::Date;
use ledger_spec::event::money as event;
use ledger_spec::money::Ratio;
use ledger_spec::reference::PartyId;

use super::super::error::FoldError;
use super::super::table::{Fact, Status};
use super::works::facts;
use super::{Catalogue, Moment};

/// A tax form.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) struct TaxForm {
    pub status: Status,
    /// What was said.
    pub said: event::TaxForm,
}

facts!(TaxForm);

/// What a party's tax forms say of a day of payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaxStatus {
    /// One is in force.
    Form {
        /// Its event.
        form: u64,
        /// How much of a payout is withheld.
        rate: Ratio,
    },
    /// None is any more.
    Expired {
        /// The last one.
        form: u64,
        /// Its last day.
        until: Date,
    },
    /// None was, as far as anybody said.
    NoForm,
}

impl Catalogue {
    pub(super) fn tax_form(&mut self, at: &Moment, form: &event::TaxForm) -> Result<(), FoldError> {
        let status = Status::new(at.by, form.replaces.map(|event| at.resolve(event)));
        let number = self.tax_forms.state(at.index, TaxForm { status, said: *form })?;
        let party = self.parties.entry(form.party).or_default();
        self.lists.tax_forms.push(&mut party.tax_forms, number).ok_or(FoldError::TooMany { index: at.index })
    }

    /// The forms of a party, in the order they were recorded; those that count no longer among them.
    pub(crate) fn tax_forms_of(&self, party: PartyId) -> impl Iterator<Item = (u64, &TaxForm)> {
        let list = self.parties.get(&party).map(|party| party.tax_forms).unwrap_or_default();
        self.lists.tax_forms.iter(list).filter_map(|number| self.tax_forms.row(number))
    }

    /// What a party's forms say of a day of payment.
    pub fn tax_status(&self, party: PartyId, day: Date) -> TaxStatus {
        let live = || self.tax_forms_of(party).filter(|(_, form)| form.status.is_live());
        if let Some((form, row)) = live().filter(|(_, form)| form.said.is_in_force(day)).last() {
            return TaxStatus::Form { form, rate: row.said.rate };
        }
        let before = live().filter_map(|(form, row)| Some((row.said.until.filter(|until| *until < day)?, form)));
        before.max().map_or(TaxStatus::NoForm, |(until, form)| TaxStatus::Expired { form, until })
    }
}
