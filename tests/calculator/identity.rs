//! What a report means by its numbers: a recording, a release, a party.

use ledger_spec::event::Event;
use ledger_spec::event::catalogue::{Match, MatchSubject, MatchedWork, Subject};
use ledger_spec::event::usage::ReportedResource;
use ledger_spec::ident::{Identifier, Scheme, Validity};
use ledger_spec::reference::PartyId;

use super::history::{History, Said};

/// A recording, and how long it plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identified {
    pub recording: u64,
    pub seconds: Option<u32>,
}

/// The recording that a source means by a number: what a match says, or what its codes stand for.
pub fn recording(history: &History<'_>, source: u64, number: u32) -> Option<Identified> {
    let named = |(said, matched): (&Said<'_>, &Match)| matched.recording.map(|recording| recording.resolve(said.first));
    let matched = matches_of_reported(history, source, number).filter_map(named).last();
    let by_code = || {
        thing(history, source, number, |thing| match thing {
            Thing::Recording(recording) => Some(recording),
            _ => None,
        })
    };
    let recording = matched.or_else(by_code)?;
    let seconds = seconds(history, recording).or_else(|| reported_seconds(history, source, number));
    Some(Identified { recording, seconds })
}

/// The playing time of a recording of the catalogue.
pub fn seconds(history: &History<'_>, recording: u64) -> Option<u32> {
    match &history.at(recording).event {
        Event::Recording(recording) => recording.seconds,
        _ => None,
    }
}

/// The playing time that a source gives for a number.
pub fn reported_seconds(history: &History<'_>, source: u64, number: u32) -> Option<u32> {
    reported(history, source, number).and_then(|resource| resource.seconds)
}

/// Whether nobody is owed anything for a work.
pub fn public_domain(history: &History<'_>, work: u64) -> bool {
    matches!(&history.at(work).event, Event::Work(work) if work.public_domain)
}

/// The release that a source means by a number.
pub fn release(history: &History<'_>, source: u64, number: u32) -> Option<u64> {
    thing(history, source, number, |thing| match thing {
        Thing::Release(release) => Some(release),
        _ => None,
    })
}

/// The service of a use: the one that a source means by a number, or by none the reporter itself.
pub fn service(history: &History<'_>, source: u64, number: u32) -> Option<PartyId> {
    match &history.at(source).event {
        Event::SourceOpened(opened) if number == 0 => Some(opened.reporter),
        _ => party(history, source, number),
    }
}

/// The service or rights controller that a source means by a number.
pub fn party(history: &History<'_>, source: u64, number: u32) -> Option<PartyId> {
    thing(history, source, number, |thing| match thing {
        Thing::Party(party) => Some(party),
        _ => None,
    })
}

/// The works of a recording, as matched for the reported resource itself, else for the recording. None: nobody said.
pub fn works<'a>(
    history: &History<'a>,
    source: u64,
    number: u32,
    recording: u64,
) -> Option<Vec<(u64, &'a MatchedWork)>> {
    let of_reported = matches_of_reported(history, source, number).filter(says_works).last();
    let of_recording = || matches_of_recording(history, recording).filter(says_works).last();
    let (said, matched) = of_reported.or_else(of_recording)?;
    Some(matched.works.iter().map(|work| (work.work.resolve(said.first), work)).collect())
}

/// What an identifier can stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Thing {
    Recording(u64),
    Release(u64),
    Party(PartyId),
    Work(u64),
}

type Matched<'a> = (&'a Said<'a>, &'a Match);

/// A match that names a recording and no work only says which recording it is.
fn says_works((_, matched): &Matched<'_>) -> bool {
    matched.recording.is_none() || !matched.works.is_empty()
}

fn matches_of_reported<'a>(history: &History<'a>, source: u64, number: u32) -> impl Iterator<Item = Matched<'a>> {
    matches(history).filter(move |(_, matched)| matched.subject == MatchSubject::Reported { source, number })
}

