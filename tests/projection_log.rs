//! The books of a ledger on disk: what the writer's bookkeeper keeps is what a replay gives, to any point, checked or
//! not, from the first event or from a snapshot; and bytes that were tampered with are no books.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod ledger_support;

use std::fs;
use std::path::Path;

use cantus::ledger::{Folder, Ledger, Opening, Writer, WriterOptions};
use cantus::projection::{Bookkeeper, Checks, FoldError, ReplayError, Replayed, State, Until, books, keep, replay};
use ledger_spec::Hash;
use ledger_spec::code::PartyKind;
use ledger_spec::event::catalogue::Party;
use ledger_spec::event::particulars::Remark;
use ledger_spec::ident::{Identifier, Scheme};
use ledger_spec::reference::PartyId;
use ledger_spec::role::Roles;
use ledger_spec::submission::Draft;
use ledger_support::*;

/// A ledger of five submissions: the opening, and four of three events each, a minute apart.
fn ledger(path: &Path) -> (Ledger, State) {
    let opening =
        Opening { origin: "test.example/ledger", operator: OPERATOR, roles: Roles(0x7f), one_person_pays: false };
    let ledger = Ledger::create_in(&Folder::new(path), &opening, key(1), &log_key()).unwrap();
    // After the opening, which has the real time.
    let clock = HandClock::at(cantus::ledger::Clock::wall(&cantus::ledger::SystemClock) + 1000);
    let bookkeeper = Bookkeeper::new(replayed(&ledger, Until::End, Checks::Full).state, ledger.clone());
    let options = WriterOptions::default();
    let writer = Writer::start(&ledger, log_keys(), bookkeeper, Box::new(clock.clone()), options).unwrap();
    let mut pen = Pen::operator(&ledger);
    for number in 0..4u8 {
        clock.pass(std::time::Duration::from_secs(60));
        let mut draft = Draft::new();
        let code = format!("party-{number}");
        let identifiers = vec![Identifier { scheme: Scheme::HOUSE, value: &code }];
        let party = Party { party: PartyId([50 + number; 16]), kind: PartyKind::PERSON, identifiers };
        draft.push(&party, pen.salt()).unwrap();
        draft.push(&Remark { about: None, text: "a sentence to be found" }, pen.salt()).unwrap();
        draft.push(&Remark { about: None, text: "and another" }, pen.salt()).unwrap();
        writer.append(pen.sign(draft, ledger.basis())).unwrap();
    }
    let state = writer.close().unwrap().into_state();
    (ledger, state)
}

fn replayed(ledger: &Ledger, until: Until, checks: Checks) -> Replayed {
    replay(ledger.store(), State::new(), Hash::default(), until, checks, &mut |_| {}).unwrap()
}

fn bytes(mut state: State) -> Vec<u8> {
    state.snapshot(&Hash::default()).unwrap()
}

fn reopen(path: &Path) -> Ledger {
    Ledger::open_in(&Folder::new(path), &mut |_| {}).unwrap()
}

#[test]
fn a_replay_gives_what_the_bookkeeper_kept_and_the_root_of_the_log() {
    let home = tempfile::tempdir().unwrap();
    let (ledger, state) = ledger(home.path());
    let checked = replayed(&ledger, Until::End, Checks::Full);
    let trusted = replayed(&ledger, Until::End, Checks::Trusted);
    assert_eq!(checked.root, Some(ledger.root_at(13).unwrap()));
    assert_eq!((checked.leaf, trusted.leaf, trusted.root), (ledger.head().leaf, ledger.head().leaf, None));
    let kept = bytes(state);
    assert!(bytes(checked.state) == kept && bytes(trusted.state) == kept);
}

#[test]
fn a_replay_ends_at_any_index_or_moment() {
    let home = tempfile::tempdir().unwrap();
    let (ledger, _) = ledger(home.path());
    for size in 0..=13 {
        let Replayed { state, root, .. } = replayed(&ledger, Until::Size(size), Checks::Full);
        assert_eq!((state.size(), root), (size, Some(ledger.root_at(size).unwrap())));
    }
    let times: Vec<u64> = ledger
        .store()
        .scan(0)
        .unwrap()
        .flat_map(|chunk| {
            let chunk = chunk.unwrap();
            let records: Vec<u64> = chunk
                .frames()
                .flat_map(|frame| {
                    let mut walk = cantus::store::Walk::records(frame.records);
                    std::iter::from_fn(move || walk.step().unwrap().map(|step| step.record.recorded_at))
                        .collect::<Vec<_>>()
                })
                .collect();
            records
        })
        .collect();
    for (moment, size) in [(times[0] - 1, 0), (times[0], 1), (times[4], 7), (times[4] - 1, 4), (u64::MAX, 13)] {
        assert_eq!(replayed(&ledger, Until::Moment(moment), Checks::Trusted).state.size(), size);
    }
}

