//! A DDEX flat file is read record by record, tied to its own counts and sums, and refused if it may not be whole.

#![allow(clippy::unwrap_used)]

use std::num::NonZeroUsize;
use std::path::Path;

use cantus::ingest::report::{
    Check, Chunk, Defect, FileReport, Format, Input, ReadError, Reason, Refusal, Report, Row, Sink, Text, Warning,
    open_format, scan,
};
use ledger_spec::code::Measure;
use ledger_spec::money::{Currency, SourceAmount};
use proptest::prelude::*;

const BASIC_AUDIO: &str = "DSR_Quayside_Tidewave_Tidewave-Music_2026-09_multi_1of1_20261006T073000.tsv";
const USER_CONTENT: &str = "DSR_Quayside_ClipTown_Clips-Ads_2026-Q3_SE_1of1_20261021T110009.tsv";
const SHARED_SAMPLE: &str = "DSR_TEST_YouTube_AdSupport-music_2015-Q4_IS_1of1_20160121T150926.tsv";

fn shipped(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/reports").join(name);
    std::fs::read_to_string(path).unwrap()
}

fn read(name: &str, text: &str) -> Result<FileReport, ReadError> {
    let bytes = text.as_bytes().to_vec();
    scan(Report::read(name, Input::new(std::io::Cursor::new(bytes))?)?, NonZeroUsize::MIN)
}

fn currency(code: &str) -> Currency {
    code.parse().unwrap()
}

/// What does not agree; what is not recorded has a test of its own.
fn warnings(report: &FileReport) -> Vec<String> {
    let checks = report.warnings.iter().filter(|(check, ..)| *check != Check::Unrecorded);
    let shown = checks.flat_map(|(_, _, first)| first);
    shown.map(|(line, warning)| format!("{line}: {warning}")).collect()
}

fn changed(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "nothing to change: {from}");
    text.replacen(from, to, 1)
}

#[test]
fn a_basic_audio_file_ties_in_full() {
    let report = read(BASIC_AUDIO, &shipped(BASIC_AUDIO)).unwrap();
    assert_eq!(report.format, "ddex-dsr");
    assert_eq!((report.bad.count, &report.refusals[..]), (0, &[][..]));
    assert_eq!(warnings(&report), Vec::<String>::new());
    assert_eq!((report.counts.lines, report.counts.summaries, report.counts.blocks), (29, 5, 3));
    let rows = report.rows;
    assert_eq!((rows.summaries, rows.releases, rows.resources, rows.works), (5, 5, 4, 5));
    assert_eq!((rows.usages, rows.breakdowns, rows.allocations), (8, 0, 0));
    assert_eq!((rows.units, rows.returns), (77 + 17_530 + 10_500, 4));
    assert_eq!(report.total(Measure::SUMMARY_REVENUE, currency("USD")).to_string(), "173.65");
    assert_eq!(report.total(Measure::SUMMARY_REVENUE, currency("EUR")).to_string(), "160.982501");
    let header = &report.header;
    assert_eq!((header.profile.as_str(), header.sender.as_str()), ("BasicAudioProfile 1.2", "Tidewave"));
    assert_eq!(header.period.map(|days| format!("{} {}", days.start, days.end)).unwrap(), "2026-09-01 2026-09-30");
    assert_eq!(header.repertoire, ["QUAYSIDE", "Residual"]);
}

#[test]
fn the_failed_checks_of_a_user_content_file_are_warnings() {
    let report = read(USER_CONTENT, &shipped(USER_CONTENT)).unwrap();
    assert_eq!((report.bad.count, &report.refusals[..]), (0, &[][..]));
    assert_eq!((report.counts.lines, report.counts.summaries, report.counts.blocks), (21, 3, 2));
    assert_eq!(report.total(Measure::ALLOCATED, currency("NOK")).to_string(), "4.491234567890123456789");
    assert_eq!(report.total(Measure::ALLOCATED_NET, currency("NOK")).to_string(), "2.75");
    assert_eq!(
        warnings(&report),
        [
            "8: MW01.01 has 8 cells of 16: the missing ones are taken as empty",
            "15: MW01.01 has 6 cells of 16: the missing ones are taken as empty",
            "5: summary 1 is defined again (first on line 4)",
            "6: summary 1 is defined again (first on line 4)",
            "19: summary 2 is not in the file",
            "20: summary 2 is not in the file",
            "4: summary 1 reports 361000 usages, its lines add up to 1015",
            "17: the shares of PerformingRight in block 2 add up to 0.9, not to 1",
            "0: the file name says territory SE, the file says NO",
        ]
    );
}

