//! DDEX digital sales reporting, flat file, block variant (DSR Parts 1 and 8).
//!
//! A file is HEAD, summary records, blocks of records that share a block id, FOOT. A block says what was used
//! (releases, recordings, works) and then how much (SU), by release (RU) and for whom (LI). So a chunk ends where a
//! block ends, and every block can be read by itself once the head is known.

mod block;
mod check;
mod describe;
mod head;
mod layout;
mod record;
mod usage;

use std::sync::Arc;

use memchr::memrchr;

use super::chunks::Chunk;
use super::defect::{Fault, Reason};
use super::error::ReadError;
use super::format::{Counts, Footer, Format, Header, Profile, Sink, is_significant};
use super::row::Row;
use super::scan::Refusal;
use super::tally::Tally;
use block::Block;
use head::Head;
use layout::Kind;
use record::{Record, defect};

/// The format.
pub(super) const PROFILE: Profile = Profile { name: "ddex-dsr", claims, in_head, open };

/// FHEA is the head of an early draft, SRHE that of the single-record variant: both are refused by name.
fn claims(line: &[u8]) -> bool {
    matches!(record_type(line), b"HEAD" | b"FHEA" | b"SRHE")
}

fn in_head(line: &[u8]) -> bool {
    claims(line) || record_type(line).starts_with(b"SY")
}

fn open(head: &[u8], file: &Arc<str>) -> Result<Box<dyn Format>, ReadError> {
    Ok(Box::new(Dsr { file: Arc::clone(file), head: Head::read(head, file)? }))
}

fn record_type(line: &[u8]) -> &[u8] {
    line.split(|byte| *byte == b'\t').next().unwrap_or_default()
}

/// The block that a line belongs to; `None` for head, summaries and footer.
fn block_id(line: &[u8]) -> Option<&[u8]> {
    let outside = in_head(line) || record_type(line) == b"FOOT";
    line.split(|byte| *byte == b'\t').nth(1).filter(|_| !outside)
}

/// The format of one file.
struct Dsr {
    file: Arc<str>,
    head: Head,
}

impl Format for Dsr {
    fn name(&self) -> &'static str {
        PROFILE.name
    }

    fn header(&self) -> &Header {
        &self.head.header
    }

    /// Before the last block, which may go on; after the last line if that is in no block.
    fn cut(&self, lines: &[u8]) -> Option<usize> {
        let mut last: Option<(&[u8], usize)> = None;
        let mut end = lines.len();
        while end > 0 {
            let before = lines.get(..end - 1).and_then(|before| memrchr(b'\n', before));
            let start = before.map_or(0, |newline| newline + 1);
            let line = lines.get(start..end).unwrap_or_default();
            let line = line.strip_suffix(b"\n").unwrap_or(line);
            if is_significant(line) {
                match (block_id(line), last) {
                    (None, None) => return Some(lines.len()),
                    (Some(id), Some((same, _))) if id == same => last = Some((id, start)),
                    (_, Some((_, cut))) => return Some(cut),
                    (Some(id), None) => last = Some((id, start)),
                }
            }
            end = start;
        }
        // One block, or comments alone, which are of no block.
        if last.is_none() { Some(lines.len()) } else { None }
    }

    fn parse_chunk(&self, chunk: &Chunk, sink: &mut dyn Sink) -> Counts {
        let mut counts = Counts::default();
        let mut block = Block::new(&self.head);
        for (number, line) in chunk.lines() {
            counts.lines += 1;
            if !is_significant(line) {
                continue;
            }
            counts.records += 1;
            counts.last_record = number;
            match Record::split(number, line) {
                Err(fault) => sink.defect(&defect(number, line, None, fault)),
                Ok(record) => {
                    record.check_cells(sink);
                    if let Err(fault) = self.record(&record, &mut block, &mut counts, sink) {
                        sink.defect(&defect(number, line, Some(record.layout), fault));
                    }
                }
            }
        }
        block.end(sink);
        counts
    }

    fn check(&self, counts: &Counts, tally: &mut Tally) -> Vec<Refusal> {
        check::whole_file(&self.file, &self.head, tally);
        check::footer(&self.head, counts, tally)
    }
}

impl Dsr {
    fn record<'a>(
        &'a self,
        record: &Record<'a>,
        block: &mut Block<'a>,
        counts: &mut Counts,
        sink: &mut dyn Sink,
    ) -> Result<(), Fault<'a>> {
        let in_head = record.line <= self.head.lines;
        match record.layout.kind {
            Kind::Head if in_head && counts.records == 1 => Ok(()),
            Kind::Head => Err(whole(record, Reason::OutOfOrder("HEAD stands only at the start of a file"))),
            Kind::Summary => {
                counts.summaries += 1;
                head::summary(record)?;
                let summary = self.head.summary_on(record.line);
                let late = "summary records stand between HEAD and the first block";
                sink.row(Row::Summary(summary.ok_or_else(|| whole(record, Reason::OutOfOrder(late)))?));
                Ok(())
            }
            Kind::Foot => {
                let footer = footer(record)?;
                counts.add(Counts { footer: Some(footer), ..Counts::default() });
                Ok(())
            }
            _ => {
                counts.blocks += u64::from(block.enter(record, sink)?);
                block.record(record, sink)
            }
        }
    }
}

fn whole<'a>(record: &Record<'a>, reason: Reason) -> Fault<'a> {
    record.cells.fault(0, reason)
}

fn footer<'a>(record: &Record<'a>) -> Result<Footer, Fault<'a>> {
    let maybe = |name| {
        let count = record.integer(name)?.map(u64::try_from).transpose();
        count.map_err(|_| record.fault(name, Reason::NotAnInteger))
    };
    let needed = |name| maybe(name)?.ok_or_else(|| record.fault(name, Reason::MissingCell));
    Ok(Footer {
        line: record.line,
        lines: needed("NumberOfLinesInFile")?,
        lines_in_report: maybe("NumberOfLinesInReport")?,
        summaries: needed("NumberOfSummaryRecords")?,
        blocks: needed("NumberOfBlocksInFile")?,
        blocks_in_report: maybe("NumberOfBlocksInReport")?,
    })
}
