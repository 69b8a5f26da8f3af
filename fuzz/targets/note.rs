//! Notes, checkpoints, keys, policies and proof files are read or refused; what is read is written back the same.
#![no_main]

use ledger_spec::checkpoint::Checkpoint;
use ledger_spec::note::{Note, VerifierKey};
use ledger_spec::policy::Policy;
use ledger_spec::tile::Tile;
use ledger_spec::tlog_proof::TlogProof;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(note) = Note::parse(bytes) {
        assert_eq!(note.to_string().as_bytes(), bytes);
        let _ = Checkpoint::parse(note.text());
    }
    if let Ok(proof) = TlogProof::parse(bytes) {
        assert_eq!(TlogProof::parse(proof.to_string().as_bytes()).as_ref(), Ok(&proof));
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let _ = Policy::parse(bytes);
    if let Ok(key) = text.parse::<VerifierKey>() {
        assert_eq!(key.to_string(), text);
    }
    if let Ok(tile) = text.parse::<Tile>() {
        assert_eq!(tile.to_string(), text);
    }
});
