//! The bytes of a report: hashed as they lie on disk, unpacked if they are gzip, a byte order mark taken off; and hashed
//! as the text that they are, so that a file that was packed or had its line ends changed is known again.

use std::io::{self, Chain, Cursor, Read};
use std::path::Path;

use flate2::read::MultiGzDecoder;
use ledger_spec::Hash;
use memchr::memchr;
use sha2::{Digest, Sha256};

use crate::files;

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
    /// The text's own hash, once it can differ from that of the bytes on disk.
    text: Option<TextHash>,
    /// The last byte of the text so far.
    last: Option<u8>,
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
    /// SHA-256 of its lines, unpacked, without a byte order mark, each ended by LF.
    pub content: Hash,
}

impl Input {
    /// Opens a regular file; it is read more than once.
    pub fn open(path: &Path) -> io::Result<Input> {
        Input::new(files::open(path)?)
    }

    /// Reads from anything.
    pub fn new(reader: impl Read + Send + 'static) -> io::Result<Input> {
        let mut hashing = Hashing { reader: Box::new(reader), hasher: Sha256::new(), bytes: 0 };
        let magic = first_bytes(&mut hashing, GZIP_MAGIC.len())?;
        let gzip = magic == GZIP_MAGIC;
        let raw = Cursor::new(magic).chain(hashing);
        let mut source = if gzip { Source::Gzip(Box::new(MultiGzDecoder::new(raw))) } else { Source::Plain(raw) };
        let mut start = first_bytes(&mut source, BOM.len())?;
        let marked = start == BOM;
        if marked {
            start.clear();
        }
        let text = (gzip || marked || start.contains(&b'\r')).then(TextHash::default);
        Ok(Input { source, start: Cursor::new(start), text, last: None })
    }

    /// Reads what is left, such as bytes after the end of a gzip stream, and returns the hashes of the whole file.
    pub fn finish(mut self) -> io::Result<Digested> {
        io::copy(&mut self, &mut io::sink())?;
        let raw = match self.source {
            Source::Plain(raw) => raw,
            Source::Gzip(decoder) => decoder.into_inner(),
        };
        let (_, mut hashing) = raw.into_inner();
        io::copy(&mut hashing, &mut io::sink())?;
        let mut content = self.text.map_or_else(|| hashing.hasher.clone(), |text| text.hasher);
        if self.last.is_some_and(|last| last != b'\n') {
            content.update(b"\n");
        }
        let [sha256, content] = [hashing.hasher, content].map(|hasher| Hash(hasher.finalize().into()));
        Ok(Digested { sha256, bytes: hashing.bytes, content })
    }

    /// Reads text from the file, with a hash of its own from the first CR on.
    fn read_source(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let before = match (&self.text, &self.source) {
            // As long as nothing differs the hash of the file is that of the text: a second one would cost as much.
            (None, Source::Plain(raw)) => raw.get_ref().1.hasher.clone(),
            _ => return self.source.read(buffer),
        };
        let read = self.source.read(buffer)?;
        if memchr(b'\r', buffer.get(..read).unwrap_or_default()).is_some() {
            self.text = Some(TextHash { hasher: before, cr: false });
        }
        Ok(read)
    }
}

impl Read for Input {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = match self.start.read(buffer)? {
            0 => self.read_source(buffer)?,
            read => read,
        };
        let block = buffer.get(..read).unwrap_or_default();
        if let Some(text) = &mut self.text {
            text.update(block);
        }
        self.last = block.last().copied().or(self.last);
        Ok(read)
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

/// Hashes text as if each CRLF were LF.
#[derive(Default)]
struct TextHash {
    hasher: Sha256,
    /// A CR was the last byte: it is hashed only if no LF follows.
    cr: bool,
}

impl TextHash {
    fn update(&mut self, mut block: &[u8]) {
        if self.cr && !matches!(block, [] | [b'\n', ..]) {
            self.hasher.update(b"\r");
        }
        self.cr &= block.is_empty();
        while let Some((text, rest)) = memchr(b'\r', block).and_then(|at| block.split_at_checked(at)) {
            let rest = rest.strip_prefix(b"\r").unwrap_or(rest);
            self.hasher.update(text);
            match rest {
                [] => self.cr = true,
                [b'\n', ..] => {}
                _ => self.hasher.update(b"\r"),
            }
            block = rest;
        }
        self.hasher.update(block);
    }
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
