//! Promise: a ledger's folder and its export as a static log verify, whatever is done to their files is found, and
//! verifying changes nothing.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "../ledger-spec/tests/forge/mod.rs"]
#[allow(dead_code, unused_imports, reason = "other tests use the rest")]
mod forge;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cantus::export::extract::{self, MakeExtractError, Wanted};
use cantus::export::tlog::{ExportError, Exported, StaticLog};
use cantus::store::{Block, EventStore, GivenOut, Options, Outcome, RealDisk, SegmentStore};
use cantus::verify::{VerifyError, verify};
use forge::{Forge, LOG_SEED, OPERATOR_SEED, STRANGER_SEED, remark, vkey};
use ledger_spec::merkle::Leaves;
use ledger_spec::record::{Record, write_opening};
use ledger_spec::verify::{Anchors, Headline, Outcome as Checked, Report, Rule, Verdict};

fn anchored() -> Anchors {
    Anchors { vkey: Some(vkey(LOG_SEED)), ..Anchors::default() }
}

fn report(path: &Path) -> Report {
    verify(path, &anchored(), &mut |_| {}).unwrap()
}

/// A ledger of 612 events, more than two bundles, so that there are tiles of two levels.
fn forge() -> Forge {
    let mut forge = Forge::honest();
    for number in 0..6 {
        let remarks: Vec<_> = (0..100).map(|event| remark(&format!("remark {event} of {number}"))).collect();
        forge.submit(OPERATOR_SEED, &remarks);
    }
    forge
}

/// Puts a forged log into a ledger's folder, a frame for each submission, and gives out its checkpoint.
fn store(folder: &Path, forge: &Forge) -> SegmentStore {
    let disk = Arc::new(RealDisk::new(folder.join("segments")).unwrap());
    let store = SegmentStore::create(disk, forge.ledger, Options::default()).unwrap();
    append(&store, forge);
    store
}

/// Appends what the store does not have yet.
fn append(store: &SegmentStore, forge: &Forge) {
    let leaves = forge.leaves();
    let mut block = Block { first_index: 0, count: 0, records: vec![], bodies: vec![], leaf: forge.ledger };
    for (index, (record, body)) in forge.records.iter().zip(&forge.bodies).enumerate() {
        block.records.extend_from_slice(&(record.len() as u16).to_be_bytes());
        block.records.extend_from_slice(record);
        block.bodies.extend_from_slice(body);
        block.count += 1;
        block.leaf = leaves[index];
        if Record::parse(record).unwrap().seal.is_some() {
            let first_index = index as u64 + 1;
            let next = Block { first_index, count: 0, records: vec![], bodies: vec![], leaf: block.leaf };
            let block = std::mem::replace(&mut block, next);
            if block.first_index >= store.head().size {
                assert!(matches!(store.append(&store.head(), &[block]).unwrap(), Outcome::Committed(_)));
            }
        }
    }
    let checkpoint = forge.checkpoint().to_string().into_bytes();
    store.give_out(&GivenOut { size: forge.size(), leaf: forge.head(), checkpoint }).unwrap();
}

fn export(store: &dyn EventStore, forge: &Forge, directory: &Path) -> Result<Exported, ExportError> {
    let checkpoint = forge.checkpoint().to_string().into_bytes();
    StaticLog { store, checkpoint: &checkpoint, vkey: &vkey(LOG_SEED), handovers: &[] }.write(directory)
}

/// Every file below a directory, by its path.
fn files(directory: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => found.extend(files(&path)),
            false => drop(found.insert(path.clone(), fs::read(&path).unwrap())),
        }
    }
    found
}

fn names(directory: &Path) -> Vec<String> {
    let name = |path: &PathBuf| path.strip_prefix(directory).unwrap().display().to_string();
    files(directory).keys().map(name).collect()
}

#[track_caller]
fn expect(report: &Report, check: Rule, verdict: Verdict, meaning: &str) {
    let finding = report.finding.as_ref().unwrap_or_else(|| panic!("nothing found: {report:#?}"));
    assert_eq!((finding.check, finding.verdict), (check, verdict), "{finding}");
    assert!(finding.meaning.contains(meaning), "{finding} does not say {meaning:?}");
}

