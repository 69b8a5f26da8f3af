//! What a code in the text stands for: in the text itself, or in the ledger it is written for.

use std::collections::HashMap;

use ledger_spec::reference::{EventRef, PartyId};

use super::code;
use super::problem::{Problem, meant};
use super::values::Cite;

/// What can have a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Coded {
    /// A party.
    Party,
    /// A work.
    Work,
    /// A recording.
    Recording,
    /// A release.
    Release,
    /// A contract, by its first version.
    Contract,
    /// A licence; outside its file it is cited by index.
    Licence,
    /// A claim; outside its file it is cited by index.
    Claim,
    /// A share; outside its file it is cited by index.
    Share,
    /// A split; outside its file it is cited by index.
    Split,
    /// A letter of direction; outside its file it is cited by index.
    Letter,
    /// A form for tax; outside its file it is cited by index.
    TaxForm,
    /// The figures of a pool; outside its file they are cited by index.
    Pool,
    /// A match; outside its file it is cited by index.
    Match,
    /// What an identifier stands for; outside its file it is cited by index.
    Identifier,
}

impl Coded {
    /// The word for it in the text and in messages.
    pub fn word(self) -> &'static str {
        match self {
            Coded::Party => "party",
            Coded::Work => "work",
            Coded::Recording => "recording",
            Coded::Release => "release",
            Coded::Contract => "contract",
            Coded::Licence => "licence",
            Coded::Claim => "claim",
            Coded::Share => "share",
            Coded::Split => "split",
            Coded::Letter => "letter-of-direction",
            Coded::TaxForm => "tax-form",
            Coded::Pool => "pool",
            Coded::Match => "match",
            Coded::Identifier => "identifier",
        }
    }

    /// Whether its code is written into the ledger, so that later files can use it.
    fn is_lasting(self) -> bool {
        matches!(self, Coded::Party | Coded::Work | Coded::Recording | Coded::Release | Coded::Contract)
    }
}

/// What the ledger knows by name. The projection of the catalogue answers this.
pub trait Names {
    /// The party with this code.
    fn party(&self, code: &str) -> Option<PartyId>;
    /// The index of the event that brought in what has this code.
    fn event(&self, what: Coded, code: &str) -> Option<u64>;
    /// The latest claim of a party on the work that the event at `work` brought in.
    fn claim(&self, work: u64, party: PartyId) -> Option<u64>;
    /// The first event of the source that was imported from a file of this name.
    fn source(&self, file: &str) -> Option<u64>;
    /// Every code there is, to suggest what may have been meant.
    fn codes(&self, what: Coded) -> Vec<String>;
}

/// A new ledger: nothing has a name yet.
pub struct NoNames;

impl Names for NoNames {
    fn party(&self, _: &str) -> Option<PartyId> {
        None
    }
    fn event(&self, _: Coded, _: &str) -> Option<u64> {
        None
    }
    fn claim(&self, _: u64, _: PartyId) -> Option<u64> {
        None
    }
    fn source(&self, _: &str) -> Option<u64> {
        None
    }
    fn codes(&self, _: Coded) -> Vec<String> {
        Vec::new()
    }
}

/// The codes of the text so far, over those of the ledger.
///
/// An event of the submission being written is cited by its place in it; once that submission has its place in the
/// log, [`Scope::settle`] turns those places into indexes.
pub(super) struct Scope<'n> {
    names: &'n dyn Names,
    parties: HashMap<String, PartyId>,
    events: HashMap<(Coded, String), EventRef>,
    claims: HashMap<(EventRef, PartyId), EventRef>,
}

