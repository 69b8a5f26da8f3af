//! Entry bundles: `u16 length || entry`, up to 256 times, and nothing else.

use super::Tile;

/// Longest entry that a bundle can hold, in bytes.
pub const ENTRY_LEN_MAX: usize = u16::MAX as usize;

/// Why a bundle cannot be written or read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// Longer than [`ENTRY_LEN_MAX`].
    #[error("the entry has {0} bytes; a bundle holds entries of at most {ENTRY_LEN_MAX}")]
    EntryTooLong(usize),
    /// The bytes end before the last entry does.
    #[error("the bundle ends within entry {entry} of {width}: it is incomplete")]
    CutOff {
        /// The entry that is cut off or missing, from 0.
        entry: u16,
        /// How many there must be.
        width: u16,
    },
    /// There are bytes after the last entry.
    #[error("the bundle has {bytes} bytes after the last of its {width} entries")]
    LeftOver {
        /// How many bytes.
        bytes: usize,
        /// How many entries there must be.
        width: u16,
    },
}

/// Appends an entry to the bytes of a bundle.
pub fn push_entry(bundle: &mut Vec<u8>, entry: &[u8]) -> Result<(), BundleError> {
    let length = u16::try_from(entry.len()).map_err(|_| BundleError::EntryTooLong(entry.len()))?;
    bundle.extend_from_slice(&length.to_be_bytes());
    bundle.extend_from_slice(entry);
    Ok(())
}

/// The entries of the bundle at `tile`: exactly as many as it is wide, and no bytes left over.
pub fn entries<'b>(tile: &Tile, bundle: &'b [u8]) -> Result<Vec<&'b [u8]>, BundleError> {
    let width = tile.width;
    let mut rest = bundle;
    let mut next = || {
        let (length, after) = rest.split_first_chunk()?;
        let (entry, after) = after.split_at_checked(u16::from_be_bytes(*length).into())?;
        rest = after;
        Some(entry)
    };
    let entries = (0..width).map(|entry| next().ok_or(BundleError::CutOff { entry, width }));
    let entries = entries.collect::<Result<_, _>>()?;
    if rest.is_empty() { Ok(entries) } else { Err(BundleError::LeftOver { bytes: rest.len(), width }) }
}
