//! DistroKid bank details, old and current, tab- or comma-separated: every line is read, none is counted twice.

#![allow(clippy::unwrap_used)]

use std::num::NonZeroUsize;
use std::path::Path;

use cantus::ingest::report::{Check, Defect, FileReport, Input, ReadError, Report, Row, Sink, Usage, Warning, scan};
use ledger_spec::code::Measure;
use ledger_spec::date::Date;
use ledger_spec::money::{Currency, SourceAmount};
use proptest::prelude::*;

fn shipped(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/reports").join(name);
    std::fs::read(path).unwrap()
}

fn open(bytes: &[u8]) -> Result<Report, ReadError> {
    Report::read("sales.tsv", Input::new(std::io::Cursor::new(bytes.to_vec()))?)
}

fn read(bytes: &[u8]) -> FileReport {
    scan(open(bytes).unwrap(), NonZeroUsize::MIN).unwrap()
}

fn total(report: &FileReport, measure: Measure) -> String {
    let dollars: Currency = "USD".parse().unwrap();
    report.total(measure, dollars).to_string()
}

fn bad(report: &FileReport) -> Vec<String> {
    report.bad.first.iter().map(ToString::to_string).collect()
}

/// Each usage row as one line of text.
#[derive(Default)]
struct Shown(Vec<String>);

impl Sink for Shown {
    fn row(&mut self, row: Row<'_>) {
        let Row::Usage(row) = row else { panic!("bank details hold usage alone") };
        self.0.push(show(row));
    }

    fn defect(&mut self, defect: &Defect<'_>) {
        panic!("{defect:?}");
    }

    fn warning(&mut self, _: u64, _: Warning) {}
}

fn show(row: &Usage<'_>) -> String {
    let resource = row.resource.map(|resource| format!("{} {} {}", resource.isrc, resource.artist, resource.title));
    let release = row.release.map(|release| format!("{} {}", release.icpn, release.title));
    format!(
        "{} {} {resource:?} {release:?} {} {:?} {:?} {} {:?} earns {:?} withheld {:?} recouped {:?} share {:?}",
        row.line,
        row.service,
        row.territory,
        row.used.map(|days| (days.start, days.end)).unwrap(),
        row.reported_on.unwrap(),
        row.units,
        row.entered_on,
        row.earnings.unwrap(),
        row.withheld,
        row.recouped,
        row.share_applied.unwrap(),
    )
}

fn rows(bytes: &[u8]) -> Vec<String> {
    let mut report = open(bytes).unwrap();
    let mut shown = Shown::default();
    while let Some(chunk) = report.next_chunk().unwrap() {
        report.format.parse_chunk(&chunk, &mut shown);
    }
    shown.0
}

#[test]
fn the_current_layout_is_read_to_the_last_cell() {
    let bytes = shipped("distrokid-current.tsv");
    let report = read(&bytes);
    assert_eq!((report.format, report.header.profile.as_str()), ("distrokid-bank-details", "bank details (current)"));
    assert_eq!((report.bad.count, report.refusals.len(), report.warnings.iter().count()), (0, 0, 0));
    assert_eq!((report.counts.lines, report.rows.reported(), report.rows.usages), (6, 5, 5));
    assert_eq!((report.rows.units, report.rows.returns), (1_016_025, 0));
    assert_eq!(total(&report, Measure::NET), "1286.91774204771");
    assert_eq!(total(&report, Measure::WITHHELD), "0.262");
    assert_eq!(total(&report, Measure::RECOUPED), "-0.5");
    assert_eq!(
        report.used.map(|days| (days.start.to_string(), days.end.to_string())).unwrap(),
        ("2026-04-01".into(), "2026-07-31".into())
    );
    let rows = rows(&bytes);
    assert_eq!(
        rows[2],
        "4 Amazon (Downloads) Some(\"GBXYZ2600078 Ida & the Lanterns Ceiling of Stars (7\\\" mix)\") \
         Some(\"4006381333931 \") US (2026-06-01, 2026-06-30) 2026-08-28 2 Some(2026-09-03) \
         earns SourceAmount(0.8001) withheld Some(SourceAmount(0.262)) recouped Some(SourceAmount(0)) \
         share SourceAmount(66.67)"
    );
    // OU is not a country, and neither is nothing.
    assert!(rows[1].contains("\")  (2026-07-01") && rows[4].contains("\")  (2026-04-01, 2026-06-30)"));
}

