//! The terms under which parties are paid, and letters that direct what they are paid to others.

use ledger_spec::event::Event;
use ledger_spec::event::catalogue as event;

use super::super::names::Coded;
use super::super::problem::Problem;
use super::super::tables::{Contract, Escalation, Exchange, Factor, Letter, PriceRoyalty, Reserve, Step};
use super::super::values::Royalty;
use super::rights::at_most_whole;
use super::{Writer, check_days};

impl Writer<'_> {
    pub(super) fn contract(&mut self, table: &Contract) -> Result<(), Problem> {
        self.declare(Coded::Contract, table.code.as_deref())?;
        if table.code.is_none() == table.amends.is_none() {
            return Err(Problem::new("a contract has a code, or amends one that has")
                .hint("a new contract needs code; a later version needs amends, and keeps the code of the first"));
        }
        check_days(table.from, table.to)?;
        let identifiers = self.identifiers(table.code.as_deref(), &[], &table.identifiers)?;
        let contract = event::Contract {
            identifiers,
            party: self.party_of("party", &table.party)?,
            kind: table.r#type,
            royalty: royalty(&table.royalty)?,
            commission: at_most_whole("commission", table.commission)?,
            commission_base: table.commission_base,
            excess: table.excess,
            escalation: table.escalation.as_ref().map(escalation).transpose()?,
            reserve: table.reserve.as_ref().map(reserve).transpose()?,
            recoups: table.recoups,
            crosses: self.cite_maybe("crosses", Coded::Contract, &table.crosses)?,
            crossing: table.crossing,
            pay_when: table.pay_when,
            minimum: table.minimum,
            currency: table.currency,
            exchange: table.exchange.as_ref().map(exchange),
            cycle_months: table.cycle_months,
            may_go_negative: table.may_go_negative,
            from: table.from,
            to: table.to,
            amends: self.cite_maybe("amends", Coded::Contract, &table.amends)?,
        };
        self.push(&Event::Contract(contract)).map(drop)
    }

    pub(super) fn letter(&mut self, table: &Letter) -> Result<(), Problem> {
        check_days(table.from, table.until)?;
        let letter = event::LetterOfDirection {
            party: self.party_of("party", &table.party)?,
            contract: self.cite_maybe("contract", Coded::Contract, &table.contract)?,
            to: self.party_of("to", &table.to)?,
            share: at_most_whole("share", table.share)?,
            from: table.from,
            until: table.until,
            evidence: table.evidence.0,
            replaces: self.cite_maybe("replaces", Coded::Letter, &table.replaces)?,
        };
        self.push(&Event::LetterOfDirection(letter)).map(drop)
    }
}

fn royalty(given: &Royalty) -> Result<event::Royalty, Problem> {
    let PriceRoyalty { base, rate, factors } = match given {
        Royalty::NetReceipts => return Ok(event::Royalty::NetReceipts),
        Royalty::ProfitShare => return Ok(event::Royalty::ProfitShare),
        Royalty::OfPrice(price) => price,
    };
    let factor = |factor: &Factor| event::RoyaltyFactor {
        kind: factor.r#type,
        uses: factor.uses.clone(),
        channels: factor.channels.clone(),
        configurations: factor.configurations.clone(),
        tiers: factor.tiers.clone(),
        territories: factor.territories.0.iter().map(|place| place.0).collect(),
        factor: factor.factor,
    };
    let factors = factors.iter().map(factor).collect();
    Ok(event::Royalty::OfPrice { base: *base, rate: at_most_whole("royalty.rate", *rate)?, factors })
}

fn escalation(given: &Escalation) -> Result<event::Escalation, Problem> {
    if given.steps.windows(2).any(|pair| matches!(pair, [one, next] if next.units <= one.units)) {
        return Err(
            Problem::new("steps rise: each begins at more units than the one before it").inside("escalation.steps")
        );
    }
    let step = |(at, step): (usize, &Step)| {
        let rate = at_most_whole(&format!("escalation.steps.{}.rate", at + 1), step.rate)?;
        Ok(event::Step { units: step.units, rate })
    };
    Ok(event::Escalation {
        uses: given.uses.clone(),
        configurations: given.configurations.clone(),
        steps: given.steps.iter().enumerate().map(step).collect::<Result<_, Problem>>()?,
        retroactive: given.retroactive,
    })
}

fn reserve(given: &Reserve) -> Result<event::ReserveTerms, Problem> {
    let share = at_most_whole("reserve.share", given.share)?;
    if given.parts == 0 {
        return Err(Problem::new("a reserve is let go in at least one part").inside("reserve.parts"));
    }
    Ok(event::ReserveTerms {
        share,
        uses: given.uses.clone(),
        from: given.from,
        after: given.after,
        parts: given.parts,
    })
}

fn exchange(given: &Exchange) -> event::ExchangeRule {
    let Exchange { source, day, within } = *given;
    event::ExchangeRule { source, day, within }
}
