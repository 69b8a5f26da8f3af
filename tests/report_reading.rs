//! Reading: streaming in whole lines, hashed as the file lies on disk, the same whatever the threads and chunks, and
//! no bytes that make it panic.

#![allow(clippy::unwrap_used)]

use std::io::{Cursor, Read, Write};
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::OnceLock;

use cantus::ingest::report::{
    Chunk, Chunks, Counts, Defect, FileReport, Format, Input, LINE_BYTES, PROFILES, ReadError, Reason, Report, Row,
    Sink, Tally, Warning, open_format, scan,
};
use flate2::Compression;
use flate2::write::GzEncoder;
use ledger_spec::hash::sha256;
use proptest::prelude::*;

const BASIC_AUDIO: &str = "DSR_Quayside_Tidewave_Tidewave-Music_2026-09_multi_1of1_20261006T073000.tsv";
const USER_CONTENT: &str = "DSR_Quayside_ClipTown_Clips-Ads_2026-Q3_SE_1of1_20261021T110009.tsv";
const CURRENT: &str = "distrokid-current.tsv";

fn shipped(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/reports").join(name)).unwrap()
}

fn read(name: &str, bytes: Vec<u8>, threads: usize) -> Result<FileReport, ReadError> {
    scan(Report::read(name, Input::new(Cursor::new(bytes))?)?, NonZeroUsize::new(threads).unwrap())
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Everything about a file but its hash.
fn content(report: &FileReport) -> String {
    format!(
        "{:?}",
        FileReport {
            digest: cantus::ingest::report::Digested {
                sha256: Default::default(),
                bytes: 0,
                content: Default::default()
            },
            ..report.clone()
        }
    )
}

#[test]
fn gzip_reads_the_same_and_hashes_as_it_lies_on_disk() {
    for name in [BASIC_AUDIO, CURRENT] {
        let plain = shipped(name);
        // Two members, as some tools write, and bytes after them, which belong to the file.
        let (start, end) = plain.split_at(plain.len() / 2);
        let packed = [gzip(start), gzip(end)].concat();
        let (a, b) = (read(name, plain.clone(), 1).unwrap(), read(name, packed.clone(), 1).unwrap());
        assert_eq!(content(&a), content(&b));
        assert_eq!((a.digest.sha256, a.digest.bytes), (sha256(&[&plain]), plain.len() as u64));
        assert_eq!((b.digest.sha256, b.digest.bytes), (sha256(&[&packed]), packed.len() as u64));
        let cut = packed[..packed.len() - 9].to_vec();
        assert!(matches!(read(name, cut, 1), Err(ReadError::Io(_))), "a cut gzip stream is an error");
    }
}

#[test]
fn a_byte_order_mark_and_the_kind_of_line_end_do_not_matter() {
    for name in [BASIC_AUDIO, CURRENT] {
        let plain = shipped(name);
        let marked = [&b"\xef\xbb\xbf"[..], &plain].concat();
        let dos = String::from_utf8(plain.clone()).unwrap().replace('\n', "\r\n").into_bytes();
        let open = plain.strip_suffix(b"\n").unwrap().to_vec();
        let expected = content(&read(name, plain, 1).unwrap());
        for bytes in [marked, dos, open] {
            assert_eq!(content(&read(name, bytes, 1).unwrap()), expected);
        }
    }
}

#[test]
fn what_is_no_report_is_refused_by_what_it_is() {
    let refused = |bytes: &[u8]| read("file", bytes.to_vec(), 1).unwrap_err().to_string();
    assert_eq!(refused(b""), "the file is empty");
    assert_eq!(refused(b"\n\n# nothing\n"), "the file is empty");
    assert_eq!(refused(b"\xff\xfeD\0a\0"), "the file is UTF-16: save it again as UTF-8");
    assert_eq!(
        refused(b"Artist\tTitle\nA\tB\n"),
        "unknown format: the first line is \"Artist\\tTitle\"; known are ddex-dsr, distrokid-bank-details"
    );
    assert!(refused(&[0x50; 3 * LINE_BYTES]).starts_with("unknown format"));
}

/// A DistroKid report of so many lines, and its name.
fn many_lines(count: usize) -> Vec<u8> {
    let text = String::from_utf8(shipped(CURRENT)).unwrap();
    let mut lines = text.split_inclusive('\n');
    let header = lines.next().unwrap().to_owned();
    let rows: Vec<&str> = lines.collect();
    rows.iter().cycle().take(count).fold(header, |text, row| text + row).into_bytes()
}

#[test]
fn chunks_are_whole_lines_numbered_without_a_gap() {
    let bytes = many_lines(10_000);
    let mut chunks = Chunks::new(Input::new(Cursor::new(bytes.clone())).unwrap());
    let (mut next, mut seen) = (1, Vec::new());
    while let Some(chunk) = chunks.next(|lines| Some(lines.len())).unwrap() {
        assert_eq!(chunk.first_line, next);
        assert!(chunk.bytes.ends_with(b"\n") && chunk.lines().count() <= 4096);
        next += chunk.lines().count() as u64;
        seen.extend(chunk.bytes);
    }
    assert_eq!((next, seen == bytes), (10_002, true));
}

#[test]
fn threads_change_nothing() {
    let text = String::from_utf8(many_lines(30_000)).unwrap();
    let text = text.replacen("1234.5", "x", 3000).into_bytes();
    let one = content(&read(CURRENT, text.clone(), 1).unwrap());
    assert_eq!(content(&read(CURRENT, text, 4).unwrap()), one);
    let blocks = many_blocks(4000);
    let report = read(BASIC_AUDIO, blocks.clone(), 1).unwrap();
    assert_eq!((report.counts.blocks, report.refusals.len(), report.bad.count), (4000, 0, 0));
    assert_eq!(content(&read(BASIC_AUDIO, blocks, 4).unwrap()), content(&report));
}

/// The shipped Basic Audio report with its second block so many times, counted anew in its footer.
fn many_blocks(count: usize) -> Vec<u8> {
    let text = String::from_utf8(shipped(BASIC_AUDIO)).unwrap();
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut out: String = lines[..8].concat();
    for block in 1..=count {
        for line in &lines[18..25] {
            out.push_str(&line.replacen("\t2\t", &format!("\t{block}\t"), 1));
        }
    }
    let total = 9 + 7 * count;
    out.push_str(&format!("FOOT\t{total}\t{total}\t5\t{count}\t{count}\n"));
    out.into_bytes()
}

/// A line of a million bytes that never ends, without holding it.
struct Endless {
    head: Cursor<Vec<u8>>,
    left: usize,
}

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        match self.head.read(buffer)? {
            0 => {
                let count = buffer.len().min(self.left);
                buffer[..count].fill(b'a');
                self.left -= count;
                Ok(count)
            }
            read => Ok(read),
        }
    }
}

