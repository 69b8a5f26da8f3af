//! From tables to events: what is being written, one submission at a time.

use ledger_spec::event::Event;
use ledger_spec::event::catalogue as event;
use ledger_spec::event::particulars::{Named, NamesOf, NamesReported, Remark};
use ledger_spec::ident::{Identifier, Scheme, Validity};
use ledger_spec::limits;
use ledger_spec::reference::{EventRef, PartyId, Territory};

use super::code;
use super::names::{Coded, Scope};
use super::problem::Problem;
use super::tables::{Other, Table};
use super::values::{Cite, Many, Place};

mod catalogue;
mod contract;
mod governance;
mod money;
mod rights;

/// No table makes more events than a recording: itself, its names and its match.
pub(super) const EVENTS_PER_TABLE: usize = 3;

/// The submission being written, and what its tables may refer to.
pub(super) struct Writer<'n> {
    pub(super) scope: Scope<'n>,
    /// Makes the random id of a new party.
    pub(super) fresh: &'n mut dyn FnMut() -> PartyId,
    /// Bodies so far, kind first.
    pub(super) bodies: Vec<Vec<u8>>,
    /// What is doubtful but taken.
    pub(super) warnings: Vec<Problem>,
}

impl Writer<'_> {
    /// Appends the events of a table; on a problem, none of them.
    pub(super) fn table(&mut self, table: &Table) -> Result<(), Problem> {
        let before = self.bodies.len();
        let written = match table {
            Table::Party(party) => self.party(party),
            Table::PartyDetails(details) => self.party_details(details),
            Table::Work(work) => self.work(work),
            Table::Recording(recording) => self.recording(recording),
            Table::Release(release) => self.release(release),
            Table::Match(matched) => self.matched(matched),
            Table::IdentifierAsserted(asserted) => self.identifier(asserted),
            Table::Names(names) => self.names(names),
            Table::Contract(contract) => self.contract(contract),
            Table::Letter(letter) => self.letter(letter),
            Table::Claim(claim) => self.claim(claim),
            Table::Share(share) => self.share(share),
            Table::Split(split) => self.split(split),
            Table::Licence(licence) => self.licence(licence),
            Table::Rates(rates) => self.rates(rates),
            Table::Mechanicals(mechanicals) => self.mechanicals(mechanicals),
            Table::Rules(rules) => self.rules(rules),
            Table::Remark(remark) => self.push_remark(remark.about.map(EventRef::At), &remark.text, "text").map(drop),
            Table::OpeningBalance(opening) => self.opening_balance(opening),
            Table::Payment(payment) => self.payment(payment),
            Table::Advance(advance) => self.advance(advance),
            Table::Cost(cost) => self.cost(cost),
            Table::Conversion(conversion) => self.conversion(conversion),
            Table::TaxForm(form) => self.tax_form(form),
            Table::Hold(hold) => self.hold(hold),
            Table::Pool(pool) => self.pool(pool),
            Table::Adjustment(adjustment) => self.adjustment(adjustment),
            Table::Reversal(reversal) => self.reversal(reversal),
        };
        if written.is_err() {
            self.bodies.truncate(before);
        }
        written
    }

    /// How the next event of this submission is cited.
    fn next(&self) -> EventRef {
        // A submission holds at most 4096 events.
        EventRef::Here(self.bodies.len() as u16)
    }

    fn push(&mut self, event: &Event<'_>) -> Result<EventRef, Problem> {
        let here = self.next();
        let mut body = Vec::new();
        event.write_body(&mut body).map_err(|error| {
            Problem::new(error.to_string()).hint("say it in several tables, or shorten its lists and texts")
        })?;
        self.bodies.push(body);
        Ok(here)
    }

    fn push_remark(&mut self, about: Option<EventRef>, text: &str, field: &str) -> Result<EventRef, Problem> {
        check_text(text).map_err(|problem| problem.inside(field))?;
        self.push(&Event::Remark(Remark { about, text }))
    }

    fn push_names(&mut self, of: EventRef, names: Vec<Named<'_>>) -> Result<(), Problem> {
        names.iter().try_for_each(|named| check_text(named.text).map_err(|problem| problem.inside(field_of(named))))?;
        if names.is_empty() {
            return Ok(());
        }
        self.push(&Event::NamesReported(NamesReported { of: NamesOf::Event(of), names })).map(drop)
    }

    fn party_of(&self, field: &str, code: &str) -> Result<PartyId, Problem> {
        self.scope.party(code).map_err(|problem| problem.inside(field))
    }

    fn cite(&self, field: &str, what: Coded, cite: &Cite) -> Result<EventRef, Problem> {
        self.scope.event(what, cite).map_err(|problem| problem.inside(field))
    }

    fn cite_maybe(&self, field: &str, what: Coded, cite: &Option<Cite>) -> Result<Option<EventRef>, Problem> {
        cite.as_ref().map(|cite| self.cite(field, what, cite)).transpose()
    }

    fn cite_all<'c>(
        &self,
        field: &str,
        what: Coded,
        cites: impl IntoIterator<Item = &'c Cite>,
    ) -> Result<Vec<EventRef>, Problem> {
        let cite = |(at, cite)| self.cite(&format!("{field}.{at}"), what, cite);
        (1..).zip(cites).map(cite).collect()
    }

    /// Declares the event that comes next, if it has a code.
    fn declare(&mut self, what: Coded, code: Option<&str>) -> Result<(), Problem> {
        let next = self.next();
        code.map_or(Ok(()), |code| self.scope.declare(what, code, next))
    }

    /// The identifiers of a table, each group under the field it came from. A wrong one is kept as given and said.
    fn identifiers<'t>(
        &mut self,
        code: Option<&'t str>,
        fields: &[(&str, Scheme, &'t Many)],
        others: &'t [Other],
    ) -> Result<Vec<Identifier<'t>>, Problem> {
        let house = code.map(|value| ("code", Identifier { scheme: Scheme::HOUSE, value }));
        let own = fields.iter().flat_map(|(field, scheme, values)| {
            values.0.iter().map(|value| (*field, Identifier { scheme: *scheme, value }))
        });
        let others =
            others.iter().map(|other| ("identifiers", Identifier { scheme: other.scheme, value: &other.value }));
        let mut identifiers = Vec::new();
        for (field, identifier) in house.into_iter().chain(own).chain(others) {
            self.weigh(field, identifier)?;
            identifiers.push(identifier);
        }
        Ok(identifiers)
    }

    fn weigh(&mut self, field: &str, identifier: Identifier<'_>) -> Result<(), Problem> {
        let Identifier { scheme, value } = identifier;
        if value.is_empty() || value.len() > limits::IDENTIFIER {
            let reason = format!("an identifier has 1 to {} bytes", limits::IDENTIFIER);
            return Err(Problem::new(reason).value(value).inside(field));
        }
        if scheme == Scheme::HOUSE {
            code::check(value).map_err(|problem| problem.inside(field))?;
        }
        let doubt = match identifier.check() {
            Validity::Valid | Validity::Unchecked => return Ok(()),
            Validity::BadCheckDigit => "has a wrong check digit",
            Validity::Placeholder => "is nothing but zeros",
            Validity::BadShape => "has not the shape of one",
        };
        let reason = format!("this {scheme} {doubt}; it is kept as given");
        self.warnings.push(Problem::new(reason).value(value).inside(field));
        Ok(())
    }
}

