//! The state of a simulated disk: what is live, what is durable, and what may yet become so.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::mem;

use super::{Fault, Survival};

/// The unit in which written bytes survive a power cut.
const SECTOR: usize = 512;

/// Files and names.
#[derive(Clone, Debug, Default)]
pub struct World {
    /// Every file there ever was, by number.
    pub files: Vec<Content>,
    /// Names as the process sees them.
    pub names: BTreeMap<String, usize>,
    /// Names as a power cut would leave them.
    pub durable_names: BTreeMap<String, usize>,
    pending_names: Vec<NameChange>,
    /// Names of locks that are held.
    pub locks: BTreeSet<String>,
    /// Operations counted so far.
    pub operations: u64,
    /// What happens at the operation of that number.
    pub fault: Option<(u64, Fault)>,
    stopped: bool,
}

/// The bytes of a file.
#[derive(Clone, Debug, Default)]
pub struct Content {
    /// As the process sees them.
    pub live: Vec<u8>,
    durable: Vec<u8>,
    /// What separates the two.
    pending: Vec<Change>,
}

/// A change to a file.
#[derive(Clone, Debug)]
pub enum Change {
    /// Bytes written at an offset.
    Write { offset: usize, bytes: Vec<u8> },
    /// A new length.
    SetLen(usize),
}

/// A change to the names.
#[derive(Clone, Debug)]
pub enum NameChange {
    /// The name is that file's.
    Set(String, usize),
    /// One name becomes another.
    Rename(String, String),
    /// The name is nobody's.
    Remove(String),
}

/// Whether the operation is to be done.
enum Step {
    Do,
    Fail,
}

impl World {
    /// As the next process finds it.
    pub fn restarted(mut self) -> World {
        self.locks.clear();
        World { operations: 0, fault: None, stopped: false, ..self }
    }

    /// As it is after a power cut.
    pub fn cut(mut self, survival: Survival) -> World {
        let mut random = Random(match survival {
            Survival::Torn(seed) => seed,
            Survival::Nothing | Survival::Everything => 0,
        });
        let mut survives = || match survival {
            Survival::Nothing => false,
            Survival::Everything => true,
            Survival::Torn(_) => random.next().is_multiple_of(2),
        };
        for file in &mut self.files {
            for change in mem::take(&mut file.pending) {
                change.apply(&mut file.durable, &mut survives);
            }
            file.live.clone_from(&file.durable);
        }
        for change in mem::take(&mut self.pending_names) {
            if !survives() {
                break;
            }
            change.apply(&mut self.durable_names);
        }
        self.names.clone_from(&self.durable_names);
        self
    }

    /// Fails once the process has stopped.
    pub fn running(&self) -> io::Result<()> {
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

    /// Does a change of names.
    pub fn change_name(&mut self, change: NameChange) -> io::Result<()> {
        self.operate(|world, step| {
            if let Step::Do = step {
                change.apply(&mut world.names);
                world.pending_names.push(change);
            }
            Ok(())
        })
    }

    /// Does a change to a file.
    pub fn change_file(&mut self, id: usize, change: Change) -> io::Result<()> {
        self.operate(|world, step| {
            let change = match (step, change) {
                (Step::Do, change) => change,
                (Step::Fail, Change::Write { offset, mut bytes }) => {
                    bytes.truncate(bytes.len() / 2);
                    Change::Write { offset, bytes }
                }
                (Step::Fail, Change::SetLen(_)) => return Ok(()),
            };
            change.apply(&mut world.files[id].live, || true);
            world.files[id].pending.push(change);
            Ok(())
        })
    }

    /// Makes the names durable. If that fails, they may become so later.
    pub fn sync_names(&mut self) -> io::Result<()> {
        self.operate(|world, step| {
            if let Step::Do = step {
                for change in mem::take(&mut world.pending_names) {
                    change.apply(&mut world.durable_names);
                }
            }
            Ok(())
        })
    }

    /// Makes a file durable. If that fails, what should have become so never will.
    pub fn sync_file(&mut self, id: usize) -> io::Result<()> {
        self.operate(|world, step| {
            let file = &mut world.files[id];
            let changes = mem::take(&mut file.pending);
            if let Step::Do = step {
                changes.iter().for_each(|change| change.apply(&mut file.durable, || true));
            }
            Ok(())
        })
    }

    /// The number of the file of that name.
    pub fn id(&self, name: &str) -> io::Result<usize> {
        self.running()?;
        self.names.get(name).copied().ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

impl Content {
    /// A file whose bytes are durable.
    pub fn durable(bytes: &[u8]) -> Content {
        Content { live: bytes.to_vec(), durable: bytes.to_vec(), pending: Vec::new() }
    }
}

impl Change {
    /// Applies the sectors of the change for which `survives` says so.
    fn apply(&self, bytes: &mut Vec<u8>, mut survives: impl FnMut() -> bool) {
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
