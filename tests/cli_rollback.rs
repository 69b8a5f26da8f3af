//! Promise: a log that was put back to an older state, with its guard, is never signed again: the receipts in the outbox
//! know what it had given out.

#![allow(clippy::unwrap_used)]

mod cli_support;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use cli_support::Home;

/// Replaces a folder by a copy of another.
fn put_back(from: &Path, to: &Path) {
    let _ = fs::remove_dir_all(to);
    fs::create_dir(to).unwrap();
    for file in fs::read_dir(from).unwrap() {
        let file = file.unwrap();
        fs::copy(file.path(), to.join(file.file_name())).unwrap();
    }
}

fn say(home: &Home, code: &str) -> cli_support::Ran {
    home.write("said.toml", &format!("[[work]]\ncode = '{code}'\n"));
    home.run(&["append", "said.toml"])
}

fn outbox(home: &Home) -> BTreeMap<String, Vec<u8>> {
    let files = fs::read_dir(home.path().join("ledger/outbox")).unwrap().map(|file| file.unwrap());
    files.map(|file| (file.file_name().into_string().unwrap(), fs::read(file.path()).unwrap())).collect()
}

/// Nothing is written, by any command, and the ledger's checkpoint stays what it was.
fn is_refused(home: &Home) {
    let guard = || fs::read(home.path().join("ledger/segments/guard")).unwrap();
    let (receipts, guarded) = (outbox(home), guard());
    for ran in [say(home, "another"), home.run(&["key", "rotate", "log"]), home.run(&["key", "rotate", "operator"])] {
        assert_eq!(ran.code, 1, "{}", ran.stderr);
        assert!(ran.stderr.contains("Restore the newest copy"), "{}", ran.stderr);
    }
    assert_eq!((outbox(home), guard()), (receipts, guarded));
    let doctor = home.run(&["doctor"]);
    assert_ne!(doctor.code, 0);
    assert!(doctor.stdout.contains("was cut or restored from an older copy"), "{}", doctor.stdout);
}

#[test]
fn segments_from_an_older_copy_are_refused() {
    let home = Home::with_ledger();
    let (segments, copy, newest) =
        (home.path().join("ledger/segments"), home.path().join("copy"), home.path().join("newest"));
    put_back(&segments, &copy);
    assert_eq!(say(&home, "river").code, 0);
    put_back(&segments, &newest);

    put_back(&copy, &segments);
    is_refused(&home);
    // Also without the index, which has seen more.
    fs::remove_dir_all(home.path().join("ledger/index")).unwrap();
    is_refused(&home);

    put_back(&newest, &segments);
    assert_eq!(say(&home, "lake").code, 0);
    put_back(&segments, &home.path().join("later"));
    // The log as of now and then, the guard of before.
    put_back(&newest, &segments);
    fs::copy(copy.join("guard"), segments.join("guard")).unwrap();
    is_refused(&home);

    put_back(&home.path().join("later"), &segments);
    assert_eq!(home.run(&["doctor"]).code, 0);
    assert_eq!(say(&home, "sea").code, 0);
}

#[test]
fn an_import_leaves_a_receipt_too() {
    let home = Home::with_ledger();
    home.write("store.toml", "[[party]]\ncode = 'store'\ntype = 'distributor'\n");
    home.ok(&["append", "store.toml"]);
    let (segments, copy) = (home.path().join("ledger/segments"), home.path().join("copy"));
    put_back(&segments, &copy);
    let report = "Reporting Date\tSale Month\tStore\tArtist\tTitle\tISRC\tUPC\tQuantity\tTeam Percentage\tSong/Album\t\
        Country of Sale\tSongwriter Royalties Withheld\tEarnings (EUR)\n\
        2026-04-14\t2026-01\tSpotify\tAnna Berg\tRiver\tQZDEM2600001\t\t7120\t100\tSong\tNO\t0\t10\n";
    home.write("report.tsv", report);
    home.ok(&["import", "report.tsv", "--reporter", "store"]);
    put_back(&copy, &segments);
    is_refused(&home);
}

#[test]
fn another_history_of_the_same_length_is_refused() {
    let home = Home::with_ledger();
    let (segments, copy, aside) =
        (home.path().join("ledger/segments"), home.path().join("copy"), home.path().join("aside"));
    put_back(&segments, &copy);
    assert_eq!(say(&home, "river").code, 0);
    let receipts = home.path().join("ledger/outbox");
    put_back(&receipts, &aside);
    put_back(&copy, &segments);
    fs::remove_dir_all(&receipts).unwrap();
    assert_eq!(say(&home, "sea").code, 0, "nobody knows");
    put_back(&aside, &receipts);
    is_refused(&home);
}

#[test]
fn a_damaged_receipt_is_named_and_is_no_rollback() {
    let home = Home::with_ledger();
    let (name, bytes) = outbox(&home).pop_last().unwrap();
    let file = home.path().join("ledger/outbox").join(&name);
    for at in [3, 20, 60, bytes.len() / 2, bytes.len()] {
        let mut damaged = bytes.clone();
        match damaged.get_mut(at) {
            Some(byte) => *byte ^= 1,
            None => damaged.truncate(at / 3),
        }
        fs::write(&file, damaged).unwrap();
        let ran = say(&home, "river");
        assert_eq!(ran.code, 1, "{at}: {}", ran.stderr);
        assert!(ran.stderr.contains(&format!("{name} in the outbox is damaged")), "{at}: {}", ran.stderr);
        assert!(home.run(&["doctor"]).stdout.contains("is damaged"));
    }
    fs::write(&file, bytes).unwrap();
    assert_eq!(say(&home, "river").code, 0);
}
