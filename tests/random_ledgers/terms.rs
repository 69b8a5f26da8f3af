//! Who is paid and on what terms: splits, contracts, licences, public tables.

use cantus::projection::Past;
use ledger_spec::code::*;
use ledger_spec::event::Event;
use ledger_spec::event::catalogue::*;
use ledger_spec::event::governance::{MechanicalRow, MechanicalsAdopted, RateRow, RatesAdopted};
use ledger_spec::event::licensing::{Licence, LicenceRate, Notice};
use ledger_spec::hash::Hash;
use ledger_spec::money::Amount;
use ledger_spec::reference::{EventRef, PartyId, Territory};

use super::dice::Dice;
use super::facts::{OWNERS, PAYEES, about, fraction, scope};
use super::world::World;
use crate::projection_support::*;

/// A royalty of the price, with a factor or two.
fn some_price_royalty(dice: &mut Dice<'_>) -> Royalty {
    let factor = |kind, factor| RoyaltyFactor {
        kind,
        uses: Vec::new(),
        channels: Vec::new(),
        configurations: Vec::new(),
        tiers: Vec::new(),
        territories: Vec::new(),
        factor: ratio(factor),
    };
    let cd = RoyaltyFactor { configurations: vec![Configuration::CD], ..factor(FactorKind::PACKAGING, "3/4") };
    let abroad = RoyaltyFactor { territories: vec![Territory(2120)], ..factor(FactorKind::TERRITORY, "6/7") };
    let home = RoyaltyFactor { uses: vec![UseType::DOWNLOAD], ..factor(FactorKind::TERRITORY, "1/3") };
    Royalty::OfPrice {
        base: dice.pick(&[PriceBase::NET, PriceBase::GROSS, PriceBase::DEALER_PRICE]),
        rate: fraction(dice),
        factors: dice.pick(&[vec![], vec![cd.clone()], vec![cd, abroad, home]]),
    }
}

