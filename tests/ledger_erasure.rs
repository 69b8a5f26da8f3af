//! Promise: what was redacted is gone, after a crash, after opening again, and when an older copy comes back; the log
//! still verifies, and says who redacted what and why.

#![allow(clippy::unwrap_used)]

mod ledger_support;

use std::fs;
use std::path::Path;
use std::sync::Arc;

use cantus::ledger::{Ledger, LedgerError, public_log};
use cantus::store::{Body, Fault, SimDisk, Survival};
use ledger_spec::code::RedactionReason;
use ledger_spec::event::Event;
use ledger_spec::event::governance::Redacted;
use ledger_spec::record::Record;
use ledger_spec::tile::Row;

use ledger_support::*;

const SECRET: &str = "a name that somebody wants forgotten";

/// A ledger whose event 1 holds the secret, which event 3 redacts, with a copy from before that.
fn redacted() -> (SimDisk, SimDisk) {
    let disk = SimDisk::new();
    let ledger = create(&disk).unwrap();
    let writer = writer(&ledger);
    let mut operator = Pen::operator(&ledger);
    writer.append(operator.say(&details(SECRET), ledger.basis())).unwrap();
    writer.append(operator.say(&details("something else"), ledger.basis())).unwrap();
    assert!(holds_secret(&disk));
    let before = disk.kill();
    let redacted = Redacted { target: 1, reason: RedactionReason::REQUEST };
    writer.append(operator.say(&redacted, ledger.basis())).unwrap();
    drop((writer, ledger));
    (disk, before)
}

fn segment(disk: &SimDisk) -> String {
    use cantus::store::Disk;
    disk.list().unwrap().into_iter().find(|name| name != "guard" && name != "lock").unwrap()
}

fn holds_secret(disk: &SimDisk) -> bool {
    let bytes = disk.read(&segment(disk)).unwrap();
    bytes.windows(SECRET.len()).any(|window| window == SECRET.as_bytes())
}

fn assert_erased(ledger: &Ledger) {
    let event = ledger.store().event(1).unwrap();
    assert!(matches!(event.body, Body::Erased { length } if usize::from(length) > SECRET.len()));
    let last = ledger.store().event(3).unwrap().record;
    let record = Record::parse(&last).unwrap();
    assert_eq!(record.author, Pen::operator(ledger).author.public());
    let redacted = Event::decode(record.inline.unwrap().body).unwrap();
    assert_eq!(redacted, Event::Redacted(Redacted { target: 1, reason: RedactionReason::REQUEST }));
    assert_eq!(ledger.authority().redacted(), [1]);
    assert!(matches!(ledger.store().event(2).unwrap().body, Body::Present { .. }));
}

#[test]
fn gone_at_once_and_after_opening_again() {
    let (disk, _) = redacted();
    assert!(!holds_secret(&disk));
    assert!(!holds_secret(&disk.power_cut(Survival::Nothing)));
    let ledger = open(&disk).unwrap();
    assert_erased(&ledger);
    ledger.root_at(ledger.head().size).unwrap();
}

#[test]
fn gone_again_when_the_bytes_come_back() {
    let (disk, before) = redacted();
    // Everything up to the redaction from the copy, the rest as it is: a file patched together by a backup.
    let name = segment(&disk);
    let (old, mut now) = (before.read(&name).unwrap(), disk.read(&name).unwrap());
    let end = old.iter().rposition(|byte| *byte != 0).unwrap() + 1;
    now[..end].copy_from_slice(&old[..end]);
    disk.overwrite(&name, &now);
    assert!(holds_secret(&disk));
    assert_erased(&open(&disk).unwrap());
    assert!(!holds_secret(&disk));
    assert!(!holds_secret(&disk.power_cut(Survival::Nothing)));
}

/// The public log as a web server would serve it: bundles and a checkpoint, no body that is not public.
fn publish(ledger: &Ledger, folder: &Path) {
    let size = ledger.head().size;
    for tile in Row::Entries.tiles(size) {
        let path = folder.join(tile.to_string());
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let start = tile.index * 256;
        fs::write(path, ledger.store().records(start..start + u64::from(tile.width)).unwrap()).unwrap();
    }
    fs::write(folder.join("checkpoint"), ledger.checkpoint().unwrap().checkpoint).unwrap();
}

fn open_older(disk: &SimDisk, folder: &Path) -> Result<Ledger, LedgerError> {
    Ledger::open_older(Arc::new(disk.clone()), OPTIONS, |from| public_log(folder, from), &mut |_| {})
}