#[test]
fn a_ledgers_folder_and_its_export_verify() {
    let folder = tempfile::tempdir().unwrap();
    let forge = forge();
    let store = store(folder.path(), &forge);
    let log = folder.path().join("public");
    assert_eq!(export(&store, &forge, &log).unwrap(), Exported { size: 612, files: 9 });
    drop(store);

    let before = files(folder.path());
    let report_of_folder = report(folder.path());
    assert_eq!((report_of_folder.headline, report_of_folder.finding.as_ref()), (Headline::Verified, None));
    assert!(report_of_folder.checks.iter().all(|check| check.outcome == Checked::Passed), "{report_of_folder:#?}");
    let report_of_log = report(&log);
    assert_eq!((report_of_log.headline, report_of_log.finding.as_ref()), (Headline::Verified, None));
    let tiles = report_of_log.checks.iter().find(|check| check.check == Rule::Tiles).unwrap();
    assert_eq!(tiles.count, 7, "three bundles, three tiles of leaves and one above them");
    assert_eq!(report_of_log.root, report_of_folder.root);
    assert_eq!(files(folder.path()), before, "verifying changes nothing");
    assert!(matches!(verify(&log.join("tile"), &anchored(), &mut |_| {}), Err(VerifyError::NoSource(_))));
}

#[test]
fn an_extract_of_a_stored_ledger_verifies() {
    let folder = tempfile::tempdir().unwrap();
    let forge = forge();
    let store = store(folder.path(), &forge);
    let (leaves, checkpoint) = (forge.leaves(), forge.checkpoint().to_string().into_bytes());
    let make = |events: &[u64], bodies: &[u64]| {
        let [events, bodies] = [events, bodies].map(|indices| indices.iter().copied().collect());
        extract::make(&store, &Leaves(&leaves), &checkpoint, Wanted { events: &events, bodies: &bodies })
    };
    let path = folder.path().join("part.extract");
    // Of 6 the body was erased in order.
    fs::write(&path, make(&[5, 6, 300, 611], &[5, 6, 300, 611]).unwrap().to_bytes()).unwrap();
    let report = report(&path);
    assert_eq!((report.headline, report.finding), (Headline::Verified, None));
    let count = |rule| report.checks.iter().find(|check| check.check == rule).unwrap().count;
    assert_eq!([Rule::Records, Rule::Commitments].map(count), [9, 3]);
    let bare = make(&[300], &[]).unwrap();
    assert!(bare.submissions.iter().flat_map(|part| &part.entries).all(|entry| entry.opening.is_none()));
    assert!(matches!(make(&[612], &[]), Err(MakeExtractError::Beyond { index: 612, size: 612 })));
    fs::write(&path, "no extract").unwrap();
    assert!(matches!(verify(&path, &anchored(), &mut |_| {}), Err(VerifyError::NoSource(_))));
}

#[test]
fn an_export_is_the_same_bytes_each_time_and_only_ever_grows() {
    let folder = tempfile::tempdir().unwrap();
    let mut forge = forge();
    let store = store(folder.path(), &forge);
    let (one, two) = (folder.path().join("one"), folder.path().join("two"));
    export(&store, &forge, &one).unwrap();
    export(&store, &forge, &two).unwrap();
    let contents = |directory: &Path| files(directory).into_values().collect::<Vec<_>>();
    assert_eq!((names(&one), contents(&one)), (names(&two), contents(&two)));
    assert_eq!(
        names(&one),
        [
            "checkpoint",
            "tile/0/000",
            "tile/0/001",
            "tile/0/002.p/100",
            "tile/1/000.p/2",
            "tile/entries/000",
            "tile/entries/001",
            "tile/entries/002.p/100",
            "vkey"
        ]
    );
    let again = export(&store, &forge, &one).unwrap();
    assert_eq!(again.files, 2, "only checkpoint and vkey are written again");

    let earlier = forge.clone();
    forge.submit(OPERATOR_SEED, &vec![remark("more"); 200]);
    append(&store, &forge);
    export(&store, &forge, &one).unwrap();
    assert_eq!(report(&one).headline, Headline::Verified);
    assert!(matches!(export(&store, &earlier, &one), Err(ExportError::Later { there: 812, size: 612, .. })));

    let other = tempfile::tempdir().unwrap();
    let mut fork = earlier.clone();
    fork.submit(OPERATOR_SEED, &vec![remark("other"); 400]);
    let fork_store = self::store(other.path(), &fork);
    let refused = export(&fork_store, &fork, &one);
    assert!(matches!(refused, Err(ExportError::OtherLog(_))), "{refused:?}");
    let checkpoint = earlier.checkpoint_by(STRANGER_SEED).to_string().into_bytes();
    let stranger = StaticLog { store: &store, checkpoint: &checkpoint, vkey: &vkey(LOG_SEED), handovers: &[] };
    assert!(matches!(stranger.write(&two), Err(ExportError::Checkpoint(_))));
}

