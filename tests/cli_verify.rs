//! What `cantus verify` says and returns: about bodies that are withheld, about witnesses that a policy asks for, and
//! about a checkpoint that was kept from before.

#![allow(clippy::unwrap_used)]

mod cli_support;

use std::fs;
use std::path::Path;

use cli_support::{Home, Ran};
use ledger_spec::cosignature::cosign;
use ledger_spec::note::{KeyType, Note, VerifierKey};
use ledger_spec::sign::{PublicKey, SigningKey};

/// A ledger whose operator has a name, with a few works after it.
fn home() -> Home {
    let home = Home::new();
    home.ok(&["init", "--name", "example.com/test", "--operator-name", "Ann Example"]);
    append(&home, &["w0", "w1", "w2"]);
    home
}

/// Appends works, each a submission of its own.
fn append(home: &Home, works: &[&str]) {
    for work in works {
        home.write("work.toml", &format!("[[work]]\ncode = '{work}'\n"));
        home.ok(&["append", "work.toml"]);
    }
}

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

#[track_caller]
fn expect(ran: &Ran, code: i32, says: &[&str]) {
    assert_eq!(ran.code, code, "{}{}", ran.stdout, ran.stderr);
    for text in says {
        assert!(ran.stdout.contains(text), "{text:?} is not said:\n{}{}", ran.stdout, ran.stderr);
    }
}

#[test]
fn a_body_that_is_withheld_leaves_it_undecided() {
    let home = home();
    let details = home.json(&["log", "--kind", "party-details"])[0]["index"].to_string();
    let shown = &home.json(&["show", &details])[0];
    let [salt, body] = ["salt", "body"].map(|part| bytes(shown[part].as_str().unwrap()));
    let stored = [&salt[..], &(body.len() as u16).to_be_bytes(), &body].concat();

    let path = home.path().join("ledger/segments/0000000000000000.seg");
    let mut segment = fs::read(&path).unwrap();
    let at = segment.windows(stored.len()).position(|window| window == stored).unwrap();
    segment[at..at + salt.len()].fill(0);
    segment[at + salt.len() + 2..at + stored.len()].fill(0);
    fs::write(&path, segment).unwrap();

    let ran = home.run(&["verify", "ledger"]);
    expect(&ran, 5, &["cannot decide", "withheld or lost", &format!("event {details}")]);
    // Nothing that is public is missing.
    expect(&home.run(&["verify", "ledger", "--public"]), 0, &["internally consistent"]);
}

#[test]
fn closed_periods_that_cannot_be_computed_leave_it_undecided() {
    let home = home();
    expect(&home.run(&["verify", "ledger"]), 0, &["internally consistent"]);
    // Half of a mark that this is an older copy of the log: its chain can be read, its books cannot.
    fs::write(home.path().join("ledger/segments/older"), "unfinished").unwrap();
    expect(&home.run(&["verify", "ledger"]), 5, &["cannot decide", "not checked", "closed periods, they could not be"]);
    // What is public was checked.
    expect(&home.run(&["verify", "ledger", "--public"]), 0, &["internally consistent"]);
}

/// A witness: its key, and what verifies it.
struct Witness(SigningKey, VerifierKey);

impl Witness {
    fn new(number: u8) -> Witness {
        let key = SigningKey::from_bytes(&[number; 32]);
        let name = format!("w{number}.example");
        let vkey = VerifierKey::new(&name, KeyType::Cosignature, PublicKey::from(&key)).unwrap();
        Witness(key, vkey)
    }
}

/// The exported checkpoint with these witnesses' cosignatures over the text that is given to them.
fn cosigned(plain: &[u8], witnesses: &[&Witness], text: impl Fn(&str) -> String) -> String {
    let mut note = Note::parse(plain).unwrap();
    let seen = text(note.text());
    for Witness(key, vkey) in witnesses {
        note.add(cosign(&seen, vkey.name(), key, 1_800_000_000).unwrap()).unwrap();
    }
    note.to_string()
}

#[test]
fn a_policy_is_satisfied_by_the_witnesses_that_it_asks_for_and_by_no_others() {
    let home = home();
    home.ok(&["export", "tlog", "public"]);
    let vkey = fs::read_to_string(home.path().join("public/vkey")).unwrap();
    let [one, two, three, stranger] = [1, 2, 3, 9].map(Witness::new);
    let witness = |name: &str, Witness(_, vkey): &Witness| format!("witness {name} {vkey}\n");
    let known = [("one", &one), ("two", &two), ("three", &three)].map(|(name, it)| witness(name, it)).concat();
    home.write("policy.txt", &format!("log {}\n{known}group most 2 one two three\nquorum most\n", vkey.trim()));

    let checkpoint = home.path().join("public/checkpoint");
    let plain = fs::read(&checkpoint).unwrap();
    let verify = |note: &str| {
        fs::write(&checkpoint, note).unwrap();
        home.run(&["verify", "public", "--policy", "policy.txt"])
    };
    let same = |text: &str| text.to_owned();
    let other = |text: &str| text.replace("example.com", "example.org");
    for enough in [&[&one, &two][..], &[&three, &one], &[&one, &two, &three, &stranger]] {
        expect(&verify(&cosigned(&plain, enough, same)), 0, &["example.com/test: verified", "witness"]);
    }
    for few in [&[][..], &[&two], &[&two, &stranger]] {
        expect(&verify(&cosigned(&plain, few, same)), 5, &["cannot decide", "quorum"]);
    }
    // One whose cosignature is over another text makes the note itself a forgery.
    let ran = verify(&cosigned(&cosigned(&plain, &[&one], same).into_bytes(), &[&two], other));
    expect(&ran, 3, &["tampering proven"]);
    // The policy of another log.
    let other = SigningKey::from_bytes(&[77; 32]);
    let other = VerifierKey::new("example.com/test", KeyType::Ed25519, PublicKey::from(&other)).unwrap();
    home.write("policy.txt", &format!("log {other}\n{known}quorum one\n"));
    expect(&verify(&cosigned(&plain, &[&one], same)), 5, &["cannot decide"]);
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        match entry.path().is_dir() {
            true => copy(&entry.path(), &target),
            false => drop(fs::copy(entry.path(), target).unwrap()),
        }
    }
}

