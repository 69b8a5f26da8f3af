//! What is said once at a time: of two that count, the later would win unseen. So the second names the first and takes
//! its place, or is refused.

use ledger_spec::account::Account;
use ledger_spec::code::DayOf;
use ledger_spec::date::Date;
use ledger_spec::event::Event;
use ledger_spec::event::catalogue::IdentifierAsserted;
use ledger_spec::hash::Hash;
use ledger_spec::ident::{Identifier, Scheme, Validity};
use ledger_spec::reference::PartyId;

use super::super::catalogue::{Item, Matched};
use super::super::past::Past;
use super::super::table::Era;
use super::cited::Coded;
use super::{Judging, Refused};

/// What one event of a submission says, and no other may say beside it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Said {
    /// Which recording or release reports find by a standard's identifier.
    Found(Scheme, String),
    /// What an identifier stands for, to everyone or in the reports of one party.
    Identifier(Scheme, String, Option<PartyId>),
    /// What something is a recording of.
    Match(Matched),
    /// What an account held on a day, by some evidence.
    Opening(Account, Date, Hash),
    /// A payment, or an adjustment with its sentence, by its body.
    Money(Vec<u8>, String),
}

/// The uses that a split holds for.
pub(super) struct Days {
    pub from: Option<Date>,
    pub to: Option<Date>,
    pub day: DayOf,
    pub era: Era,
}

impl Days {
    /// Whether both hold for some use. A day of use may go with any day of receipt.
    fn meets(&self, other: &Days) -> bool {
        let before = |from: Option<Date>, to: Option<Date>| from.unwrap_or(Date::MIN) <= to.unwrap_or(Date::MAX);
        let days = self.day != other.day || (before(self.from, other.to) && before(other.from, self.to));
        days && self.era.meets(&other.era)
    }
}

/// Refuses, if another that counts says this already.
pub(super) fn refuse_beside(first: Option<u64>, what: &str) -> Result<(), Refused> {
    let Some(first) = first else { return Ok(()) };
    let text = format!("event {first} says already {what}; to take its place, say replaces = {first}");
    Err(Refused { code: "said-already", text })
}

impl<P: Past> Judging<'_, P> {
    /// What reports find a recording or a release by is of one of them: of two that have it, neither could be told from
    /// it, and the money of both would wait.
    pub(super) fn found_once(&mut self, index: u64, coded: Coded, given: &[Identifier<'_>]) -> Result<(), Refused> {
        let (what, schemes) = match coded {
            Coded::Release => ("release", [(Scheme::UPC, "upc-taken"), (Scheme::GRID, "grid-taken")].as_slice()),
            _ => ("recording", [(Scheme::ISRC, "isrc-taken")].as_slice()),
        };
        for identifier in given.iter().filter(|given| given.check() == Validity::Valid) {
            let Identifier { scheme, value } = *identifier;
            let Some((_, code)) = schemes.iter().find(|(standard, _)| *standard == scheme) else { continue };
            let known = self.state.catalogue.bearers(*identifier).into_iter().find_map(|item| match item {
                Item::Recording(first) | Item::Release(first) if Coded::of(item) == coded => Some(first),
                _ => None,
            });
            let here = self.said.insert(Said::Found(scheme, identifier.canonical().into_owned()), index);
            let other = known.or(here).filter(|first| *first != index);
            if let Some(first) = other {
                return Err(Refused {
                    code,
                    text: format!(
                        "{what} {first} has the {scheme} {value} already: use that {what}, and assert what other \
                         identifiers it has; if the {scheme} is wrong there, assert which {what} it stands for"
                    ),
                });
            }
        }
        Ok(())
    }

    /// A recording has one split for a use.
    pub(super) fn split_once(&self, recording: u64, days: &Days) -> Result<(), Refused> {
        let catalogue = &self.state.catalogue;
        let splits = catalogue.recordings.get(recording).map(|recording| recording.splits).unwrap_or_default();
        let known = catalogue.splits_in(splits).map(|(event, known)| (event, known.from, known.to, known.day));
        let here = self.here.iter().filter_map(|(event, said)| match said {
            Event::Split(said) if self.resolve(said.recording) == recording => {
                Some((*event, said.from, said.to, said.day))
            }
            _ => None,
        });
        let meets = |&(event, from, to, day): &(u64, _, _, _)| {
            self.era(event).is_some_and(|era| days.meets(&Days { from, to, day, era }))
        };
        let other = known.chain(here).find(meets).map(|(event, ..)| event);
        refuse_beside(other, &format!("who shares recording {recording} on some of these days"))
    }

    /// One match says what something is.
    pub(super) fn matched_once(&mut self, index: u64, subject: Matched) -> Result<(), Refused> {
        let state = self.state;
        let matches = match subject {
            Matched::Recording(recording) => state.catalogue.recordings.get(recording).map(|row| row.matches),
            Matched::Reported { source, number } => state.sources.reported(source, number).map(|(_, row)| row.matches),
        };
        let known = state.catalogue.matches_in(matches.unwrap_or_default());
        let known = known.filter(|(event, row)| self.counts(*event, &row.status));
        let known: Vec<u64> = known.map(|(event, _)| event).collect();
        self.one(index, Said::Match(subject), &known, "what this is")
    }

    /// An identifier stands for one thing, to everyone or in the reports of one party.
    pub(super) fn asserted_once(&mut self, index: u64, asserted: &IdentifierAsserted<'_>) -> Result<(), Refused> {
        let IdentifierAsserted { identifier, reporter, .. } = *asserted;
        let catalogue = &self.state.catalogue;
        let number = catalogue.identifiers.number(identifier);
        let known = number.into_iter().flat_map(|number| catalogue.identifiers.asserted(number));
        let known = known.filter_map(|assertion| catalogue.assertions.row(assertion));
        let known = known.filter(|(event, row)| self.counts(*event, &row.status));
        let known: Vec<u64> = known.filter(|(_, row)| row.reporter == reporter).map(|(event, _)| event).collect();
        let said = Said::Identifier(identifier.scheme, identifier.canonical().into_owned(), reporter);
        self.one(index, said, &known, &format!("what {} stands for", identifier.value))
    }

    /// Nothing that counts, known or of this submission, says the same.
    fn one(&mut self, index: u64, said: Said, known: &[u64], what: &str) -> Result<(), Refused> {
        let here = self.said.insert(said, index);
        let first = known.iter().copied().chain(here).find(|event| !self.spent.contains(event));
        refuse_beside(first, what)
    }
}