#[test]
fn every_altered_or_missing_file_of_a_static_log_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let forge = forge();
    let log = folder.path().join("public");
    export(&store(folder.path(), &forge), &forge, &log).unwrap();
    for (path, bytes) in files(&log) {
        let name = path.strip_prefix(&log).unwrap().display().to_string();
        for at in [0, bytes.len() / 2, bytes.len() - 1] {
            let mut flipped = bytes.clone();
            flipped[at] ^= 1;
            fs::write(&path, &flipped).unwrap();
            let finding = report(&log).finding.unwrap_or_else(|| panic!("{name}, byte {at}: nothing found"));
            let (checks, verdict) = (finding.check, finding.verdict);
            match name.as_str() {
                "vkey" => assert_eq!((checks, verdict), (Rule::LogKeys, Verdict::Malformed)),
                "checkpoint" => assert_eq!(checks, Rule::CheckpointSignature, "{finding}"),
                tile if tile.starts_with("tile/entries") => assert!(verdict < Verdict::Undecided, "{finding}"),
                tile => {
                    assert_eq!((checks, verdict), (Rule::Tiles, Verdict::Tampered), "{finding}");
                    assert!(finding.meaning.contains(tile));
                }
            }
        }
        // A tile and a bundle have the width that their name says: nothing more, and nothing less.
        let longer = [1, 32].map(|more| [&bytes[..], &vec![0; more]].concat());
        let shorter = [1, 32].map(|less| bytes[..bytes.len().saturating_sub(less)].to_vec());
        for (number, other) in longer.iter().chain(&shorter).enumerate().filter(|_| name.starts_with("tile/")) {
            fs::write(&path, other).unwrap();
            let report = report(&log);
            let verdict = report.finding.as_ref().map(|finding| finding.verdict);
            if number >= 2 && name.starts_with("tile/entries") {
                // An entry is gone with its end.
                assert!(verdict.is_some_and(|found| found < Verdict::Undecided), "{name} {report:#?}");
            } else {
                assert_eq!(report.headline, Headline::Malformed, "{name} {report:#?}");
                expect(&report, Rule::Tiles, Verdict::Malformed, &name);
            }
        }
        fs::remove_file(&path).unwrap();
        let without = report(&log);
        match name.as_str() {
            "vkey" => assert_eq!(without.headline, Headline::Verified),
            "checkpoint" => expect(&without, Rule::CheckpointSignature, Verdict::Undecided, "no checkpoint"),
            // The copy may not be whole: that proves nothing of the log.
            tile if tile.starts_with("tile/entries") => expect(&without, Rule::Records, Verdict::Undecided, tile),
            tile => expect(&without, Rule::Tiles, Verdict::Undecided, tile),
        }
        fs::write(&path, &bytes).unwrap();
    }
    assert_eq!(report(&log).headline, Headline::Verified);
    // One file that is missing does not hide another that was altered.
    fs::remove_file(log.join("tile/0/000")).unwrap();
    let altered = log.join("tile/0/001");
    let mut bytes = fs::read(&altered).unwrap();
    bytes[0] ^= 1;
    fs::write(&altered, bytes).unwrap();
    expect(&report(&log), Rule::Tiles, Verdict::Tampered, "tile/0/001");
}

/// The one segment file of a ledger's folder.
fn segment(folder: &Path) -> PathBuf {
    let mut segments = names(&folder.join("segments"));
    segments.retain(|name| name.ends_with(".seg"));
    assert_eq!(segments.len(), 1);
    folder.join("segments").join(&segments[0])
}

/// Where bytes are in a file.
fn find(bytes: &[u8], wanted: &[u8]) -> usize {
    bytes.windows(wanted.len()).position(|window| window == wanted).unwrap()
}

