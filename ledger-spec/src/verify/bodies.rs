//! Bodies against the records that commit to them (SPEC.md section 18).
//!
//! A body is checked by itself, in any order and on any core. Zeros in place of salt and body are a tombstone if the
//! ledger ordered that event's erasure; otherwise the body is withheld or lost, and nothing can be decided about it.

use crate::authority::Authority;
use crate::commitment::{self, commit, commit_each};
use crate::event::{Class, Event, EventError};
use crate::hash::Hash;
use crate::key::PublicKey;
use crate::record::{Opening, Record, Seal, split_entry, split_opening};
use crate::reference::EventRef;
use crate::verify::docket::Docket;
use crate::verify::report::{Finding, Rule};

/// What was found of the bodies of some records.
#[derive(Debug, Default)]
pub struct BodiesDigest {
    checked: u64,
    erased: Vec<(u64, Class)>,
    finding: Option<Box<Finding>>,
}

/// Reads a body and holds it against its record: the commitment, the class of its kind, the canonical encoding. `None` if
/// it is erased.
pub(super) fn read_body<'a>(record: &Record<'_>, opening: &Opening<'a>) -> Result<Option<Event<'a>>, Box<Finding>> {
    match is_erased(opening) {
        true => Ok(None),
        false => check_committed(record, opening.body, commit(&opening.salt, opening.body)).map(Some),
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
    // Before the kind is looked up: one of another class may stand here in no version.
    if let Some(class) = body.first().filter(|class| **class != record.class.number()) {
        let meaning = format!("The body is of a kind of class {class}, which is another class than the record says.");
        let finding = Finding::malformed(Rule::CanonicalBodies, meaning);
        return Err(about(finding.expected(record.class.number(), class)));
    }
    match Event::decode(body) {
        Ok(event) => Ok(event),
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
        // Records of the submission before the next one.
        let mut offset = 0;
        let mut citations = Citations::default();
        let mut batch = Vec::with_capacity(BATCH);
        loop {
            batch.clear();
            let read = fill(&mut batch, &mut entries, &mut bodies);
            digest.finding = digest.check(&batch, &mut citations, &mut offset).and(read).err();
            if batch.len() < BATCH || digest.finding.is_some() {
                return digest;
            }
        }
    }

    fn check(
        &mut self,
        batch: &[WithBody<'_>],
        citations: &mut Citations,
        offset: &mut u64,
    ) -> Result<(), Box<Finding>> {
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
                    citations.take(record, *offset, &event)?;
                    self.checked += 1;
                }
            }
            *offset += 1;
            if let Some(seal) = &record.seal {
                citations.close(record.author, seal)?;
                *offset = 0;
            }
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
pub(super) struct Citations {
    /// The highest index cited, and the record that cites it.
    highest: Option<(u64, u64)>,
}

impl Citations {
    /// Takes in what an event cites that stands at `offset` of its submission.
    pub fn take(&mut self, record: &Record<'_>, offset: u64, event: &Event<'_>) -> Result<(), Box<Finding>> {
        let mut forward = None;
        event.cites(|cited| match cited {
            EventRef::At(index) => self.highest = self.highest.max(Some((index, record.index))),
            EventRef::Here(cited) if u64::from(cited) >= offset => forward = Some(cited),
            EventRef::Here(_) => {}
        });
        forward.map_or(Ok(()), |cited| {
            let meaning = format!("It cites event {cited} of its own submission, which does not come before it.");
            Err(Finding::malformed(Rule::CanonicalBodies, meaning).at(record.index).by(record.author))
        })
    }

    /// Ends the submission with its seal, which says what its author had seen.
    pub fn close(&mut self, author: PublicKey, seal: &Seal) -> Result<(), Box<Finding>> {
        match std::mem::take(self).highest {
            Some((cited, index)) if cited >= seal.basis_size => {
                let meaning = format!("It cites event {cited}, which its author had not seen.");
                let finding = Finding::malformed(Rule::CanonicalBodies, meaning).at(index).by(author);
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
    /// Takes in one body that is not erased.
    pub fn note(&mut self) {
        self.checked += 1;
    }

    /// Takes in that a body is erased.
    pub fn note_erased(&mut self, record: &Record<'_>) {
        self.erased.push((record.index, record.class));
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
            docket.note(match self.erased.len() {
                1 => "1 body is erased; its record and proofs remain.".to_owned(),
                erased => format!("{erased} bodies are erased; their records and proofs remain."),
            });
        }
    }
}

fn missing(record: &Record<'_>) -> Box<Finding> {
    Finding::undecided(Rule::Commitments, "The body is missing: it is withheld or lost.")
        .at(record.index)
        .by(record.author)
}
