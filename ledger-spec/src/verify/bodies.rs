//! Bodies against the records that commit to them (SPEC.md section 18).
//!
//! A body is checked by itself, in any order and on any core. Zeros in place of salt and body are a tombstone if the
//! ledger ordered that event's erasure; otherwise the body is withheld or lost, and nothing can be decided about it.

use crate::authority::Authority;
use crate::commitment::{self, commit, commit_each};
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
    match is_erased(opening) {
        true => Ok(BodyState::Erased),
        false => check_committed(record, opening.body, commit(&opening.salt, opening.body)).map(|_| BodyState::Good),
    }
}

fn is_erased(opening: &Opening<'_>) -> bool {
    opening.salt == commitment::ERASED && opening.body.iter().all(|byte| *byte == 0)
}

/// Reads a body whose commitment was found to be this.
fn check_committed<'a>(record: &Record<'_>, body: &'a [u8], found: Hash) -> Result<Event<'a>, Box<Finding>> {
    let about = |finding: Box<Finding>| finding.at(record.index).by(record.author);
    if found != record.commitment {
        let meaning = "The body is not the one that its author committed to.";
        return Err(about(Finding::tampered(Rule::Commitments, meaning).expected(record.commitment, found)));
    }
    match Event::decode(body) {
        Ok(event) if event.class() == record.class => Ok(event),
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
        let mut batch = Vec::with_capacity(BATCH);
        loop {
            batch.clear();
            let read = fill(&mut batch, &mut entries, &mut bodies);
            digest.finding = digest.check(&batch, &mut citations).and(read).err();
            if batch.len() < BATCH || digest.finding.is_some() {
                return digest;
            }
        }
    }

    fn check(&mut self, batch: &[WithBody<'_>], citations: &mut Citations) -> Result<(), Box<Finding>> {
        let mut commitments = Vec::with_capacity(batch.len());
        let openings = batch.iter().filter_map(|(_, opening)| opening.as_ref());
        commit_each(openings.map(|opening| (&opening.salt, opening.body)), |found| commitments.push(found));
        let mut commitments = commitments.into_iter();
        for (record, opening) in batch {
            let found = opening.and_then(|opening| Some((opening, commitments.next()?)));
            match found {
                None => {}
                Some((opening, _)) if is_erased(&opening) => self.erased.push((record.index, record.class)),
                Some((opening, found)) => {
                    let event = check_committed(record, opening.body, found)?;
                    citations.take(record, &event)?;
                    self.checked += 1;
                }
            }
            citations.close(record)?;
        }
        Ok(())
    }
}

/// A record, and its body if that is not inline.
type WithBody<'a> = (Record<'a>, Option<Opening<'a>>);

/// Bodies whose commitments are computed side by side.
const BATCH: usize = 512;

/// Takes the next records with their bodies; an error if a body is missing.
fn fill<'a>(batch: &mut Vec<WithBody<'a>>, entries: &mut &'a [u8], bodies: &mut &'a [u8]) -> Result<(), Box<Finding>> {
    while batch.len() < BATCH
        && let Some(Ok(record)) = split_entry(entries).map(Record::parse)
    {
        let opening = match record.inline {
            Some(_) => None,
            None => Some(split_opening(bodies).ok_or_else(|| missing(&record))?),
        };
        batch.push((record, opening));
    }
    Ok(())
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
    fn take(&mut self, record: &Record<'_>, event: &Event<'_>) -> Result<(), Box<Finding>> {
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

    /// The first body that is gone although the ledger never ordered it. That it could be ordered is checked there.
    pub fn unexplained(&self, authority: Option<&Authority>) -> Option<Box<Finding>> {
        let mut ordered = authority.map_or(Vec::new(), |authority| authority.redacted().to_vec());
        ordered.sort_unstable();
        let gone = self.erased.iter().filter(|(index, _)| ordered.binary_search(index).is_err());
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
