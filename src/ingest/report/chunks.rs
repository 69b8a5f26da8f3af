//! Chunks of whole lines, so that several threads can read one file.
//!
//! Memory is flat in the file's size: one chunk is held at a time, beside those that readers have not finished.

use std::io::Read;

use memchr::{memchr, memchr_iter, memrchr};

use super::error::ReadError;
use super::input::{Digested, Input};

/// The longest line that is read, in bytes without its end. What is longer is cut to one byte more, which readers
/// refuse, so that no file can take more memory than this for a line. DSR RU01 lists are the longest in use.
pub const LINE_BYTES: usize = 1 << 20;
/// As many lines as one submission has events.
const CHUNK_LINES: u64 = 4096;
/// A chunk ends after this many bytes even if it has fewer lines.
const CHUNK_BYTES: usize = 2 << 20;
/// The most bytes in the lines before the data, and in one block of lines that must be read together.
const BLOCK_BYTES: usize = 32 << 20;
/// Read from the file at a time.
const READ_BYTES: usize = 128 << 10;

/// Whole lines of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chunk {
    /// The number of its first line in the file, from 1.
    pub first_line: u64,
    /// The lines with their ends; only the last line of a file may lack its end.
    pub bytes: Vec<u8>,
}

impl Chunk {
    /// The lines with their numbers, without LF or CRLF.
    pub fn lines(&self) -> impl Iterator<Item = (u64, &[u8])> {
        (self.first_line..).zip(lines(&self.bytes))
    }
}

/// The lines of some bytes, without LF or CRLF.
pub(super) fn lines(mut bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        if bytes.is_empty() {
            return None;
        }
        let (line, rest) = match memchr(b'\n', bytes) {
            // Found, so both parts are there.
            Some(end) => (bytes.get(..end)?, bytes.get(end + 1..)?),
            None => (bytes, &[][..]),
        };
        bytes = rest;
        Some(line.strip_suffix(b"\r").unwrap_or(line))
    })
}

/// Cuts a file into chunks.
pub struct Chunks {
    input: Input,
    /// Read and not yet given out.
    buffer: Vec<u8>,
    /// The number of the first line in the buffer.
    next_line: u64,
    /// The length of the unfinished line at the end of the buffer, as it is in the file.
    open: usize,
    ended: bool,
    block: Box<[u8]>,
}

impl Chunks {
    /// The chunks of an input.
    pub fn new(input: Input) -> Chunks {
        let block = vec![0; READ_BYTES].into_boxed_slice();
        Chunks { input, buffer: Vec::new(), next_line: 1, open: 0, ended: false, block }
    }

    /// The lines at the start of the file for which `within` holds; they are not taken, [`Self::next`] gives them.
    pub fn peek_while(&mut self, within: impl Fn(&[u8]) -> bool) -> Result<&[u8], ReadError> {
        let mut end = 0;
        loop {
            let rest = self.buffer.get(end..).unwrap_or_default();
            let next = match memchr(b'\n', rest) {
                Some(newline) => newline + 1,
                None if self.ended => rest.len(),
                None if self.buffer.len() > BLOCK_BYTES => {
                    return Err(ReadError::BlockTooLong { line: self.next_line, limit: BLOCK_BYTES });
                }
                None => {
                    self.fill()?;
                    continue;
                }
            };
            match rest.get(..next) {
                Some(line) if next > 0 && lines(line).all(&within) => end += next,
                _ => return Ok(self.buffer.get(..end).unwrap_or_default()),
            }
        }
    }

    /// The next chunk. `cut` says how many bytes of some whole lines can be read without those that follow; `None`
    /// if they need more.
    pub fn next(&mut self, cut: impl Fn(&[u8]) -> Option<usize>) -> Result<Option<Chunk>, ReadError> {
        let (mut most_lines, mut most_bytes) = (CHUNK_LINES, CHUNK_BYTES);
        let (mut end, mut count) = (0, 0);
        loop {
            while count < most_lines && end < most_bytes {
                let Some(newline) = self.buffer.get(end..).and_then(|rest| memchr(b'\n', rest)) else { break };
                end += newline + 1;
                count += 1;
            }
            let full = count == most_lines || end >= most_bytes;
            if !full && self.ended {
                return Ok(self.take(self.buffer.len(), count));
            }
            if !full {
                self.fill()?;
                continue;
            }
            match cut(self.buffer.get(..end).unwrap_or_default()) {
                Some(cut) if cut == end => return Ok(self.take(end, count)),
                Some(cut) if (1..end).contains(&cut) => {
                    let lines = memchr_iter(b'\n', self.buffer.get(..cut).unwrap_or_default()).count();
                    return Ok(self.take(cut, lines as u64));
                }
                _ if end > BLOCK_BYTES => {
                    return Err(ReadError::BlockTooLong { line: self.next_line, limit: BLOCK_BYTES });
                }
                _ => (most_lines, most_bytes) = (most_lines * 2, most_bytes * 2),
            }
        }
    }

    /// The hash and length of the whole file; what was not read yet is read for it.
    pub fn finish(self) -> Result<Digested, ReadError> {
        Ok(self.input.finish()?)
    }

    /// Takes that many bytes, which hold so many ends of lines, out of the buffer.
    fn take(&mut self, end: usize, lines: u64) -> Option<Chunk> {
        if end == 0 {
            return None;
        }
        let mut rest = Vec::with_capacity(CHUNK_BYTES);
        rest.extend_from_slice(self.buffer.get(end..).unwrap_or_default());
        self.buffer.truncate(end);
        let bytes = std::mem::replace(&mut self.buffer, rest);
        let first_line = self.next_line;
        self.next_line += lines;
        Some(Chunk { first_line, bytes })
    }

    /// Reads more into the buffer.
    fn fill(&mut self) -> Result<(), ReadError> {
        let read = self.input.read(&mut self.block)?;
        self.ended = read == 0;
        let block = self.block.get(..read).unwrap_or_default();
        if self.open + read <= LINE_BYTES {
            self.buffer.extend_from_slice(block);
            self.open = memrchr(b'\n', block).map_or(self.open + read, |newline| read - newline - 1);
            return Ok(());
        }
        for piece in block.split_inclusive(|byte| *byte == b'\n') {
            let text = piece.strip_suffix(b"\n").unwrap_or(piece);
            let room = (LINE_BYTES + 1).saturating_sub(self.open);
            self.buffer.extend_from_slice(text.get(..room).unwrap_or(text));
            self.open = self.open.saturating_add(text.len());
            if text.len() < piece.len() {
                self.buffer.push(b'\n');
                self.open = 0;
            }
        }
        Ok(())
    }
}
