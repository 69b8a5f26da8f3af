//! What is what: matches of recordings to works, assertions that an identifier stands for something.

use bincode::{Decode, Encode};
use ledger_spec::event::catalogue::{self as event, MatchSubject, Subject};
use ledger_spec::reference::PartyId;

use super::super::error::FoldError;
use super::super::sources::Sources;
use super::super::table::{Fact, Status};
use super::identifiers::Item;
use super::works::facts;
use super::{Catalogue, Moment, Touch};
use crate::royalty::MatchedWork;

/// What a match is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
pub(crate) enum Matched {
    /// A recording, by its event.
    Recording(u64),
    /// What a source calls by this number.
    Reported { source: u64, number: u32 },
}

/// A match.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Match {
    pub status: Status,
    pub subject: Matched,
    pub recording: Option<u64>,
    pub works: Vec<MatchedWork>,
}

impl Match {
    /// Whether it says which works are used. One that names a recording and no work only says which recording it is.
    pub(crate) fn says_works(&self) -> bool {
        self.recording.is_none() || !self.works.is_empty()
    }
}

/// An identifier stands for something.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Assertion {
    pub status: Status,
    pub identifier: u32,
    pub subject: Item,
    pub reporter: Option<PartyId>,
}

facts!(Match, Assertion);

impl Catalogue {
    pub(super) fn matched(
        &mut self,
        at: &Moment,
        found: &event::Match,
        sources: &mut Sources,
    ) -> Result<(), FoldError> {
        let replaces = found.replaces.map(|event| at.resolve(event));
        let subject = match found.subject {
            MatchSubject::Recording(recording) => Matched::Recording(at.resolve(recording)),
            MatchSubject::Reported { source, number } => Matched::Reported { source, number },
        };
        let recording = found.recording.map(|recording| at.resolve(recording));
        let works: Vec<MatchedWork> = found
            .works
            .iter()
            .map(|matched| MatchedWork { work: at.resolve(matched.work), weight: matched.weight })
            .collect();
        let named: Vec<u64> = works.iter().map(|matched| matched.work).collect();
        self.touch_match(replaces);
        let status = Status::new(at.by, replaces);
        let number = self.matches.state(at.index, Match { status, subject, recording, works })?;
        let too_many = || FoldError::TooMany { index: at.index };
        for work in named {
            let work = self.works.get_mut(work).ok_or_else(|| at.cites(work, "work"))?;
            self.lists.matches.push(&mut work.matches, number).ok_or_else(too_many)?;
        }
        if let Some(recording) = recording {
            let named = self.recordings.get_mut(recording).ok_or_else(|| at.cites(recording, "recording"))?;
            self.lists.matches.push(&mut named.named, number).ok_or_else(too_many)?;
        }
        let list = match subject {
            Matched::Recording(recording) => {
                let matched = self.recordings.get_mut(recording).ok_or_else(|| at.cites(recording, "recording"))?;
                &mut matched.matches
            }
            Matched::Reported { source, number } => &mut sources.reported_mut(at.index, source, number)?.matches,
        };
        self.lists.matches.push(list, number).ok_or_else(too_many)?;
        self.touch_match(Some(at.index));
        Ok(())
    }

    pub(super) fn assertion(&mut self, at: &Moment, asserted: &event::IdentifierAsserted<'_>) -> Result<(), FoldError> {
        let replaces = asserted.replaces.map(|event| at.resolve(event));
        let identifier = self.identifiers.intern(at.index, asserted.identifier)?;
        let subject = match asserted.subject {
            Subject::Party(party) => Item::Party(party),
            Subject::Work(work) => Item::Work(at.resolve(work)),
            Subject::Recording(recording) => Item::Recording(at.resolve(recording)),
            Subject::Release(release) => Item::Release(at.resolve(release)),
        };
        let status = Status::new(at.by, replaces);
        self.touch_assertion(replaces);
        let row = Assertion { status, identifier, subject, reporter: asserted.reporter };
        let number = self.assertions.state(at.index, row)?;
        self.identifiers.assert(at.index, identifier, number)?;
        let list = match subject {
            Item::Recording(recording) => {
                Some(&mut self.recordings.get_mut(recording).ok_or_else(|| at.cites(recording, "recording"))?.asserted)
            }
            Item::Release(release) => {
                Some(&mut self.releases.get_mut(release).ok_or_else(|| at.cites(release, "release"))?.asserted)
            }
            Item::Work(_) | Item::Party(_) | Item::Contract(_) | Item::Licence(_) => None,
        };
        if let Some(list) = list {
            self.lists.assertions.push(list, number).ok_or(FoldError::TooMany { index: at.index })?;
        }
        self.touch(Touch::Identifier(identifier));
        Ok(())
    }

    pub(super) fn touch_match(&mut self, matched: Option<u64>) {
        match matched.and_then(|matched| self.matches.get(matched)).map(|matched| matched.subject) {
            Some(Matched::Recording(recording)) => self.touch(Touch::Recording(recording)),
            Some(Matched::Reported { source, number }) => self.touch(Touch::Reported { source, number }),
            None => {}
        }
    }

    pub(super) fn touch_assertion(&mut self, assertion: Option<u64>) {
        if let Some(row) = assertion.and_then(|assertion| self.assertions.get(assertion)) {
            let identifier = row.identifier;
            self.touch(Touch::Identifier(identifier));
        }
    }
}