#[test]
fn the_comma_separated_kind_says_the_same() {
    let (tabs, commas) = (shipped("distrokid-current.tsv"), shipped("distrokid-current.csv"));
    assert_eq!(rows(&commas), rows(&tabs).iter().map(|row| row.replace("(1234.5)", "(1234.50)")).collect::<Vec<_>>());
    assert_eq!(read(&commas).totals, read(&tabs).totals);
}

#[test]
fn the_old_layout_may_be_latin1_and_nothing_equal_is_dropped() {
    let bytes = shipped("distrokid-old-latin1.tsv");
    let report = read(&bytes);
    assert_eq!((report.header.profile.as_str(), report.bad.count), ("bank details (old)", 0));
    assert_eq!((report.rows.usages, report.warnings.count(Check::Encoding)), (7, 1));
    assert_eq!(total(&report, Measure::NET), "11.5779301199340".trim_end_matches('0'));
    assert_eq!(total(&report, Measure::WITHHELD), "0.273");
    let rows = rows(&bytes);
    assert!(rows[2].contains("Café del Sür"), "{}", rows[2]);
    assert!(rows[3].contains("None Some(\"036000291452 Low Tide Letters\")"), "{}", rows[3]);
    assert!(rows[4].contains(" -1 None earns SourceAmount(-0.6090)"), "{}", rows[4]);
    assert!(rows[5].contains("The \\\"Salt\\\" Song") && rows[5][2..] == rows[6][2..]);
    // In UTF-8 it says the same, without a warning.
    let utf8: String = bytes.iter().map(|byte| char::from(*byte)).collect();
    assert_eq!((self::rows(utf8.as_bytes()), read(utf8.as_bytes()).warnings.iter().count()), (rows, 0));
}

#[test]
fn columns_are_found_by_name() {
    let text = String::from_utf8(shipped("distrokid-current.tsv")).unwrap();
    let reversed: String = text.lines().map(|line| line.rsplit('\t').collect::<Vec<_>>().join("\t") + "\n").collect();
    assert_eq!(rows(reversed.as_bytes()), rows(text.as_bytes()));
    let without = text.replace("Quantity", "Number");
    let error = open(without.as_bytes()).err().unwrap().to_string();
    assert_eq!(error, "not a report that can be read: the header has no column \"Quantity\"");
    let no_currency = text.replace("Earnings (USD)", "Earnings");
    assert!(open(no_currency.as_bytes()).err().unwrap().to_string().contains("does not say its currency"));
    let euros = read(text.replace("Earnings (USD)", "Earnings (EUR)").as_bytes());
    assert_eq!(euros.totals[0].currency.to_string(), "EUR");
}

