//! Names beside numbers, for listings: what parties and events that an event speaks of are called, as far as their names
//! are not erased.

use std::cell::RefCell;
use std::collections::HashMap;

use ledger_spec::code::NameRole;
use ledger_spec::event::Event;
use ledger_spec::reference::{EventRef, PartyId};

use super::describe::{Labels, describe, short};
use super::events::submission_of;
use super::known::Known;
use crate::ledger::Ledger;
use crate::projection::Named;

/// Most labels that are kept: a long listing speaks of the same few again and again.
const KEPT: usize = 10_000;

/// Looks names up, each once.
pub struct Beside<'a> {
    known: &'a Known<'a>,
    ledger: &'a Ledger,
    parties: RefCell<HashMap<PartyId, String>>,
    events: RefCell<HashMap<u64, String>>,
}

impl<'a> Beside<'a> {
    /// Nothing was looked up yet.
    pub fn new(known: &'a Known<'a>, ledger: &'a Ledger) -> Beside<'a> {
        Beside { known, ledger, parties: RefCell::default(), events: RefCell::default() }
    }

    /// What the event of an index says, in one line.
    pub fn describe(&self, index: u64, event: &Event<'_>) -> String {
        describe(event, &At { names: self, index })
    }

    /// A party's code, or what its id begins with, and its name.
    fn party(&self, party: PartyId) -> String {
        let look_up = || {
            let code = self.code(party);
            let name = self.known.party_name(party).filter(|name| *name != code);
            name.map_or(code.clone(), |name| format!("{code} ({name})"))
        };
        kept(&self.parties, party, look_up)
    }

    fn code(&self, party: PartyId) -> String {
        if self.known.knows(party) { self.known.party_code(party) } else { short(&party) }
    }

    /// An event's index, and its code, title or file.
    fn event(&self, index: u64) -> String {
        let look_up = || {
            let code = Some(self.known.event_code(index)).filter(|code| *code != index.to_string());
            let titled = |role| self.known.text(Named::Event(index), role).map(|text| format!("\"{text}\""));
            let title = titled(NameRole::TITLE).or_else(|| titled(NameRole::FILE_NAME));
            let called: Vec<String> = code.into_iter().chain(title).collect();
            if called.is_empty() { index.to_string() } else { format!("{index} ({})", called.join(", ")) }
        };
        kept(&self.events, index, look_up)
    }
}

/// What was looked up before, or is now.
fn kept<K: std::hash::Hash + Eq>(
    cache: &RefCell<HashMap<K, String>>,
    key: K,
    look_up: impl FnOnce() -> String,
) -> String {
    if let Some(label) = cache.borrow().get(&key) {
        return label.clone();
    }
    let label = look_up();
    let mut cache = cache.borrow_mut();
    if cache.len() < KEPT {
        cache.insert(key, label.clone());
    }
    label
}

/// Names for what one event speaks of: what it cites within its submission can be found from there.
struct At<'b, 'a> {
    names: &'b Beside<'a>,
    index: u64,
}

impl Labels for At<'_, '_> {
    fn party(&self, party: PartyId) -> String {
        self.names.party(party)
    }

    fn event(&self, event: EventRef) -> String {
        self.resolve(event).map_or_else(|| event.to_string(), |index| self.names.event(index))
    }

    fn code(&self, party: PartyId) -> String {
        self.names.code(party)
    }

    fn index(&self, event: EventRef) -> String {
        self.resolve(event).map_or_else(|| event.to_string(), |index| index.to_string())
    }
}

impl At<'_, '_> {
    fn resolve(&self, event: EventRef) -> Option<u64> {
        match event {
            EventRef::At(index) => Some(index),
            EventRef::Here(_) => {
                submission_of(self.names.ledger, self.index).ok().map(|(first, _)| event.resolve(first))
            }
        }
    }
}
