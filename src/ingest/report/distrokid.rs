//! DistroKid bank details: what a distributor paid an artist for each track, store, country and month.
//!
//! Two layouts, told apart by their headers; columns are found by name, wherever they stand. Tab-separated text takes
//! quotes literally; the comma-separated kind has RFC 4180 quotes and thousands separators in its numbers. The team
//! percentage and withheld songwriter royalties are already taken off the earnings, which are therefore net and the
//! payee's own. Country `OU` means that the store did not say.

use std::sync::Arc;

use csv_core::{ReadRecordResult, ReaderBuilder, Terminator};
use ledger_spec::money::{Currency, SourceAmount};

use super::cells::Cells;
use super::chunks::{Chunk, lines};
use super::defect::{Column, Defect, Fault, Reason};
use super::error::ReadError;
use super::format::{Counts, Format, Header, Profile, ROW_BYTES, Sink, utf8};
use super::row::{Release, Resource, Row, Usage};
use super::text::Text;
use super::warning::Warning;

/// The format.
pub(super) const PROFILE: Profile =
    Profile { name: "distrokid-bank-details", claims: is_header, in_head: is_header, open };

/// A column that the file does not have: every cell of it is empty.
const ABSENT: usize = usize::MAX;

/// Where the columns stand, counted from 0.
#[derive(Clone, Copy, Debug)]
struct Columns {
    date_inserted: usize,
    reporting_date: usize,
    sale_month: usize,
    store: usize,
    artist: usize,
    title: usize,
    isrc: usize,
    upc: usize,
    quantity: usize,
    team_percentage: usize,
    source_type: usize,
    country: usize,
    withheld: usize,
    earnings: usize,
    recoup: usize,
}

/// The format of one file.
struct BankDetails {
    header: Header,
    /// Lines up to and including the header.
    head_lines: u64,
    /// The names of the columns as the file has them.
    names: Vec<String>,
    columns: Columns,
    currency: Currency,
    comma_separated: bool,
    /// The old layout was also written in ISO-8859-1.
    latin1: bool,
}

/// Kept from line to line, so that none has to be allocated.
struct Scratch {
    latin1: String,
    unquoted: Vec<u8>,
    csv: csv_core::Reader,
}

impl Scratch {
    fn new() -> Scratch {
        // Lines are split already; a carriage return within one is text.
        let csv = ReaderBuilder::new().terminator(Terminator::Any(b'\n')).build();
        Scratch { latin1: String::new(), unquoted: Vec::new(), csv }
    }
}

