//! Splits in the books: which one holds for a use, and what one may not say.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod projection_support;

use ledger_spec::code::*;
use ledger_spec::event::catalogue::*;
use ledger_spec::reference::{EventRef, PartyId};
use projection_support::desk::Desk;
use projection_support::*;

fn part(party: PartyId, share: &str, off_the_top: bool) -> SplitPart {
    SplitPart { party, contract: None, share: ratio(share), off_the_top }
}

fn split(recording: u64, parts: &[SplitPart]) -> Split {
    Split {
        recording: EventRef::At(recording),
        from: None,
        to: None,
        parts: parts.to_vec(),
        day: DayOf::USE,
        prospective: false,
        replaces: None,
    }
}

#[test]
fn parts_off_the_top_are_paid_first() {
    let mut log = Log::furnished();
    let recording = log.recording(ISRC);
    log.matched(recording, &[]);
    log.say(&split(recording, &[part(ARTIST, "1", false), part(SECOND_ARTIST, "1/4", true)]));
    let source = log.source("a");
    log.resource(source, 1, ISRC);
    log.say(&line(source, 1, 1, 1, "4"));
    assert_eq!(log.owed(AccountClass::EARNED, SECOND_ARTIST), amount("1"));
    assert_eq!(log.owed(AccountClass::EARNED, ARTIST), amount("3"));
}

#[test]
fn parts_off_the_top_and_the_others_are_each_at_most_the_whole() {
    let mut log = Log::furnished();
    let recording = log.recording(ISRC);
    let mut desk = Desk::new(log);
    for above in [
        [part(ARTIST, "2/3", true), part(SECOND_ARTIST, "2/3", true)],
        [part(ARTIST, "2/3", false), part(SECOND_ARTIST, "2/3", false)],
    ] {
        assert_eq!(desk.refused(&[&split(recording, &above)]), "above-whole");
    }
    desk.say(&[&split(recording, &[part(ARTIST, "2/3", true), part(SECOND_ARTIST, "1", false)])]).unwrap();
}
