//! A command that was killed after it had signed, and before it had its answer, has said its say once: the next command
//! hands in the very same bytes.

#![allow(clippy::unwrap_used)]

mod cli_support;

use std::fs;

use cantus::ledger::keys::{Passphrase, Passphrases, Source};
use cantus::ledger::{Author, Clock, Folder, Ledger, Outbox, Salts, SystemClock};
use cli_support::{Home, PASSPHRASE};
use ledger_spec::event::catalogue::Work;
use ledger_spec::ident::{Identifier, Scheme};
use ledger_spec::submission::Draft;

#[test]
fn what_was_signed_goes_in_once_with_the_next_command() {
    let home = Home::with_ledger();
    {
        let folder = Folder::new(home.path().join("ledger"));
        let ledger = Ledger::open_in(&folder, &mut |_| {}).unwrap();
        let mut passphrases = Passphrases::new(Source::Given(Passphrase::new(PASSPHRASE.to_owned())));
        let author = Author::new(passphrases.open(&folder.key("operator")).unwrap(), ledger.id());
        let work =
            Work { identifiers: vec![Identifier { scheme: Scheme::HOUSE, value: "river" }], public_domain: false };
        let mut draft = Draft::new();
        draft.push(&work, Salts::new().fresh().unwrap()).unwrap();
        let number = ledger.next_number(&author.public()).unwrap();
        let submission = author.sign(draft, number, ledger.basis(), SystemClock.wall()).unwrap();
        Outbox::open_in(&folder).unwrap().keep(&submission).unwrap();
    }
    // The command that was killed is run again: its work is there by now, and is not written twice.
    home.write("river.toml", "[[work]]\ncode = 'river'\n");
    let ran = home.run(&["append", "river.toml"]);
    assert_eq!(ran.code, 4, "{}", ran.stderr);
    assert!(ran.stderr.contains("a work with this code is in the ledger already"), "{}", ran.stderr);
    assert!(ran.stderr.contains("An interrupted command's submission 3 went in as event 2."), "{}", ran.stderr);
    home.write("sea.toml", "[[work]]\ncode = 'sea'\n");
    home.ok(&["append", "sea.toml"]);

    let works = home.json(&["log", "--kind", "work"]);
    let codes: Vec<&str> =
        works.iter().map(|work| work["event"]["identifiers"][0]["value"].as_str().unwrap()).collect();
    assert_eq!(codes, ["river", "sea"]);
    let kept = fs::read_dir(home.path().join("ledger/outbox")).unwrap();
    let names: Vec<String> = kept.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    assert!(names.iter().all(|name| name.ends_with(".receipt")) && names.len() == 3, "{names:?}");
}