impl<'n> Scope<'n> {
    pub(super) fn new(names: &'n dyn Names) -> Scope<'n> {
        Scope { names, parties: HashMap::new(), events: HashMap::new(), claims: HashMap::new() }
    }

    /// The submission's first event got this index.
    pub(super) fn settle(&mut self, first: u64) {
        let settled = |event: EventRef| EventRef::At(event.resolve(first));
        self.events.values_mut().for_each(|event| *event = settled(*event));
        let claims = std::mem::take(&mut self.claims);
        self.claims =
            claims.into_iter().map(|((work, party), claim)| ((settled(work), party), settled(claim))).collect();
    }

    /// A sentence in which parties that the text introduces have their codes in place of their ids.
    pub(super) fn named(&self, sentence: &str) -> String {
        let mut sentence = sentence.to_owned();
        for (code, party) in &self.parties {
            sentence = sentence.replace(&party.to_string(), code);
        }
        sentence
    }

    pub(super) fn declare_party(&mut self, code: &str, party: PartyId) -> Result<(), Problem> {
        code::check(code).map_err(|problem| problem.inside("code"))?;
        if self.names.party(code).is_some() {
            return Err(taken(Coded::Party, code, "in the ledger"));
        }
        match self.parties.insert(code.to_owned(), party) {
            Some(_) => Err(taken(Coded::Party, code, "in this file")),
            None => Ok(()),
        }
    }

    pub(super) fn declare(&mut self, what: Coded, code: &str, event: EventRef) -> Result<(), Problem> {
        code::check(code).map_err(|problem| problem.inside("code"))?;
        if what.is_lasting() && self.names.event(what, code).is_some() {
            return Err(taken(what, code, "in the ledger"));
        }
        match self.events.insert((what, code.to_owned()), event) {
            Some(_) => Err(taken(what, code, "in this file")),
            None => Ok(()),
        }
    }

    pub(super) fn declare_claim(&mut self, work: EventRef, party: PartyId, claim: EventRef) {
        self.claims.insert((work, party), claim);
    }

    pub(super) fn party(&self, code: &str) -> Result<PartyId, Problem> {
        let known = self.parties.get(code).copied().or_else(|| self.names.party(code));
        known.ok_or_else(|| self.unknown(Coded::Party, code))
    }

    pub(super) fn event(&self, what: Coded, cite: &Cite) -> Result<EventRef, Problem> {
        let code = match cite {
            Cite::Index(index) => return Ok(EventRef::At(*index)),
            Cite::Code(code) => code,
        };
        let here = self.events.get(&(what, code.clone())).copied();
        let known = here.or_else(|| self.names.event(what, code).map(EventRef::At));
        known.ok_or_else(|| self.unknown(what, code))
    }

    pub(super) fn claim(&self, work: EventRef, party: PartyId) -> Option<EventRef> {
        let here = self.claims.get(&(work, party)).copied();
        here.or_else(|| match work {
            EventRef::At(work) => self.names.claim(work, party).map(EventRef::At),
            EventRef::Here(_) => None,
        })
    }

    pub(super) fn source(&self, cite: &Cite) -> Result<u64, Problem> {
        match cite {
            Cite::Index(index) => Ok(*index),
            Cite::Code(file) => self.names.source(file).ok_or_else(|| {
                Problem::new("no file of this name was imported")
                    .value(file.as_str())
                    .hint("give the name of the file as it was imported, or the index of its first event")
            }),
        }
    }

    fn unknown(&self, what: Coded, code: &str) -> Problem {
        let problem = Problem::new(format!("no {} has this code", what.word())).value(code);
        let mut known = self.names.codes(what);
        known.extend(self.parties.keys().filter(|_| what == Coded::Party).cloned());
        known.extend(self.events.keys().filter(|(kind, _)| *kind == what).map(|(_, code)| code.clone()));
        known.sort_unstable();
        match meant(code, known.iter().map(String::as_str)) {
            Some(meant) => problem.hint(format!("did you mean \"{meant}\"?")),
            None if what.is_lasting() => problem.hint(format!("add a [[{}]] with code = \"{code}\"", what.word())),
            None => problem.hint("codes of this kind hold within one file; cite an earlier event by its index"),
        }
    }
}

fn taken(what: Coded, code: &str, place: &str) -> Problem {
    let problem = Problem::new(format!("a {} with this code is {place} already", what.word())).value(code);
    match what {
        Coded::Party => problem.hint("take another code; [[party-details]] adds to a party that is in the ledger"),
        _ => problem.hint("take another code; what stands in the ledger is not written again"),
    }
    .inside("code")
}