fn matches_of_recording<'a>(history: &History<'a>, recording: u64) -> impl Iterator<Item = Matched<'a>> {
    matches(history).filter(move |(said, matched)| match matched.subject {
        MatchSubject::Recording(subject) => subject.resolve(said.first) == recording,
        MatchSubject::Reported { .. } => false,
    })
}

fn matches<'a>(history: &History<'a>) -> impl Iterator<Item = Matched<'a>> {
    history.counting().filter_map(|(_, said)| match &said.event {
        Event::Match(matched) => Some((said, matched)),
        _ => None,
    })
}

/// What a source named by a number.
fn reported<'a>(history: &History<'a>, source: u64, number: u32) -> Option<&'a ReportedResource<'a>> {
    history.all().find_map(|(_, said)| match &said.event {
        Event::ReportedResource(resource) if resource.source == source && resource.number == number => Some(resource),
        _ => None,
    })
}

/// What a source means by a number, of those things that are wanted: what one of its identifiers was said to stand for
/// (for the reports of this reporter, else for every report; the first identifier decides, and of what was said of it
/// the last), else the one thing that bears any of them (SPEC section 12.1).
fn thing<T: PartialEq>(
    history: &History<'_>,
    source: u64,
    number: u32,
    wanted: impl Fn(Thing) -> Option<T>,
) -> Option<T> {
    let Event::SourceOpened(opened) = &history.at(source).event else { return None };
    let resource = reported(history, source, number)?;
    let asserted = |reporter: Option<PartyId>| {
        let said_of = |identifier: &Identifier<'_>| {
            asserted(history, *identifier, reporter).into_iter().filter_map(&wanted).last()
        };
        resource.identifiers.iter().find_map(said_of)
    };
    let born = || {
        let things = resource.identifiers.iter().flat_map(|identifier| bearers(history, *identifier));
        let mut things: Vec<T> = things.filter_map(&wanted).collect();
        things.dedup();
        if things.len() == 1 { things.pop() } else { None }
    };
    asserted(Some(opened.reporter)).or_else(|| asserted(None)).or_else(born)
}

/// Whether two spellings are one identifier.
fn same(one: &Identifier<'_>, other: &Identifier<'_>) -> bool {
    one.scheme == other.scheme && one.canonical() == other.canonical()
}

/// What an identifier was said to stand for in the reports of a reporter, or in every report.
fn asserted(history: &History<'_>, identifier: Identifier<'_>, reporter: Option<PartyId>) -> Vec<Thing> {
    let of = |(_, said): (u64, &Said<'_>)| match &said.event {
        Event::IdentifierAsserted(asserted)
            if asserted.reporter == reporter && same(&asserted.identifier, &identifier) =>
        {
            Some(match asserted.subject {
                Subject::Party(party) => Thing::Party(party),
                Subject::Work(work) => Thing::Work(work.resolve(said.first)),
                Subject::Recording(recording) => Thing::Recording(recording.resolve(said.first)),
                Subject::Release(release) => Thing::Release(release.resolve(said.first)),
            })
        }
        _ => None,
    };
    history.counting().filter_map(of).collect()
}

/// What has an identifier as its own.
///
/// A recording is known by a valid ISRC and a release by a valid UPC or GRid: no other code of theirs is one thing's
/// alone.
fn bearers(history: &History<'_>, identifier: Identifier<'_>) -> Vec<Thing> {
    let valid = identifier.check() == Validity::Valid;
    let isrc = valid && identifier.scheme == Scheme::ISRC;
    let release_code = valid && [Scheme::UPC, Scheme::GRID].contains(&identifier.scheme);
    let bears = |identifiers: &[Identifier<'_>]| identifiers.iter().any(|other| same(other, &identifier));
    let of = |(index, said): (u64, &Said<'_>)| match &said.event {
        Event::Recording(recording) => (isrc && bears(&recording.identifiers)).then_some(Thing::Recording(index)),
        Event::Release(release) => (release_code && bears(&release.identifiers)).then_some(Thing::Release(index)),
        Event::Party(party) => bears(&party.identifiers).then_some(Thing::Party(party.party)),
        _ => None,
    };
    history.counting().filter_map(of).collect()
}
