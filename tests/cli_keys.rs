//! Keys are made, enrolled here or from afar, replaced and revoked; nobody speaks without one, and nobody pays alone.

#![allow(clippy::unwrap_used)]

mod cli_support;

use std::fs;
use std::os::unix::fs::PermissionsExt;

use cli_support::Home;

const PEOPLE: &str = "[[party]]\ncode = 'ines'\ntype = 'person'\n[[party]]\ncode = 'otto'\ntype = 'person'\n";

fn home() -> Home {
    let home = Home::with_ledger();
    home.write("people.toml", PEOPLE);
    home.ok(&["append", "people.toml"]);
    home
}

#[test]
fn a_key_that_others_may_read_is_said_once_by_every_command_that_opens_it() {
    let home = Home::with_ledger();
    let key = home.path().join("ledger/keys/operator.pem");
    for mode in [0o644, 0o640] {
        home.write("house.toml", &format!("[[work]]\ncode = 'w{mode}'\n"));
        fs::set_permissions(&key, fs::Permissions::from_mode(mode)).unwrap();
        for command in
            [&["append", "house.toml"][..], &["key", "proof", "operator", "--party", "operator", "--role", "auditor"]]
        {
            let ran = home.run(command);
            assert_eq!(ran.code, 0, "{}", ran.stderr);
            let said =
                "others may read the private key ledger/keys/operator.pem: run chmod 600 ledger/keys/operator.pem";
            assert_eq!(ran.stderr.matches(said).count(), 1, "{command:?}: {}", ran.stderr);
        }
        assert!(!home.run(&["log"]).stderr.contains("private key"));
    }
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    home.write("house.toml", "[[work]]\ncode = 'river'\n");
    assert_eq!(home.run(&["append", "house.toml"]).stderr, "");
}

#[test]
fn a_key_file_is_its_owners_alone_and_is_never_replaced() {
    let home = home();
    let public = home.ok(&["key", "new", "ines"]);
    let file = home.path().join("ledger/keys/ines.pem");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let again = home.run(&["key", "new", "ines"]);
    assert_eq!(again.code, 1, "{}", again.stderr);
    assert_eq!(home.ok(&["key", "show", "ines"]), public);
}

#[test]
fn a_key_speaks_once_it_is_enrolled_and_within_its_roles() {
    let home = home();
    home.ok(&["key", "new", "ines"]);
    home.write("work.toml", "[[work]]\ncode = 'river'\n");
    let unknown = home.run(&["append", "work.toml", "--key", "ines"]);
    assert_eq!(unknown.code, 1, "{}", unknown.stderr);
    home.ok(&["key", "enrol", "ines", "--party", "ines", "--role", "treasurer"]);
    let forbidden = home.run(&["append", "work.toml", "--key", "ines"]);
    assert_eq!(forbidden.code, 1);
    assert!(forbidden.stderr.contains("treasurer"), "{}", forbidden.stderr);
    home.ok(&["append", "work.toml"]);
}

#[test]
fn a_key_made_elsewhere_is_enrolled_by_its_proof() {
    let home = home();
    let id = home.json(&["show", "0"])[0]["prev"].as_str().unwrap().to_owned();
    let party = home.json(&["log", "--kind", "party"])[1]["event"]["party"].as_str().unwrap().to_owned();
    let elsewhere = Home::new();
    elsewhere.ok(&["key", "new", "ines.pem"]);
    let arguments = ["key", "proof", "ines.pem", "--party", &party, "--role", "treasurer", "--ledger-id", &id];
    let proof = elsewhere.ok(&arguments);
    home.write("proof.json", &proof);
    home.ok(&["key", "enrol", "--proof", "proof.json"]);
    let keys = home.json(&["key", "list"]);
    assert_eq!((keys[1]["code"].as_str(), keys[1]["name"].as_str()), (Some("ines"), None));

    let forged = proof.replace("treasurer", "operator");
    home.write("forged.json", &forged);
    assert_eq!(home.run(&["key", "enrol", "--proof", "forged.json"]).code, 1);
    home.write("nonsense.json", "{}");
    assert_eq!(home.run(&["key", "enrol", "--proof", "nonsense.json"]).code, 4);
}