#[test]
fn an_older_copy_loses_what_was_redacted_since_and_is_not_written_again() {
    let (disk, copy) = redacted();
    let home = tempfile::tempdir().unwrap();
    publish(&open(&disk).unwrap(), home.path());
    assert!(holds_secret(&copy));
    let ledger = open_older(&copy, home.path()).unwrap();
    assert_eq!(ledger.head().size, 3);
    assert!(matches!(ledger.store().event(1).unwrap().body, Body::Erased { .. }));
    assert!(matches!(ledger.store().event(2).unwrap().body, Body::Present { .. }));
    assert!(!holds_secret(&copy.power_cut(Survival::Nothing)));
    drop(ledger);
    // Marked for good.
    for copy in [&copy, &copy.power_cut(Survival::Nothing)] {
        let ledger = open(copy).unwrap();
        let error = start(&ledger, HandClock::at(NOW)).err().unwrap();
        assert!(matches!(error, LedgerError::Older { size: 3, newer: 4 }), "{error}");
    }
    open_older(&copy, home.path()).unwrap();
}

#[test]
fn an_older_copy_that_ends_with_what_was_redacted_is_not_read() {
    let disk = SimDisk::new();
    let ledger = create(&disk).unwrap();
    let writer = writer(&ledger);
    let mut operator = Pen::operator(&ledger);
    writer.append(operator.say(&details(SECRET), ledger.basis())).unwrap();
    let copy = disk.kill();
    let redacted = Redacted { target: 1, reason: RedactionReason::REQUEST };
    writer.append(operator.say(&redacted, ledger.basis())).unwrap();
    let home = tempfile::tempdir().unwrap();
    publish(&ledger, home.path());
    let error = open_older(&copy, home.path()).err().unwrap();
    assert!(matches!(error, LedgerError::StillThere { index: 1 }), "{error}");
    let error = open(&copy).err().unwrap();
    assert!(matches!(error, LedgerError::Unfinished { newer: 3 }), "{error}");
}

#[test]
fn a_crash_while_an_older_copy_is_opened_leaves_nothing_to_read_or_sign() {
    let (disk, copy) = redacted();
    let home = tempfile::tempdir().unwrap();
    publish(&open(&disk).unwrap(), home.path());
    for survival in [Survival::Nothing, Survival::Everything, Survival::Torn(5)] {
        for operation in 0.. {
            let copy = copy.kill();
            copy.inject(operation, Fault::Before);
            if open_older(&copy, home.path()).is_ok() {
                break;
            }
            let copy = copy.power_cut(survival);
            match open(&copy) {
                // Either nothing was known of the newer log yet, or all of it is done.
                Ok(ledger) => {
                    let marked = start(&ledger, HandClock::at(NOW)).is_err();
                    assert_eq!(marked, matches!(ledger.store().event(1).unwrap().body, Body::Erased { .. }));
                }
                Err(LedgerError::Unfinished { .. }) => drop(open_older(&copy, home.path()).unwrap()),
                Err(error) => panic!("{error}"),
            }
        }
    }
}

#[test]
fn a_forged_newer_log_erases_nothing() {
    let (disk, copy) = redacted();
    let home = tempfile::tempdir().unwrap();
    publish(&open(&disk).unwrap(), home.path());
    let bundle = home.path().join("tile/entries/000.p/4");
    let bytes = fs::read(&bundle).unwrap();
    // The signature of the last record, which is sealed and then inline.
    let record = bytes.len() - ledger_spec::record::SEAL;
    let mut forged = bytes.clone();
    forged[record] ^= 1;
    fs::write(&bundle, &forged).unwrap();
    let error = open_older(&copy, home.path()).err().unwrap();
    assert!(matches!(error, LedgerError::Follow(_)), "{error}");
    fs::write(&bundle, &bytes[..bytes.len() - 1]).unwrap();
    let error = open_older(&copy, home.path()).err().unwrap();
    assert!(matches!(error, LedgerError::PublicLog(_)), "{error}");
    assert!(holds_secret(&copy));
    // Nor is the copy marked.
    start(&open(&copy).unwrap(), HandClock::at(NOW)).unwrap();
}

#[test]
fn a_damaged_body_is_erased_all_the_same() {
    let (disk, before) = redacted();
    let name = segment(&disk);
    let (old, mut now) = (before.read(&name).unwrap(), disk.read(&name).unwrap());
    let end = old.iter().rposition(|byte| *byte != 0).unwrap() + 1;
    now[..end].copy_from_slice(&old[..end]);
    let at = now.windows(SECRET.len()).position(|window| window == SECRET.as_bytes()).unwrap();
    now[at] ^= 1;
    disk.overwrite(&name, &now);
    assert_erased(&open(&disk).unwrap());
}
