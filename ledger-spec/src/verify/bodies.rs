//! Bodies against the records that commit to them (SPEC.md section 18).
//!
//! A body is checked by itself, in any order and on any core. Zeros in place of salt and body are a tombstone if the
//! ledger ordered that event's erasure; otherwise the body is withheld or lost, and nothing can be decided about it.

use crate::authority::Authority;
use crate::commitment::{self, commit};
use crate::event::{Class, Event, EventError};
use crate::hash::Hash;
use crate::record::{Opening, Record, split_entry, split_opening};
use crate::reference::EventRef;
use crate::verify::docket::Docket;
use crate::verify::report::{Finding, Rule};

/// What a body at hand turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyState {
    /// It is what its author committed to.
    Good,
    /// Zeros stand in its place.
    Erased,
}

/// What was found of the bodies of some records.
#[derive(Debug, Default)]
pub struct BodiesDigest {
    checked: u64,
    erased: Vec<(u64, Class)>,
    finding: Option<Box<Finding>>,
}

/// Holds a body against its record: the commitment, the canonical encoding, the class of its kind.
pub fn check_body(record: &Record<'_>, opening: &Opening<'_>) -> Result<BodyState, Box<Finding>> {
    if opening.salt == commitment::ERASED && opening.body.iter().all(|byte| *byte == 0) {
        return Ok(BodyState::Erased);
    }
    check_committed(record, opening, commit(&opening.salt, opening.body))
}

fn check_committed(record: &Record<'_>, opening: &Opening<'_>, found: Hash) -> Result<BodyState, Box<Finding>> {
    let about = |finding: Box<Finding>| finding.at(record.index).by(record.author);
    if found != record.commitment {
        let meaning = "The body is not the one that its author committed to.";
        return Err(about(Finding::tampered(Rule::Commitments, meaning).expected(record.commitment, found)));
    }
    match Event::decode(opening.body) {
        Ok(event) if event.class() == record.class => Ok(BodyState::Good),
        Ok(event) => {
            let meaning = format!("The body is {}, which is of another class than the record says.", event.name());
            Err(about(Finding::malformed(Rule::CanonicalBodies, meaning).expected(record.class, event.class())))
        }
        Err(error @ EventError::UnknownKind(_)) => {
            Err(about(Finding::undecided(Rule::CanonicalBodies, format!("The body cannot be judged: {error}."))))
        }
        Err(error) => {
            let meaning = format!("The author committed to a body that is no event: {error}.");
            Err(about(Finding::malformed(Rule::CanonicalBodies, meaning)))
        }
    }
}

impl BodiesDigest {
    /// Checks the bodies of records that are not inline: `u16 length | record` of each record in `entries`, which are
    /// whole submissions, and `salt [16] | u16 length | body` of each of those that are not inline in `bodies`. Records
    /// themselves are judged elsewhere; one that cannot be read ends the check.
    pub fn of(entries: &[u8], bodies: &[u8]) -> BodiesDigest {
        let mut digest = BodiesDigest::default();
        let (mut entries, mut bodies) = (entries, bodies);
        let mut citations = Citations::default();
        while let Some(Ok(record)) = split_entry(&mut entries).map(Record::parse) {
            let checked = digest.check(&record, &mut bodies, &mut citations);
            if let Err(finding) = checked.and_then(|()| citations.close(&record)) {
                digest.finding = Some(finding);
                break;
            }
        }
        digest
    }

    fn check(
        &mut self,
        record: &Record<'_>,
        bodies: &mut &[u8],
        citations: &mut Citations,
    ) -> Result<(), Box<Finding>> {
        if record.inline.is_some() {
            return Ok(());
        }
        let opening = split_opening(bodies).ok_or_else(|| missing(record))?;
        match check_body(record, &opening)? {
            BodyState::Good => {
                self.checked += 1;
                citations.take(record, opening.body)
            }
            BodyState::Erased => {
                self.erased.push((record.index, record.class));
                Ok(())
            }
        }
    }
}

