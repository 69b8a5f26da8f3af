//! Reading events out of the log, and the one line that says what an event is.

use jiff::Timestamp;
use ledger_spec::Hash;
use ledger_spec::commitment::{ERASED, commit};
use ledger_spec::event::{Class, Event};
use ledger_spec::key::PublicKey;
use ledger_spec::limits;
use ledger_spec::record::{Opening, Record, Seal};
use serde::Serialize;

use super::exit::Exit;
use super::failure::Failure;
use super::values::many;
use crate::ledger::Ledger;
use crate::store::{Misfit, StoreError, Walk};

/// An event of the log, for a listing.
#[derive(Debug, Serialize)]
pub struct Listed<'a> {
    /// Its place in the log.
    pub index: u64,
    /// When it was recorded, RFC 3339.
    pub recorded_at: String,
    /// Its class.
    pub class: Class,
    /// The key that said it.
    pub author: PublicKey,
    /// The chain hash: the leaf hash of its record.
    pub hash: Hash,
    /// Its body; none if it was erased, or is of a kind that this version does not know.
    pub event: Option<Event<'a>>,
    /// Whether its body was erased.
    pub erased: bool,
}

/// Unix milliseconds as people and programs read them, RFC 3339.
pub fn moment(unix_ms: u64) -> String {
    let moment = i64::try_from(unix_ms).ok().and_then(|ms| Timestamp::from_millisecond(ms).ok());
    moment.map_or_else(|| format!("{unix_ms} ms"), |moment| format!("{moment:.3}"))
}

impl<'a> Listed<'a> {
    /// An event by its record and, where it stands beside the record, its body.
    pub fn new(record: &Record<'a>, body: Option<&'a [u8]>, erased: bool) -> Listed<'a> {
        Listed {
            index: record.index,
            recorded_at: moment(record.recorded_at),
            class: record.class,
            author: record.author,
            hash: record.leaf_hash(),
            event: body.filter(|_| !erased).and_then(|body| Event::decode(body).ok()),
            erased,
        }
    }
}

/// Calls `each` with the events from `from` on, until it says to stop.
pub fn walk(
    ledger: &Ledger,
    from: u64,
    mut each: impl FnMut(&Listed<'_>) -> Result<bool, Failure>,
) -> Result<(), Failure> {
    for chunk in ledger.store().scan(from)? {
        for frame in chunk?.frames() {
            let mut walk = Walk::both(frame.records, frame.bodies);
            while let Some(step) = walk.step().map_err(|error| damaged(frame.first_index, &error))? {
                let opening = step.record.inline.or(step.opening);
                let erased = opening.is_some_and(|opening| opening.salt == ERASED);
                let matches = |opening: Opening<'_>| commit(&opening.salt, opening.body) == step.record.commitment;
                if !erased && !opening.is_none_or(matches) {
                    return Err(damaged(step.record.index, &Misfit::Body));
                }
                let listed = Listed::new(&step.record, opening.map(|opening| opening.body), erased);
                if step.record.index >= from && !each(&listed)? {
                    return Ok(());
                }
            }
        }
    }
    Ok(())
}

fn damaged(index: u64, error: &Misfit) -> Failure {
    StoreError::Damaged { file: "the log".into(), offset: 0, index, what: error.to_string() }.into()
}

/// An event that is asked for by its index, if there is one.
pub fn existing(ledger: &Ledger, index: u64) -> Result<u64, Failure> {
    let size = ledger.head().size;
    match index < size {
        true => Ok(index),
        false => Err(Failure::with(
            Exit::Usage,
            format_args!(
                "there is no event {index}; the log holds {} (0 to {})",
                many(size, "event"),
                size.saturating_sub(1)
            ),
        )),
    }
}

/// The submission that an event came in: its first event, and its seal, which the first sealed record from there has.
pub fn submission_of(ledger: &Ledger, index: u64) -> Result<(u64, Seal), Failure> {
    let store = ledger.store();
    let end = store.head().size.min(index.saturating_add(limits::SUBMISSION_EVENTS.into()));
    let records = store.records(index..end)?;
    let mut walk = Walk::records(&records);
    while let Some(step) = walk.step().map_err(|error| damaged(index, &error))? {
        if let Some(seal) = step.record.seal {
            return Ok(((step.record.index + 1).saturating_sub(seal.count.into()), seal));
        }
    }
    Err(Failure::with(Exit::Malformed, format_args!("no record after event {index} seals its submission")))
}
