//! Formats: which one a file is in, and what reading it takes.

use std::cell::Cell;
use std::path::Path;
use std::sync::Arc;

use super::chunks::{Chunk, Chunks, lines};
use super::defect::{Defect, Fault, Reason};
use super::error::ReadError;
use super::input::Input;
use super::row::{Row, UsageDays};
use super::scan::Refusal;
use super::tally::Tally;
use super::text::preview;
use super::warning::Warning;
use super::{distrokid, dsr};

/// The longest line that becomes a row, in bytes: what it says has to fit the body of an event (16 KiB) with room for
/// the rest. Lists that are kept by hash may be longer.
pub const ROW_BYTES: usize = 12 << 10;

/// The formats that are known, in the order in which they are asked.
pub const PROFILES: &[Profile] = &[dsr::PROFILE, distrokid::PROFILE];

/// How a format is recognised and set up.
#[derive(Clone, Copy, Debug)]
pub struct Profile {
    /// Its name, as it stands in the ledger.
    pub name: &'static str,
    /// Whether the first line that is neither blank nor a comment is of this format.
    pub claims: fn(&[u8]) -> bool,
    /// Whether a line belongs to the head, which has to be known before any other line can be read.
    pub in_head: fn(&[u8]) -> bool,
    /// Sets the format up.
    pub open: OpenFormat,
}

/// Sets a format up from the lines of the head and the file's name.
pub type OpenFormat = fn(&[u8], &Arc<str>) -> Result<Box<dyn Format>, ReadError>;

/// A format, set up for one file.
pub trait Format: Send + Sync {
    /// The profile's name.
    fn name(&self) -> &'static str;

    /// What the head says about the report.
    fn header(&self) -> &Header;

    /// How many bytes of some whole lines can be parsed without those that follow; `None` if they need more.
    fn cut(&self, lines: &[u8]) -> Option<usize> {
        Some(lines.len())
    }

    /// Reads every line of a chunk. Rows, defects and warnings go to the sink in the order of their lines.
    fn parse_chunk(&self, chunk: &Chunk, sink: &mut dyn Sink) -> Counts;

    /// The checks that need the whole file: warnings are added to the tally, and what makes the file one that cannot
    /// be trusted to be whole is returned.
    fn check(&self, counts: &Counts, tally: &mut Tally) -> Vec<Refusal> {
        let _ = (counts, tally);
        Vec::new()
    }
}

/// Where rows and findings go.
pub trait Sink {
    /// One row.
    fn row(&mut self, row: Row<'_>);
    /// A line that gave no row.
    fn defect(&mut self, defect: &Defect<'_>);
    /// Something that does not agree, on a line.
    fn warning(&mut self, line: u64, warning: Warning);
}

/// What the head of a report says about it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Header {
    /// Profile or layout and its version, such as `UGCProfile 1.0`.
    pub profile: String,
    /// The sender's id of the report.
    pub message_id: String,
    /// When the sender made it, as given.
    pub created: String,
    /// The sender's DDEX party id.
    pub sender_party_id: String,
    /// The sender's name.
    pub sender: String,
    /// The recipient's DDEX party id.
    pub recipient_party_id: String,
    /// The recipient's name.
    pub recipient: String,
    /// The service or offering.
    pub service: String,
    /// The days it reports.
    pub period: Option<UsageDays>,
    /// Which file of the report this is, from 1.
    pub file_number: i64,
    /// Of how many.
    pub number_of_files: i64,
    /// Whose repertoire it is about, by the sender's names for them.
    pub repertoire: Vec<String>,
}

/// What a chunk holds beside its rows. Counts of chunks add up to those of the file, in any order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// All lines: data, comments and blanks.
    pub lines: u64,
    /// Lines that are records.
    pub records: u64,
    /// Records that are summaries, readable or not.
    pub summaries: u64,
    /// Blocks: runs of lines that share a block id.
    pub blocks: u64,
    /// The first footer.
    pub footer: Option<Footer>,
    /// The line of the last record, footers included.
    pub last_record: u64,
}

