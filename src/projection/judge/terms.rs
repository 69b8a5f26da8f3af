//! The terms of a contract that closes go by, and letters of direction: they can be carried out, whatever comes.

use std::collections::BTreeSet;

use ledger_spec::code::{ContractKind, ReserveFrom};
use ledger_spec::date::Date;
use ledger_spec::event::Event;
use ledger_spec::event::catalogue::{Contract, Escalation, LetterOfDirection, ReserveTerms, Royalty};
use ledger_spec::money::{AllocationError, Amount, Ratio, allocate_shares, weights};
use ledger_spec::reference::PartyId;

use super::super::past::Past;
use super::catalogue::{dates, part};
use super::versions::base_rate;
use super::{Judging, Refused, ensure};

/// Closes from that of the month of distribution to the one that lets go of the last part of a reserve of mechanicals: nine
/// at most (37 CFR 210.12).
const STATUTORY_CLOSES: u32 = 9;

/// How many times the base rate the rate of a step is at most. What cells earn is rounded to 10^-12 before a step
/// multiplies it: so a million of them are wrong by less than a thousandth together, where one of a rate that is next
/// to nothing would be a fortune.
const MOST_TIMES: u128 = 1000;

/// A letter, wherever it stands.
#[derive(Clone, Copy)]
struct Directed {
    party: PartyId,
    contract: u64,
    share: Ratio,
    from: Date,
    until: Date,
}

impl<P: Past> Judging<'_, P> {
    /// What a contract says of steps, reserves, groups and statements.
    pub(super) fn group_terms(&self, contract: &Contract<'_>, first: Option<u64>) -> Result<(), Refused> {
        if let Some(escalation) = &contract.escalation {
            steps(contract, escalation)?;
        }
        first.map_or(Ok(()), |first| self.one_base(contract, first))?;
        if let Some(reserve) = &contract.reserve {
            self::reserve(reserve, contract.kind)?;
        }
        ensure(contract.cycle_months > 0, "cycle", || {
            "a statement is rendered every so many months: at least one".to_owned()
        })?;
        let Some(crosses) = contract.crosses else { return Ok(()) };
        self.one_group(self.contract_of(Some(crosses), contract.party)?, first)
    }

    pub(super) fn letter(&mut self, letter: &LetterOfDirection) -> Result<(), Refused> {
        let LetterOfDirection { party, to, share, from, until, .. } = *letter;
        self.known(party)?;
        self.known(to)?;
        self.speaks_for(party, "a letter of direction")?;
        part(share, "what a letter directs")?;
        dates(from, until)?;
        ensure(party != to, "letter-to-itself", || format!("party {party} cannot direct its money to itself"))?;
        if let Some(replaced) = letter.replaces.map(|replaced| self.resolve(replaced)) {
            let before = self.directed(replaced);
            self.same(before.is_some_and(|before| before.party == party), "letter of the same party")?;
            self.spend(replaced)?;
        }
        let new = self.directs(letter)?;
        self.letters_fit(party, Some(new))
    }

    fn directs(&self, letter: &LetterOfDirection) -> Result<Directed, Refused> {
        let LetterOfDirection { party, share, from, until, .. } = *letter;
        let contract = self.contract_of(letter.contract, party)?;
        Ok(Directed { party, contract, share, from: from.unwrap_or(Date::MIN), until: until.unwrap_or(Date::MAX) })
    }

    fn directed(&self, event: u64) -> Option<Directed> {
        if let Some(Event::LetterOfDirection(letter)) = self.here.get(&event) {
            return self.directs(letter).ok();
        }
        let letter = self.state.catalogue.letters.get(event)?;
        Some(Directed {
            party: letter.party,
            contract: letter.contract,
            share: letter.share,
            from: letter.from.unwrap_or(Date::MIN),
            until: letter.until.unwrap_or(Date::MAX),
        })
    }

    /// The letters of a party that count give up the whole at most, under each contract on each day. A sum grows only
    /// where a letter begins.
    pub(super) fn letters_fit_again(&self, event: u64) -> Result<(), Refused> {
        self.directed(event).map_or(Ok(()), |letter| self.letters_fit(letter.party, None))
    }

    fn letters_fit(&self, party: PartyId, new: Option<Directed>) -> Result<(), Refused> {
        let known = self.state.catalogue.letters.iter();
        let known = known.filter(|(event, letter)| self.counts(*event, &letter.status)).map(|(event, _)| event);
        let here = self.here.iter().filter(|(_, said)| matches!(said, Event::LetterOfDirection(_)));
        let here = here.map(|(event, _)| *event).filter(|event| !self.spent.contains(event));
        let letters: Vec<Directed> = known.chain(here).filter_map(|event| self.directed(event)).chain(new).collect();
        let letters: Vec<Directed> = letters.into_iter().filter(|letter| letter.party == party).collect();
        let contracts: BTreeSet<u64> = letters.iter().map(|letter| letter.contract).collect();
        for contract in contracts {
            for day in letters.iter().map(|letter| letter.from) {
                let there = letters.iter().filter(|letter| {
                    (letter.contract == 0 || letter.contract == contract) && letter.from <= day && day <= letter.until
                });
                let shares: Vec<Ratio> = there.map(|letter| letter.share).collect();
                letters_of_a_day(party, &shares)?;
            }
        }
        Ok(())
    }
}