#[test]
fn every_bad_line_is_listed_and_the_good_ones_are_kept() {
    let text = String::from_utf8(shipped("distrokid-current.tsv")).unwrap();
    let mut lines: Vec<Vec<u8>> = text.lines().map(|line| line.as_bytes().to_vec()).collect();
    let change = |line: &mut Vec<u8>, from: &str, to: &[u8]| {
        let at = line.windows(from.len()).position(|part| part == from.as_bytes()).unwrap();
        line.splice(at..at + from.len(), to.iter().copied());
    };
    change(&mut lines[1], "51.20311904771", b"5.1e1");
    change(&mut lines[2], "Apple Music", b"Apple\tMusic");
    change(&mut lines[3], "Ceiling", b"Ceil\xffing");
    change(&mut lines[4], "2026-05", b"May 2026");
    let report = read(&lines.join(&b"\n"[..]));
    assert_eq!(
        bad(&report),
        [
            "sales.tsv:2: column 14 (Earnings (USD)), \"5.1e1\": not a number: an exponent at character 4: write all \
             digits out, a spreadsheet has shortened this number",
            "sales.tsv:3: \"2026-09-03\\t2026-08-28\\t2026-07\\tApple\\tMusic\\tIda & the Lanterns\\tCeiling of \
             Stars\\tGB\u{2026}\": 16 cells, the header has 15",
            "sales.tsv:4: column 6 (Title), \"Ceil\u{fffd}ing of Stars (7\" mix)\": not UTF-8 text (wrong at byte 73 of \
             the line): export the file again as UTF-8",
            "sales.tsv:5: column 3 (Sale Month), \"May 2026\": not a date: expected one like 2026-07-31, 20260731, \
             7/31/2026, 2026-07 or 2Q2026",
        ]
    );
    assert_eq!((report.bad.count, report.rows.usages), (4, 1));
    assert_eq!(total(&report, Measure::NET), "1234.5");
}

/// To some a thousand, to others one: mechanicals are paid by the unit.
#[test]
fn a_count_with_a_point_before_three_digits_is_no_number() {
    let text = String::from_utf8(shipped("distrokid-current.tsv")).unwrap();
    let line = text.lines().nth(1).unwrap();
    let with = |count: &str| {
        let cells: Vec<&str> =
            (0..).zip(line.split('\t')).map(|(at, cell)| if at == 8 { count } else { cell }).collect();
        read(format!("{}\n{}\n", text.lines().next().unwrap(), cells.join("\t")).as_bytes())
    };
    assert_eq!((with("1000").rows.units, with("1000.0").rows.units), (1000, 1000));
    assert_eq!(bad(&with("1.000")).len(), 1);
    assert!(bad(&with("1.000"))[0].contains("column 9 (Quantity), \"1.000\": not a whole number"));
}

#[test]
fn totals_are_exact_beyond_the_digits_of_one_amount() {
    let text = String::from_utf8(shipped("distrokid-current.tsv")).unwrap();
    let (header, large) = (text.lines().next().unwrap(), "99999999999999.9999999999999999999999");
    let line = text.lines().nth(1).unwrap().replace("51.20311904771", large);
    let file = [header, &line, &line, &line.replace(large, "0.5"), &line].join("\n");
    for threads in 1..3 {
        let report = scan(open(file.as_bytes()).unwrap(), NonZeroUsize::new(threads).unwrap()).unwrap();
        assert_eq!(total(&report, Measure::NET), "300000000000000.4999999999999999999997");
    }
}

#[test]
fn quotes_close_on_their_line() {
    let text = String::from_utf8(shipped("distrokid-current.csv")).unwrap();
    let open_quote = text.replace("(7\"\" mix)\"", "(7\"\" mix)");
    let bad = bad(&read(open_quote.as_bytes()));
    assert!(bad.len() == 1 && bad[0].ends_with("a quoted cell does not end on its line"), "{bad:?}");
    let wrong_group = text.replace("1,234.50", "12,34.50");
    let bad = self::bad(&read(wrong_group.as_bytes()));
    assert!(bad.len() == 1 && bad[0].contains("column 14 (Earnings (USD)), \"12,34.50\""), "{bad:?}");
}

#[test]
fn the_list_of_bad_lines_is_bounded_and_counts_all() {
    let mut text = String::from_utf8(shipped("distrokid-current.tsv")).unwrap();
    for _ in 0..20_000 {
        text.push_str("not a line\n");
    }
    let report = scan(open(text.as_bytes()).unwrap(), NonZeroUsize::new(3).unwrap()).unwrap();
    assert_eq!((report.bad.count, report.bad.first.len(), report.rows.usages), (20_000, 1000, 5));
    let lines: Vec<u64> = report.bad.first.iter().map(|bad| bad.line).collect();
    assert_eq!(lines, (7..1007).collect::<Vec<_>>());
}

