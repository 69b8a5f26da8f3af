//! Everything about a submission that can be checked without the ledger's state, off the writer's thread.

use ledger_spec::Hash;
use ledger_spec::authority::{Classes, Facts};
use ledger_spec::event::governance::LogKeyChanged;
use ledger_spec::event::{Class, Event};
use ledger_spec::record::{PLAIN, SEAL};
use ledger_spec::reference::EventRef;
use ledger_spec::submission::{Statement, Submission};

use super::Refusal;

/// A submission whose signature, ledger, bodies and citations were checked; what is left depends on the log and is
/// the writer's to check. Making one costs a signature check and the decoding of each body, which borrows and
/// allocates only where a body holds a list; a usage line that this program wrote is not read back.
#[derive(Debug, Clone)]
pub struct Prepared {
    submission: Submission,
    classes: Classes,
    log_key_change: Option<LogKeyChanged>,
    /// Offset and body of each governance event.
    governance: Vec<(u32, Vec<u8>)>,
    /// Bytes its records and bodies take in the log.
    stored_len: usize,
}

impl Prepared {
    /// Checks a submission for the ledger of that id: the signature first, strictly, then the ledger, then each event
    /// in order.
    pub fn new(ledger: &Hash, submission: Submission) -> Result<Prepared, Refusal> {
        let statement = submission.statement();
        if !statement.is_signed_by_author(submission.signature()) {
            return Err(Refusal::Signature(statement.author));
        }
        if statement.ledger != *ledger {
            return Err(Refusal::OtherLedger { found: statement.ledger, expected: *ledger });
        }
        let basis = statement.basis.size;
        let mut governance = Vec::new();
        let mut log_key_change = None;
        let (mut classes, mut stored_len) = (Classes::default(), SEAL);
        let mut written = submission.written_lines().iter().peekable();
        for (item, offset) in submission.items().zip(0..) {
            let body = item.opening.body;
            classes.note(item.class, offset);
            // Lengths are u16; a body stands either in the record or beside it, with its salt.
            stored_len += 2 + PLAIN + 16 + 2 + body.len();
            if let Some((_, source)) = written.next_if(|(line, _)| *line == offset) {
                check_citation(EventRef::At(*source), offset, basis)?;
                continue;
            }
            let event = Event::decode(body).map_err(|error| Refusal::Body { offset, error })?;
            check_citations(&event, offset, basis)?;
            if item.class == Class::Governance {
                governance.push((offset, body.to_vec()));
            }
            if let Event::LogKeyChanged(change) = event {
                log_key_change = Some(change);
            }
        }
        Ok(Prepared { submission, classes, log_key_change, governance, stored_len })
    }

    /// The submission.
    pub fn submission(&self) -> &Submission {
        &self.submission
    }

    /// The change of log key among its events; authority allows but one.
    pub(super) fn log_key_change(&self) -> Option<&LogKeyChanged> {
        self.log_key_change.as_ref()
    }

    /// Its governance events, with the index each has if the first has index `first`.
    pub(super) fn governance(&self, first: u64) -> Vec<(u64, &[u8])> {
        self.governance.iter().map(|(offset, body)| (first + u64::from(*offset), &body[..])).collect()
    }

    /// What authority must know of it, if its first event has index `first`.
    pub(super) fn facts<'a>(&self, first: u64, governance: &'a [(u64, &'a [u8])]) -> Facts<'a> {
        let Statement { author, number, count, basis, .. } = *self.submission.statement();
        Facts { first, count, author, number, basis, classes: self.classes, governance }
    }

    /// Bytes that its records and bodies take in the log.
    pub(super) fn stored_len(&self) -> usize {
        self.stored_len
    }
}

fn check_citations(event: &Event<'_>, offset: u32, basis: u64) -> Result<(), Refusal> {
    let mut found = Ok(());
    event.cites(|cited| {
        if found.is_ok() {
            found = check_citation(cited, offset, basis);
        }
    });
    found
}

/// An index must lie below the basis, where the author had seen it; an offset must look back.
fn check_citation(cited: EventRef, offset: u32, basis: u64) -> Result<(), Refusal> {
    match cited {
        EventRef::At(index) if index >= basis => Err(Refusal::CitesUnseen { offset, cited: index, basis }),
        EventRef::Here(here) if u32::from(here) >= offset => Err(Refusal::CitesForward { offset, cited }),
        _ => Ok(()),
    }
}