/// Letters that count on one day can be divided by, and give up the whole at most.
fn letters_of_a_day(party: PartyId, shares: &[Ratio]) -> Result<(), Refused> {
    let error = match allocate_shares(Amount::MAX, shares) {
        Ok(_) => return Ok(()),
        Err(error) => error,
    };
    let (code, text) = match error {
        AllocationError::MoreThanWhole => (
            "above-whole",
            format!("the letters of party {party} would direct more than the whole; replace one that counts"),
        ),
        _ => (
            "letter-shares",
            format!(
                "the shares of the letters of party {party} have no common denominator to divide by: use rounder ones, \
                 such as 33.33 %"
            ),
        ),
    };
    Err(Refused { code, text })
}

/// Steps rise, from a base rate that something can be a multiple of, and their rates can be computed with.
fn steps(contract: &Contract<'_>, escalation: &Escalation) -> Result<(), Refused> {
    let steps = &escalation.steps;
    let of_price = matches!(contract.royalty, Royalty::OfPrice { .. });
    let rising = steps.windows(2).all(|pair| matches!(pair, [one, next] if one.units < next.units));
    ensure(rising && steps.first().is_some_and(|first| first.units > 0), "steps", || {
        "an escalation has steps, which rise from above zero units: each begins at more than the one before it"
            .to_owned()
    })?;
    let base = base_rate(&contract.royalty, contract.commission);
    ensure(!base.is_zero(), "steps", || {
        "a contract under which nothing is earned before a step cannot have steps: say its rate from the first unit on"
            .to_owned()
    })?;
    let rates: Vec<Ratio> = [base, Ratio::ONE].into_iter().chain(steps.iter().map(|step| step.rate)).collect();
    let whole = rates.iter().skip(2).all(|rate| *rate <= Ratio::ONE);
    ensure(whole, "share", || "the rate of a step is at most the whole".to_owned())?;
    let common = weights(&rates).ok().filter(|all| all.iter().all(|weight| u64::try_from(*weight).is_ok()));
    let Some([base, whole, steps @ ..]) = common.as_deref() else {
        let text = "the rates of the steps have no common denominator of 64 bits: use rounder ones".to_owned();
        return Err(Refused { code: "steps", text });
    };
    // Of a commission, what it leaves is the party's.
    let rate = |step: &u128| if of_price { *step } else { whole.saturating_sub(*step) };
    ensure(steps.iter().all(|step| rate(step) <= base * MOST_TIMES), "steps", || {
        format!("with a step the party earns at most {MOST_TIMES} times the rate below it: say more in a new contract")
    })
}

fn reserve(reserve: &ReserveTerms, kind: ContractKind) -> Result<(), Refused> {
    part(reserve.share, "what is kept back")?;
    ensure(reserve.parts > 0 && reserve.after > 0, "reserve", || {
        "a reserve is let go in at least one part, and with a later close than the one that keeps it".to_owned()
    })?;
    let last = u32::from(reserve.after) + u32::from(reserve.parts) - 1;
    let mechanical = matches!(kind, ContractKind::PUBLISHING | ContractKind::ADMINISTRATION);
    let statutory = reserve.from == ReserveFrom::USE && last <= STATUTORY_CLOSES;
    ensure(!mechanical || statutory, "reserve", || {
        "a reserve of mechanicals is let go with the ninth close after the month of use at the latest (37 CFR 210.12): say \
         from = \"use\", and after and parts that come to ten at most"
            .to_owned()
    })
}
