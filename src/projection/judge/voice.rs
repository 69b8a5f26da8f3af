//! Who may speak of what. The classes of events that a key may author at all follow from its roles; of what is
//! somebody's own, others are silent. An operator may speak of everything.
//!
//! | event | who else |
//! |---|---|
//! | claim | the party that claims |
//! | split, match of a recording, its names | the party that brought the recording; each part of a split under a contract |
//! | source, and what belongs to it | the party that reports, and whoever opened it |
//! | details | the party they are of |
//! | share, licence, contract, claim that collects for another, assertion, match of a reported resource | nobody: it takes both sides |
//! | identifier of a recording or release, all but its code | nobody: by it reports find whose money it is |
//! | reversal | the party that said the target, by a key that may say such an event |
//! | credit to an account of a party, or of what it reported and owes, by hand, or by conversion | a party that is another |
//! | advance to a party, cost of its contract | a party that is another |
//! | reversal of a hold | who said it, if it is not the one held |
//! | letter of direction | the party that gives up the money |
//! | adjustment of the bank | nobody: money moves there by payments and payouts |

use ledger_spec::account::Account;
use ledger_spec::code::AccountClass;
use ledger_spec::event::Event;
use ledger_spec::event::catalogue::{Claim, Match, MatchSubject};
use ledger_spec::ident::{Identifier, Scheme};
use ledger_spec::money::Amount;
use ledger_spec::reference::{EventRef, PartyId};
use ledger_spec::role::Roles;

use super::super::past::Past;
use super::{Judging, Refused, ensure};

impl<P: Past> Judging<'_, P> {
    /// What is a party's own is said by that party, or by an operator.
    pub(super) fn speaks_for(&self, party: PartyId, what: &str) -> Result<(), Refused> {
        let speaker = self.candidate.party;
        ensure(self.is_operator() || speaker == party, "not-yours", || {
            format!("{what} of party {party} may be said by itself or an operator, not by {speaker}")
        })
    }

    /// What takes both sides, only an operator says.
    pub(super) fn speaks_for_both(&self, event: &Event<'_>) -> Result<(), Refused> {
        let takes_both = match event {
            // A licence sets a price, a contract what the operator keeps; one side would set its own.
            Event::Share(_) | Event::Licence(_) | Event::Contract(_) | Event::IdentifierAsserted(_) => true,
            // So would whoever collects another's money.
            Event::Claim(Claim { collects, .. }) => collects.is_some(),
            Event::Match(Match { subject, .. }) => matches!(subject, MatchSubject::Reported { .. }),
            _ => false,
        };
        ensure(self.is_operator() || !takes_both, "operator-only", || {
            format!("such a {} is said, and taken back, by an operator alone: it takes both sides", event.name())
        })
    }

    /// A party without a contract is paid all of its part. Who shares a recording is said by whoever brought it; that the
    /// operator keeps nothing is not.
    pub(super) fn keeps_to_terms(&self, party: PartyId, contract: Option<EventRef>) -> Result<(), Refused> {
        ensure(self.is_operator() || contract.is_some(), "no-contract", || {
            format!(
                "the part of party {party} names no contract, and without one the operator keeps nothing of it: name the \
                 one it is paid under, or let an operator say the split"
            )
        })
    }

    /// Reports find a recording, release or party by its identifiers: they decide whose money it is that nobody has yet. All but
    /// the house code, which no report says, are an operator's to say.
    pub(super) fn speaks_for_reports(&self, given: &[Identifier<'_>], what: &str) -> Result<(), Refused> {
        match given.iter().find(|identifier| identifier.scheme != Scheme::HOUSE) {
            Some(Identifier { scheme, value }) if !self.is_operator() => Err(Refused {
                code: "operator-only",
                text: format!(
                    "reports find a {what} by its {scheme}, so an operator alone says that it is {value}: leave it \
                     out, and an operator asserts it with [[identifier]]"
                ),
            }),
            _ => Ok(()),
        }
    }

    /// A reversal takes the voice of its target. All reversals are of one class, and money's: nothing but this keeps a
    /// treasurer from taking back a share, or an accountant a report.
    pub(super) fn speaks_against(&self, target: u64, event: &Event<'_>) -> Result<(), Refused> {
        let speaker = self.candidate.party;
        ensure(self.is_operator() || self.said_by(target, event) == Some(speaker), "not-yours", || {
            format!("event {target} was not said by party {speaker}; who said it may reverse it, or an operator")
        })?;
        self.speaks_for_both(event)?;
        self.speaks_as(Roles::of_class(event.class()), &format!("the reversal of a {}", event.name()))
    }

    /// The party that said an event that can be reversed; of a line, the one that opened its source.
    fn said_by(&self, target: u64, event: &Event<'_>) -> Option<PartyId> {
        let opened_by = |source| self.state.sources.get(source).map(|source| source.by);
        match event {
            Event::UsageLine(line) => opened_by(line.source),
            Event::AllocatedLine(line) => opened_by(line.source),
            Event::SourceOpened(_) => opened_by(target),
            _ => {
                let fact = self.state.catalogue.status(target).map(|status| status.by);
                fact.or_else(|| self.state.stated_by.get(target).copied())
            }
        }
    }

    /// Nobody but an operator credits its own party by hand.
    pub(super) fn favours_another(&self, mut sides: impl Iterator<Item = (Account, Amount)>) -> Result<(), Refused> {
        let party = self.candidate.party;
        // Whatever its class: what is in reserve or suspense, or owed back as an advance, ends as what is due.
        let reports = |account: &Account| self.state.sources.get(account.origin).map(|source| source.reporter);
        let is_own = |account: &Account| match account.class {
            // What it reported and would not have to pay.
            AccountClass::RECEIVABLE => reports(account) == Some(party),
            _ => account.party == party,
        };
        let own = sides.any(|(account, amount)| amount.is_negative() && is_own(&account));
        ensure(self.is_operator() || !own, "own-favour", || {
            format!("party {party} may not credit itself; another party's key has to, or an operator")
        })
    }

    /// The bank moves by payments and payouts. An operator alone may correct it.
    pub(super) fn adjusts(&self, account: &Account) -> Result<(), Refused> {
        ensure(self.is_operator() || account.class != AccountClass::BANK, "bank-adjusted", || {
            "the bank is adjusted by an operator alone; say what came as a payment, and what left as a payout"
                .to_owned()
        })
    }

    /// An operator, or a key with one of these roles, says this.
    pub(super) fn speaks_as(&self, roles: Roles, what: &str) -> Result<(), Refused> {
        let may = self.candidate.roles.intersects(roles.union(Roles::OPERATOR));
        ensure(may, "role", || format!("{what} may be said with role operator or {roles}"))
    }
}