fn scope(
    include: &Many<Place>,
    exclude: &Many<Place>,
    from: Option<ledger_spec::date::Date>,
    to: Option<ledger_spec::date::Date>,
) -> Result<event::Scope, Problem> {
    check_days(from, to)?;
    let places = |places: &Many<Place>| -> Vec<Territory> { places.0.iter().map(|place| place.0).collect() };
    Ok(event::Scope { include: places(include), exclude: places(exclude), from, to })
}

fn check_days(from: Option<ledger_spec::date::Date>, to: Option<ledger_spec::date::Date>) -> Result<(), Problem> {
    match (from, to) {
        (Some(from), Some(to)) if to < from => {
            Err(Problem::new(format!("the last day lies before the first, {from}")).value(to.to_string()).inside("to"))
        }
        _ => Ok(()),
    }
}

/// Texts are particulars: not empty, and within the format's limit.
fn check_text(text: &str) -> Result<(), Problem> {
    match text.trim().is_empty() || text.len() > limits::TEXT {
        true => Err(Problem::new(format!("a text has 1 to {} bytes", limits::TEXT))),
        false => Ok(()),
    }
}

/// The field that a name of this role is written in.
fn field_of(named: &Named<'_>) -> &'static str {
    named.role.name().unwrap_or("names")
}
