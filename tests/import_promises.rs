//! A file is imported once, whole or as agreed, and goes on where it stopped whatever stopped it.

#![allow(clippy::unwrap_used)]

mod import_support;

use std::num::NonZeroUsize;
use std::sync::atomic::AtomicBool;

use cantus::ingest::import::ImportError;
use cantus::ingest::report::Reason;
use cantus::ledger::{Candidate, Judge, Objection, Writer, WriterOptions};
use cantus::store::SimDisk;
use import_support::*;
use serde_json::json;

const USER_CONTENT: &str = "DSR_Quayside_ClipTown_Clips-Ads_2026-Q3_SE_1of1_20261021T110009.tsv";

/// Lets so many submissions in, and then no more.
struct Stop {
    after: usize,
}

impl Judge for Stop {
    fn check(&mut self, _: &Candidate<'_>) -> Result<(), Objection> {
        match self.after {
            0 => Err(Objection { offset: 0, code: "stop", text: "enough".to_owned() }),
            _ => Ok(()),
        }
    }

    fn apply(&mut self, _: &Candidate<'_>) {
        self.after -= 1;
    }
}

/// The last lines of a statement name what no line before them did, so that submissions hold numbers alone, rows
/// alone, and both.
fn long_statement() -> String {
    let mut text = statement(0..9000, 40);
    text += &statement(0..6000, 5000).split_once('\n').unwrap().1.replace("GBXYZ", "SEABC");
    text
}

#[test]
fn an_import_goes_on_after_each_of_its_submissions() {
    let folder = tempfile::tempdir().unwrap();
    for path in [file(&folder, "long.tsv", long_statement()), shipped(USER_CONTENT)] {
        let whole = create(&SimDisk::new()).unwrap();
        let report = import(&writer(&whole), &path).unwrap();
        let expected = submissions(&whole, report.source);
        for after in 0..expected.len() {
            let disk = SimDisk::new();
            let ledger = create(&disk).unwrap();
            let stopped = Writer::start(
                &ledger,
                log_keys(),
                Stop { after },
                Box::new(HandClock::at(NOW)),
                WriterOptions::default(),
            );
            let stopped = stopped.unwrap();
            let (refused, _) = import_with(&stopped, &path, false, TWO);
            assert!(matches!(refused, Err(ImportError::Append(_))), "{refused:?}");
            assert_eq!(submissions(&ledger, 1).len(), after);
            drop((stopped, ledger));

            let ledger = open(&disk).unwrap();
            let (again, durable) = import_with(&writer(&ledger), &path, false, NonZeroUsize::MIN);
            let again = again.unwrap();
            assert_eq!((again.resumed, again.rows, again.resources), (after > 0, report.rows, report.resources));
            assert!(submissions(&ledger, 1) == expected, "after {after} submissions");
            assert!(durable.is_sorted() && durable.last().is_none_or(|rows| *rows == report.rows));
        }
    }
}

#[test]
fn submissions_do_not_depend_on_the_number_of_threads() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(&folder, "long.tsv", long_statement());
    let bodies = [1, 2, 5].map(|threads| {
        let ledger = create(&SimDisk::new()).unwrap();
        let writer = writer(&ledger);
        let (report, durable) = import_with(&writer, &path, false, NonZeroUsize::new(threads).unwrap());
        assert_eq!((report.unwrap().rows, *durable.last().unwrap()), (15_000, 15_000));
        submissions(&ledger, 1)
    });
    assert!(bodies[0] == bodies[1] && bodies[1] == bodies[2]);
    let sizes: Vec<usize> = bodies[0].iter().map(Vec::len).collect();
    assert!(sizes.iter().all(|size| *size <= 4096) && sizes.contains(&4096), "{sizes:?}");
}

