//! A command that was killed after it had signed, and before it had its answer, has said its say once: the next command
//! hands in the very same bytes.

#![allow(clippy::unwrap_used)]

mod cli_support;

use std::fs;

use cantus::ledger::keys::{Passphrase, Passphrases, Source};
use cantus::ledger::{Author, Clock, Folder, Ledger, Outbox, Salts, SystemClock};
use cli_support::{Home, PASSPHRASE};
use ledger_spec::code::SourceFormat;
use ledger_spec::event::Kind;
use ledger_spec::event::catalogue::Work;
use ledger_spec::event::usage::SourceOpened;
use ledger_spec::hash::sha256;
use ledger_spec::ident::{Identifier, Scheme};
use ledger_spec::reference::PartyId;
use ledger_spec::submission::Draft;

/// What a command leaves that was killed after it had signed an event of the operator.
fn sign_and_keep(home: &Home, event: &impl Kind) {
    let folder = Folder::new(home.path().join("ledger"));
    let ledger = Ledger::open_in(&folder, &mut |_| {}).unwrap();
    let mut passphrases = Passphrases::new(Source::Given(Passphrase::new(PASSPHRASE.to_owned())));
    let author = Author::new(passphrases.open(&folder.key("operator")).unwrap(), ledger.id());
    let mut draft = Draft::new();
    draft.push(event, Salts::new().fresh().unwrap()).unwrap();
    let number = ledger.next_number(&author.public()).unwrap();
    let submission = author.sign(draft, number, ledger.basis(), SystemClock.wall()).unwrap();
    Outbox::open_in(&folder).unwrap().keep(&submission).unwrap();
}

#[test]
fn what_was_signed_goes_in_once_with_the_next_command() {
    let home = Home::with_ledger();
    let river = Identifier { scheme: Scheme::HOUSE, value: "river" };
    sign_and_keep(&home, &Work { identifiers: vec![river], public_domain: false });
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

#[test]
fn an_import_that_was_interrupted_before_the_name_of_its_file_was_in_is_found() {
    let home = Home::with_ledger();
    let operator = home.json(&["key", "list"])[0]["party"].as_str().unwrap().to_owned();
    let file = sha256(&[b"report"]);
    let opened = SourceOpened {
        file,
        bytes: 1,
        content: file,
        format: SourceFormat::DISTROKID,
        reporter: PartyId::from_hex(&operator).unwrap(),
        identifiers: Vec::new(),
        from: None,
        to: None,
        lines: 1,
        rows: 1,
        refused: 0,
        totals: Vec::new(),
        warnings: Vec::new(),
        more_warnings: 0,
    };
    sign_and_keep(&home, &opened);
    home.write("river.toml", "[[work]]\ncode = 'river'\n");
    home.ok(&["append", "river.toml"]);
    let source = home.json(&["log", "--kind", "source-opened"])[0]["index"].to_string();
    let told = format!("a file whose name is not in yet (source {source}, 0 of 1 row in)");
    let doctor = home.run(&["doctor"]);
    assert!(doctor.code == 1 && doctor.stdout.contains(&told), "{}", doctor.stdout);
    let reverse = |target| home.run(&["reverse", target, "--reason", "error", "--why", "It was the wrong file."]);
    let ran = reverse("report.tsv");
    assert!(ran.code == 1 && ran.stderr.contains(&told), "{}", ran.stderr);
    let ran = reverse(&source);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    home.ok(&["doctor"]);
}