/// What a file says about its own size, at its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Footer {
    /// The line it stands on.
    pub line: u64,
    /// Lines in this file.
    pub lines: u64,
    /// Lines in all files of the report.
    pub lines_in_report: Option<u64>,
    /// Summary records.
    pub summaries: u64,
    /// Blocks in this file.
    pub blocks: u64,
    /// Blocks in all files of the report.
    pub blocks_in_report: Option<u64>,
}

impl Counts {
    /// Adds what another chunk holds.
    pub fn add(&mut self, other: Counts) {
        self.lines += other.lines;
        self.records += other.records;
        self.summaries += other.summaries;
        self.blocks += other.blocks;
        self.footer = match (self.footer, other.footer) {
            (Some(a), Some(b)) => Some(if a.line <= b.line { a } else { b }),
            (a, b) => a.or(b),
        };
        self.last_record = self.last_record.max(other.last_record);
    }
}

/// A report that is open for reading.
pub struct Report {
    /// The file as it was named.
    pub file: Arc<str>,
    /// The format, ready to parse.
    pub format: Box<dyn Format>,
    /// The file's lines, the head included. To parse them with several threads, take the report apart.
    pub chunks: Chunks,
}

impl Report {
    /// Opens a file, plain or gzip, and finds out its format.
    pub fn open(path: &Path) -> Result<Report, ReadError> {
        Report::read(&path.to_string_lossy(), Input::open(path)?)
    }

    /// The same for bytes that lie elsewhere, under a file's name.
    pub fn read(file: &str, input: Input) -> Result<Report, ReadError> {
        let file: Arc<str> = file.into();
        let mut chunks = Chunks::new(input);
        let seen = Cell::new(false);
        let start = chunks.peek_while(|line| !is_significant(line) || !seen.replace(true))?;
        if start.starts_with(&[0xff, 0xfe]) || start.starts_with(&[0xfe, 0xff]) {
            return Err(ReadError::Utf16);
        }
        let first = lines(start).find(|line| is_significant(line)).ok_or(ReadError::Empty)?;
        let profile = recognise(first)?;
        let head = chunks.peek_while(|line| !is_significant(line) || (profile.in_head)(line))?;
        let format = (profile.open)(head, &file)?;
        Ok(Report { file, format, chunks })
    }

    /// The next lines that can be parsed by themselves.
    pub fn next_chunk(&mut self) -> Result<Option<Chunk>, ReadError> {
        self.chunks.next(|lines| self.format.cut(lines))
    }
}

/// The format of some bytes, and the format set up for them: [`Report::read`] for bytes that are all there.
pub fn open_format(file: &str, bytes: Vec<u8>) -> Result<Box<dyn Format>, ReadError> {
    Ok(Report::read(file, Input::new(std::io::Cursor::new(bytes))?)?.format)
}

fn recognise(first: &[u8]) -> Result<&'static Profile, ReadError> {
    PROFILES.iter().find(|profile| (profile.claims)(first)).ok_or_else(|| ReadError::UnknownFormat {
        first: preview(first),
        known: PROFILES.iter().map(|profile| profile.name).collect::<Vec<_>>().join(", "),
    })
}

/// True for a line that is neither blank nor a comment.
pub(super) fn is_significant(line: &[u8]) -> bool {
    !matches!(line.trim_ascii_start(), [] | [b'#', ..])
}

/// The line as text, or the cell in which it stops being text.
pub(super) fn utf8(line: &[u8]) -> Result<&str, Fault<'_>> {
    std::str::from_utf8(line).map_err(|error| {
        let before = line.get(..error.valid_up_to()).unwrap_or(line);
        let cell = memchr::memchr_iter(b'\t', before).count();
        let value = line.split(|byte| *byte == b'\t').nth(cell).unwrap_or(line);
        Fault { cell: Some(cell), value, reason: Reason::NotUtf8 { byte: before.len() + 1 } }
    })
}
