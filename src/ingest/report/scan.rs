//! The first pass over a report: everything about it that has to be known before its first line is signed.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::thread;

use crossbeam_channel::{Receiver, bounded};
use ledger_spec::code::Measure;
use ledger_spec::money::{Currency, ExactSum};
use thiserror::Error;

use super::chunks::Chunk;
use super::defect::{BadLine, Bounded};
use super::error::ReadError;
use super::format::{Counts, Format, Header, Report};
use super::input::Digested;
use super::row::UsageDays;
use super::tally::{RowCounts, Tally};
use super::warning::Warnings;
use super::words::Said;

/// Why a file whose lines can be read is refused all the same: it may not be whole, or its sums cannot be held.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    /// No footer.
    #[error("the file has no footer (FOOT): it has been cut off; fetch it again")]
    NoFooter,
    /// Records after the footer.
    #[error("records follow the footer on line {footer}, up to line {last}: files have been joined")]
    AfterFooter {
        /// The footer's line.
        footer: u64,
        /// The last record's line.
        last: u64,
    },
    /// The footer counts otherwise.
    #[error("the footer counts {reported} {measure}, the file has {found}: it is not whole; fetch it again")]
    FooterCount {
        /// What is counted.
        measure: Measure,
        /// By the footer.
        reported: u64,
        /// In the file.
        found: u64,
    },
    /// A control total is beyond what can be held.
    #[error("the amounts add up to more than can be held")]
    Total,
}

/// The exact sum of one kind of amount in one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ControlTotal {
    /// What it is the sum of.
    pub measure: Measure,
    /// The currency.
    pub currency: Currency,
    /// The sum, nothing rounded.
    pub sum: ExactSum,
}

/// What a report is, line by line read and counted.
#[derive(Clone, Debug)]
pub struct FileReport {
    /// The file as it was named.
    pub file: Arc<str>,
    /// The format's name.
    pub format: &'static str,
    /// What its head says.
    pub header: Header,
    /// Hash and length of the file as it lies on disk.
    pub digest: Digested,
    /// Lines, blocks and the footer.
    pub counts: Counts,
    /// Rows and uses.
    pub rows: RowCounts,
    /// The days of all usage.
    pub used: Option<UsageDays>,
    /// Exact sums, by measure and currency.
    pub totals: Vec<ControlTotal>,
    /// Lines that gave no row; the first in full.
    pub bad: Bounded<BadLine>,
    /// The words of lines and summaries, for those to judge who know what they mean; what they have judged to be known
    /// need not stay.
    pub said: Vec<Said>,
    /// What does not agree inside the file.
    pub warnings: Warnings,
    /// Why the file is refused, whatever its lines say.
    pub refusals: Vec<Refusal>,
}

impl FileReport {
    /// The sum of one measure in one currency, zero if there is none.
    pub fn total(&self, measure: Measure, currency: Currency) -> ExactSum {
        let same = |total: &&ControlTotal| total.measure == measure && total.currency == currency;
        self.totals.iter().find(same).map_or(ExactSum::ZERO, |total| total.sum)
    }
}

/// Reads a report to its end with so many threads beside the one that reads and hashes the file.
pub fn scan(mut report: Report, threads: NonZeroUsize) -> Result<FileReport, ReadError> {
    let file = Arc::clone(&report.file);
    let (counts, mut tally) = count_chunks(&mut report, threads)?;
    let Report { format, chunks, .. } = report;
    let digest = chunks.finish()?;
    let mut refusals = format.check(&counts, &mut tally);
    let totals = tally.totals().unwrap_or_else(|_| {
        refusals.push(Refusal::Total);
        Vec::new()
    });
    let totals = totals.into_iter().map(|(measure, currency, sum)| ControlTotal { measure, currency, sum }).collect();
    let Tally { rows, bad, mut warnings, used, words, unlikely, unrecorded, .. } = tally;
    unlikely.warn(&mut warnings);
    unrecorded.warn(&mut warnings);
    let said = words.said(&mut warnings).unwrap_or_else(|_| {
        refusals.push(Refusal::Total);
        Vec::new()
    });
    let (format, header) = (format.name(), format.header().clone());
    Ok(FileReport { file, format, header, digest, counts, rows, used, totals, bad, said, warnings, refusals })
}

fn count_chunks(report: &mut Report, threads: NonZeroUsize) -> Result<(Counts, Tally), ReadError> {
    let Report { file, format, chunks, .. } = report;
    let (format, file) = (&**format, &*file);
    // As many chunks wait as there are threads: more would only hold memory.
    let (sender, receiver) = bounded(threads.get());
    thread::scope(|scope| {
        let readers: Vec<_> = (0..threads.get())
            .map(|_| {
                let receiver = receiver.clone();
                scope.spawn(move || count(format, file, &receiver))
            })
            .collect();
        let mut read = || -> Result<(), ReadError> {
            while let Some(chunk) = chunks.next(|lines| format.cut(lines))? {
                if sender.send(chunk).is_err() {
                    break; // No reader is left: one has panicked, and joining it says so.
                }
            }
            Ok(())
        };
        let read = read();
        drop((sender, receiver));
        let mut total = (Counts::default(), Tally::new(file));
        for reader in readers {
            let (counts, tally) = reader.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            total.0.add(counts);
            total.1.merge(tally);
        }
        read.map(|()| total)
    })
}

fn count(format: &dyn Format, file: &Arc<str>, chunks: &Receiver<Chunk>) -> (Counts, Tally) {
    let mut tally = Tally::new(file);
    let mut counts = Counts::default();
    for chunk in chunks {
        counts.add(format.parse_chunk(&chunk, &mut tally));
    }
    (counts, tally)
}