/// The synthetic test report of ddexnet/dsrf, where it is at hand; [`USER_CONTENT`] pins the same in its style.
#[test]
fn the_public_test_report_reads_as_counted_by_hand() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/samples/ddex-dsr");
    for path in [folder.join(SHARED_SAMPLE)].iter().filter(|path| path.exists()) {
        let report = scan(Report::open(path).unwrap(), NonZeroUsize::MIN).unwrap();
        assert_eq!((report.bad.count, &report.refusals[..]), (0, &[][..]));
        assert_eq!((report.counts.lines, report.counts.summaries, report.counts.blocks), (35, 4, 3));
        assert_eq!((report.rows.usages, report.rows.breakdowns, report.rows.allocations), (6, 3, 6));
        assert_eq!(report.total(Measure::ALLOCATED, currency("USD")).to_string(), "198.88");
        assert_eq!(report.total(Measure::ALLOCATED_NET, currency("USD")).to_string(), "1.16");
        assert_eq!(report.rows.units, 7810 + 2045 + 18 + 4 + 258 + 75);
        assert_eq!(report.warnings.count(Check::Cells), 3);
        assert_eq!(report.warnings.count(Check::SummaryIds), 3);
        assert_eq!(report.warnings.count(Check::SummaryUsages), 1);
        assert_eq!(report.warnings.count(Check::FileName), 0);
    }
}

/// Rows as text, as a sink of another kind sees them.
#[derive(Default)]
struct Shown(Vec<String>);

impl Sink for Shown {
    fn row(&mut self, row: Row<'_>) {
        let of = |text: Text<'_>| text.get().into_owned();
        self.0.push(match row {
            Row::Summary(row) => format!("{} {} {} {:?}", row.record, row.id, row.territory, row.allocated_usages),
            Row::Release(row) => format!("release {} {} {}", row.reference, row.icpn, row.title),
            Row::Resource(row) => format!("resource {} {:?} {:?}", row.title, row.seconds, row.is_master),
            Row::Work(row) => {
                let writers: Vec<_> = row.writers.values().map(of).collect();
                format!("work {:?} {} {:?}", row.title, row.iswc, writers)
            }
            Row::Usage(row) => format!(
                "{} {} {}-{} {} {} res {:?} rel {:?} works {} {:?} {:?} {:?}",
                row.record,
                row.service,
                row.units,
                row.returns,
                row.territory,
                row.use_type,
                row.resource.map(|resource| of(resource.title)),
                row.release.map(|release| of(release.reference)),
                row.works.len(),
                row.unit_price,
                row.royalty_bearing,
                row.used.map(|days| days.start.to_string()),
            ),
            Row::Breakdown(row) => format!("{} {} {} {}", row.record, row.entries, row.units, row.sha256),
            Row::Allocation(row) => format!(
                "LI {} {} {} {} after {} {:?}",
                row.controller,
                row.share,
                row.rights_type,
                row.amount,
                row.usage_line,
                row.used.map(|days| days.end.to_string()),
            ),
        });
    }

    fn defect(&mut self, defect: &Defect<'_>) {
        self.0.push(format!("bad {defect:?}"));
    }

    fn warning(&mut self, _: u64, _: Warning) {}
}

fn rows(name: &str) -> Vec<String> {
    rows_of(name, &shipped(name))
}

fn rows_of(name: &str, text: &str) -> Vec<String> {
    let bytes = text.as_bytes().to_vec();
    let mut report = Report::read(name, Input::new(std::io::Cursor::new(bytes)).unwrap()).unwrap();
    let mut shown = Shown::default();
    while let Some(chunk) = report.next_chunk().unwrap() {
        report.format.parse_chunk(&chunk, &mut shown);
    }
    shown.0
}

#[test]
fn usage_knows_what_its_block_says_it_uses() {
    let rows = rows(BASIC_AUDIO);
    for wanted in [
        "SY05.02 5 SE [SourceAmount(7000), SourceAmount(1044)]",
        "release R1 4006381333931 Low Tide Letters",
        "resource Salt | Sand Some(301) Some(true)",
        "work \"\" T0345246801 [\"Mirela Vance\", \"Jonas Bergström\"]",
        "resource Two for the Road (Medley) Some(461) Some(false)",
        "resource Ceiling of Stars None None",
        "SU01 Tidewave-Store 12-1 US PermanentDownload res None rel Some(\"R1\") works 0 \
         Some(SourceAmount(9.99)) Some(true) Some(\"2026-09-01\")",
        "SU01 Tidewave-Store 40-3 US PermanentDownload res Some(\"Harbour Lights\") rel Some(\"R1-1\") works 1 \
         Some(SourceAmount(0.99)) Some(true) Some(\"2026-09-01\")",
        "SU02 Tidewave-Free 2210-0 DE OnDemandStream res Some(\"Two for the Road (Medley)\") rel Some(\"R1-1\") works 2 \
         None Some(true) Some(\"2026-09-01\")",
    ] {
        assert!(rows.iter().any(|row| row == wanted), "{wanted}\nis not among\n{}", rows.join("\n"));
    }
}

