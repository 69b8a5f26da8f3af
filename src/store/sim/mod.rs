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

mod world;

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use self::world::{Change, Content, NameChange, World};
use super::disk::{Disk, DiskFile, Lock};

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
        SimDisk::of(self.world().clone().cut(survival))
    }

    /// The disk as the next process finds it when this one was killed: nothing is lost, nothing more is durable.
    pub fn kill(&self) -> SimDisk {
        SimDisk::of(self.world().clone())
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
        world.files.resize_with(next.max(id + 1), Content::default);
        world.files[id] = Content::durable(bytes);
    }

    fn of(world: World) -> SimDisk {
        SimDisk { world: Arc::new(Mutex::new(world.restarted())) }
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
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
        self.world().sync_names()
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
        self.disk.world().sync_file(self.id)
    }

    fn set_len(&self, length: u64) -> io::Result<()> {
        self.disk.world().change_file(self.id, Change::SetLen(position(length)?))
    }
}

fn position(offset: u64) -> io::Result<usize> {
    usize::try_from(offset).map_err(|_| io::ErrorKind::InvalidInput.into())
}