#[test]
fn the_same_file_is_refused_with_the_index_of_its_first_import() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = create(&SimDisk::new()).unwrap();
    let writer = writer(&ledger);
    let first = import(&writer, &shipped(USER_CONTENT)).unwrap();
    let size = ledger.head().size;
    let renamed = file(&folder, "other.tsv", std::fs::read(shipped(USER_CONTENT)).unwrap());
    match import(&writer, &renamed) {
        Err(ImportError::Duplicate { source_event }) => assert_eq!(source_event, first.source),
        other => panic!("{other:?}"),
    }
    assert_eq!(ledger.head().size, size);
}

/// The same text in other bytes: packed, with a byte order mark, with other line ends, without the last one.
#[test]
fn the_same_lines_are_refused_whatever_their_bytes() {
    use std::io::Write;

    let folder = tempfile::tempdir().unwrap();
    let text = statement(0..20, 4);
    let crlf = text.replace('\n', "\r\n");
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(crlf.as_bytes()).unwrap();
    let forms: [(&str, Vec<u8>); 5] = [
        ("plain.tsv", text.clone().into_bytes()),
        ("crlf.tsv", crlf.clone().into_bytes()),
        ("open.tsv", text.trim_end().as_bytes().to_vec()),
        ("marked.tsv", [b"\xef\xbb\xbf", text.as_bytes()].concat()),
        ("packed.tsv.gz", packed.finish().unwrap()),
    ];
    let content = ledger_spec::hash::sha256(&[text.as_bytes()]);
    for (name, bytes) in &forms {
        let ledger = create(&SimDisk::new()).unwrap();
        let writer = writer(&ledger);
        let path = file(&folder, name, bytes);
        assert_eq!(plan(&path).file.digest.content, content, "{name}");
        let first = import(&writer, &path).unwrap();
        for (other, bytes) in &forms {
            match import(&writer, &file(&folder, other, bytes)) {
                Err(ImportError::Duplicate { source_event }) => assert_eq!(source_event, first.source),
                again => panic!("{other} after {name}: {again:?}"),
            }
        }
    }
}

#[test]
fn a_message_is_imported_once_from_its_sender_whatever_its_lines() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = create(&SimDisk::new()).unwrap();
    let writer = writer(&ledger);
    let first = import(&writer, &shipped(USER_CONTENT)).unwrap();
    let text = std::fs::read_to_string(shipped(USER_CONTENT)).unwrap();
    let changed = text.replacen("1000", "1001", 1);
    assert_ne!(text, changed);
    match import(&writer, &file(&folder, "again.tsv", &changed)) {
        Err(ImportError::SameMessage { source_event, .. }) => assert_eq!(source_event, first.source),
        other => panic!("{other:?}"),
    }
    let id = plan(&shipped(USER_CONTENT)).file.header.message_id;
    let next = changed.replacen(&id, "another-message", 1);
    match import(&writer, &file(&folder, "resent.tsv", &next)) {
        Err(ImportError::Copy { source_event }) => assert_eq!(source_event, first.source, "the totals are the same"),
        other => panic!("{other:?}"),
    }
    let other_days = next.replace("2026-09", "2026-08");
    assert_ne!(next, other_days);
    import(&writer, &file(&folder, "next.tsv", &other_days)).unwrap();
}

