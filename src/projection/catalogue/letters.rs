//! Letters of direction: who gives up money to whom.

use bincode::{Decode, Encode};
use ledger_spec::date::Date;
use ledger_spec::event::catalogue as event;
use ledger_spec::money::Ratio;
use ledger_spec::reference::PartyId;

use super::super::error::FoldError;
use super::super::table::{Fact, Status};
use super::works::facts;
use super::{Catalogue, Moment};
use crate::royalty::groups;

/// A letter of direction.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Letter {
    pub status: Status,
    /// Who gives up the money.
    pub party: PartyId,
    /// Under this contract only, by its first version; zero is under all and under none.
    pub contract: u64,
    /// Who is paid instead.
    pub to: PartyId,
    pub share: Ratio,
    pub from: Option<Date>,
    pub until: Option<Date>,
}

facts!(Letter);

impl Catalogue {
    /// Takes in a letter. It changes no cell, only closes to come.
    pub(super) fn letter(&mut self, at: &Moment, letter: &event::LetterOfDirection) -> Result<(), FoldError> {
        let row = Letter {
            status: Status::new(at.by, letter.replaces.map(|event| at.resolve(event))),
            party: letter.party,
            contract: self.first_version(at, letter.contract)?,
            to: letter.to,
            share: letter.share,
            from: letter.from,
            until: letter.until,
        };
        self.letters.state(at.index, row).map(drop)
    }

    /// The letters that count for a page on a day, in the order of their events.
    pub(crate) fn letters_on(&self, page: groups::Page, day: Date) -> Vec<groups::Letter> {
        let in_force = |letter: &Letter| {
            letter.status.is_live()
                && letter.party == page.party
                && (letter.contract == 0 || letter.contract == page.contract)
                && letter.from.is_none_or(|from| from <= day)
                && letter.until.is_none_or(|until| day <= until)
        };
        let letters = self.letters.iter().filter(|(_, letter)| in_force(letter));
        letters.map(|(event, letter)| groups::Letter { event, to: letter.to, share: letter.share }).collect()
    }
}