/// A line as a store might write it, with what it has to be read as.
#[derive(Clone, Debug)]
struct Line {
    store: String,
    artist: String,
    title: String,
    isrc: String,
    quantity: i64,
    country: String,
    sale_month: (i32, u32),
    withheld: SourceAmount,
    earnings: SourceAmount,
}

fn amount() -> impl Strategy<Value = SourceAmount> {
    (-(10i128.pow(15))..10i128.pow(15), 0u8..=30)
        .prop_map(|(mantissa, scale)| SourceAmount::new(mantissa, scale).unwrap())
}

fn line() -> impl Strategy<Value = Line> {
    let text = "[^\t\n\r\u{0}]{1,40}";
    let codes = ("[A-Z0-9]{12}|", -10i64.pow(17)..10i64.pow(17), "[A-Z]{2}|", (1990i32..2100, 1u32..13));
    (text, text, text, codes, amount(), amount()).prop_map(|(store, artist, title, codes, withheld, earnings)| {
        let (isrc, quantity, country, sale_month) = codes;
        Line { store, artist, title, isrc, quantity, country, sale_month, withheld, earnings }
    })
}

impl Line {
    fn cells(&self) -> [String; 15] {
        let (year, month) = self.sale_month;
        [
            "2026-09-03".into(),
            "20260828".into(),
            format!("{year}-{month:02}"),
            self.store.clone(),
            self.artist.clone(),
            self.title.clone(),
            self.isrc.clone(),
            "4006381333931".into(),
            self.quantity.to_string(),
            "100".into(),
            "Song".into(),
            self.country.clone(),
            self.withheld.to_string(),
            self.earnings.to_string(),
            String::new(),
        ]
    }
}

/// Compares the rows it is given with the lines they were made of.
struct Compared(Vec<Line>, usize);

impl Sink for Compared {
    fn row(&mut self, row: Row<'_>) {
        let (Row::Usage(row), line) = (row, &self.0[self.1]) else { panic!("bank details hold usage alone") };
        let resource = row.resource.unwrap();
        let read = [row.service, resource.artist, resource.title, resource.isrc].map(|text| text.get().into_owned());
        assert_eq!(read, [&line.store, &line.artist, &line.title, &line.isrc].map(String::clone));
        let country = if line.country == "OU" { "" } else { &line.country };
        assert_eq!((row.line, row.territory.raw(), row.units), (self.1 as u64 + 2, country, line.quantity));
        let first = Date::new(line.sale_month.0, line.sale_month.1, 1).unwrap();
        assert_eq!(row.used.map(|days| (days.start, days.end.period())), Some((first, first.period())));
        assert_eq!((row.earnings, row.withheld, row.recouped), (Some(line.earnings), Some(line.withheld), None));
        self.1 += 1;
    }

    fn defect(&mut self, defect: &Defect<'_>) {
        panic!("{defect:?}");
    }

    fn warning(&mut self, line: u64, warning: Warning) {
        panic!("{line}: {warning}");
    }
}

proptest! {
    #[test]
    fn what_is_written_is_what_is_read(lines in proptest::collection::vec(line(), 1..20)) {
        let header = String::from_utf8(shipped("distrokid-current.tsv")).unwrap();
        let header: Vec<&str> = header.lines().next().unwrap().split('\t').collect();
        let tabs = |line: &Line| line.cells().join("\t") + "\n";
        let quoted = |line: &Line| line.cells().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).join(",") + "\r\n";
        let files: [String; 2] = [
            header.join("\t") + "\n" + &lines.iter().map(tabs).collect::<String>(),
            header.join(",") + "\r\n" + &lines.iter().map(quoted).collect::<String>(),
        ];
        for file in files {
            let mut report = open(file.as_bytes()).unwrap();
            let mut compared = Compared(lines.clone(), 0);
            while let Some(chunk) = report.next_chunk().unwrap() {
                report.format.parse_chunk(&chunk, &mut compared);
            }
            prop_assert_eq!(compared.1, lines.len());
        }
    }
}
