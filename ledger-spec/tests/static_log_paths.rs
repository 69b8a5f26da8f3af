//! The files of a static log: each tile and bundle has one path, a tree of each size has exactly the tiles that C2SP
//! tlog-tiles says, and a bundle is whole or refused.

use std::collections::BTreeSet;

use ledger_spec::Hash;
use ledger_spec::hash::sha256;
use ledger_spec::merkle::{Nodes, root_of};
use ledger_spec::tile::{
    BundleError, ENTRY_LEN_MAX, Row, Tile, TileNodes, TileNodesError, TilePathError, entries, hash_tiles, push_entry,
};
use proptest::collection::vec;
use proptest::prelude::*;

fn tile(level: u8, index: u64, width: u16) -> Tile {
    Tile { row: Row::Hashes { level }, index, width }
}

fn paths(tiles: impl Iterator<Item = Tile>) -> Vec<String> {
    tiles.map(|tile| tile.to_string()).collect()
}

#[test]
fn paths_of_the_specification() {
    for (path, expected) in [
        ("tile/0/000", tile(0, 0, 256)),
        ("tile/0/005", tile(0, 5, 256)),
        ("tile/0/273.p/112", tile(0, 273, 112)),
        ("tile/63/999", tile(63, 999, 256)),
        ("tile/1/x001/000.p/1", tile(1, 1000, 1)),
        ("tile/3/x001/x234/067", tile(3, 1_234_067, 256)),
        ("tile/0/x018/x446/x744/x073/x709/x551/615.p/255", tile(0, u64::MAX, 255)),
        ("tile/entries/x999/999", Tile { row: Row::Entries, index: 999_999, width: 256 }),
        ("tile/entries/000.p/17", Tile { row: Row::Entries, index: 0, width: 17 }),
    ] {
        assert_eq!(expected.to_string(), path);
        assert_eq!(path.parse(), Ok(expected));
    }
}

#[test]
fn no_other_spelling_is_a_path() {
    for path in [
        "",
        "tile",
        "tile/",
        "tile/0",
        "tile/0/",
        "/tile/0/000",
        "tile/0/000/",
        "tile//000",
        "tiles/0/000",
        "Tile/0/000",
        "tile/64/000",
        "tile/00/000",
        "tile/+1/000",
        "tile/-1/000",
        "tile/256/000",
        "tile/entry/000",
        "tile/8/0/000",
        "tile/0/0",
        "tile/0/00",
        "tile/0/0000",
        "tile/0/1000",
        "tile/0/x000",
        "tile/0/x000/001",
        "tile/0/001/001",
        "tile/0/x001/x001",
        "tile/0/X001/001",
        "tile/0/x1/001",
        "tile/0/x001/1",
        "tile/0/x-01/001",
        "tile/0/+01",
        "tile/0/x+01/001",
        "tile/0/x001//001",
        "tile/0/x018/x446/x744/x073/x709/x551/616",
        "tile/0/x999/x999/x999/x999/x999/x999/999",
        "tile/0/000.p",
        "tile/0/000.p/",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/257",
        "tile/0/000.p/01",
        "tile/0/000.p/+1",
        "tile/0/000.p/1/",
        "tile/0/000.p/1.p/1",
        "tile/0/000.p/65537",
        "tile/0/000.P/1",
        "tile/0/000p/1",
        "tile/0/../000",
        "tile/0/000%2e",
        "tile/0/000 ",
        " tile/0/000",
        "tile/0/000\n",
        "tile/0/٠٠٠",
        "checkpoint",
    ] {
        assert_eq!(path.parse::<Tile>(), Err(TilePathError(path.into())));
    }
}

#[test]
fn tiles_of_a_size() {
    assert_eq!(paths(hash_tiles(0)), [""; 0]);
    assert_eq!(paths(hash_tiles(1)), ["tile/0/000.p/1"]);
    assert_eq!(paths(hash_tiles(255)), ["tile/0/000.p/255"]);
    assert_eq!(paths(hash_tiles(256)), ["tile/0/000", "tile/1/000.p/1"]);
    assert_eq!(paths(hash_tiles(257)), ["tile/0/000", "tile/0/001.p/1", "tile/1/000.p/1"]);
    assert_eq!(paths(Row::Entries.tiles(256)), ["tile/entries/000"]);
    assert_eq!(paths(Row::Entries.tiles(257)), ["tile/entries/000", "tile/entries/001.p/1"]);

    // The specification's example: 70,000 leaves.
    let all = paths(hash_tiles(70_000));
    assert_eq!(all.len(), 273 + 1 + 2 + 1);
    assert_eq!(all[272..], ["tile/0/272", "tile/0/273.p/112", "tile/1/000", "tile/1/001.p/17", "tile/2/000.p/1"]);
    assert_eq!(hash_tiles(65_536).last(), Some(tile(2, 0, 1)));

    // Level 7 holds subtrees of 2^56 leaves; higher ones cannot exist.
    assert_eq!((Row::Hashes { level: 7 }).tiles(u64::MAX).last(), Some(tile(7, 0, 255)));
    assert_eq!((Row::Hashes { level: 8 }).tiles(u64::MAX).next(), None);
    assert_eq!((Row::Hashes { level: 63 }).len(u64::MAX), 0);
    assert_eq!(Row::Entries.tile(u64::MAX, u64::MAX), None);
}

