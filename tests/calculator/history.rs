//! The list of events so far, and which of them count: neither reversed nor replaced by one that counts.

use ledger_spec::date::{Date, Period};
use ledger_spec::event::Event;
use ledger_spec::event::catalogue::Contract;
use ledger_spec::reference::{EventRef, PartyId};

/// One event, by whom and when, and the index of the first event of its submission.
#[derive(Debug, Clone)]
pub struct Said<'a> {
    pub by: PartyId,
    pub recorded_at: u64,
    pub first: u64,
    pub event: Event<'a>,
}

impl<'a> Said<'a> {
    /// Events by who said each, when, and its bytes; each a submission of its own.
    pub fn all(bodies: impl Iterator<Item = (PartyId, u64, &'a [u8])>) -> Vec<Said<'a>> {
        let said = |(index, (by, recorded_at, body)): (usize, (PartyId, u64, &'a [u8]))| Said {
            by,
            recorded_at,
            first: index as u64,
            event: Event::decode(body).unwrap(),
        };
        bodies.enumerate().map(said).collect()
    }
}

/// The events up to some point.
pub struct History<'a> {
    pub said: &'a [Said<'a>],
    /// For each event, the reversal that takes it back.
    reversed_by: Vec<Option<u64>>,
    /// For each event, whether it counts.
    counts: Vec<bool>,
}

impl<'a> History<'a> {
    pub fn new(said: &'a [Said<'a>]) -> History<'a> {
        let mut reversed_by = vec![None; said.len()];
        for (index, one) in said.iter().enumerate() {
            if let Event::Reversal(reversal) = &one.event {
                reversed_by[reversal.target.resolve(one.first) as usize] = Some(index as u64);
            }
        }
        // What took its place keeps a fact from counting, unless that was itself reversed.
        let mut counts: Vec<bool> = reversed_by.iter().map(|reversal| reversal.is_none()).collect();
        for (index, one) in said.iter().enumerate() {
            if let Some(replaced) = replaces(&one.event)
                && reversed_by[index].is_none()
            {
                counts[replaced.resolve(one.first) as usize] = false;
            }
        }
        History { said, reversed_by, counts }
    }

    /// Every event with its index.
    pub fn all(&self) -> impl Iterator<Item = (u64, &'a Said<'a>)> {
        self.said.iter().enumerate().map(|(index, said)| (index as u64, said))
    }

    /// Every event that counts.
    pub fn counting(&self) -> impl Iterator<Item = (u64, &'a Said<'a>)> {
        self.all().filter(|(index, _)| self.counts(*index))
    }

    pub fn at(&self, index: u64) -> &'a Said<'a> {
        &self.said[index as usize]
    }

    pub fn counts(&self, index: u64) -> bool {
        self.counts[index as usize]
    }

    pub fn reversal_of(&self, index: u64) -> Option<u64> {
        self.reversed_by[index as usize]
    }

    /// Whether a fact that was not reversed holds for what a source reports. A prospective one holds for later sources
    /// only, and what it took the place of goes on holding for those before: of a chain of versions the last that may
    /// speak of a source holds for it.
    pub fn holds_for(&self, index: u64, source: u64) -> bool {
        self.reversal_of(index).is_none() && self.may_speak(index, source) && !self.later_speaks(index, source)
    }

    fn may_speak(&self, index: u64, source: u64) -> bool {
        !is_prospective(&self.at(index).event) || index < source
    }

    fn later_speaks(&self, index: u64, source: u64) -> bool {
        let replacers = self.all().filter(|(later, said)| {
            let replaced = replaces(&said.event).map(|replaced| replaced.resolve(said.first));
            replaced == Some(index) && self.reversal_of(*later).is_none()
        });
        replacers.map(|(later, _)| later).any(|later| self.may_speak(later, source) || self.later_speaks(later, source))
    }

    /// The day on which a source was received: the day it was recorded.
    pub fn received(&self, source: u64) -> Date {
        Date::of_unix_ms(self.at(source).recorded_at)
    }

    /// The accounting month that is open before an event: the month after the last one closed, or before any close
    /// the month it is recorded in.
    pub fn open_period(&self, before: u64) -> Period {
        let closes = self.said[..before as usize].iter().filter_map(|said| match &said.event {
            Event::PeriodClosed(close) => Some(close.period.next()),
            _ => None,
        });
        closes.max().unwrap_or_else(|| Date::of_unix_ms(self.at(before).recorded_at).period())
    }

    /// The first version of a contract, under which its balance is kept; zero if there is none.
    pub fn first_version(&self, contract: Option<EventRef>, first: u64) -> u64 {
        let Some(index) = contract.map(|contract| contract.resolve(first)) else { return 0 };
        match &self.at(index).event {
            Event::Contract(Contract { amends: Some(original), .. }) => original.resolve(self.at(index).first),
            _ => index,
        }
    }
}

fn is_prospective(event: &Event<'_>) -> bool {
    match event {
        Event::Share(share) => share.prospective,
        Event::Split(split) => split.prospective,
        _ => false,
    }
}

/// The event that this one takes the place of.
fn replaces(event: &Event<'_>) -> Option<EventRef> {
    match event {
        Event::Claim(claim) => claim.replaces,
        Event::Share(share) => share.replaces,
        Event::Split(split) => split.replaces,
        Event::Match(matched) => matched.replaces,
        Event::IdentifierAsserted(asserted) => asserted.replaces,
        Event::LetterOfDirection(letter) => letter.replaces,
        Event::Licence(licence) => licence.replaces,
        Event::PoolReported(pool) => pool.replaces,
        Event::TaxForm(form) => form.replaces,
        _ => None,
    }
}
