//! Promise: many authors write at once, each gets its own answer, and they share commits.

#![allow(clippy::unwrap_used)]

mod ledger_support;

use std::collections::BTreeSet;
use std::io;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use cantus::ledger::Ledger;
use cantus::store::{Disk, DiskFile, Lock, SimDisk};
use ledger_spec::reference::PartyId;
use ledger_spec::role::Roles;

use ledger_support::*;

/// A disk that takes its time to sync, as real ones do.
#[derive(Clone, Debug)]
struct SlowDisk(SimDisk);

#[derive(Debug)]
struct SlowFile(Arc<dyn DiskFile>);

impl Disk for SlowDisk {
    fn place(&self) -> String {
        self.0.place()
    }
    fn create(&self, name: &str) -> io::Result<Arc<dyn DiskFile>> {
        Ok(Arc::new(SlowFile(self.0.create(name)?)))
    }
    fn open(&self, name: &str) -> io::Result<Arc<dyn DiskFile>> {
        Ok(Arc::new(SlowFile(self.0.open(name)?)))
    }
    fn list(&self) -> io::Result<Vec<String>> {
        self.0.list()
    }
    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.0.rename(from, to)
    }
    fn remove(&self, name: &str) -> io::Result<()> {
        self.0.remove(name)
    }
    fn sync_dir(&self) -> io::Result<()> {
        self.0.sync_dir()
    }
    fn lock(&self, name: &str) -> io::Result<Box<dyn Lock>> {
        self.0.lock(name)
    }
}

impl DiskFile for SlowFile {
    fn len(&self) -> io::Result<u64> {
        self.0.len()
    }
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        self.0.read_at(buffer, offset)
    }
    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.0.write_at(bytes, offset)
    }
    fn sync_data(&self) -> io::Result<()> {
        thread::sleep(Duration::from_millis(5));
        self.0.sync_data()
    }
    fn set_len(&self, length: u64) -> io::Result<()> {
        self.0.set_len(length)
    }
}

const AUTHORS: u8 = 8;
const EACH: u64 = 10;

#[test]
fn eight_authors_share_commits() {
    let disk = SimDisk::new();
    drop(create(&disk).unwrap());
    let ledger = Ledger::open(Arc::new(SlowDisk(disk)), OPTIONS, &mut |_| {}).unwrap();
    let writer = writer(&ledger);
    let mut operator = Pen::operator(&ledger);
    for seed in 10..10 + AUTHORS {
        enrol(&writer, &mut operator, seed, PartyId([seed; 16]), Roles::ARTIST);
    }
    let start = ledger.head().size;

    let places = Mutex::new(BTreeSet::new());
    thread::scope(|scope| {
        for seed in 10..10 + AUTHORS {
            let (writer, ledger, places) = (&writer, &ledger, &places);
            scope.spawn(move || {
                let mut pen = Pen::new(key(seed), ledger);
                for _ in 0..EACH {
                    let accepted = writer.append(pen.say(&details("x"), ledger.basis())).unwrap();
                    let found = ledger.submission(&pen.author.public(), pen.number - 1).unwrap();
                    assert_eq!(found.map(|found| found.first), Some(accepted.first));
                    places.lock().unwrap().insert(accepted.first);
                }
            });
        }
    });
    let submissions = u64::from(AUTHORS) * EACH;
    assert_eq!(places.into_inner().unwrap(), (start..start + submissions).collect());

    let mut commits = 0;
    for chunk in ledger.store().scan(start).unwrap() {
        commits += chunk.unwrap().frames().count() as u64;
    }
    assert!(commits <= submissions / 3, "{submissions} submissions took {commits} commits");
}
