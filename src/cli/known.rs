//! What the ledger calls things: codes to what they stand for, for the commands that take codes, and back to codes and
//! names, for the commands that show them. Names are read out of the log where they are shown, so that an erased one
//! shows nowhere.

mod labels;

use std::cell::RefCell;
use std::collections::HashMap;

use ledger_spec::code::NameRole;
use ledger_spec::event::Event;
use ledger_spec::event::governance::EnrolMode;
use ledger_spec::event::particulars::Named as Text;
use ledger_spec::ident::{Identifier, Scheme};
use ledger_spec::reference::{EventRef, PartyId};

use super::describe::{self, describe, short};
use super::events::submission_of;
use super::exit::Exit;
use super::failure::Failure;
use super::text::one_line;
use super::values::many;
use crate::ingest::catalogue::{Coded, Names, meant};
use crate::ledger::Ledger;
use crate::projection::{Item, Named, Past, State};

pub use labels::Labels;

/// A state, and the log that has its names.
pub struct Known<'a> {
    state: &'a State,
    ledger: &'a Ledger,
    /// Codes that were looked up, by the event that gave them.
    codes: RefCell<HashMap<u64, Option<String>>>,
}

impl<'a> Known<'a> {
    /// What is known at a state of that ledger.
    pub fn new(state: &'a State, ledger: &'a Ledger) -> Known<'a> {
        Known { state, ledger, codes: RefCell::default() }
    }

    /// The party of a code or of an id in hex.
    pub fn find_party(&self, name: &str) -> Result<PartyId, Failure> {
        let by_id = PartyId::from_hex(name).filter(|id| self.state.catalogue().knows_party(*id));
        self.party(name).or(by_id).ok_or_else(|| {
            let mut known = self.codes(Coded::Party);
            known.sort_unstable();
            let failure = Failure::with(Exit::Usage, format_args!("no party is called {name}"));
            match meant(name, known.iter().map(String::as_str)) {
                Some(meant) => failure.hint(format_args!("did you mean {meant}?")),
                None => failure.hint(format_args!("the ledger knows {}", known.join(", "))),
            }
        })
    }

    /// The party that bears an identifier.
    pub fn party_of(&self, scheme: Scheme, value: &str) -> Option<PartyId> {
        let bearers = self.state.catalogue().bearers(Identifier { scheme, value });
        bearers.into_iter().find_map(|item| match item {
            Item::Party(party) => Some(party),
            _ => None,
        })
    }

    /// The contract of a code or of the index of its first version.
    pub fn find_contract(&self, name: &str) -> Result<u64, Failure> {
        let by_index = name.parse().ok().filter(|index| self.state.catalogue().contract_version(*index).is_some());
        self.event(Coded::Contract, name).or(by_index).ok_or_else(|| {
            Failure::with(Exit::Usage, format_args!("no contract is called {name}"))
                .hint("cantus log --kind contract lists them")
        })
    }

    /// What a source calls by a number: its title and artist, or the first of its identifiers.
    pub fn reported(&self, source: u64, number: u32) -> String {
        let named = Named::Reported { source, number };
        let title = self.text(named, NameRole::TITLE);
        let artist = self.text(named, NameRole::ARTIST);
        let identifier = || {
            let event = self.state.sources().get(source)?.reported(number)?.event;
            self.read(event, |event| match event {
                Event::ReportedResource(reported) => {
                    let identifiers = reported.identifiers.iter();
                    // A name that a report gives a service or controller says more than a number does.
                    let name = |scheme| scheme == Scheme::SERVICE_NAME || scheme == Scheme::RIGHTS_CONTROLLER;
                    identifiers.max_by_key(|one| name(one.scheme)).map(|one| one.value.to_owned())
                }
                _ => None,
            })
        };
        match (title, artist) {
            (Some(title), Some(artist)) => format!("\"{title}\" by {artist}"),
            (Some(title), None) => format!("\"{title}\""),
            (None, _) => self
                .catalogued(source, number)
                .or_else(identifier)
                .unwrap_or_else(|| format!("number {number} of source {source}")),
        }
    }

    /// The title that the catalogue gives to what a source calls by a number, of which the file gives none.
    fn catalogued(&self, source: u64, number: u32) -> Option<String> {
        let event = self.state.sources().get(source)?.reported(number)?.event;
        let bearers = self.read(event, |event| match event {
            Event::ReportedResource(reported) => {
                let bearers = |one: &Identifier<'_>| self.state.catalogue().bearers(*one);
                Some(reported.identifiers.iter().flat_map(bearers).collect::<Vec<_>>())
            }
            _ => None,
        });
        let title = |item| match item {
            Item::Recording(event) | Item::Release(event) => self.text(Named::Event(event), NameRole::TITLE),
            _ => None,
        };
        bearers?.into_iter().find_map(title).map(|title| format!("\"{title}\""))
    }

    /// The sentence that an event's remark gives as its reason, if it has one that is not erased.
    pub fn remark(&self, event: u64) -> Option<String> {
        self.read(event, |said| self.remark_of(event, said))
    }

    /// The same of an event that was read.
    pub fn remark_of(&self, event: u64, said: &Event<'_>) -> Option<String> {
        let remark = match said {
            Event::Reversal(reversal) => reversal.remark,
            Event::Adjustment(adjustment) => adjustment.remark,
            Event::Converted(converted) => converted.remark?,
            _ => return None,
        };
        // A remark in the same submission stands right before what it explains.
        let at = match remark {
            EventRef::At(index) => index,
            EventRef::Here(_) => event.checked_sub(1)?,
        };
        self.read(at, |event| match event {
            Event::Remark(remark) => Some(remark.text.to_owned()),
            _ => None,
        })
    }

    /// The title of a work, recording or release in quotes; its code where it has none.
    pub fn title(&self, event: u64) -> String {
        let title = self.text(Named::Event(event), NameRole::TITLE);
        title.map_or_else(|| self.event_code(event), |title| format!("\"{title}\""))
    }

    /// The source of a file's name, or of its first event.
    pub fn find_source(&self, name: &str) -> Result<u64, Failure> {
        name.parse().ok().or_else(|| self.source(name)).ok_or_else(|| {
            Failure::new(format_args!("no file called {name} was imported"))
                .hint("cantus log --kind source-opened lists the reports with their indexes")
        })
    }

    /// Whether an event has introduced the party.
    pub fn knows(&self, party: PartyId) -> bool {
        self.state.catalogue().knows_party(party)
    }

    /// A party's code, or what its id begins with.
    pub fn party_code(&self, party: PartyId) -> String {
        let event = self.state.catalogue().party_event(party);
        event.and_then(|event| self.house_code(event)).unwrap_or_else(|| short(&party))
    }

    /// The code of what an event brought in, or its index.
    pub fn event_code(&self, event: u64) -> String {
        self.house_code(event).unwrap_or_else(|| event.to_string())
    }

    /// The latest text of this role that something was given.
    pub fn text(&self, of: Named, role: NameRole) -> Option<String> {
        let events: Vec<u64> = self.state.catalogue().names(of).collect();
        events.into_iter().rev().find_map(|event| {
            self.read(event, |event| {
                let texts: &[Text<'_>] = match event {
                    Event::PartyDetails(details) => &details.details,
                    Event::NamesReported(names) => &names.names,
                    _ => &[],
                };
                texts.iter().find(|text| text.role == role).map(|text| text.text.to_owned())
            })
        })
    }

    /// The sources of a file of this name: all of them, and those that are not reversed.
    pub fn sources(&self, file: &str) -> (Vec<u64>, Vec<u64>) {
        let called = self.state.sources().iter().filter(|(source, _)| self.file_name(*source).as_deref() == Some(file));
        let called: Vec<_> = called.map(|(source, found)| (source, found.reversed.is_none())).collect();
        let live = called.iter().filter(|(_, live)| *live).map(|(source, _)| *source).collect();
        (called.iter().map(|(source, _)| *source).collect(), live)
    }

    /// The name of the file that a source was imported from.
    pub fn file_name(&self, source: u64) -> Option<String> {
        self.text(Named::Event(source), NameRole::FILE_NAME)
    }

    /// The sources whose lines are not all in, each with its file and how far it came.
    pub fn open_sources(&self) -> Vec<String> {
        let told = |source| {
            let found = self.state.sources().get(source)?;
            // The name goes in with the first rows, or things that the rows name.
            let begun = found.rows_in > 0 || found.numbers() > 0;
            let unnamed = if begun { "a file whose name is erased" } else { "a file whose name is not in yet" };
            let file = self.file_name(source).map_or_else(|| unnamed.to_owned(), |file| one_line(&file));
            Some(format!("{file} (source {source}, {} of {} in)", found.rows_in, many(found.rows, "row")))
        };
        self.state.sources().open().filter_map(told).collect()
    }

    /// How the key came in that an event enrolled; the operator's first one came with the ledger.
    pub fn mode_of(&self, enrolment: u64) -> EnrolMode {
        let mode = self.read(enrolment, |event| match event {
            Event::KeyEnrolled(enrolled) => Some(enrolled.mode),
            _ => None,
        });
        mode.unwrap_or(EnrolMode::First)
    }

    /// A party's name, if it is known and not erased.
    pub fn party_name(&self, party: PartyId) -> Option<String> {
        self.text(Named::Party(party), NameRole::NAME)
    }

    /// What takes an event back, in words; nothing of one that counts.
    pub fn reversed(&self, event: u64) -> Option<String> {
        self.state.reversal_of(event).map(|by| format!("reversed by event {by}"))
    }

    /// A sentence in which parties and contracts of the ledger have their codes in place of ids and indexes: the books,
    /// which know no names, say it with those.
    pub fn named(&self, sentence: &str) -> String {
        let (mut named, mut before) = (String::with_capacity(sentence.len()), "");
        for word in sentence.split_inclusive(' ') {
            let bare = word.trim_matches(|char: char| !char.is_ascii_alphanumeric());
            let party = PartyId::from_hex(bare).filter(|party| self.knows(*party)).map(|party| self.party_code(party));
            let contract = bare.parse().ok().filter(|_| before == "contract");
            let contract = contract.and_then(|version| self.state.catalogue().contract_version(version));
            let code = party.or_else(|| contract.map(|contract| self.event_code(contract.first)));
            match code {
                Some(code) => named.push_str(&word.replace(bare, &code)),
                None => named.push_str(word),
            }
            before = bare;
        }
        named
    }

    fn house_code(&self, event: u64) -> Option<String> {
        if let Some(code) = self.codes.borrow().get(&event) {
            return code.clone();
        }
        let code = self.read(event, |event| {
            let identifiers: &[Identifier<'_>] = match event {
                Event::Party(party) => &party.identifiers,
                Event::Work(work) => &work.identifiers,
                Event::Recording(recording) => &recording.identifiers,
                Event::Release(release) => &release.identifiers,
                Event::Contract(contract) => &contract.identifiers,
                _ => &[],
            };
            identifiers.iter().find(|one| one.scheme == Scheme::HOUSE).map(|one| one.value.to_owned())
        });
        self.codes.borrow_mut().insert(event, code.clone());
        code
    }

    /// What is to be had from an event; nothing if it is erased or cannot be read.
    pub fn read<T>(&self, event: u64, take: impl FnOnce(&Event<'_>) -> Option<T>) -> Option<T> {
        let body = self.ledger.store().body(event).ok()??;
        take(&Event::decode(&body).ok()?)
    }

    /// What an event says, in a line, with the codes of what it speaks of.
    pub fn said(&self, event: u64) -> String {
        let said = self.read(event, |said| Some(self.told(event, said)));
        said.unwrap_or_else(|| "erased".to_owned())
    }

    /// The same of an event that was read.
    pub fn told(&self, event: u64, said: &Event<'_>) -> String {
        format!("{} {}", said.name(), describe(said, &Place { known: self, event }))
    }
}

