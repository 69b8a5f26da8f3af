//! What would count twice if it were said twice: payments, payouts, conversions, adjustments, claims and shares, which have no name to
//! be told apart by. Whoever runs a command again, because it was interrupted or a list grew, says all of it again word for
//! word; so what is the same in every word is taken for the same.

use ledger_spec::account::Account;
use ledger_spec::event::money::{Adjustment, Converted, PaymentReceived, PayoutInstructed};
use ledger_spec::event::{Event, Kind};
use ledger_spec::money::Ratio;
use ledger_spec::reference::EventRef;

use super::super::past::Past;
use super::super::payouts::{Payout, PayoutStatus};
use super::cited::Claimed;
use super::once::{Said, refuse_beside};
use super::{Judging, Refused};
use crate::royalty::accounts;

impl<P: Past> Judging<'_, P> {
    /// Money that came on the same day, for the same sources, in the same parts, came once.
    pub(super) fn payment_once(&mut self, index: u64, payment: &PaymentReceived) -> Result<(), Refused> {
        let Some(paid) = payment.sources.first() else { return Ok(()) };
        let account = accounts::receivable(self.resolve(paid.source), payment.currency);
        let same = |before: &Event<'_>, _| Ok(matches!(before, Event::PaymentReceived(before) if before == payment));
        let before = self.posted_before(&account, same)?;
        let here = self.said.insert(Said::Money(body(payment)?, String::new()), index);
        refuse_again(before.or(here), "this very payment", "if as much came again that day, say the sum as one payment")
    }

    /// Of payouts that the bank has neither made nor refused, no two are of as much to the same party: the day of an order
    /// is that of the command unless it is given, so one that is run again after midnight says another.
    pub(super) fn payout_once(&self, payout: &PayoutInstructed, contract: u64) -> Result<(), Refused> {
        let same = |before: &Payout| {
            let open = matches!(before.status, PayoutStatus::Instructed | PayoutStatus::Approved(_));
            let PayoutInstructed { contract: cited, date, .. } = *payout;
            let ordered = PayoutInstructed { contract: cited, date, ..before.instruction };
            open && (before.contract, ordered) == (contract, *payout)
        };
        let known = self.state.payouts().map(|(event, _)| event);
        let here = self.here.iter().filter(|(_, said)| matches!(said, Event::PayoutInstructed(_))).map(|(at, _)| *at);
        for event in known.chain(here) {
            let (event, before) = self.payout(EventRef::At(event))?;
            if same(&before) {
                let instead = "if as much again is to be paid, settle this one first, or let it fail and order the sum";
                return refuse_again(Some(event), "this very payout", instead);
            }
        }
        Ok(())
    }

    /// As much of a balance is converted once on a day at a rate, in whatever words.
    pub(super) fn converted_once(&mut self, index: u64, converted: &Converted, due: &Account) -> Result<(), Refused> {
        let unsaid = |converted: &Converted| Converted { remark: None, ..*converted };
        let converted = unsaid(converted);
        let same =
            |before: &Event<'_>, _| Ok(matches!(before, Event::Converted(before) if unsaid(before) == converted));
        let before = self.posted_before(due, same)?;
        let here = self.said.insert(Said::Money(body(&converted)?, String::new()), index);
        refuse_again(before.or(here), "this very conversion", "if as much again is to be, say the sum as one")
    }

    /// A correction of the same accounts for the same reason in the same words corrects once.
    pub(super) fn adjustment_once(&mut self, index: u64, adjustment: &Adjustment) -> Result<(), Refused> {
        let Some(side) = adjustment.sides.first() else { return Ok(()) };
        let remark = self.resolve(adjustment.remark);
        let words = self.remark_text(remark)?;
        // Whoever says it again says it in the same order.
        let distance = index.saturating_sub(remark);
        let same = |before: &Event<'_>, event: u64| {
            let Event::Adjustment(before) = before else { return Ok(false) };
            let said = match before.remark {
                EventRef::At(remark) => Some(remark),
                EventRef::Here(_) => event.checked_sub(distance),
            };
            let same = (before.sides.as_slice(), before.reason) == (adjustment.sides.as_slice(), adjustment.reason);
            Ok(same && said.map_or(Ok(None), |said| self.remark_text(said))? == words)
        };
        let before = self.posted_before(&side.account, same)?;
        let unsaid = Adjustment { remark: EventRef::At(0), evidence: None, ..adjustment.clone() };
        let here = self.said.insert(Said::Money(body(&unsaid)?, words.unwrap_or_default()), index);
        let apart = "if it is another one, let its sentence say what tells it apart";
        refuse_again(before.or(here), "this very adjustment", apart)
    }

    /// A claim that says the same as one that counts would contest the work with itself.
    pub(super) fn claim_once(&self, claim: &Claimed<'_>) -> Result<(), Refused> {
        let catalogue = &self.state.catalogue;
        let claims = catalogue.works.get(claim.work).map(|work| work.claims).unwrap_or_default();
        let known = catalogue.claims_in(claims).filter(|(event, known)| self.counts(*event, &known.status));
        let here = self.here.iter().filter(|(_, said)| matches!(said, Event::Claim(_))).map(|(event, _)| *event);
        let here = here.filter(|event| !self.spent.contains(event));
        let mut others = known.map(|(event, _)| event).chain(here);
        let other = others.find(|event| self.claimed(*event).is_ok_and(|other| other == *claim));
        refuse_beside(other, "this very claim")
    }

    /// A share of a claim under a contract is agreed once.
    pub(super) fn share_once(&self, claim: u64, share: Ratio, contract: u64) -> Result<(), Refused> {
        let first =
            |cited: Option<EventRef>| cited.map_or(Ok(0), |cited| self.agreed(cited).map(|agreed| agreed.first));
        let catalogue = &self.state.catalogue;
        let shares = catalogue.claims.get(claim).map(|claim| claim.shares).unwrap_or_default();
        let known = catalogue.shares_in(shares).filter(|(event, known)| {
            self.counts(*event, &known.status) && (known.share, known.contract) == (share, contract)
        });
        let here = self.here.iter().filter_map(|(event, said)| match said {
            Event::Share(said) => {
                let same = (self.resolve(said.claim), said.share) == (claim, share);
                (same && first(said.contract) == Ok(contract)).then_some(*event)
            }
            _ => None,
        });
        let other = known.map(|(event, _)| event).chain(here).find(|event| !self.spent.contains(event));
        refuse_beside(other, "this very share")
    }

    /// The event that posted to an account by itself, says what is asked for, and was not reversed.
    pub(super) fn posted_before(
        &self,
        account: &Account,
        says: impl Fn(&Event<'_>, u64) -> Result<bool, Refused>,
    ) -> Result<Option<u64>, Refused> {
        for event in self.state.balances.posters(account) {
            if self.state.reversal_of(event).is_some() || self.spent.contains(&event) {
                continue;
            }
            if let Some(Ok(before)) = self.read(event)?.as_deref().map(Event::decode_trusted)
                && says(&before, event)?
            {
                return Ok(Some(event));
            }
        }
        Ok(None)
    }

    /// What a remark says; none if it was erased or is none.
    fn remark_text(&self, index: u64) -> Result<Option<String>, Refused> {
        if let Some(Event::Remark(remark)) = self.here.get(&index) {
            return Ok(Some(remark.text.to_owned()));
        }
        let body = self.read(index)?;
        Ok(match body.as_deref().map(Event::decode_trusted) {
            Some(Ok(Event::Remark(remark))) => Some(remark.text.to_owned()),
            _ => None,
        })
    }
}

fn body(event: &impl Kind) -> Result<Vec<u8>, Refused> {
    event.to_body().map_err(|error| Refused { code: "unreadable", text: error.to_string() })
}

fn refuse_again(first: Option<u64>, what: &str, instead: &str) -> Result<(), Refused> {
    let Some(first) = first else { return Ok(()) };
    let text = format!("event {first} is {what} already: nothing was added; {instead}");
    Err(Refused { code: "said-already", text })
}