/// What the bodies of a submission cite (SPEC.md section 6).
#[derive(Debug, Default)]
struct Citations {
    /// Records of the submission before this one.
    offset: u64,
    /// The highest index cited, and the record that cites it.
    highest: Option<(u64, u64)>,
}

impl Citations {
    fn take(&mut self, record: &Record<'_>, body: &[u8]) -> Result<(), Box<Finding>> {
        let Ok(event) = Event::decode_trusted(body) else { return Ok(()) };
        let mut forward = None;
        event.cites(|cited| match cited {
            EventRef::At(index) => self.highest = self.highest.max(Some((index, record.index))),
            EventRef::Here(offset) if u64::from(offset) >= self.offset => forward = Some(offset),
            EventRef::Here(_) => {}
        });
        forward.map_or(Ok(()), |offset| {
            let meaning = format!("It cites event {offset} of its own submission, which does not come before it.");
            Err(Finding::malformed(Rule::CanonicalBodies, meaning).at(record.index).by(record.author))
        })
    }

    /// Ends the submission with its sealed record, which says what its author had seen.
    fn close(&mut self, record: &Record<'_>) -> Result<(), Box<Finding>> {
        self.offset += 1;
        let Some(seal) = record.seal else { return Ok(()) };
        match std::mem::take(self).highest {
            Some((cited, index)) if cited >= seal.basis_size => {
                let meaning = format!("It cites event {cited}, which its author had not seen.");
                let finding = Finding::malformed(Rule::CanonicalBodies, meaning).at(index).by(record.author);
                Err(finding.expected(format!("below {}", seal.basis_size), cited))
            }
            _ => Ok(()),
        }
    }
}

/// What was found of all bodies.
#[derive(Debug, Default)]
pub(super) struct Bodies {
    pub checked: u64,
    erased: Vec<(u64, Class)>,
}

impl Bodies {
    /// Takes in one body.
    pub fn note(&mut self, record: &Record<'_>, state: BodyState) {
        match state {
            BodyState::Good => self.checked += 1,
            BodyState::Erased => self.erased.push((record.index, record.class)),
        }
    }

    pub fn add(&mut self, digest: BodiesDigest) -> Option<Box<Finding>> {
        self.checked += digest.checked;
        self.erased.extend(digest.erased);
        digest.finding
    }

    /// The first body that is gone although the ledger never ordered it.
    pub fn unexplained(&self, authority: Option<&Authority>) -> Option<Box<Finding>> {
        let mut ordered = authority.map_or(Vec::new(), |authority| authority.redacted().to_vec());
        ordered.sort_unstable();
        let in_order =
            |(index, class): &&(u64, Class)| *class == Class::Particulars && ordered.binary_search(index).is_ok();
        let gone = self.erased.iter().filter(|erased| !in_order(erased));
        let (index, class) = gone.min()?;
        let finding = match class {
            Class::Particulars => {
                let meaning = "The body was erased, but no event orders it: it is withheld or lost.";
                Finding::undecided(Rule::Commitments, meaning)
            }
            class => {
                let meaning = format!("The body was erased, and one of class {class} never may be.");
                Finding::malformed(Rule::Commitments, meaning)
            }
        };
        Some(finding.at(*index))
    }

    pub fn conclude(&self, docket: &mut Docket, failed: Option<Rule>) {
        for check in [Rule::Commitments, Rule::CanonicalBodies].into_iter().filter(|check| Some(*check) != failed) {
            docket.passed(check, self.checked);
        }
        if !self.erased.is_empty() {
            docket.note(format!("{} bodies are erased; their records and proofs remain.", self.erased.len()));
        }
    }
}

fn missing(record: &Record<'_>) -> Box<Finding> {
    Finding::undecided(Rule::Commitments, "The body is missing: it is withheld or lost.")
        .at(record.index)
        .by(record.author)
}
