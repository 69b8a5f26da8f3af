//! A log of 70,000 entries comes out byte for byte as other implementations make it: leaf and root hashes, tiles,
//! entry bundles, signed and cosigned checkpoint, proofs (`vectors/tlog-70000`). And what is served is enough to check
//! it all again.

use std::collections::BTreeMap;

use ledger_spec::Hash;
use ledger_spec::checkpoint::Checkpoint;
use ledger_spec::cosignature::cosign;
use ledger_spec::hash::{leaf_hash, leaf_hashes, sha256};
use ledger_spec::merkle::{Range, consistency_proof, inclusion_proof, root_at, verify_consistency};
use ledger_spec::note::{KeyType, Note, VerifierKey};
use ledger_spec::policy::Policy;
use ledger_spec::sign::{PublicKey, SigningKey};
use ledger_spec::tile::{Row, Tile, TileNodes, entries, hash_tiles, push_entry};
use ledger_spec::tlog_proof::TlogProof;

#[path = "common/vectors.rs"]
mod vectors;

const SIZE: u64 = 70_000;
const CHECKPOINT: &str = include_str!("../vectors/tlog-70000/checkpoint");
const PROOF: &str = include_str!("../vectors/tlog-70000/69995.tlog-proof");

/// The values of the golden file, by their name and, if it has one, the word after it.
fn expected() -> BTreeMap<String, &'static str> {
    let lines = vectors::lines(include_str!("../vectors/tlog-70000/expected.txt"));
    let named = lines.map(|words| (words[..words.len() - 1].join(" "), words[words.len() - 1]));
    named.collect()
}

fn hash(digits: &str) -> Hash {
    Hash::from_hex(digits).expect("64 hex digits")
}

fn signing_key(name: &str) -> SigningKey {
    SigningKey::from_bytes(&hash(expected()[name]).0)
}

fn entry(index: u64) -> Vec<u8> {
    format!("entry {index}\n").into_bytes()
}

fn leaves() -> Vec<Hash> {
    let entries: Vec<Vec<u8>> = (0..SIZE).map(entry).collect();
    let mut leaves = Vec::new();
    leaf_hashes(entries.iter().map(|entry| &entry[..]), |leaf| leaves.push(leaf));
    leaves
}

/// The files of the static log, by path.
fn served() -> BTreeMap<String, Vec<u8>> {
    let mut rows: BTreeMap<u8, Vec<Hash>> = BTreeMap::new();
    Range::new(0).extend_with(&leaves(), |level, _, hash| {
        if level % 8 == 0 {
            rows.entry(level / 8).or_default().push(*hash);
        }
    });
    let within = |tile: &Tile| {
        let start = tile.index as usize * 256;
        start..start + usize::from(tile.width)
    };
    let mut files = BTreeMap::new();
    for tile in hash_tiles(SIZE) {
        let Row::Hashes { level } = tile.row else { panic!("{tile}") };
        let bytes = rows[&level][within(&tile)].iter().flat_map(|hash| hash.0).collect();
        files.insert(tile.to_string(), bytes);
    }
    for tile in Row::Entries.tiles(SIZE) {
        let mut bundle = Vec::new();
        within(&tile).for_each(|index| push_entry(&mut bundle, &entry(index as u64)).expect("short"));
        files.insert(tile.to_string(), bundle);
    }
    files
}

fn nodes(files: &BTreeMap<String, Vec<u8>>) -> TileNodes<impl Fn(&Tile) -> Result<Vec<u8>, &'static str>> {
    TileNodes::new(SIZE, |tile: &Tile| files.get(&tile.to_string()).cloned().ok_or("not served"))
}

#[test]
fn roots() {
    let leaves = leaves();
    assert_eq!(leaves[0], hash(expected()["leaf 0"]));
    assert_eq!(leaves[0], leaf_hash(&entry(0)));
    for size in [2, 3, 7, 255, 256, 257, 30_000, 70_000] {
        let mut tree = Range::new(0);
        tree.extend(&leaves[..size]);
        assert_eq!(tree.root(), Some(hash(expected()[&format!("root {size}")])), "{size}");
    }
}

