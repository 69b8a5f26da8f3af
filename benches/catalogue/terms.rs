//! The terms of a distributor's contracts and licences: every rule of a close has those it applies to.

use ledger_spec::code::*;
use ledger_spec::date::Period;
use ledger_spec::event::catalogue::*;
use ledger_spec::event::licensing::{Licence, LicenceRate};
use ledger_spec::event::money::{AdvancePaid, CostCharged};
use ledger_spec::hash::sha256;
use ledger_spec::money::Ratio;
use ledger_spec::reference::{EventRef, PartyId};

use super::facts::{self, party, ratio, usd};

/// Of the artists every third earns more from so many units on, for every second of them from the first; every fifth has a
/// reserve, every seventh is paid when the store has paid, every eleventh shares the profit, every thirteenth has a
/// royalty of the price and every seventeenth a quarterly statement.
pub fn contract(number: u64) -> Contract<'static> {
    let every = |nth: u64| number.is_multiple_of(nth);
    let (royalty, base, more) = match number {
        _ if every(11) => (Royalty::ProfitShare, ratio(1, 2), None),
        _ if every(13) => (of_price(), Ratio::ZERO, Some(ratio(30, 100))),
        _ => (Royalty::NetReceipts, ratio(15, 100), Some(ratio(10, 100))),
    };
    let steps = more.map(|rate| vec![Step { units: 50_000, rate }]);
    let escalation = steps.filter(|_| every(3)).map(|steps| Escalation {
        uses: if every(2) { vec![UseType::DOWNLOAD] } else { Vec::new() },
        configurations: Vec::new(),
        steps,
        retroactive: every(6),
    });
    let reserve = ReserveTerms {
        share: ratio(1, 5),
        uses: vec![UseType::PHYSICAL],
        from: ReserveFrom::CLOSE,
        after: 3,
        parts: 3,
    };
    Contract {
        identifiers: Vec::new(),
        party: party(1, number),
        kind: ContractKind::DISTRIBUTION,
        royalty,
        commission: base,
        commission_base: CommissionBase::AFTER_MECHANICALS,
        excess: ExcessBearer::OPERATOR,
        escalation,
        reserve: every(5).then_some(reserve),
        recoups: if every(2) { RecoupOrder::ADVANCES_FIRST } else { RecoupOrder::BY_DATE },
        crosses: None,
        crossing: Crossing::FULL,
        pay_when: if every(7) { PayWhen::PAID } else { PayWhen::REPORTED },
        minimum: "25".parse().unwrap(),
        currency: usd(),
        cycle_months: if every(17) { 3 } else { 1 },
        may_go_negative: every(4),
        exchange: None,
        from: None,
        to: None,
        amends: None,
    }
}

fn of_price() -> Royalty {
    let packaging = RoyaltyFactor {
        kind: FactorKind::PACKAGING,
        uses: vec![UseType::PHYSICAL],
        channels: Vec::new(),
        configurations: Vec::new(),
        tiers: Vec::new(),
        territories: Vec::new(),
        factor: ratio(3, 4),
    };
    Royalty::OfPrice { base: PriceBase::NET, rate: ratio(25, 100), factors: vec![packaging] }
}

/// Every tenth artist has a second contract, for what others feature it in, that nets with the first.
pub fn sister(number: u64, first: u64) -> Option<Contract<'static>> {
    let plain = Contract { escalation: None, reserve: None, royalty: Royalty::NetReceipts, ..contract(number) };
    let commission = ratio(15, 100);
    number.is_multiple_of(10).then_some(Contract { commission, crosses: Some(EventRef::At(first)), ..plain })
}

/// Every twelfth artist has a tenth of what is due paid to its manager.
pub fn letter(number: u64) -> Option<LetterOfDirection> {
    let letter = LetterOfDirection {
        party: party(1, number),
        contract: None,
        to: party(1, (number + 1) % super::ARTISTS),
        share: ratio(1, 10),
        from: None,
        until: None,
        evidence: sha256(&[b"letter", &number.to_be_bytes()]),
        replaces: None,
    };
    number.is_multiple_of(12).then_some(letter)
}

/// The owner's own price for what is sold.
pub fn licence(work: u64, licensor: PartyId) -> Licence<'static> {
    let uses = vec![UseType::DOWNLOAD, UseType::PHYSICAL];
    let voluntary = facts::licence(&[work], uses, LicenceRate::PercentOfNet(ratio(8, 100)));
    Licence { kind: LicenceKind::VOLUNTARY, licensor: Some(licensor), notice: None, ..voluntary }
}

pub fn advance(number: u64, contract: u64, month: Period) -> AdvancePaid {
    AdvancePaid {
        party: party(1, number),
        contract: EventRef::At(contract),
        date: month.last_day(),
        amount: "500".parse().unwrap(),
        currency: usd(),
        bank_reference: sha256(&[&number.to_be_bytes(), month.to_string().as_bytes()]),
    }
}

pub fn cost(number: u64, contract: u64, month: Period) -> CostCharged {
    CostCharged {
        party: party(1, number),
        contract: EventRef::At(contract),
        date: month.first_day(),
        kind: CostKind::RECORDING,
        recording: None,
        amount: "120.50".parse().unwrap(),
        currency: usd(),
        recoupable: ratio(1, 2),
        evidence: sha256(&[b"cost", &number.to_be_bytes(), month.to_string().as_bytes()]),
    }
}