#[test]
fn a_key_is_replaced_by_another_and_the_old_one_is_silent() {
    let home = home();
    let old = home.ok(&["key", "show", "operator"]);
    home.ok(&["key", "rotate", "operator"]);
    assert_ne!(home.ok(&["key", "show", "operator"]), old);
    let keys = home.json(&["key", "list"]);
    assert!(keys[0]["revoked"].is_u64() && keys[1]["revoked"].is_null(), "{keys:?}");
    let aside = keys[0]["name"].as_str().unwrap().to_owned();
    home.write("work.toml", "[[work]]\ncode = 'river'\n");
    assert_eq!(home.run(&["append", "work.toml", "--key", &aside]).code, 1);
    home.ok(&["append", "work.toml"]);
    assert_eq!(home.run(&["verify", "ledger"]).code, 0);
}

#[test]
fn the_log_key_is_replaced_and_the_log_verifies_under_the_old_key_and_the_new() {
    let home = home();
    let old = home.ok(&["key", "show", "log"]);
    home.ok(&["key", "rotate", "log"]);
    let new = home.ok(&["key", "show", "log"]);
    assert_ne!(old, new);
    // Right after the change, and when the new key has signed more.
    for code in ["river", "sea"] {
        home.ok(&["export", "tlog", "public"]);
        for (source, vkey) in [("ledger", &old), ("ledger", &new), ("public", &old), ("public", &new)] {
            let verified = home.ok(&["verify", source, "--vkey", vkey.trim()]);
            assert!(verified.contains("example.com/test: verified"), "{verified}");
        }
        home.write("work.toml", &format!("[[work]]\ncode = '{code}'\n"));
        home.ok(&["append", "work.toml"]);
    }
}

#[test]
fn a_revoked_key_is_silent_and_the_last_operator_cannot_go() {
    let home = home();
    home.ok(&["key", "new", "ines"]);
    home.ok(&["key", "enrol", "ines", "--party", "ines", "--role", "operator"]);
    home.ok(&["key", "revoke", "ines", "--reason", "lost"]);
    home.write("work.toml", "[[work]]\ncode = 'river'\n");
    assert_eq!(home.run(&["append", "work.toml", "--key", "ines"]).code, 1);
    assert_eq!(home.run(&["key", "revoke", "operator"]).code, 1);
}

#[test]
fn a_key_that_the_operator_put_over_a_partys_head_is_marked() {
    let home = home();
    home.ok(&["key", "new", "ines"]);
    home.ok(&["key", "enrol", "ines", "--party", "ines", "--role", "artist"]);
    home.ok(&["key", "new", "other"]);
    home.ok(&["key", "enrol", "other", "--party", "ines", "--role", "artist", "--override"]);
    let modes: Vec<_> =
        home.json(&["key", "list"]).iter().map(|key| key["mode"].as_str().unwrap().to_owned()).collect();
    assert_eq!(modes, ["first", "first", "override"]);
    let log = home.ok(&["log", "--kind", "key-enrolled"]);
    let marked: Vec<bool> = log.lines().skip(1).map(|line| line.ends_with(", artist, override")).collect();
    assert_eq!(marked, [false, true]);
}

#[test]
fn roles_are_told_apart_and_a_second_key_is_said_how_to_enrol() {
    let home = home();
    for name in ["ines", "other"] {
        home.ok(&["key", "new", name]);
    }
    let unsaid = home.run(&["key", "enrol", "ines", "--party", "ines"]);
    assert_eq!(unsaid.code, 2, "{}", unsaid.stderr);
    let help = home.ok(&["key", "enrol", "--help"]);
    for (_, role) in ledger_spec::role::Roles::KNOWN {
        let line = format!("\n  {role} ");
        assert!(unsaid.stderr.contains(&line) && help.contains(&line), "{role}: {}{help}", unsaid.stderr);
    }
    home.ok(&["key", "enrol", "ines", "--party", "ines", "--role", "artist"]);
    let second = ["key", "enrol", "other", "--party", "ines", "--role", "artist"];
    let refused = home.run(&second);
    assert_eq!((refused.code, refused.stderr.contains("--override")), (1, true), "{}", refused.stderr);
    home.ok(&[&second[..], &["--override"]].concat());
}

#[test]
fn the_id_that_a_proof_from_afar_takes_is_shown() {
    let home = home();
    let id = home.ok(&["key", "show", "--party", "otto"]);
    home.ok(&["key", "new", "otto.pem"]);
    let afar = ["--role", "treasurer", "--ledger-id", &"1".repeat(64), "--party", id.trim()];
    let proof = home.json(&[&["key", "proof", "otto.pem"], &afar[..]].concat());
    let here = home.json(&["key", "proof", "otto.pem", "--party", "otto", "--role", "treasurer"]);
    assert_eq!(proof[0]["party"], here[0]["party"]);
}