#[test]
fn static_files() {
    let files = served();
    // 273 full and one partial tile at level 0 and as many bundles, one and one at level 1, one at level 2.
    assert_eq!(files.len(), 274 + 274 + 2 + 1);
    let hashes =
        expected().into_iter().filter_map(|(name, hash)| Some((name.strip_prefix("sha256 tile/")?.to_owned(), hash)));
    let mut checked = 0;
    for (path, digest) in hashes {
        assert_eq!(sha256(&[&files[&format!("tile/{path}")]]), hash(digest), "{path}");
        checked += 1;
    }
    assert_eq!(checked, 7);
}

#[test]
fn bundles_hash_to_the_tiles_beside_them() {
    let files = served();
    for (bundle, tile) in Row::Entries.tiles(SIZE).zip((Row::Hashes { level: 0 }).tiles(SIZE)) {
        let mut hashes = Vec::new();
        for entry in entries(&bundle, &files[&bundle.to_string()]).expect("well-formed") {
            hashes.extend_from_slice(&leaf_hash(entry).0);
        }
        assert_eq!(hashes, files[&tile.to_string()], "{tile}");
    }
}

#[test]
fn tiles_suffice_for_roots_and_proofs() {
    let files = served();
    let nodes = nodes(&files);
    let expected = expected();
    let [old, new] = ["30000", "70000"].map(|size| hash(expected[&format!("root {size}")]));
    assert_eq!(root_at(&nodes, 30_000), Ok(old));
    assert_eq!(root_at(&nodes, SIZE), Ok(new));
    assert_eq!(Range::load(&nodes, SIZE).expect("served").root(), Some(new));

    let proof = consistency_proof(&nodes, 30_000, SIZE).expect("served");
    assert_eq!(proof.len().to_string(), expected["consistency 30000 70000"]);
    assert_eq!(verify_consistency(30_000, &old, SIZE, &new, &proof), Ok(()));
}

#[test]
fn keys() {
    let expected = expected();
    for (who, key_type) in [("log", KeyType::Ed25519), ("witness", KeyType::Cosignature)] {
        let public = PublicKey::from(&signing_key(&format!("{who}-seed")));
        let key = VerifierKey::new(expected[&format!("{who}-name")], key_type, public).expect("good name");
        let vkey = expected[&format!("{who}-vkey")];
        assert_eq!(key.to_string(), vkey);
        assert_eq!(vkey.parse(), Ok(key));
    }
}

#[test]
fn checkpoint() {
    let expected = expected();
    assert_eq!(sha256(&[CHECKPOINT.as_bytes()]), hash(expected["sha256 checkpoint"]));
    let origin = expected["log-name"].to_owned();
    let checkpoint = Checkpoint { origin, size: SIZE, root: hash(expected["root 70000"]) };
    let mut note = checkpoint.sign(&signing_key("log-seed")).expect("good name");
    let time = expected["cosigned-at"].parse().expect("number");
    let cosignature = cosign(note.text(), expected["witness-name"], &signing_key("witness-seed"), time);
    note.add(cosignature.expect("good name")).expect("room");
    assert_eq!(note.to_string(), CHECKPOINT);

    let log = expected["log-vkey"].parse().expect("vkey");
    assert_eq!(Checkpoint::open(&Note::parse(CHECKPOINT.as_bytes()).expect("note"), &log), Ok(checkpoint));
}

#[test]
fn travelling_proof() {
    let expected = expected();
    assert_eq!(sha256(&[PROOF.as_bytes()]), hash(expected["sha256 69995.tlog-proof"]));
    let files = served();
    let path = inclusion_proof(&nodes(&files), 69_995, SIZE).expect("served");
    assert_eq!(path.len(), 9);
    let checkpoint = Note::parse(CHECKPOINT.as_bytes()).expect("note");
    let proof = TlogProof { extra: None, index: 69_995, path, checkpoint };
    assert_eq!(proof.to_string(), PROOF);
    assert_eq!(TlogProof::parse(PROOF.as_bytes()).as_ref(), Ok(&proof));

    let policy = format!("log {}\nwitness w {}\nquorum w\n", expected["log-vkey"], expected["witness-vkey"]);
    let policy = Policy::parse(policy.as_bytes()).expect("policy");
    let accepted = proof.verify(&leaf_hash(&entry(69_995)), &policy).expect("proved");
    assert_eq!(accepted.checkpoint.size, SIZE);
    assert_eq!(accepted.cosignatures[0].1.to_string(), expected["cosigned-at"]);
    assert!(proof.verify(&leaf_hash(&entry(69_994)), &policy).is_err());
}