#[test]
fn a_checkpoint_kept_from_before_shows_what_was_rewritten_since() {
    let home = home();
    home.ok(&["export", "tlog", "before"]);
    // Two histories from here on, signed with the same keys.
    let fork = Home::new();
    copy(&home.path().join("ledger"), &fork.path().join("ledger"));
    append(&home, &["honest"]);
    home.ok(&["export", "tlog", "middle"]);
    append(&home, &["later"]);
    home.ok(&["export", "tlog", "after"]);
    append(&fork, &["forged"]);
    fork.ok(&["export", "tlog", "forked"]);
    copy(&fork.path().join("forked"), &home.path().join("forked"));

    let since = |source: &str, older: &str| home.run(&["verify", source, "--since", &format!("{older}/checkpoint")]);
    for (source, older) in [("after", "before"), ("after", "middle"), ("after", "after"), ("ledger", "before")] {
        let ran = since(source, older);
        expect(&ran, 0, &["internally consistent"]);
        let passed = |line: &str| line.starts_with("older checkpoint") && line.ends_with("passed");
        assert!(ran.stdout.lines().any(passed), "{}", ran.stdout);
    }
    expect(&since("forked", "before"), 0, &["internally consistent"]);
    for (source, older) in [("after", "forked"), ("ledger", "forked"), ("middle", "forked"), ("forked", "middle")] {
        expect(&since(source, older), 3, &["the operator equivocated"]);
    }
    // The log of the day before, under a checkpoint of today.
    for older in ["middle", "after"] {
        expect(&since("before", older), 3, &["tampering proven", "older checkpoint"]);
    }
    // A checkpoint of another ledger says nothing of this one.
    let other = Home::with_ledger();
    other.ok(&["export", "tlog", "other"]);
    copy(&other.path().join("other"), &home.path().join("other"));
    expect(&since("after", "other"), 5, &["cannot decide"]);
}

#[test]
fn what_the_caller_brings_and_cannot_be_read_is_the_callers_mistake() {
    let home = home();
    home.ok(&["export", "tlog", "public"]);
    home.write("junk", "no note and no policy\n");
    let checkpoint = fs::read_to_string(home.path().join("public/checkpoint")).unwrap();
    let size = checkpoint.lines().nth(1).unwrap();
    home.write("nothing", &checkpoint.replacen(&format!("\n{size}\n"), "\n0\n", 1));
    for (option, file) in [("--since", "junk"), ("--policy", "junk"), ("--since", "nothing")] {
        let ran = home.run(&["verify", "public", option, file]);
        assert_eq!(ran.code, 1, "{}{}", ran.stdout, ran.stderr);
        assert!(ran.stderr.contains(file) && ran.stdout.is_empty(), "{}{}", ran.stdout, ran.stderr);
    }
}

#[test]
fn of_the_folder_of_handovers_only_files_named_by_a_size_are_read() {
    let home = home();
    home.ok(&["export", "tlog", "public"]);
    fs::create_dir(home.path().join("public/handovers")).unwrap();
    for name in ["README", "12.txt", "012", "-1"] {
        home.write(&format!("public/handovers/{name}"), "not a checkpoint\n");
    }
    expect(&home.run(&["verify", "public"]), 0, &["internally consistent"]);
    home.write("public/handovers/12", "not a checkpoint\n");
    expect(&home.run(&["verify", "public"]), 4, &["malformed", "A handover cannot be read"]);
}

#[test]
fn records_beyond_the_checkpoint_are_said_to_be_proven_by_nothing() {
    let home = home();
    home.ok(&["export", "tlog", "public"]);
    let earlier = fs::read(home.path().join("public/checkpoint")).unwrap();
    append(&home, &["later", "latest"]);
    home.ok(&["export", "tlog", "public"]);
    fs::write(home.path().join("public/checkpoint"), earlier).unwrap();
    let ran = home.run(&["verify", "public"]);
    expect(&ran, 0, &["internally consistent", "2 stand beyond the checkpoint, and nothing was proven of them"]);
}
