//! Advances, costs, and balances brought in: of a contract that is the party's, booked by today, said once.

use ledger_spec::account::Account;
use ledger_spec::code::AccountClass;
use ledger_spec::date::Date;
use ledger_spec::event::Event;
use ledger_spec::event::catalogue::Royalty;
use ledger_spec::event::money::{AdvancePaid, CostCharged, OpeningBalance};
use ledger_spec::money::{Amount, Ratio};
use ledger_spec::reference::{EventRef, PartyId};

use super::super::past::Past;
use super::super::payouts::PayoutStatus;
use super::money::{fits, wrong};
use super::once::Said;
use super::{Judging, Refused, ensure};
use crate::royalty::groups::Page;
use crate::royalty::{Movement, Posting, accounts, postings};

impl<P: Past> Judging<'_, P> {
    pub(super) fn opening_balance(&mut self, index: u64, opening: &OpeningBalance) -> Result<(), Refused> {
        let OpeningBalance { party, amount, currency, as_of, evidence, .. } = *opening;
        self.known(party)?;
        let contract = self.contract_of(opening.contract, party)?;
        self.has_come(as_of, "balance")?;
        fits(amount)?;
        is_opening(opening, contract)?;
        let posted = postings::opening_balance(index, contract, opening);
        self.favours_another(posted.iter().map(|side| (side.account, side.amount)))?;
        self.posts(&posted)?;
        // An advance has an account of its own: what is the same is told by its page.
        let account = match (opening.class, opening.origin) {
            (AccountClass::ADVANCE, _) => accounts::advance(party, contract, 0, currency),
            (AccountClass::RESERVE, Some(origin)) => accounts::reserve(party, contract, origin, currency),
            _ => accounts::due(party, contract, currency),
        };
        let here = self.said.insert(Said::Opening(account, as_of, evidence), index);
        let before = match opening.class {
            AccountClass::ADVANCE => self.outlay_before(&Event::OpeningBalance(*opening), contract, as_of)?,
            _ => self.posted_before(&account, |before, _| {
                Ok(matches!(before, Event::OpeningBalance(before)
                    if (before.as_of, before.evidence) == (as_of, evidence)))
            })?,
        };
        let Some(first) = here.or(before) else { return Ok(()) };
        Err(Refused {
            code: "said-already",
            text: format!(
                "event {first} brought in a balance of that day with the same evidence already: nothing was added; \
                 reverse it if it is wrong"
            ),
        })
    }

    pub(super) fn advance_paid(&mut self, index: u64, advance: &AdvancePaid) -> Result<(), Refused> {
        let AdvancePaid { party, date, amount, .. } = *advance;
        let contract = self.outlay(party, advance.contract, date, amount, "advance")?;
        self.outlay_once(index, &Event::AdvancePaid(*advance), contract, date)?;
        self.posts(&postings::advance_paid(index, contract, advance))
    }

    pub(super) fn cost_charged(&mut self, index: u64, cost: &CostCharged) -> Result<(), Refused> {
        let CostCharged { party, date, amount, recoupable, .. } = *cost;
        let contract = self.outlay(party, cost.contract, date, amount, "cost")?;
        if let Some(recording) = cost.recording {
            self.recording(self.resolve(recording))?;
        }
        ensure(recoupable <= Ratio::ONE, "share", || "at most the whole of a cost is recouped".to_owned())?;
        self.outlay_once(index, &Event::CostCharged(*cost), contract, date)?;
        let terms = self.state.catalogue.terms_of(contract, date);
        let shared = terms.is_some_and(|(_, terms)| terms.royalty == Royalty::ProfitShare);
        self.posts(&postings::cost_charged(index, contract, shared, cost).map_err(wrong)?)
    }

    /// What was paid for a party was paid by today, is more than nothing, and was not said by that party: what it is
    /// advanced, another says. The first version of its contract.
    fn outlay(
        &self,
        party: PartyId,
        contract: EventRef,
        date: Date,
        amount: Amount,
        what: &str,
    ) -> Result<u64, Refused> {
        self.known(party)?;
        let contract = self.contract_of(Some(contract), party)?;
        self.has_come(date, what)?;
        fits(amount)?;
        ensure(amount > Amount::ZERO, "amount", || format!("what is paid is above zero, not {amount}"))?;
        ensure(self.is_operator() || self.candidate.party != party, "own-favour", || {
            format!("party {party} may not say its own {what}; another party's key has to, or an operator")
        })?;
        Ok(contract)
    }

    /// What is the same in every word is the same payment, said again.
    fn outlay_once(&mut self, index: u64, said: &Event<'_>, contract: u64, date: Date) -> Result<(), Refused> {
        let before = self.outlay_before(said, contract, date)?;
        let mut body = Vec::new();
        said.write_body(&mut body).map_err(|error| Refused { code: "unreadable", text: error.to_string() })?;
        let here = self.said.insert(Said::Money(body, String::new()), index);
        let Some(first) = before.or(here) else { return Ok(()) };
        Err(Refused {
            code: "said-already",
            text: format!(
                "event {first} is this very {} already: nothing was added; if as much was paid again that day, say the \
                 sum as one",
                said.name()
            ),
        })
    }

    /// The event that said this before, and was not reversed.
    fn outlay_before(&self, said: &Event<'_>, contract: u64, date: Date) -> Result<Option<u64>, Refused> {
        let same_page = |page: Page| page.contract == contract;
        let outlays = self.state.groups.outlays.iter().filter(|(_, known)| same_page(known.page) && known.date == date);
        for (event, _) in outlays {
            let counts = self.state.reversal_of(event).is_none() && !self.spent.contains(&event);
            if counts && self.read(event)?.as_deref().is_some_and(|before| self.says_the_same(before, said, contract)) {
                return Ok(Some(event));
            }
        }
        Ok(None)
    }

    /// Whether a body says what an event says, however both cite the contract.
    fn says_the_same(&self, before: &[u8], said: &Event<'_>, contract: u64) -> bool {
        let contract = EventRef::At(contract);
        match (Event::decode_trusted(before), said) {
            (Ok(Event::AdvancePaid(before)), Event::AdvancePaid(said)) => {
                AdvancePaid { contract, ..before } == AdvancePaid { contract, ..*said }
            }
            (Ok(Event::CostCharged(before)), Event::CostCharged(said)) => {
                // What an earlier submission cited within itself can be anything here.
                let cited = before.recording.filter(|cited| matches!(cited, EventRef::At(_)));
                let recording = cited.or(said.recording);
                CostCharged { contract, recording, ..before } == CostCharged { contract, ..*said }
            }
            (Ok(Event::OpeningBalance(before)), Event::OpeningBalance(said)) => {
                let contract = Some(contract);
                OpeningBalance { contract, ..before } == OpeningBalance { contract, ..*said }
            }
            _ => false,
        }
    }

    /// What was paid ahead, kept back or became due is taken back only while all of it is there: what was recouped of it,
    /// let go or paid out has gone on.
    pub(super) fn is_whole(&self, target: u64, posted: &[Posting]) -> Result<(), Refused> {
        let kept = |Posting { account, amount, .. }: &&Posting| match account.class {
            AccountClass::ADVANCE | AccountClass::RESERVE => true,
            AccountClass::DUE => amount.is_negative() && self.is_paid_from(account, target),
            _ => false,
        };
        for Posting { account, amount, .. } in posted.iter().filter(kept) {
            let held = -self.left(account)?;
            let let_go =
                self.state.groups.figures.reserves.get(account).is_some_and(|reserve| !reserve.released.is_zero());
            let whole = !let_go && held.is_negative() == amount.is_negative() && held.abs() >= amount.abs();
            ensure(whole, "gone-on", || {
                format!("of event {target} only {} is left where it was put; correct it with an adjustment", held.abs())
            })?;
        }
        Ok(())
    }

    /// Whether something left an account after an event and did not come back: a payout that did not fail, or a conversion.
    fn is_paid_from(&self, due: &Account, since: u64) -> bool {
        let mut later = self
            .state
            .balances
            .journal(since + 1)
            .filter(|(line, account)| *account == due && !line.amount.is_negative());
        later.any(|(line, _)| match line.movement {
            Movement::Payout => {
                self.state.payout(line.event).is_some_and(|payout| !matches!(payout.status, PayoutStatus::Failed(_)))
            }
            Movement::Converted => self.state.reversal_of(line.event).is_none(),
            _ => false,
        })
    }

    /// An account of class advance that is put right by hand is of an advance or cost on its page.
    pub(super) fn is_outlay(&self, account: &Account) -> Result<(), Refused> {
        let known = self.state.groups.outlays.get(account.origin).is_some_and(|known| known.page == Page::of(account));
        ensure(account.class != AccountClass::ADVANCE || known, "cites-other", || {
            format!("event {} is no advance or cost of that party under that contract", account.origin)
        })
    }

    /// A reserve that is put right by hand is one that is kept: no other is ever let go.
    pub(super) fn is_kept(&self, account: &Account) -> Result<(), Refused> {
        let kept = self.state.groups.figures.reserves.contains_key(account);
        ensure(account.class != AccountClass::RESERVE || kept, "no-reserve", || {
            "nothing is kept back from that party under that contract for that period".to_owned()
        })
    }
}

/// What is brought in is due, a reserve of a period, or an advance; of the latter two the contract says what becomes.
fn is_opening(opening: &OpeningBalance, contract: u64) -> Result<(), Refused> {
    let OpeningBalance { class, origin, amount, as_of, .. } = *opening;
    let fits = match class {
        AccountClass::DUE => origin.is_none(),
        AccountClass::ADVANCE => origin.is_none() && contract != 0 && amount.is_negative(),
        AccountClass::RESERVE => {
            origin.is_some_and(|origin| origin <= as_of.period()) && contract != 0 && amount > Amount::ZERO
        }
        _ => false,
    };
    ensure(fits, "opening", || {
        "a balance brought in is due; or an advance, below zero, under its contract; or a reserve, above zero, under its \
         contract and with the period it was kept back in"
            .to_owned()
    })
}
