//! Promise: each log in `vectors/answers.tsv` gets the answer that stands beside it, so that another verifier can be held
//! to the same. Run with `CANTUS_BLESS=1` after a deliberate change to write them anew.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "answers/cases.rs"]
mod cases;
#[path = "common/hex.rs"]
mod digits;
#[allow(dead_code, unused_imports, reason = "other tests use the rest")]
mod forge;

use std::fs;

use cases::Case;
use forge::golden::files::{golden_file, hex, root};
use ledger_spec::note::Note;
use ledger_spec::verify::{Anchors, Digester, Headline, Published, Report, Verifier};

const FILE: &str = "vectors/answers.tsv";

const HEADER: &str = "\
# Logs, and the answer that a verifier of public data must give (SPEC.md section 18). Bytes are hex, - is none.
# name\tanswer\tstep of 18.1 that decides\tevent\toutside key\tentries, u16 length | record\tcheckpoint\tvkey\thandovers, joined by ,\tolder checkpoint
";

/// What SPEC.md calls the answer.
fn word(headline: Headline) -> &'static str {
    match headline {
        Headline::Verified => "verified",
        Headline::InternallyConsistent => "internally consistent",
        Headline::OperatorEquivocated => "equivocated",
        Headline::TamperingProven => "tampered",
        Headline::Malformed => "malformed",
        Headline::CannotDecide => "cannot decide",
    }
}

fn line(case: &Case) -> String {
    let or_none = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
    let bytes = |bytes: &Option<Vec<u8>>| or_none(bytes.as_deref().map(hex));
    let handovers: Vec<String> = case.published.handovers.iter().map(|note| hex(note)).collect();
    let columns = [
        case.name.to_owned(),
        word(case.answer).to_owned(),
        or_none(case.step.map(|step| step.to_string())),
        or_none(case.event.map(|event| event.to_string())),
        or_none(case.anchors.vkey.as_ref().map(ToString::to_string)),
        hex(&case.log.entries()),
        bytes(&case.published.checkpoint),
        bytes(&case.published.vkey),
        or_none(Some(handovers.join(",")).filter(|joined| !joined.is_empty())),
        or_none(case.anchors.since.as_ref().map(|note| hex(note.to_string().as_bytes()))),
    ];
    columns.join("\t") + "\n"
}

#[test]
fn the_logs_are_byte_for_byte_the_golden_ones() {
    let lines: String = cases::all().iter().map(line).collect();
    golden_file(FILE, (HEADER.to_owned() + &lines).as_bytes());
}

fn verify(entries: &[u8], published: &Published, anchors: Anchors) -> Report {
    let digester = Digester::of_log(entries);
    let mut verifier = Verifier::new(digester.ledger(), anchors, published);
    verifier.absorb(digester.digest(0, entries)).unwrap();
    verifier.finish()
}

#[test]
fn every_log_gets_its_answer() {
    let file = fs::read_to_string(root().join(FILE)).unwrap();
    for line in file.lines().filter(|line| !line.starts_with('#')) {
        let columns: Vec<Option<&str>> = line.split('\t').map(|column| Some(column).filter(|it| *it != "-")).collect();
        let [name, answer, step, event, vkey, entries, checkpoint, beside, handovers, older] = columns[..] else {
            panic!("a line has ten columns: {columns:?}");
        };
        let bytes = |column: Option<&str>| column.map(digits::bytes);
        let handovers = handovers.map_or(Vec::new(), |joined| joined.split(',').map(digits::bytes).collect());
        let published = Published { checkpoint: bytes(checkpoint), vkey: bytes(beside), handovers };
        let since = bytes(older).map(|note| Note::parse(&note).unwrap());
        let anchors = Anchors { vkey: vkey.map(|vkey| vkey.parse().unwrap()), since, ..Anchors::default() };
        let report = verify(&bytes(entries).unwrap(), &published, anchors);
        let found = (word(report.headline), report.finding.as_ref().and_then(|finding| finding.index));
        let expected = (answer.unwrap(), event.map(|event| event.parse().unwrap()));
        assert_eq!(found, expected, "{}: {:?}", name.unwrap(), report.finding);
        assert_eq!(step.is_none(), report.finding.is_none());
    }
}