/// A column's name without its currency, spaces and punctuation.
fn normalised(name: &str) -> String {
    let name = name.split('(').next().unwrap_or_default();
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

fn header_names(line: &str) -> Vec<String> {
    let separator = if line.contains('\t') { '\t' } else { ',' };
    line.split(separator).map(|name| name.trim().trim_matches('"').trim().to_owned()).collect()
}

fn is_header(line: &[u8]) -> bool {
    let Ok(line) = std::str::from_utf8(line) else { return false };
    let names: Vec<String> = header_names(line).iter().map(|name| normalised(name)).collect();
    let has_all = |wanted: &[&str]| wanted.iter().all(|name| names.iter().any(|other| other == name));
    has_all(&["reportingdate", "salemonth", "store", "songalbum"])
        || has_all(&["earnings", "countryofsale", "songwriterroyaltieswithheld"])
}

fn open(head: &[u8], _: &Arc<str>) -> Result<Box<dyn Format>, ReadError> {
    let (number, line) = (1..).zip(lines(head)).find(|(_, line)| is_header(line)).ok_or(ReadError::Empty)?;
    let line = String::from_utf8_lossy(line);
    let names = header_names(&line);
    let columns = locate(&names)?;
    let earnings = names.get(columns.earnings).map(String::as_str).unwrap_or_default();
    let currency = earnings.split(['(', ')']).nth(1).and_then(|code| code.trim().parse().ok());
    let currency = currency.ok_or_else(|| {
        ReadError::NotAReport(format!("the column \"{earnings}\" does not say its currency, as Earnings (USD) does"))
    })?;
    let old = names.iter().any(|name| normalised(name) == "songalbum");
    let header = Header {
        profile: format!("bank details ({})", if old { "old" } else { "current" }),
        sender: "DistroKid".into(),
        file_number: 1,
        number_of_files: 1,
        ..Header::default()
    };
    let comma_separated = !line.contains('\t');
    Ok(Box::new(BankDetails { header, head_lines: number, names, columns, currency, comma_separated, latin1: old }))
}

fn locate(names: &[String]) -> Result<Columns, ReadError> {
    let find = |wanted: &[&str]| names.iter().position(|name| wanted.contains(&normalised(name).as_str()));
    let maybe = |wanted| find(wanted).unwrap_or(ABSENT);
    let needed = |name: &str| {
        let missing = || ReadError::NotAReport(format!("the header has no column \"{name}\""));
        find(&[normalised(name).as_str()]).ok_or_else(missing)
    };
    Ok(Columns {
        date_inserted: maybe(&["dateinserted"]),
        reporting_date: maybe(&["reportingdate"]),
        sale_month: needed("Sale Month")?,
        store: needed("Store")?,
        artist: needed("Artist")?,
        title: needed("Title")?,
        isrc: needed("ISRC")?,
        upc: needed("UPC")?,
        quantity: needed("Quantity")?,
        team_percentage: maybe(&["teampercentage"]),
        source_type: maybe(&["songalbum", "sourcetype"]),
        country: needed("Country of Sale")?,
        withheld: maybe(&["songwriterroyaltieswithheld"]),
        earnings: needed("Earnings")?,
        recoup: maybe(&["recoup"]),
    })
}

impl Format for BankDetails {
    fn name(&self) -> &'static str {
        PROFILE.name
    }

    fn header(&self) -> &Header {
        &self.header
    }

    fn parse_chunk(&self, chunk: &Chunk, sink: &mut dyn Sink) -> Counts {
        let mut counts = Counts::default();
        let mut scratch = Scratch::new();
        for (number, line) in chunk.lines() {
            counts.lines += 1;
            if number <= self.head_lines || line.is_empty() {
                continue;
            }
            counts.records += 1;
            counts.last_record = number;
            if let Err(fault) = self.line(number, line, &mut scratch, sink) {
                sink.defect(&self.defect(number, line, fault));
            }
        }
        counts
    }
}

