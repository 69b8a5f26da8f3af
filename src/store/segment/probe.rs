//! Looking into the bytes after the last whole frame.

use super::file::Segment;
use super::frame::{FRAME_LEN_MAX, Frame, HEADER_LEN, Header, Tag};
use crate::store::StoreError;

/// Bytes read at once.
const PIECE: u64 = 1 << 20;

/// Offset of the last byte in the range that is not zero.
pub fn last_nonzero(segment: &Segment, from: u64, to: u64) -> Result<Option<u64>, StoreError> {
    let mut buffer = vec![0; to.saturating_sub(from).min(PIECE) as usize];
    let mut end = to;
    while end > from {
        let start = end.saturating_sub(PIECE).max(from);
        let piece = &mut buffer[..(end - start) as usize];
        segment.read(piece, start)?;
        if let Some(at) = piece.iter().rposition(|byte| *byte != 0) {
            return Ok(Some(start + at as u64));
        }
        end = start;
    }
    Ok(None)
}

/// Offset of the first whole frame that starts in the range, at whatever byte.
pub fn find_frame(segment: &Segment, from: u64, to: u64) -> Result<Option<u64>, StoreError> {
    let tag_len = size_of::<Tag>();
    let mut buffer = Vec::new();
    let mut start = from;
    while start < to {
        // The last bytes of a piece are looked at again with the next, for a tag across the border.
        let end = (start + PIECE).min(to);
        buffer.resize((end - start) as usize, 0);
        segment.read(&mut buffer, start)?;
        for (at, _) in buffer.windows(tag_len).enumerate().filter(|(_, window)| *window == segment.tag) {
            if read_frame(segment, start + at as u64, to)?.is_some() {
                return Ok(Some(start + at as u64));
            }
        }
        start = if end == to { to } else { end - (tag_len as u64 - 1) };
    }
    Ok(None)
}

/// The frame header there, if it is whole.
pub fn read_header(segment: &Segment, at: u64, to: u64) -> Result<Option<Header>, StoreError> {
    if at + HEADER_LEN as u64 > to {
        return Ok(None);
    }
    let mut header = [0; HEADER_LEN];
    segment.read(&mut header, at)?;
    Ok(Header::parse(&header, &segment.tag))
}

/// The frame there, bytes and all, if it is whole but perhaps for its bodies.
pub fn read_frame(segment: &Segment, at: u64, to: u64) -> Result<Option<Vec<u8>>, StoreError> {
    let Some(header) = read_header(segment, at, to)?.filter(|header| at + header.frame_len() <= to) else {
        return Ok(None);
    };
    // `Header::parse` knows no longer frame.
    let mut bytes = vec![0; header.frame_len().min(FRAME_LEN_MAX as u64) as usize];
    segment.read(&mut bytes, at)?;
    Ok(Frame::parse(&bytes, &segment.tag).is_ok().then_some(bytes))
}
