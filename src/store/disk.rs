//! The only door to the disk for the segment engine: one flat folder of files.
//!
//! The trait is as small as the engine's needs, so that [`SimDisk`](super::SimDisk) can fail or crash at every one
//! of its operations. What the engine assumes of a disk, and no more:
//!
//! - bytes written are durable once `sync_data` has returned without error; a sector of 512 bytes is written whole
//!   or not at all; sectors of one write may become durable in any order
//! - names created, renamed and removed are durable once `sync_dir` has returned; a rename is atomic
//! - after a failed sync, nothing is known about the bytes written since the last good one

use std::fmt::Debug;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt, FileExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What a folder is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Nothing is changed, and others may read at the same time.
    Read,
    /// No one else reads or writes meanwhile.
    Write,
}

/// A flat folder of files. Names contain no separators.
pub trait Disk: Debug + Send + Sync {
    /// Where this is, for messages.
    fn place(&self) -> String;
    /// What it was opened for. Opened for reading, whatever would change something fails.
    fn access(&self) -> Access {
        Access::Write
    }
    /// Creates an empty file, or empties the one that is there.
    fn create(&self, name: &str) -> io::Result<Arc<dyn DiskFile>>;
    /// Opens a file that exists.
    fn open(&self, name: &str) -> io::Result<Arc<dyn DiskFile>>;
    /// Names of all files, in no order.
    fn list(&self) -> io::Result<Vec<String>>;
    /// Renames, atomically replacing `to`.
    fn rename(&self, from: &str, to: &str) -> io::Result<()>;
    /// Removes a file.
    fn remove(&self, name: &str) -> io::Result<()>;
    /// Makes creations, renames and removals durable.
    fn sync_dir(&self) -> io::Result<()>;
    /// Takes the lock of that name until the answer is dropped, alone for writing and with other readers for reading;
    /// `WouldBlock` when another stands against it.
    fn lock(&self, name: &str) -> io::Result<Box<dyn Lock>>;
}

/// A lock, given up when dropped.
pub trait Lock: Debug + Send + Sync {}

/// An open file. Reads and writes name their offset, so that one handle serves all threads.
#[expect(clippy::len_without_is_empty, reason = "nobody asks")]
pub trait DiskFile: Debug + Send + Sync {
    /// Length in bytes.
    fn len(&self) -> io::Result<u64>;
    /// Fills the buffer from `offset`; `UnexpectedEof` when the file is too short.
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()>;
    /// Writes all bytes at `offset`, extending the file where needed.
    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()>;
    /// Makes all bytes written to this file, and its length, durable.
    fn sync_data(&self) -> io::Result<()>;
    /// Cuts the file, or extends it with zeros.
    fn set_len(&self, length: u64) -> io::Result<()>;
}

/// A folder of the file system.
#[derive(Debug)]
pub struct RealDisk {
    folder: PathBuf,
    access: Access,
}

impl RealDisk {
    /// The folder, which is made, durably and for its owner alone, if it does not exist.
    pub fn new(folder: impl Into<PathBuf>) -> io::Result<RealDisk> {
        let folder = folder.into();
        let missing: Vec<&Path> =
            folder.ancestors().take_while(|path| !path.is_dir() && *path != Path::new("")).collect();
        for path in missing.into_iter().rev() {
            fs::DirBuilder::new().mode(0o700).create(path)?;
            let parent = path.parent().filter(|parent| *parent != Path::new("")).unwrap_or(Path::new("."));
            sync_folder(parent)?;
        }
        Ok(RealDisk { folder, access: Access::Write })
    }

    /// The folder, to be read. The system itself refuses what would change it.
    pub fn for_reading(folder: impl Into<PathBuf>) -> RealDisk {
        RealDisk { folder: folder.into(), access: Access::Read }
    }

    /// Refuses a change of names, for which no open file can.
    fn change(&self) -> io::Result<()> {
        match self.access {
            Access::Read => Err(io::ErrorKind::ReadOnlyFilesystem.into()),
            Access::Write => Ok(()),
        }
    }
}

impl Disk for RealDisk {
    fn place(&self) -> String {
        self.folder.display().to_string()
    }

    fn access(&self) -> Access {
        self.access
    }

    fn create(&self, name: &str) -> io::Result<Arc<dyn DiskFile>> {
        self.change()?;
        let path = self.folder.join(name);
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(true).open(path)?;
        Ok(Arc::new(file))
    }

    fn open(&self, name: &str) -> io::Result<Arc<dyn DiskFile>> {
        let writes = self.access == Access::Write;
        Ok(Arc::new(OpenOptions::new().read(true).write(writes).open(self.folder.join(name))?))
    }

    fn list(&self) -> io::Result<Vec<String>> {
        let names = fs::read_dir(&self.folder)?.map(|entry| Ok(entry?.file_name().into_string().ok()));
        names.filter_map(io::Result::transpose).collect()
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.change()?;
        fs::rename(self.folder.join(from), self.folder.join(to))
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        self.change()?;
        fs::remove_file(self.folder.join(name))
    }

    fn sync_dir(&self) -> io::Result<()> {
        sync_folder(&self.folder)
    }

    fn lock(&self, name: &str) -> io::Result<Box<dyn Lock>> {
        let path = self.folder.join(name);
        let file = match File::open(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                OpenOptions::new().write(true).create(true).truncate(false).open(path)?
            }
            opened => opened?,
        };
        let locked = match self.access {
            Access::Read => file.try_lock_shared(),
            Access::Write => file.try_lock(),
        };
        match locked {
            Ok(()) => Ok(Box::new(file)),
            Err(TryLockError::WouldBlock) => Err(io::ErrorKind::WouldBlock.into()),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

impl Lock for File {}

impl DiskFile for File {
    fn len(&self) -> io::Result<u64> {
        Ok(self.metadata()?.len())
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        self.read_exact_at(buffer, offset)
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.write_all_at(bytes, offset)
    }

    fn sync_data(&self) -> io::Result<()> {
        File::sync_data(self)
    }

    fn set_len(&self, length: u64) -> io::Result<()> {
        File::set_len(self, length)
    }
}

fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}