#[test]
fn a_partial_tile_grows_under_new_paths() {
    let row = Row::Hashes { level: 0 };
    let widths: Vec<_> = (0..=300).filter_map(|size| row.tile(0, size)).collect();
    let distinct: BTreeSet<String> = widths.iter().map(ToString::to_string).collect();
    assert_eq!(distinct.len(), 256);
    assert!(widths.iter().all(|tile| tile.full() == row.tile(0, 300).expect("full")));
    assert!(widths.iter().all(|tile| tile.is_full() == (tile.width == 256)));
}

#[test]
fn bundles_are_whole_or_refused() {
    let tile = |width| Tile { row: Row::Entries, index: 0, width };
    let mut bundle = Vec::new();
    for entry in [&b"one"[..], b"", &[7; ENTRY_LEN_MAX]] {
        push_entry(&mut bundle, entry).expect("not too long");
    }
    assert_eq!(bundle[..7], [0, 3, b'o', b'n', b'e', 0, 0]);
    assert_eq!(entries(&tile(3), &bundle), Ok(vec![&b"one"[..], b"", &[7; ENTRY_LEN_MAX]]));
    assert_eq!(entries(&tile(2), &bundle), Err(BundleError::LeftOver { bytes: 2 + ENTRY_LEN_MAX, width: 2 }));
    assert_eq!(entries(&tile(4), &bundle), Err(BundleError::CutOff { entry: 3, width: 4 }));
    for (end, entry) in [(0, 0), (1, 0), (2, 0), (4, 0), (5, 1), (6, 1), (7, 2), (8, 2), (9, 2), (bundle.len() - 1, 2)]
    {
        assert_eq!(entries(&tile(3), &bundle[..end]), Err(BundleError::CutOff { entry, width: 3 }), "{end} bytes");
    }
    let before = bundle.clone();
    assert_eq!(push_entry(&mut bundle, &[7; ENTRY_LEN_MAX + 1]), Err(BundleError::EntryTooLong(ENTRY_LEN_MAX + 1)));
    assert_eq!(bundle, before, "a refused entry leaves nothing behind");
}

#[test]
fn damaged_tiles_are_refused() {
    let hashes: Vec<Hash> = (0..10u8).map(|i| sha256(&[&[i]])).collect();
    let bytes: Vec<u8> = hashes.iter().flat_map(|hash| hash.0).collect();
    let node = |size, length: usize| {
        let nodes = TileNodes::new(size, |_: &Tile| Ok::<_, ()>(bytes[..length].to_vec()));
        nodes.node(2, 1)
    };
    let expected = Ok(root_of(&hashes[4..8]));
    assert_eq!(node(8, 8 * 32), expected);
    assert_eq!(node(8, 10 * 32), expected, "a wider tile serves as well");
    for length in [0, 32, 7 * 32, 8 * 32 - 1, 8 * 32 + 1] {
        let damaged = TileNodesError::Length { tile: tile(0, 0, 8), expected: 256, found: length };
        assert_eq!(node(8, length), Err(damaged));
    }
    assert_eq!(node(7, 10 * 32), Err(TileNodesError::Beyond { level: 2, index: 1, size: 7 }));

    let unread = TileNodes::new(8, |_: &Tile| Err::<Vec<u8>, _>("no such file"));
    let error = TileNodesError::Read { tile: tile(0, 0, 8), error: "no such file" };
    assert_eq!(unread.node(0, 0), Err(error));
    for (level, index) in [(0, 8), (3, 1), (8, 0), (64, 0), (255, 0), (0, u64::MAX), (7, u64::MAX)] {
        assert_eq!(unread.node(level, index), Err(TileNodesError::Beyond { level, index, size: 8 }));
    }
}

proptest! {
    #[test]
    fn paths_are_read_as_written(level in 0u8..64, index in any::<u64>(), shift in 0u32..64, width in 1u16..=256, data in any::<bool>()) {
        let row = if data { Row::Entries } else { Row::Hashes { level } };
        let tile = Tile { row, index: index >> shift, width };
        prop_assert_eq!(tile.to_string().parse(), Ok(tile));
    }

    #[test]
    fn what_parses_is_written_back(path in "tile/([0-9]{1,2}|entries)/(x?[0-9]{1,4}/?){1,4}(\\.p/[0-9]{1,3})?") {
        if let Ok(tile) = path.parse::<Tile>() {
            prop_assert_eq!(tile.to_string(), path);
        }
    }

    /// Each hash of each level stands in exactly one tile, and nothing else does.
    #[test]
    fn tiles_cover_each_row_once(size in 0u64..200_000) {
        for level in 0..4 {
            let row = Row::Hashes { level };
            let mut next = 0;
            for tile in row.tiles(size) {
                prop_assert_eq!(tile.index * 256, next);
                prop_assert_eq!(Some(tile), row.tile(tile.index, size));
                next += u64::from(tile.width);
            }
            prop_assert_eq!(next, size >> (8 * level));
        }
    }

    #[test]
    fn bundles_hold_what_was_pushed(given in vec(vec(any::<u8>(), 0..300), 1..=256)) {
        let mut bundle = Vec::new();
        given.iter().for_each(|entry| push_entry(&mut bundle, entry).expect("short"));
        let tile = Row::Entries.tile(0, given.len() as u64).expect("not empty");
        let read = entries(&tile, &bundle).expect("whole");
        prop_assert_eq!(read, given.iter().map(|entry| &entry[..]).collect::<Vec<_>>());
    }

    #[test]
    fn no_bundle_panics(bytes in any::<Vec<u8>>(), width in any::<u16>(), path in "\\PC*") {
        let _ = entries(&Tile { row: Row::Entries, index: 0, width }, &bytes);
        let _ = path.parse::<Tile>();
    }
}