#[test]
fn a_part_of_a_release_that_uses_several_recordings_is_about_none_of_them() {
    let several = changed(&shipped(BASIC_AUDIO), "tw-trk-7001-r\t\tA1", "tw-trk-7001-r\t\tA1|A2");
    let start = "SU01 Tidewave-Store 40-3 US PermanentDownload res None rel Some(\"R1-1\") works 0 ";
    let rows = rows_of(BASIC_AUDIO, &several);
    assert!(rows.iter().any(|row| row.starts_with(start)), "{}", rows.join("\n"));
}

#[test]
fn allocations_follow_the_usage_before_them_and_lists_are_kept_by_hash() {
    let rows = rows(USER_CONTENT);
    for wanted in [
        // sed -n '9p' of the file, without CR LF, through sha256sum
        "RU01 3 1000 2feb10d64710b0aaba3b5ab2e530520df5a5cece6a2380f5fd58e45f9b72bb18",
        "SU03.01 Clips-Ads -3-0   res Some(\"Ceiling of Stars\") rel None works 1 None None Some(\"2026-08-15\")",
        "LI QUAYSIDE 0.5000 PerformingRight 2.051234567890123456789 after 10 Some(\"2026-09-30\")",
        "LI Residual 0.9000 PerformingRight 0.0 after 17 Some(\"2026-08-14\")",
        "LI FJORD 1.0000 PerformingRight -0.01 after 19 Some(\"2026-09-30\")",
    ] {
        assert!(rows.iter().any(|row| row == wanted), "{wanted}\nis not among\n{}", rows.join("\n"));
    }
}

#[test]
fn a_footer_that_does_not_tie_refuses_the_file() {
    let whole = shipped(BASIC_AUDIO);
    let refused = |text: &str| read(BASIC_AUDIO, text).unwrap().refusals;
    let cut: String = whole.split_inclusive('\n').take(28).collect();
    assert_eq!(refused(&cut), [Refusal::NoFooter]);
    let line_lost: String = whole.split_inclusive('\n').filter(|line| !line.starts_with("# ")).collect();
    assert_eq!(refused(&line_lost), [Refusal::FooterCount { measure: Measure::LINES, reported: 29, found: 28 }]);
    let summaries = changed(&whole, "FOOT\t29\t29\t5\t3\t3", "FOOT\t29\t29\t6\t3\t3");
    assert_eq!(refused(&summaries), [Refusal::FooterCount { measure: Measure::SUMMARIES, reported: 6, found: 5 }]);
    let blocks = changed(&whole, "FOOT\t29\t29\t5\t3\t3", "FOOT\t29\t29\t5\t4\t3");
    assert_eq!(refused(&blocks), [Refusal::FooterCount { measure: Measure::BLOCKS, reported: 4, found: 3 }]);
    let joined = format!("{whole}{}", whole.split_inclusive('\n').next_back().unwrap());
    assert!(refused(&joined).contains(&Refusal::AfterFooter { footer: 29, last: 30 }));
}

#[test]
fn counts_of_the_whole_report_bind_only_its_only_file() {
    let whole = shipped(BASIC_AUDIO);
    let more = changed(&whole, "FOOT\t29\t29\t5\t3\t3", "FOOT\t29\t58\t5\t3\t6");
    let report = read(BASIC_AUDIO, &more).unwrap();
    assert_eq!((report.refusals.len(), report.warnings.count(Check::ReportCounts)), (0, 2));
    let two_files = changed(&more, "\t1\t1\t2026-09-01", "\t1\t2\t2026-09-01");
    assert_eq!(read(BASIC_AUDIO, &two_files).unwrap().warnings.count(Check::ReportCounts), 0);
}