#[test]
fn damage_to_a_ledgers_files_is_named_by_event() {
    let folder = tempfile::tempdir().unwrap();
    let forge = forge();
    drop(store(folder.path(), &forge));
    let path = segment(folder.path());
    let bytes = fs::read(&path).unwrap();
    let altered = |alter: &dyn Fn(&mut Vec<u8>)| {
        let mut copy = bytes.clone();
        alter(&mut copy);
        fs::write(&path, copy).unwrap();
        report(folder.path())
    };
    let in_record = find(&bytes, &forge.records[300]) + 90;
    let report = altered(&|bytes| bytes[in_record] ^= 1);
    expect(&report, Rule::Chain, Verdict::Tampered, "was altered or replaced");
    assert_eq!(report.finding.unwrap().index, Some(301));

    let in_body = find(&bytes, &forge.bodies[400]) + 25;
    let report = altered(&|bytes| bytes[in_body] ^= 1);
    expect(&report, Rule::Commitments, Verdict::Tampered, "committed to");
    assert_eq!(report.finding.unwrap().index, Some(400));

    let mut erased = Vec::new();
    let zeros = vec![0; forge.bodies[401].len() - 18];
    write_opening(&ledger_spec::record::Opening { salt: [0; 16], body: &zeros }, &mut erased);
    let at = find(&bytes, &forge.bodies[401]);
    let report = altered(&|bytes| bytes[at..at + erased.len()].copy_from_slice(&erased));
    expect(&report, Rule::Commitments, Verdict::Undecided, "withheld or lost");

    // The header of the frame of event 312, which begins 76 bytes before its first record's length.
    let header = find(&bytes, &forge.records[312]) - 2 - 76;
    let report = altered(&|bytes| bytes[header + 30] ^= 1);
    expect(&report, Rule::Records, Verdict::Malformed, "cannot be read from here on");
    assert_eq!(report.finding.unwrap().index, Some(312));

    // The checksum of a frame's records, and on the last frame that of its bodies: nothing else is wrong then.
    let after_records = find(&bytes, forge.records.last().unwrap()) + forge.records.last().unwrap().len();
    let after_bodies = find(&bytes, forge.bodies.last().unwrap()) + forge.bodies.last().unwrap().len();
    let first_bodies = find(&bytes, &forge.bodies[312]) - 4;
    let damages = [(first_bodies, 312, "records"), (after_records, 512, "records"), (after_bodies, 512, "bodies")];
    for (checksum, index, what) in damages {
        for at in checksum..checksum + 4 {
            let report = altered(&|bytes| bytes[at] ^= 1);
            assert_eq!(report.headline, Headline::Malformed, "byte {at}");
            expect(&report, Rule::Records, Verdict::Malformed, what);
            assert_eq!(report.finding.unwrap().index, Some(index));
        }
    }

    let last = find(&bytes, &forge.records[512]) - 2 - 76;
    let report = altered(&|bytes| bytes[last..].fill(0));
    expect(&report, Rule::Root, Verdict::Tampered, "the end was cut off");

    let in_last = find(&bytes, &forge.records[600]) + 90;
    let report = altered(&|bytes| bytes[in_last] ^= 1);
    expect(&report, Rule::Chain, Verdict::Tampered, "was altered or replaced");

    let guard = folder.path().join("segments/guard");
    let noted = fs::read(&guard).unwrap();
    fs::write(&guard, [&noted[..24], &[1; 8], &noted[32..]].concat()).unwrap();
    let report = altered(&|_| {});
    assert_eq!(report.headline, Headline::Malformed);
    expect(&report, Rule::Records, Verdict::Malformed, "guard is damaged");
}

#[test]
fn what_a_crash_left_of_an_unfinished_commit_is_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    let mut forge = forge();
    let store = store(folder.path(), &forge);
    let before = forge.clone();
    forge.submit(OPERATOR_SEED, &vec![remark("never acknowledged"); 50]);
    append(&store, &forge);
    drop(store);
    let path = segment(folder.path());
    let bytes = fs::read(&path).unwrap();
    // As if the machine had stopped within the last commit, before the checkpoint over it was given out.
    fs::remove_file(folder.path().join("segments/guard")).unwrap();
    let start = find(&bytes, &forge.records[612]) - 2 - 76;
    let end = find(&bytes, &forge.bodies[661]) + forge.bodies[661].len() + 4;
    for cut in [start + 40, start + 200, find(&bytes, &forge.bodies[640]), end - 2] {
        let mut torn = bytes.clone();
        torn[cut..].fill(0);
        fs::write(&path, &torn).unwrap();
        let report = report_without_anchor(folder.path());
        assert_eq!((report.finding, report.size), (None, before.size()), "cut {} bytes in", cut - start);
    }
    fs::write(&path, &bytes).unwrap();
    assert_eq!(report_without_anchor(folder.path()).size, forge.size());
}

fn report_without_anchor(folder: &Path) -> Report {
    verify(folder, &Anchors::default(), &mut |_| {}).unwrap()
}
