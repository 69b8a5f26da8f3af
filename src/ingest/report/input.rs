//! The bytes of a report: hashed as they lie on disk, unpacked if they are gzip, a byte order mark taken off.

use std::fs::File;
use std::io::{self, Chain, Cursor, Read};
use std::path::Path;

use flate2::read::MultiGzDecoder;
use ledger_spec::Hash;
use sha2::{Digest, Sha256};

/// RFC 1952 section 2.3.1.
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];
/// U+FEFF in UTF-8.
const BOM: [u8; 3] = [0xef, 0xbb, 0xbf];

type Raw = Chain<Cursor<Vec<u8>>, Hashing>;

/// The text bytes of a report, read once from start to end.
pub struct Input {
    source: Source,
    /// Taken from the start to look for a byte order mark, and given out first.
    start: Cursor<Vec<u8>>,
}

enum Source {
    Plain(Raw),
    Gzip(Box<MultiGzDecoder<Raw>>),
}

/// What the file is, as it lies on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Digested {
    /// SHA-256 of all its bytes.
    pub sha256: Hash,
    /// How many they are.
    pub bytes: u64,
}

impl Input {
    /// Opens a file.
    pub fn open(path: &Path) -> io::Result<Input> {
        Input::new(File::open(path)?)
    }

    /// Reads from anything.
    pub fn new(reader: impl Read + Send + 'static) -> io::Result<Input> {
        let mut hashing = Hashing { reader: Box::new(reader), hasher: Sha256::new(), bytes: 0 };
        let magic = first_bytes(&mut hashing, GZIP_MAGIC.len())?;
        let gzip = magic == GZIP_MAGIC;
        let raw = Cursor::new(magic).chain(hashing);
        let mut source = if gzip { Source::Gzip(Box::new(MultiGzDecoder::new(raw))) } else { Source::Plain(raw) };
        let mut start = first_bytes(&mut source, BOM.len())?;
        if start == BOM {
            start.clear();
        }
        Ok(Input { source, start: Cursor::new(start) })
    }

    /// Reads what is left, such as bytes after the end of a gzip stream, and returns the hash of the whole file.
    pub fn finish(self) -> io::Result<Digested> {
        let raw = match self.source {
            Source::Plain(raw) => raw,
            Source::Gzip(decoder) => decoder.into_inner(),
        };
        let (_, mut hashing) = raw.into_inner();
        io::copy(&mut hashing, &mut io::sink())?;
        Ok(Digested { sha256: Hash(hashing.hasher.finalize().into()), bytes: hashing.bytes })
    }
}

impl Read for Input {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.start.read(buffer)? {
            0 => self.source.read(buffer),
            read => Ok(read),
        }
    }
}

impl Read for Source {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Source::Plain(raw) => raw.read(buffer),
            Source::Gzip(decoder) => decoder.read(buffer),
        }
    }
}

/// Up to `count` bytes; fewer only at the end.
fn first_bytes(reader: &mut impl Read, count: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(count);
    reader.take(count as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Hashes and counts what passes through.
struct Hashing {
    reader: Box<dyn Read + Send>,
    hasher: Sha256,
    bytes: u64,
}

impl Read for Hashing {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.hasher.update(buffer.get(..read).unwrap_or_default());
        self.bytes += read as u64;
        Ok(read)
    }
}