/// Labels for what stands in an event: what it cites within its submission can be found from there.
struct Place<'a> {
    known: &'a Known<'a>,
    event: u64,
}

impl describe::Labels for Place<'_> {
    fn party(&self, party: PartyId) -> String {
        self.known.party_code(party)
    }

    fn event(&self, event: EventRef) -> String {
        let first = || submission_of(self.known.ledger, self.event).map(|(first, _)| first);
        match event {
            EventRef::At(index) => self.known.event_code(index),
            EventRef::Here(_) => {
                first().map_or_else(|_| event.to_string(), |first| self.known.event_code(event.resolve(first)))
            }
        }
    }
}

impl Names for Known<'_> {
    fn party(&self, code: &str) -> Option<PartyId> {
        self.party_of(Scheme::HOUSE, code)
    }

    fn event(&self, what: Coded, code: &str) -> Option<u64> {
        let house = Identifier { scheme: Scheme::HOUSE, value: code };
        self.state.catalogue().bearers(house).into_iter().find_map(|item| match (what, item) {
            (Coded::Work, Item::Work(event))
            | (Coded::Recording, Item::Recording(event))
            | (Coded::Release, Item::Release(event))
            | (Coded::Contract, Item::Contract(event)) => Some(event),
            _ => None,
        })
    }

    fn claim(&self, work: u64, party: PartyId) -> Option<u64> {
        let mut claims = self.state.catalogue().claims.iter().rev();
        let found = claims.find(|(_, claim)| claim.work == work && claim.party == party && claim.status.is_live());
        found.map(|(event, _)| event)
    }

    /// The newest that counts, or else the newest.
    fn source(&self, file: &str) -> Option<u64> {
        let (all, live) = self.sources(file);
        live.last().or(all.last()).copied()
    }

    fn codes(&self, what: Coded) -> Vec<String> {
        let catalogue = self.state.catalogue();
        let events: Vec<u64> = match what {
            Coded::Party => catalogue.parties().map(|(_, event, _)| event).collect(),
            Coded::Work => catalogue.works.iter().map(|(event, _)| event).collect(),
            Coded::Recording => catalogue.recordings.iter().map(|(event, _)| event).collect(),
            Coded::Release => catalogue.releases.iter().map(|(event, _)| event).collect(),
            Coded::Contract => catalogue.contracts.iter().map(|(event, _)| event).collect(),
            _ => Vec::new(),
        };
        events.into_iter().filter_map(|event| self.house_code(event)).collect()
    }
}
