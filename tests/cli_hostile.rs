//! Promise: a key that is lost or stolen can be revoked without its file, by the operator's key; and names that others
//! wrote cannot take over the terminal.

#![allow(clippy::unwrap_used)]

mod cli_support;

use cli_support::Home;

#[test]
fn a_lost_key_is_revoked_by_the_operator_without_its_file() {
    let home = Home::with_ledger();
    home.write("parties.toml", "[[party]]\ncode = \"ines\"\ntype = \"person\"\nname = \"Ines\"\n");
    home.ok(&["append", "parties.toml"]);
    home.ok(&["key", "new", "ines"]);
    home.ok(&["key", "enrol", "ines", "--party", "ines", "--role", "treasurer"]);
    std::fs::remove_file(home.path().join("ledger/keys/ines.pem")).unwrap();

    home.ok(&["key", "revoke", "ines", "--reason", "lost"]);
    let keys = home.json(&["key", "list"]);
    let operator = keys[0]["key"].as_str().unwrap();
    let last = home.json(&["log", "--last", "1"]);
    assert_eq!(last[0]["author"].as_str().unwrap(), operator, "{last:?}");
}

#[test]
fn names_cannot_take_over_the_terminal() {
    let home = Home::with_ledger();
    let name = "name = \"\\u001b[31mred\\u001b]0;x\\u0007 \\u202Ereversed\"\n";
    home.write("parties.toml", &format!("[[party]]\ncode = \"red\"\ntype = \"person\"\n{name}"));
    home.ok(&["append", "parties.toml"]);
    let log = home.ok(&["log"]);
    assert!(log.contains("reversed") && !log.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{log}");
}