#[test]
fn bad_lines_refuse_the_file_or_are_recorded_one_by_one() {
    let folder = tempfile::tempdir().unwrap();
    let mut lines: Vec<String> = statement(0..10, 3).lines().map(str::to_owned).collect();
    lines[3] = lines[3].replace("\t2026-07\t", "\tJuly\t");
    lines[7] = lines[7].replace("\tGBXYZ", "\t\t\tGBXYZ");
    let path = file(&folder, "bad.tsv", lines.join("\n"));
    let ledger = create(&SimDisk::new()).unwrap();
    let writer = writer(&ledger);
    match import_with(&writer, &path, false, TWO).0 {
        Err(ImportError::BadLines { count: 2, first }) => {
            let places: Vec<_> = first.iter().map(|bad| (bad.line, bad.column.clone(), bad.value.as_str())).collect();
            assert_eq!(places[0], (4, Some((3, "Sale Month".to_owned())), "July"));
            assert_eq!((places[1].0, &first[1].reason), (8, &Reason::CellCount { expected: 15, found: 17 }));
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(ledger.head().size, 1, "nothing was added");

    let report = import_with(&writer, &path, true, TWO).0.unwrap();
    assert_eq!((report.rows, report.refused), (10, 2));
    let events = events(&ledger, report.source);
    assert_eq!((&events[0]["rows"], &events[0]["refused"]), (&json!(10), &json!(2)));
    assert_eq!(of_kind(&events, "usage-line").len(), 8);
    let refused = of_kind(&events, "line-refused");
    let hash = ledger_spec::hash::sha256(&[lines[3].as_bytes()]).to_string();
    assert_eq!((&refused[0]["row"], &refused[0]["column"], &refused[0]["line"]), (&json!(4), &json!(3), &json!(hash)));
    assert_eq!((&refused[0]["reason"], &refused[1]["reason"]), (&json!("not-a-date"), &json!("missing-cell")));
    let closed = of_kind(&events, "source-closed");
    assert_eq!((&closed[0]["rows"], &closed[0]["refused"]), (&json!(10), &json!(2)));
}

#[test]
fn a_file_that_says_nothing_or_is_cut_off_adds_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = create(&SimDisk::new()).unwrap();
    let writer = writer(&ledger);
    let empty = file(&folder, "empty.tsv", statement(0..0, 1));
    assert!(matches!(import(&writer, &empty), Err(ImportError::Nothing)));
    let whole = std::fs::read_to_string(shipped(USER_CONTENT)).unwrap();
    let cut = file(&folder, USER_CONTENT, &whole[..whole.rfind("FOOT").unwrap()]);
    assert!(matches!(import(&writer, &cut), Err(ImportError::Refused(_))));
    assert_eq!(ledger.head().size, 1);
}

#[test]
fn a_file_that_changes_between_the_passes_is_not_closed() {
    use cantus::ingest::import::Import;
    use cantus::ledger::Author;

    let folder = tempfile::tempdir().unwrap();
    let path = file(&folder, "statement.tsv", statement(0..20, 4));
    let ledger = create(&SimDisk::new()).unwrap();
    let writer = writer(&ledger);
    let author = Author::new(key(1), ledger.id());
    let import = Import {
        writer: &writer,
        author: &author,
        reporter: STORE,
        accept_partial: false,
        not_a_copy: false,
        threads: TWO,
        stop: &AtomicBool::new(false),
    };
    let plan = plan(&path);
    std::fs::write(&path, statement(0..20, 5)).unwrap();
    let changed = import.run(&plan, folded(&ledger).sources(), |_| {});
    assert!(matches!(changed, Err(ImportError::Changed { source_event: 1 })), "{changed:?}");
    assert_eq!(folded(&ledger).sources().open().collect::<Vec<_>>(), [1]);
}

#[test]
fn an_interrupted_import_goes_on_for_the_same_reporter_only() {
    use cantus::ingest::import::Import;
    use cantus::ledger::Author;

    let folder = tempfile::tempdir().unwrap();
    let path = file(&folder, "statement.tsv", statement(0..20, 4));
    let ledger = create(&SimDisk::new()).unwrap();
    let clock = Box::new(HandClock::at(NOW));
    let stopped = Writer::start(&ledger, log_keys(), Stop { after: 1 }, clock, WriterOptions::default()).unwrap();
    import_with(&stopped, &path, false, TWO).0.unwrap_err();
    drop(stopped);
    let writer = writer(&ledger);
    let author = Author::new(key(1), ledger.id());
    let import = Import {
        writer: &writer,
        author: &author,
        reporter: ALICE,
        accept_partial: false,
        not_a_copy: false,
        threads: TWO,
        stop: &AtomicBool::new(false),
    };
    let other = import.run(&plan(&path), folded(&ledger).sources(), |_| {});
    assert!(matches!(other, Err(ImportError::OtherReporter { source_event: 1 })), "{other:?}");
}
