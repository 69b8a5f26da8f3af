//! A disk in memory that tells what was written from what is durable, and fails where it is told to.
//!
//! Every operation that changes something (write, sync, create, rename, remove, set length, sync of the folder) is
//! counted from 0, and one of them can be made to fail or to be the last one done. Afterwards [`SimDisk::power_cut`]
//! gives the disk as a machine finds it after a power cut, and [`SimDisk::kill`] as the next process finds it when
//! only the process died. The same seed gives the same bytes.
//!
//! It is as unkind as the contract of [`Disk`] allows: unsynced sectors of 512 bytes survive in any combination,
//! names in any prefix of their changes, a failed write leaves its first half, and what a failed sync should have
//! made durable stays readable but will never be durable, as under Linux.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::disk::{Disk, DiskFile, Lock};

const SECTOR: usize = 512;

/// What happens at the operation of that number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It fails, and later ones work.
    Error,
    /// The process stops just before it.
    Before,
    /// It is done, and the process stops.
    After,
}

/// Which of the unsynced changes a power cut leaves behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Survival {
    /// Only what was synced.
    Nothing,
    /// All of them.
    Everything,
    /// Any sectors, and the first few changes of names, chosen by the seed.
    Torn(u64),
}

/// The disk. Clones are the same disk.
#[derive(Clone, Debug, Default)]
pub struct SimDisk {
    world: Arc<Mutex<World>>,
}

#[derive(Clone, Debug, Default)]
struct World {
    files: Vec<Content>,
    names: BTreeMap<String, usize>,
    durable_names: BTreeMap<String, usize>,
    pending_names: Vec<NameChange>,
    locks: BTreeSet<String>,
    operations: u64,
    fault: Option<(u64, Fault)>,
    stopped: bool,
}

#[derive(Clone, Debug, Default)]
struct Content {
    live: Vec<u8>,
    durable: Vec<u8>,
    pending: Vec<Change>,
}

#[derive(Clone, Debug)]
enum Change {
    Write { offset: usize, bytes: Vec<u8> },
    SetLen(usize),
}

#[derive(Clone, Debug)]
enum NameChange {
    Set(String, usize),
    Rename(String, String),
    Remove(String),
}

/// Whether the operation is to be done.
enum Step {
    Do,
    Fail,
}

impl SimDisk {
    /// An empty disk that never fails.
    pub fn new() -> SimDisk {
        SimDisk::default()
    }

    /// Makes the operation of that number, counted from now, fail or be the last.
    pub fn inject(&self, operation: u64, fault: Fault) {
        let mut world = self.world();
        world.operations = 0;
        world.fault = Some((operation, fault));
    }

    /// Operations since the last `inject`, or since the disk was made.
    pub fn operations(&self) -> u64 {
        self.world().operations
    }

    /// The disk after a power cut, without faults and locks; everything on it is durable.
    pub fn power_cut(&self, survival: Survival) -> SimDisk {
        let mut world = self.world().clone();
        let mut random = Random(match survival {
            Survival::Torn(seed) => seed,
            Survival::Nothing | Survival::Everything => 0,
        });
        let survives = |random: &mut Random| match survival {
            Survival::Nothing => false,
            Survival::Everything => true,
            Survival::Torn(_) => random.next().is_multiple_of(2),
        };
        for file in &mut world.files {
            for change in std::mem::take(&mut file.pending) {
                change.survive(&mut file.durable, || survives(&mut random));
            }
            file.live.clone_from(&file.durable);
        }
        for change in std::mem::take(&mut world.pending_names) {
            if !survives(&mut random) {
                break;
            }
            change.apply(&mut world.durable_names);
        }
        world.names.clone_from(&world.durable_names);
        world.restarted()
    }

    /// The disk as the next process finds it when this one was killed: nothing is lost, nothing more is durable.
    pub fn kill(&self) -> SimDisk {
        let world = self.world().clone();
        world.restarted()
    }

    /// The live bytes of a file.
    pub fn read(&self, name: &str) -> Option<Vec<u8>> {
        let world = self.world();
        Some(world.files[*world.names.get(name)?].live.clone())
    }

