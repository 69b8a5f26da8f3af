//! Whether a file says again what an import already says, in other bytes: saved again with other blanks, cells parted by
//! other signs, lines in another order, or corrected after its bad lines were left out. Imported, its money would count
//! twice.
//!
//! Neither is certain: two reports can be equal in all of this, and that two are alike does not make one wrong. So such
//! a file is refused, and goes in all the same if whoever imports it says that it is another.

use ledger_spec::code::Measure;
use ledger_spec::date::Date;
use ledger_spec::event::Event;
use ledger_spec::event::usage::ControlTotal;
use ledger_spec::ident::{Identifier, Scheme};
use ledger_spec::money::{Currency, ExactSum};
use ledger_spec::reference::PartyId;

use super::error::ImportError;
use super::plan::Plan;
use crate::ledger::Ledger;
use crate::projection::{Past, Source, Sources};

impl Plan {
    /// An error if a source of this reporter that counts looks like a copy of the file, or like what was taken of it
    /// before it was corrected.
    pub(super) fn is_no_copy(&self, sources: &Sources, reporter: PartyId, ledger: &Ledger) -> Result<(), ImportError> {
        let days = self.days()?;
        let (from, to) = (Some(days.start), Some(days.end));
        let totals = exact(&self.totals()?);
        for (source_event, source) in sources.iter() {
            if source.reporter != reporter || source.reversed.is_some() {
                continue;
            }
            let same_rows = source.rows == self.rows();
            let same_days = (source.from, source.to) == (from, to);
            if same_rows && same_days && exact(&source.totals) == totals {
                return Err(ImportError::Copy { source_event });
            }
            // The lines that were left out may be of days that no other line is of.
            let same = same_days || same_rows && within(source, days.start, days.end);
            if source.refused > 0 && source.format == self.format() && same && self.same_sender(ledger, source_event)? {
                return Err(ImportError::Corrected { source_event, refused: source.refused });
            }
        }
        Ok(())
    }

    /// Whether the source's file names the same sender, recipient and profile. One that cannot be read may.
    fn same_sender(&self, ledger: &Ledger, source_event: u64) -> Result<bool, ImportError> {
        let body = ledger.body(source_event)?;
        Ok(match body.as_deref().map(Event::decode_trusted) {
            Some(Ok(Event::SourceOpened(opened))) => lasting(&opened.identifiers).eq(lasting(&self.identifiers())),
            _ => true,
        })
    }
}

/// What the next report of the same sender has too: all but the number of the message.
fn lasting<'i, 'a>(identifiers: &'i [Identifier<'a>]) -> impl Iterator<Item = &'i Identifier<'a>> {
    identifiers.iter().filter(|identifier| identifier.scheme != Scheme::MESSAGE)
}

/// Whether a source's days are among these.
fn within(source: &Source, start: Date, end: Date) -> bool {
    source.from.is_some_and(|from| start <= from) && source.to.is_some_and(|to| to <= end)
}

/// Totals by their values: 1.5 is 1.50.
fn exact(totals: &[ControlTotal]) -> Vec<(Measure, Option<Currency>, ExactSum)> {
    let mut exact: Vec<_> = totals.iter().map(|total| (total.measure, total.currency, total.total.into())).collect();
    exact.sort_unstable();
    exact
}