impl World {
    pub fn split(&mut self, dice: &mut Dice<'_>) {
        let new = dice.pick(&self.recordings);
        let (recording, replaces) = about(dice, new, &self.splits);
        let part = |dice: &mut Dice<'_>| {
            let (contract, party) = self.some_contract(dice);
            // A contract is its party's own; without one anybody is paid.
            let (contract, party) =
                if dice.rarely(4) { (None, dice.pick(&PAYEES)) } else { (Some(EventRef::At(contract)), party) };
            let share = ratio(dice.pick(&["1/2", "1/3", "1/4", "1/7", "1", "0", "3/97"]));
            SplitPart { party, contract, share, off_the_top: dice.rarely(3) }
        };
        let parts = (0..dice.between(1, 3)).map(|_| part(dice)).collect();
        let (from, to) = dice.often(&[
            (5, (None, None)),
            (1, (None, Some("2026-01-31"))),
            (1, (Some("2026-02-01"), None)),
            (1, (Some("2028-01-10"), None)),
        ]);
        let split = Split {
            recording: EventRef::At(recording),
            from: from.map(date),
            to: to.map(date),
            parts,
            day: dice.pick(&[DayOf::USE, DayOf::USE, DayOf::RECEIPT]),
            prospective: dice.rarely(2) && self.prospective,
            replaces,
        };
        let said = self.say_reversibly(&split);
        self.splits.extend(said.map(|said| (said, recording)));
    }

    /// A contract, by its first version, and whose it is: often the one that every ledger begins with.
    pub fn some_contract(&self, dice: &mut Dice<'_>) -> (u64, PartyId) {
        if dice.rarely(2) { dice.pick(&self.contracts) } else { self.contracts[0] }
    }

    /// A contract, or a further version of one.
    pub fn contract(&mut self, dice: &mut Dice<'_>, original: Option<(u64, PartyId)>) {
        let parties = [(4, ARTIST), (1, SECOND_ARTIST), (2, PUBLISHER)];
        let party = original.map_or_else(|| dice.often(&parties), |(_, party)| party);
        let of_price = some_price_royalty(dice);
        let royalty =
            dice.pick(&[Royalty::NetReceipts, Royalty::NetReceipts, Royalty::ProfitShare, of_price.clone(), of_price]);
        let step = |units, rate| Step { units, rate: ratio(rate) };
        let steps = dice.pick(&[vec![], vec![], vec![step(3, "1/5")], vec![step(2, "1/4"), step(9, "1/7")]]);
        let escalation = (!steps.is_empty()).then(|| Escalation {
            uses: dice.pick(&[vec![], vec![], vec![UseType::DOWNLOAD], vec![UseType::PHYSICAL, UseType::STREAM]]),
            configurations: dice.pick(&[vec![], vec![], vec![Configuration::TRACK]]),
            steps,
            retroactive: dice.rarely(2),
        });
        let sisters: Vec<u64> = self.contracts.iter().filter(|one| one.1 == party).map(|one| one.0).collect();
        let crosses = if dice.rarely(2) { dice.one(&sisters) } else { None };
        let terms = Contract {
            identifiers: Vec::new(),
            party,
            kind: ContractKind::DISTRIBUTION,
            royalty,
            commission: ratio(dice.pick(&["1/2", "1/10", "15%", "1/3", "3/97", "0", "1"])),
            commission_base: dice.pick(&[CommissionBase::AFTER_MECHANICALS, CommissionBase::BEFORE_MECHANICALS]),
            excess: dice.pick(&[ExcessBearer::ARTIST, ExcessBearer::OPERATOR]),
            escalation,
            reserve: dice.rarely(2).then(|| ReserveTerms {
                share: ratio(dice.pick(&["1/5", "1/3", "1"])),
                uses: dice.pick(&[vec![], vec![], vec![UseType::PHYSICAL], vec![UseType::DOWNLOAD, UseType::STREAM]]),
                from: dice.pick(&[ReserveFrom::CLOSE, ReserveFrom::USE]),
                after: dice.pick(&[1, 2]),
                parts: dice.pick(&[1, 3]),
            }),
            recoups: dice.pick(&[RecoupOrder::BY_DATE, RecoupOrder::ADVANCES_FIRST, RecoupOrder::COSTS_FIRST]),
            crosses: crosses.map(EventRef::At),
            crossing: dice.pick(&[Crossing::FULL, Crossing::FULL, Crossing::RECOUPED]),
            pay_when: dice.pick(&[PayWhen::REPORTED, PayWhen::REPORTED, PayWhen::PAID]),
            minimum: Amount::ZERO,
            currency: usd(),
            cycle_months: dice.often(&[(5, 1), (1, 2), (1, 3)]),
            may_go_negative: dice.rarely(3),
            exchange: None,
            from: dice.often(&[(5, None), (1, Some("2026-02-01"))]).map(date),
            to: dice.often(&[(5, None), (1, Some("2026-03-31"))]).map(date),
            amends: original.map(|(original, _)| EventRef::At(original)),
        };
        let terms = self.on_one_base(terms, original);
        let said = self.say(&terms);
        self.contracts.extend(said.filter(|_| original.is_none()).map(|contract| (contract, party)));
    }

    /// A further version with steps, or of a contract that has some, keeps the rate that steps multiply.
    fn on_one_base(&self, terms: Contract<'static>, original: Option<(u64, PartyId)>) -> Contract<'static> {
        let Some((first, _)) = original else { return terms };
        let body = self.desk.past.body(first).unwrap().unwrap();
        let Event::Contract(first) = Event::decode(&body).unwrap() else { unreachable!("it was said as a contract") };
        match terms.escalation.is_some() || first.escalation.is_some() {
            true => Contract { royalty: first.royalty, commission: first.commission, ..terms },
            false => terms,
        }
    }

    pub fn letter(&mut self, dice: &mut Dice<'_>) {
        let new = self.some_contract(dice);
        let ((contract, party), replaces) = about(dice, new, &self.letters);
        let said = self.say_reversibly(&LetterOfDirection {
            party,
            contract: dice.pick(&[true, false]).then_some(EventRef::At(contract)),
            to: World::anybody(dice),
            share: ratio(dice.pick(&["1/2", "1/3", "1/7", "1/4", "1"])),
            from: dice.often(&[(4, None), (1, Some("2026-02-28"))]).map(date),
            until: dice.often(&[(4, None), (1, Some("2026-03-31"))]).map(date),
            evidence: Hash::default(),
            replaces,
        });
        self.letters.extend(said.map(|said| (said, (contract, party))));
    }

    pub fn licence(&mut self, dice: &mut Dice<'_>) {
        let licensor = dice.often(&[
            (3, None),
            (4, Some(PUBLISHER)),
            (3, Some(SECOND_PUBLISHER)),
            (1, Some(ARTIST)),
            (2, Some(TREASURER)),
        ]);
        let named = licensor.is_none() || !dice.rarely(3);
        let works = if named { vec![EventRef::At(dice.pick(&self.works))] } else { Vec::new() };
        let rate = self.price(dice);
        let licence = Licence {
            identifiers: Vec::new(),
            kind: if licensor.is_none() { LicenceKind::COMPULSORY } else { LicenceKind::VOLUNTARY },
            licensor,
            works,
            rights: dice.often(&[(7, Rights::MECHANICAL), (1, Rights::PERFORMING)]),
            uses: dice.often(&[(6, vec![]), (1, vec![UseType::DOWNLOAD]), (1, vec![UseType::PHYSICAL])]),
            configurations: dice.often(&[(6, vec![]), (1, vec![Configuration::TRACK]), (1, vec![Configuration::CD])]),
            tiers: dice.often(&[(6, vec![]), (1, vec![PriceTier::FULL, PriceTier::MID]), (1, vec![PriceTier::BUDGET])]),
            scope: scope(dice),
            rate,
            notice: licensor.is_none().then(|| Notice {
                served: date(dice.often(&[(4, "2025-12-01"), (1, "2026-02-10")])),
                made: dice.often(&[(4, None), (2, Some("2025-11-20")), (1, Some("2025-10-31"))]).map(date),
            }),
            replaces: if dice.rarely(3) { dice.one(&self.licences).map(EventRef::At) } else { None },
        };
        let by = dice.often(&[(5, OPERATOR), (1, PUBLISHER), (1, TREASURER)]);
        let said = self.say_as(by, &licence);
        self.licences.extend(said);
        self.reversible.extend(said);
    }

    fn price(&self, dice: &mut Dice<'_>) -> LicenceRate {
        let table = RateTable::US_MECHANICAL;
        match dice.below(12) {
            0 => LicenceRate::Statutory { table, factor: ratio("1") },
            1 => LicenceRate::Statutory { table, factor: ratio("75%") },
            2 => {
                let currency = dice.often(&[(5, "USD"), (1, "EUR")]).parse().unwrap();
                LicenceRate::PerUnit { amount: amount(dice.pick(&["0.1", "0.033333333333", "2"])), currency }
            }
            3 => LicenceRate::PercentOfNet(ratio(dice.pick(&["10%", "1/3", "1"]))),
            4 | 5 => LicenceRate::PercentOfGross(ratio(dice.pick(&["10%", "1/7"]))),
            6 => LicenceRate::Waived,
            _ => LicenceRate::Controlled {
                table,
                factor: ratio(dice.pick(&["75%", "1/3", "1"])),
                fixed: dice.often(&[(4, None), (2, Some("2026-02-01")), (1, Some("2025-12-31"))]).map(date),
                works: dice.pick(&[Some(1), Some(2), None]),
                protected: dice.pick(&[0, 0, 1, 2]),
            },
        }
    }

    pub fn rates(&mut self, dice: &mut Dice<'_>) {
        let mut rates = rates(dice.pick(&["0.131", "0.2"]));
        let use_type = dice.pick(&[UseType::UNKNOWN, UseType::PHYSICAL, UseType::DOWNLOAD]);
        rates.rows[0].use_type = use_type;
        rates.rows.truncate(dice.pick(&[2, 1]));
        self.say(&rates);
    }

    /// The rates of streams: the percentage of revenue, and those of portable subscriptions.
    pub fn streaming_rates(&mut self) {
        let row =
            |measure, value: &str| RateRow { measure, value: value.parse().unwrap(), ..rates("1").rows[0].clone() };
        let headline = vec![row(RateMeasure::PERCENT_OF_REVENUE, "0.153")];
        let portable = vec![
            row(RateMeasure::PERCENT_OF_CONTENT_COST, "0.262"),
            row(RateMeasure::PER_SUBSCRIBER_CAP, "1.10"),
            row(RateMeasure::PER_SUBSCRIBER_FLOOR, "0.60"),
        ];
        let free = vec![portable[0].clone()];
        for (table, rows) in [
            (RateTable::US_STREAMING, headline),
            (RateTable::US_STREAMING_PORTABLE, portable),
            (RateTable::US_STREAMING_FREE, free),
        ] {
            self.say(&RatesAdopted { table, rows, ..rates("1") });
        }
    }

    pub fn mechanicals(&mut self, dice: &mut Dice<'_>) {
        let services: [Option<PartyId>; 4] = [None, None, Some(SECOND_PUBLISHER), Some(STORE)];
        let payers = [
            MechanicalPayer::PASSED_THROUGH,
            MechanicalPayer::PASSED_THROUGH,
            MechanicalPayer::PAID_AT_SOURCE,
            MechanicalPayer::NOT_DUE,
        ];
        let row = MechanicalRow {
            territory: dice.pick(&[Territory::WORLD, Territory(2101), Territory(752), Territory(840)]),
            use_type: dice.pick(&[UseType::PHYSICAL, UseType::DOWNLOAD, UseType::UNKNOWN]),
            service: dice.pick(&services),
            from: date(dice.pick(&["2020-01-01", "2026-02-01"])),
            to: dice.pick(&[None, None, Some("2026-02-28")]).map(date),
            payer: dice.pick(&payers),
            ..passed_through()
        };
        self.say(&MechanicalsAdopted { rows: vec![row] });
    }

    /// Those who may be due something.
    pub fn anybody(dice: &mut Dice<'_>) -> PartyId {
        dice.pick(&[OWNERS, PAYEES].concat())
    }
}