#[test]
fn each_cross_check_fails_alone() {
    let whole = shipped(BASIC_AUDIO);
    for (from, to, line, warning) in [
        ("true\t15320", "true\t15321", 5, "summary 2 reports 17530 usages, its lines add up to 17531"),
        ("SU02\t3\t3\tS1\t\tA1", "SU02\t3\t3\tS1\t\tA9", 28, "block 3 has no resource or release A9"),
        ("PT3M25S", "3:25", 10, "Duration \"3:25\" is not understood and left out"),
        ("FreeTrial", "FreeTrial\tmore", 28, "SU02 has 11 cells, 10 are defined: the rest is not read"),
        (
            "2026-09-01\t2026-09-30",
            "2026-09-01\t2026-09-29",
            0,
            "the file name says period 2026-09, the file says 2026-09-01 to 2026-09-29",
        ),
        ("\tTidewave-Music\t", "\tTidewave\t", 0, "the file name says service Tidewave-Music, the file says Tidewave"),
    ] {
        let report = read(BASIC_AUDIO, &changed(&whole, from, to)).unwrap();
        assert_eq!((report.bad.count, report.refusals.len()), (0, 0), "{to}");
        assert_eq!(warnings(&report), [format!("{line}: {warning}")], "{to}");
    }
    let list = changed(&shipped(USER_CONTENT), "700|200|100", "700|200|99");
    let found = "7: block 1 has 999 usages by release, 1000 by sales transaction";
    assert!(warnings(&read(USER_CONTENT, &list).unwrap()).iter().any(|warning| warning == found));
}

#[test]
fn every_bad_line_is_named_by_line_column_and_value_and_takes_no_other_with_it() {
    let mut text = shipped(BASIC_AUDIO);
    for (from, to) in [
        ("0.99\t\n", "0,99\t\n"),
        ("RE02\t1\tR1-2", "XX02\t1\tR1-2"),
        ("true\t2210", "true\t22.5"),
        ("SU02\t2\t3", "SU02\t\t3"),
        ("false\t500", "perhaps\t500"),
    ] {
        text = changed(&text, from, to);
    }
    let report = read(BASIC_AUDIO, &text).unwrap();
    let bad: Vec<String> = report.bad.first.iter().map(ToString::to_string).collect();
    let at = |line, rest: &str| format!("{BASIC_AUDIO}:{line}: {rest}");
    assert_eq!(
        bad,
        [
            at(13, "column 1 (RecordType), \"XX02\": unknown record type: check the profile and version of the file"),
            at(
                15,
                "column 11 (PriceConsumerPaidExcSalesTax), \"0,99\": not a number: unexpected ',' at character 2: \
                 expected digits, one decimal point and an optional sign"
            ),
            at(
                24,
                "column 8 (NumberOfStreams), \"22.5\": not a whole number of at most 18 digits, written without points"
            ),
            at(25, "column 2 (BlockId), \"\": the cell is empty, and a value is needed"),
            at(28, "column 7 (IsRoyaltyBearing), \"perhaps\": expected true or false"),
        ]
    );
    assert_eq!((report.bad.count, report.rows.usages, report.refusals.len()), (5, 4, 0));
}

#[test]
fn money_without_a_currency_is_a_bad_line() {
    let two_currencies = changed(&shipped(USER_CONTENT), "NOK", "SEK");
    let report = read(USER_CONTENT, &two_currencies).unwrap();
    assert!(report.bad.count > 0 && report.bad.first.iter().all(|bad| bad.reason == Reason::NoCurrency));
    assert_eq!(report.rows.allocations, 0);
}

#[test]
fn the_remains_of_a_report_are_refused_with_the_reason() {
    for (text, said) in [
        (
            "HEAD\tID1\tUgcProfile\t1.1\t1\t2\n#HEAD\tx\nSY03\tAdSupport\nRE01\t1\tRL1\nFOOT\t123\n",
            "HEAD has 6 cells of 16",
        ),
        ("HEAD\tID1\tUgcProfile\t1.1\nFOOT\t123\n", "HEAD has 4 cells of 16"),
        ("#HEAD\tMessageVersion\nFHEA\tMessageId\t1\t1\nFFOO\t123\n", "this one with FHEA"),
        ("SRHE\t1\n", "single-record variant (SRHE)"),
    ] {
        let error = read("x.tsv", text).unwrap_err();
        assert!(matches!(error, ReadError::NotAReport(_)) && error.to_string().contains(said), "{error}");
    }
    let no_dates = changed(&shipped(BASIC_AUDIO), "2026-09-01\t2026-09-30", "2026-09-31\t2026-09-30");
    assert_eq!(
        read("a.tsv", &no_dates).unwrap_err().to_string(),
        "a.tsv:1: column 9 (UsageStartDate), \"2026-09-31\": not a date: expected one like 2026-07-31, 20260731, \
         7/31/2026, 2026-07 or 2Q2026"
    );
}