impl BankDetails {
    fn line<'a>(
        &self,
        number: u64,
        line: &'a [u8],
        scratch: &'a mut Scratch,
        sink: &mut dyn Sink,
    ) -> Result<(), Fault<'a>> {
        if line.len() > ROW_BYTES {
            return Err(Fault { cell: None, value: line, reason: Reason::TooLong { limit: ROW_BYTES } });
        }
        let Scratch { latin1, unquoted, csv } = scratch;
        let text = match utf8(line) {
            Ok(text) => text,
            Err(_) if self.latin1 => {
                sink.warning(number, Warning::Latin1);
                latin1.clear();
                latin1.extend(line.iter().map(|byte| char::from(*byte)));
                latin1
            }
            Err(fault) => return Err(fault),
        };
        let cells = if self.comma_separated { split_quoted(text, csv, unquoted)? } else { Cells::split(text) };
        if cells.len() != self.names.len() {
            let reason = Reason::CellCount { expected: self.names.len(), found: cells.len() };
            return Err(Fault { cell: None, value: line, reason });
        }
        self.usage(number, &cells, sink)
    }

    fn usage<'a>(&self, line: u64, cells: &Cells<'a>, sink: &mut dyn Sink) -> Result<(), Fault<'a>> {
        let at = &self.columns;
        let id = |column| cells.id(column).map(Text::plain);
        let name = |column| cells.name(column).map(Text::plain);
        let (source_type, isrc, icpn) = (id(at.source_type)?, id(at.isrc)?, id(at.upc)?);
        let (title, artist) = (name(at.title)?, name(at.artist)?);
        // A line about an album names the album, not a recording on it.
        let album = isrc.is_empty() && source_type.raw().eq_ignore_ascii_case("album");
        let share_applied = cells.decimal(at.team_percentage)?;
        if let Some(value) = share_applied.filter(|share| !is_percentage(*share)) {
            sink.warning(line, Warning::ShareApplied { value });
        }
        let resource = Resource { line, isrc, title, artist, ..Resource::default() };
        let release = match album {
            true => Release { line, icpn, title, artist, ..Release::default() },
            false => Release { line, icpn, ..Release::default() },
        };
        sink.row(Row::Usage(&Usage {
            line,
            record: "line",
            resource: (!album).then_some(&resource),
            release: (album || !icpn.is_empty()).then_some(&release),
            service: name(at.store)?,
            source_type,
            territory: Text::plain(cells.id(at.country).map(|code| if code == "OU" { "" } else { code })?),
            used: Some(cells.needed(at.sale_month, cells.days(at.sale_month)?)?),
            reported_on: cells.day(at.reporting_date)?,
            entered_on: cells.day(at.date_inserted)?,
            units: cells.needed(at.quantity, cells.integer(at.quantity)?)?,
            currency: Some(self.currency),
            earnings: Some(cells.needed(at.earnings, cells.decimal(at.earnings)?)?),
            withheld: cells.decimal(at.withheld)?,
            recouped: cells.decimal(at.recoup)?,
            share_applied,
            ..Usage::default()
        }));
        Ok(())
    }

    fn defect<'a>(&'a self, line: u64, text: &'a [u8], fault: Fault<'a>) -> Defect<'a> {
        let name = |cell| self.names.get(cell).map(String::as_str).unwrap_or_default();
        let column = fault.cell.map(|cell| Column { number: cell + 1, name: name(cell) });
        Defect { line, text, column, value: fault.value, reason: fault.reason }
    }
}

/// Whether a share in percent is above nothing and at most the whole.
fn is_percentage(share: SourceAmount) -> bool {
    // At most 36 decimals, and 10^38 fits.
    share.mantissa() > 0 && share.mantissa() <= 100 * 10i128.pow(share.scale().into())
}

/// Splits a comma-separated line and takes the quotes off (RFC 4180).
fn split_quoted<'a>(
    line: &'a str,
    csv: &mut csv_core::Reader,
    unquoted: &'a mut Vec<u8>,
) -> Result<Cells<'a>, Fault<'a>> {
    let fault = |reason| Fault { cell: None, value: line.as_bytes(), reason };
    if line.bytes().filter(|byte| *byte == b'"').count() % 2 != 0 {
        return Err(fault(Reason::OpenQuote));
    }
    // Taking quotes off only makes text shorter; the ends of more cells than this are not needed to refuse them.
    unquoted.clear();
    unquoted.resize(line.len() + 1, 0);
    let mut ends = [0; 64];
    csv.reset();
    let (mut result, _, written, mut count) = csv.read_record(line.as_bytes(), unquoted, &mut ends);
    if let ReadRecordResult::InputEmpty = result {
        // The end of input ends the last cell.
        let rest = unquoted.get_mut(written..).unwrap_or_default();
        let (last, _, _, more) = csv.read_record(&[], rest, ends.get_mut(count..).unwrap_or_default());
        (result, count) = (last, count + more);
    }
    match (result, std::str::from_utf8(unquoted), ends.get(..count)) {
        (ReadRecordResult::Record, Ok(text), Some(ends)) => Ok(Cells::between(text, ends)),
        _ => Err(fault(Reason::OpenQuote)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_known_by_its_names_not_by_their_order() {
        let old = "Sale Month\tReporting Date\tSong/Album\t Store";
        let current = "\"Earnings (USD)\",Country of Sale,Songwriter Royalties Withheld (USD)";
        assert!(is_header(old.as_bytes()) && is_header(current.as_bytes()));
        assert!(!is_header(b"Reporting Date\tSale Month\tStore") && !is_header(b"\xff") && !is_header(b""));
    }
}