#[test]
fn a_line_without_end_is_one_bad_line_and_takes_no_memory() {
    let endless = Endless { head: Cursor::new(shipped(CURRENT)), left: 64 << 20 };
    let report = scan(Report::read(CURRENT, Input::new(endless).unwrap()).unwrap(), NonZeroUsize::MIN).unwrap();
    assert_eq!((report.rows.usages, report.bad.count, report.counts.lines), (5, 1, 7));
    assert!(matches!(report.bad.first[0].reason, Reason::TooLong { .. }) && report.bad.first[0].line == 7);
    // What is beyond the limit is not even held.
    let endless = Endless { head: Cursor::new(Vec::new()), left: 64 << 20 };
    let mut chunks = Chunks::new(Input::new(endless).unwrap());
    let chunk = chunks.next(|lines| Some(lines.len())).unwrap().unwrap();
    assert_eq!(chunk.bytes.len(), LINE_BYTES + 1);
    assert_eq!(report.digest.bytes, (shipped(CURRENT).len() + (64 << 20)) as u64);
}

#[test]
fn lists_of_releases_may_be_as_long_as_a_line_and_no_longer() {
    let text = String::from_utf8(shipped(USER_CONTENT)).unwrap();
    let with_list = |values: usize| {
        let (ids, numbers) = (vec!["vd-000000001"; values].join("|"), vec!["1"; values].join("|"));
        text.replace("vd-1|vd-2|vd-3", &ids).replace("700|200|100", &numbers)
    };
    let long = read(USER_CONTENT, with_list(60_000).into_bytes(), 1).unwrap();
    assert_eq!((long.bad.count, long.rows.breakdowns), (0, 2));
    let longer = read(USER_CONTENT, with_list(80_000).into_bytes(), 1).unwrap();
    assert_eq!((longer.bad.count, longer.rows.breakdowns), (1, 1));
    assert_eq!(longer.bad.first[0].reason, Reason::TooLong { limit: LINE_BYTES });
    let title = text.replace("Ceiling of Stars\t", &format!("{}\t", "x".repeat(5000)));
    let bad = read(USER_CONTENT, title.into_bytes(), 1).unwrap().bad;
    assert_eq!((bad.count, bad.first[0].column.clone()), (1, Some((6, "Title".into()))));
}

/// A sink that only looks at what it is given.
#[derive(Default)]
struct Looked(usize);

impl Sink for Looked {
    fn row(&mut self, row: Row<'_>) {
        self.0 += format!("{row:?}").len();
    }

    fn defect(&mut self, defect: &Defect<'_>) {
        self.0 += format!("{defect:?}").len();
    }

    fn warning(&mut self, _: u64, warning: Warning) {
        self.0 += warning.to_string().len();
    }
}