#[test]
fn both_spellings_and_line_ends_say_the_same() {
    let text = shipped(USER_CONTENT);
    let other = text.replace("SY0201", "SY02.01").replace("SU0301", "SU03.01").replace("\r\n", "\n");
    let (a, b) = (read(USER_CONTENT, &text).unwrap(), read(USER_CONTENT, &other).unwrap());
    assert_eq!((a.rows, &a.totals, warnings(&a)), (b.rows, &b.totals, warnings(&b)));
    assert_ne!(a.digest, b.digest);
}

#[test]
fn a_cut_never_parts_a_block() {
    let text = shipped(BASIC_AUDIO);
    let format: Box<dyn Format> = open_format(BASIC_AUDIO, text.clone().into_bytes()).unwrap();
    let starts: Vec<usize> = ["RE01\t1", "RE01\t2", "AS01.01\t3", "FOOT"].map(|start| text.find(start).unwrap()).into();
    let ends = text.match_indices('\n').map(|(end, _)| end + 1);
    for end in ends {
        let cut = format.cut(&text.as_bytes()[..end]);
        let last = starts.iter().copied().filter(|start| *start < end).max();
        // In the head and after the footer all lines can be read; elsewhere those before the last block.
        let expected = match last {
            None => Some(end),
            Some(start) if start == starts[3] => Some(end),
            Some(start) => Some(start),
        };
        assert_eq!(cut, expected, "after {end} bytes");
    }
}

/// A value as a flat file escapes it.
fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('|', "\\|")
}

/// Keeps what the rows of a generated block say.
#[derive(Default)]
struct Said {
    title: String,
    writers: Vec<String>,
    units: Vec<i64>,
    amounts: Vec<(u64, SourceAmount, SourceAmount)>,
}

impl Sink for Said {
    fn row(&mut self, row: Row<'_>) {
        match row {
            Row::Resource(row) => self.title = row.title.get().into_owned(),
            Row::Work(row) => self.writers = row.writers.values().map(|writer| writer.get().into_owned()).collect(),
            Row::Usage(row) => {
                assert_eq!(row.resource.map(|resource| resource.title.get().into_owned()), Some(self.title.clone()));
                self.units.push(row.units);
            }
            Row::Allocation(row) => self.amounts.push((row.usage_line, row.share, row.amount)),
            _ => {}
        }
    }

    fn defect(&mut self, defect: &Defect<'_>) {
        panic!("{defect:?}");
    }

    fn warning(&mut self, _: u64, _: Warning) {}
}

proptest! {
    #[test]
    fn what_is_written_is_what_is_read(
        title in "[^\t\n\r]{1,60}",
        writers in proptest::collection::vec("[^\t\n\r]{1,30}", 0..6),
        usages in proptest::collection::vec((any::<i32>(), -(10i128.pow(14))..10i128.pow(14), 0u8..=30, 0u8..=4), 1..20),
    ) {
        let format = open_format(USER_CONTENT, shipped(USER_CONTENT).into_bytes()).unwrap();
        let cell = writers.iter().map(|writer| escaped(writer)).collect::<Vec<_>>().join("|");
        let mut text = format!("AS01\t9\tK\tK\t\t{}\t\tAn artist\t\t\tSoundRecording\n", escaped(&title));
        text.push_str(&format!("MW01.01\t9\tW\t\tA work\t\t{cell}\n"));
        let (mut units, mut amounts) = (Vec::new(), Vec::new());
        for (line, (count, mantissa, scale, share)) in (103u64..).step_by(2).zip(usages) {
            let amount = SourceAmount::new(mantissa, scale).unwrap();
            let share = SourceAmount::new(share.into(), 2).unwrap();
            text.push_str(&format!("SU03.01\t9\tU\t1\tK\t{count}\t0.0\t\t\n"));
            text.push_str(&format!("LI01.01\t9\t1\tQUAYSIDE\t\t\t{share}\tPerformingRight\t0.0\t{amount}\n"));
            units.push(i64::from(count));
            amounts.push((line, share, amount));
        }
        let mut said = Said::default();
        format.parse_chunk(&Chunk { first_line: 101, bytes: text.into_bytes() }, &mut said);
        prop_assert_eq!(said.title, title);
        prop_assert_eq!(said.writers, writers);
        prop_assert_eq!((said.units, said.amounts), (units, amounts));
    }
}