#[test]
fn a_replay_goes_on_from_a_snapshot_of_this_log_only() {
    let home = tempfile::tempdir().unwrap();
    let (ledger, state) = ledger(home.path());
    let Replayed { state: mut first, leaf, .. } = replayed(&ledger, Until::Size(7), Checks::Trusted);
    let (first, leaf) = State::from_snapshot(&first.snapshot(&leaf).unwrap()).unwrap();
    for checks in [Checks::Trusted, Checks::Full] {
        let on = replay(ledger.store(), first.clone(), leaf, Until::End, checks, &mut |_| {}).unwrap();
        assert!(bytes(on.state) == bytes(state.clone()));
        assert_eq!((on.leaf, on.root), (ledger.head().leaf, None));
    }
    let other = replay(ledger.store(), first, Hash([1; 32]), Until::End, Checks::Full, &mut |_| {});
    assert!(matches!(other, Err(ReplayError::Elsewhere(7))));
    let within = replayed(&ledger, Until::Size(6), Checks::Trusted);
    let on = replay(ledger.store(), within.state, within.leaf, Until::End, Checks::Trusted, &mut |_| {});
    assert!(matches!(on, Err(ReplayError::Elsewhere(6))), "it stands within a submission");
}

#[test]
fn a_checked_replay_sees_every_byte_that_was_changed() {
    let home = tempfile::tempdir().unwrap();
    drop(ledger(home.path()));
    let segment = fs::read_dir(home.path().join("segments"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| fs::read(path).unwrap().windows(8).any(|bytes| bytes == b"sentence"))
        .unwrap();
    let whole = fs::read(&segment).unwrap();
    let found = whole.windows(8).position(|bytes| bytes == b"sentence").unwrap();
    let mut changed = whole.clone();
    changed[found] = b'S';
    fs::write(&segment, changed).unwrap();
    let ledger = reopen(home.path());
    let checked = replay(ledger.store(), State::new(), Hash::default(), Until::End, Checks::Full, &mut |_| {});
    assert!(matches!(checked, Err(ReplayError::Commitment(2))), "{checked:?}");
    let before = replay(ledger.store(), State::new(), Hash::default(), Until::Size(2), Checks::Full, &mut |_| {});
    assert_eq!(before.unwrap().state.size(), 2);
}

#[test]
fn the_books_are_kept_in_the_index_and_any_loss_costs_a_replay() {
    let home = tempfile::tempdir().unwrap();
    let (opened, state) = ledger(home.path());
    let whole = bytes(state);
    let Replayed { state: mut early, leaf, .. } = replayed(&opened, Until::Size(7), Checks::Trusted);
    keep(&opened, &mut early, leaf).unwrap();
    drop(opened);

    let opened = reopen(home.path());
    let mut told = Vec::new();
    assert!(bytes(books(&opened, Until::End, &mut |size| told.push(size)).unwrap()) == whole);
    assert_eq!(told, [13]);
    for size in [3, 7, 8] {
        assert_eq!(
            books(&opened, Until::Size(size), &mut |_| {}).unwrap().size(),
            size,
            "before and after the kept one"
        );
    }
    // One of another log, and one that is no snapshot.
    keep(&opened, &mut early, Hash([1; 32])).unwrap();
    assert!(bytes(books(&opened, Until::End, &mut |_| {}).unwrap()) == whole);
    let at = cantus::store::index::Reached { size: 7, leaf };
    opened.keep_snapshot("books", at, b"nothing of the kind").unwrap();
    assert!(bytes(books(&opened, Until::End, &mut |_| {}).unwrap()) == whole);
    drop(opened);
    fs::remove_dir_all(home.path().join("index")).unwrap();
    assert!(bytes(books(&reopen(home.path()), Until::End, &mut |_| {}).unwrap()) == whole);
}

#[test]
fn a_log_that_nobody_judged_is_refused_where_it_makes_no_sense() {
    let home = tempfile::tempdir().unwrap();
    let (ledger, _) = ledger(home.path());
    let writer = Writer::start(
        &ledger,
        log_keys(),
        Accept::default(),
        Box::new(cantus::ledger::SystemClock),
        WriterOptions::default(),
    )
    .unwrap();
    let mut pen = Pen::operator(&ledger);
    let nowhere = ledger_spec::event::usage::SourceClosed { source: 5, rows: 0, refused: 0 };
    writer.append(pen.say(&nowhere, ledger.basis())).unwrap();
    let refused = replay(ledger.store(), State::new(), Hash::default(), Until::End, Checks::Full, &mut |_| {});
    let error = refused.err().unwrap();
    assert!(
        matches!(error, ReplayError::Fold(FoldError::Cites { index: 13, cited: 5, expected: "source" })),
        "{error}"
    );
}