fn formats() -> &'static [Box<dyn Format>] {
    static FORMATS: OnceLock<Vec<Box<dyn Format>>> = OnceLock::new();
    FORMATS.get_or_init(|| {
        let names = [BASIC_AUDIO, USER_CONTENT, CURRENT, "distrokid-current.csv", "distrokid-old-latin1.tsv"];
        names.iter().map(|name| open_format(name, shipped(name)).unwrap()).collect()
    })
}

/// Bytes that look like reports: their separators, records and numbers, in any order, beside bytes of any kind.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    const WORDS: &[&str] = &[
        "HEAD",
        "FOOT",
        "SY01.01",
        "SY0202",
        "SY05.02",
        "RE01",
        "RE02",
        "AS01",
        "AS02.02",
        "MW01.01",
        "RU01",
        "RU02",
        "SU01",
        "SU02",
        "SU03.01",
        "LI01.01",
        "1",
        "2",
        "A1",
        "-1.50",
        "1,000",
        "|",
        "\\",
        "\\|",
        "\t",
        "\n",
        "\r\n",
        "\"",
        ",",
        "#",
        "Earnings (USD)",
        "Country of Sale",
        "Songwriter Royalties Withheld (USD)",
        "Quantity",
        "2026-07",
        "true",
        "USD",
        "é",
        "999999999999999999",
        "\u{1f}",
    ];
    let word = prop_oneof![
        6 => proptest::sample::select(WORDS).prop_map(|word| word.as_bytes().to_vec()),
        4 => Just(b"\t".to_vec()),
        1 => proptest::collection::vec(any::<u8>(), 0..6),
    ];
    proptest::collection::vec(word, 0..200).prop_map(|words| words.concat())
}

proptest! {
    #[test]
    fn no_bytes_make_a_reader_panic(bytes in bytes(), first_line in 0u64..40) {
        for profile in PROFILES {
            let _ = ((profile.claims)(&bytes), (profile.in_head)(&bytes));
            let _ = (profile.open)(&bytes, &"a file".into());
        }
        let chunk = Chunk { first_line, bytes };
        for format in formats() {
            let counts = format.parse_chunk(&chunk, &mut Looked::default());
            prop_assert_eq!(counts.lines, chunk.lines().count() as u64);
            prop_assert!(format.cut(&chunk.bytes).is_none_or(|cut| cut <= chunk.bytes.len()));
            format.check(&counts, &mut Tally::new(&"a file".into()));
        }
        let _ = read("a file", gzip(&chunk.bytes), 2);
        let _ = read("a file", [&b"\x1f\x8b"[..], &chunk.bytes].concat(), 1);
        let _ = read("a file", chunk.bytes, 1);
    }

    #[test]
    fn a_report_cut_or_changed_anywhere_never_panics(at in any::<proptest::sample::Index>(), byte: u8, which in 0usize..5) {
        let names = [BASIC_AUDIO, USER_CONTENT, CURRENT, "distrokid-current.csv", "distrokid-old-latin1.tsv"];
        let mut bytes = shipped(names[which]);
        let at = at.index(bytes.len());
        let _ = read("a file", bytes[..at].to_vec(), 1);
        bytes[at] = byte;
        let _ = read("a file", bytes, 1);
    }

    #[test]
    fn chunks_of_any_size_add_up_to_the_file(cuts in proptest::collection::vec(1usize..400, 1..40)) {
        let bytes = many_blocks(40);
        let format = open_format(BASIC_AUDIO, bytes.clone()).unwrap();
        let (mut counts, mut tally) = (Counts::default(), Tally::new(&BASIC_AUDIO.into()));
        let (mut start, mut line) = (0, 1);
        let mut cuts = cuts.into_iter().cycle();
        while start < bytes.len() {
            // As a reader does: some whole lines, more of them until the format can cut.
            let mut lines = cuts.next().unwrap();
            let end = loop {
                let end = bytes[start..].split_inclusive(|b| *b == b'\n').take(lines).map(<[u8]>::len).sum::<usize>();
                match format.cut(&bytes[start..start + end]) {
                    _ if start + end == bytes.len() => break end,
                    Some(cut) if cut > 0 => break cut,
                    _ => lines += 1,
                }
            };
            let chunk = Chunk { first_line: line, bytes: bytes[start..start + end].to_vec() };
            counts.add(format.parse_chunk(&chunk, &mut tally));
            line += chunk.lines().count() as u64;
            start += end;
        }
        let whole = read(BASIC_AUDIO, bytes, 1).unwrap();
        prop_assert_eq!(counts, whole.counts);
        prop_assert_eq!(tally.rows, whole.rows);
        prop_assert_eq!(format!("{:?}", tally.warnings.count(cantus::ingest::report::Check::BlockUsages)), "0");
        prop_assert_eq!(format.check(&counts, &mut tally), whole.refusals);
    }
}