    /// Replaces the bytes of a file, live and durable: damage, or a restored copy.
    pub fn overwrite(&self, name: &str, bytes: &[u8]) {
        let mut world = self.world();
        let next = world.files.len();
        let id = *world.names.entry(name.to_owned()).or_insert(next);
        world.durable_names.insert(name.to_owned(), id);
        let content = Content { live: bytes.to_vec(), durable: bytes.to_vec(), pending: Vec::new() };
        match world.files.get_mut(id) {
            Some(file) => *file = content,
            None => world.files.push(content),
        }
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl World {
    fn restarted(mut self) -> SimDisk {
        self.locks.clear();
        self.operations = 0;
        self.fault = None;
        self.stopped = false;
        SimDisk { world: Arc::new(Mutex::new(self)) }
    }

    fn running(&self) -> io::Result<()> {
        if self.stopped { Err(io::Error::other("the simulated process has stopped")) } else { Ok(()) }
    }

    /// Counts an operation and does it, unless it is the one that must not be done.
    fn operate(&mut self, operation: impl FnOnce(&mut World, Step) -> io::Result<()>) -> io::Result<()> {
        self.running()?;
        let fault = self.fault.filter(|(at, _)| *at == self.operations).map(|(_, fault)| fault);
        self.operations += 1;
        match fault {
            None => operation(self, Step::Do),
            Some(Fault::Error) => {
                operation(self, Step::Fail)?;
                Err(io::Error::other("injected failure"))
            }
            Some(Fault::Before) => {
                self.stopped = true;
                self.running()
            }
            Some(Fault::After) => {
                operation(self, Step::Do)?;
                self.stopped = true;
                self.running()
            }
        }
    }

    fn change_name(&mut self, change: NameChange) -> io::Result<()> {
        self.operate(|world, step| {
            if let Step::Do = step {
                change.apply(&mut world.names);
                world.pending_names.push(change);
            }
            Ok(())
        })
    }

    fn change_file(&mut self, id: usize, change: Change) -> io::Result<()> {
        self.operate(|world, step| {
            let change = match (step, change) {
                (Step::Do, change) => change,
                (Step::Fail, Change::Write { offset, mut bytes }) => {
                    bytes.truncate(bytes.len() / 2);
                    Change::Write { offset, bytes }
                }
                (Step::Fail, Change::SetLen(_)) => return Ok(()),
            };
            change.survive(&mut world.files[id].live, || true);
            world.files[id].pending.push(change);
            Ok(())
        })
    }

    fn id(&self, name: &str) -> io::Result<usize> {
        self.running()?;
        self.names.get(name).copied().ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

impl Change {
    /// Applies the sectors of the change for which `survives` says so.
    fn survive(&self, bytes: &mut Vec<u8>, mut survives: impl FnMut() -> bool) {
        match self {
            Change::SetLen(length) => {
                if survives() {
                    bytes.resize(*length, 0);
                }
            }
            Change::Write { offset, bytes: written } => {
                let mut start = 0;
                while start < written.len() {
                    let sector_end = (offset + start) / SECTOR * SECTOR + SECTOR;
                    let end = written.len().min(sector_end - offset);
                    if survives() {
                        let target = offset + start..offset + end;
                        bytes.resize(bytes.len().max(target.end), 0);
                        bytes[target].copy_from_slice(&written[start..end]);
                    }
                    start = end;
                }
            }
        }
    }
}

impl NameChange {
    fn apply(&self, names: &mut BTreeMap<String, usize>) {
        match self {
            NameChange::Set(name, id) => {
                names.insert(name.clone(), *id);
            }
            NameChange::Rename(from, to) => {
                if let Some(id) = names.remove(from) {
                    names.insert(to.clone(), id);
                }
            }
            NameChange::Remove(name) => {
                names.remove(name);
            }
        }
    }
}

impl Disk for SimDisk {
    fn place(&self) -> String {
        "simulated disk".to_owned()
    }

    fn create(&self, name: &str) -> io::Result<Arc<dyn DiskFile>> {
        let mut world = self.world();
        let id = world.files.len();
        world.files.push(Content::default());
        world.change_name(NameChange::Set(name.to_owned(), id))?;
        Ok(Arc::new(SimFile { disk: self.clone(), id }))
    }

    fn open(&self, name: &str) -> io::Result<Arc<dyn DiskFile>> {
        let id = self.world().id(name)?;
        Ok(Arc::new(SimFile { disk: self.clone(), id }))
    }

    fn list(&self) -> io::Result<Vec<String>> {
        let world = self.world();
        world.running()?;
        Ok(world.names.keys().cloned().collect())
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        let mut world = self.world();
        world.id(from)?;
        world.change_name(NameChange::Rename(from.to_owned(), to.to_owned()))
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        let mut world = self.world();
        world.id(name)?;
        world.change_name(NameChange::Remove(name.to_owned()))
    }

    fn sync_dir(&self) -> io::Result<()> {
        self.world().operate(|world, step| {
            if let Step::Do = step {
                let changes = std::mem::take(&mut world.pending_names);
                changes.iter().for_each(|change| change.apply(&mut world.durable_names));
            }
            Ok(())
        })
    }

    fn lock(&self, name: &str) -> io::Result<Box<dyn Lock>> {
        let mut world = self.world();
        world.running()?;
        if !world.locks.insert(name.to_owned()) {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        Ok(Box::new(SimLock { disk: self.clone(), name: name.to_owned() }))
    }
}

#[derive(Debug)]
struct SimLock {
    disk: SimDisk,
    name: String,
}

impl Lock for SimLock {}

impl Drop for SimLock {
    fn drop(&mut self) {
        self.disk.world().locks.remove(&self.name);
    }
}

#[derive(Debug)]
struct SimFile {
    disk: SimDisk,
    id: usize,
}

impl DiskFile for SimFile {
    fn len(&self) -> io::Result<u64> {
        let world = self.disk.world();
        world.running()?;
        Ok(world.files[self.id].live.len() as u64)
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        let world = self.disk.world();
        world.running()?;
        let start = position(offset)?;
        let end = start.saturating_add(buffer.len());
        let bytes = world.files[self.id].live.get(start..end).ok_or(io::ErrorKind::UnexpectedEof)?;
        buffer.copy_from_slice(bytes);
        Ok(())
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        let change = Change::Write { offset: position(offset)?, bytes: bytes.to_vec() };
        self.disk.world().change_file(self.id, change)
    }

    fn sync_data(&self) -> io::Result<()> {
        self.disk.world().operate(|world, step| {
            let file = &mut world.files[self.id];
            let changes = std::mem::take(&mut file.pending);
            if let Step::Do = step {
                changes.iter().for_each(|change| change.survive(&mut file.durable, || true));
            }
            Ok(())
        })
    }

    fn set_len(&self, length: u64) -> io::Result<()> {
        self.disk.world().change_file(self.id, Change::SetLen(position(length)?))
    }
}

fn position(offset: u64) -> io::Result<usize> {
    usize::try_from(offset).map_err(|_| io::ErrorKind::InvalidInput.into())
}

/// SplitMix64: the same seed gives the same disk.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
}
