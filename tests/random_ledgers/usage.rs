//! Reports: sources, sales, returns and refunds on any basis, allocations.

use ledger_spec::code::*;
use ledger_spec::event::usage::*;
use ledger_spec::hash::sha256;
use ledger_spec::ident::{Identifier, Scheme};
use ledger_spec::money::SourceAmount;
use ledger_spec::reference::Territory;

use super::dice::Dice;
use super::facts::{CONTROLLER, NUMBER, OFFERING, SERVICE, THIRD_ISRC, UPC, about};
use super::world::World;
use crate::projection_support::*;

/// As many rows as a report promises; what it has less is filled with lists of uses when it is closed.
const ROWS: u64 = 8;

/// An amount with any number of decimals.
fn some_money(dice: &mut Dice<'_>) -> SourceAmount {
    let mantissa = dice.often(&[(3, 70), (2, 1_234_567), (2, 333_333_333), (1, 5), (1, 0), (1, -70)]);
    let scale = dice.often(&[(5, 2), (2, 6), (1, 12), (2, 13), (2, 15)]);
    SourceAmount::new((mantissa * dice.between(1, 9)).into(), scale).unwrap()
}

impl World {
    pub fn source(&mut self, _: &mut Dice<'_>) {
        let file = format!("file {}", self.desk.size());
        self.wait_a_week();
        let Some(source) = self.say_as(STORE, &opened(&file, ROWS)) else { return };
        let isrc = |value| Identifier { scheme: Scheme::ISRC, value };
        let recordings =
            [vec![isrc(ISRC)], vec![isrc(SECOND_ISRC)], vec![isrc("000000000000"), NUMBER, isrc(THIRD_ISRC)]];
        for (number, identifiers) in (1..).zip(recordings) {
            let seconds = Some(100 * number);
            let kind = ReportedKind::RECORDING;
            self.say_as(STORE, &ReportedResource { source, number, kind, parent: 0, seconds, identifiers });
        }
        let others = [
            (CONTROLLER, ReportedKind::CONTROLLER),
            (UPC, ReportedKind::RELEASE),
            (SERVICE, ReportedKind::SERVICE),
            (OFFERING, ReportedKind::SERVICE),
        ];
        for (number, (identifier, kind)) in (4..).zip(others) {
            let identifiers = vec![identifier];
            self.say_as(STORE, &ReportedResource { source, number, kind, parent: 0, seconds: None, identifiers });
        }
        self.sources.push(source);
        self.rows.push(0);
        self.reversible.push(source);
    }

    /// The latest source, or a new one if that is full or closed, and the row that comes next in it.
    fn next_row(&mut self) -> Option<(u64, u64)> {
        let full = self.rows.last() == Some(&ROWS);
        if full || !self.desk.state().sources().open().any(|open| Some(&open) == self.sources.last()) {
            self.source(&mut Dice::new(&[]));
        }
        let place = self.sources.len().checked_sub(1)?;
        self.rows[place] += 1;
        Some((self.sources[place], self.rows[place]))
    }

    fn some_terms(dice: &mut Dice<'_>) -> Terms {
        let to = dice.pick(&["2026-01-31", "2026-02-28", "2026-04-30"]);
        let flags = dice.often(&[
            (7, UsageFlags::NONE),
            (2, UsageFlags::SHARE_APPLIED),
            (1, UsageFlags::MECHANICALS_WITHHELD),
            (1, UsageFlags::NOT_ROYALTY_BEARING),
        ]);
        let basis = dice.often(&[(4, Basis::NET), (2, Basis::GROSS), (2, Basis::DEALER_PRICE), (3, Basis::NONE)]);
        let use_type = dice.often(&[(4, UseType::DOWNLOAD), (3, UseType::PHYSICAL), (1, UseType::INTERACTIVE_STREAM)]);
        let use_type = if basis == Basis::NONE { UseType::INTERACTIVE_STREAM } else { use_type };
        let applied = flags.contains(UsageFlags::SHARE_APPLIED);
        Terms {
            from: date("2026-01-01"),
            to: date(to),
            territory: dice.often(&[(8, Territory(840)), (1, Territory(752)), (1, Territory(124))]),
            use_type,
            configuration: dice.pick(&[Configuration::TRACK, Configuration::CD]),
            tier: dice.pick(&[PriceTier::UNKNOWN, PriceTier::FULL, PriceTier::BUDGET]),
            service: dice.pick(&[0, 0, 6]),
            offering: dice.pick(&[0, 6, 7]),
            rights: dice.often(&[(6, Rights::NONE), (1, Rights::MASTER), (1, Rights::MECHANICAL)]),
            basis,
            flags,
            share_applied: ratio(if applied { dice.pick(&["1/2", "1", "2/7"]) } else { "1" }),
            currency: dice.often(&[(9, "USD"), (1, "EUR")]).parse().unwrap(),
            ..terms()
        }
    }

    fn some_line(&mut self, dice: &mut Dice<'_>) -> Option<UsageLine> {
        let (source, row) = self.next_row()?;
        let gross = dice.pick(&[None, Some(())]).map(|()| some_money(dice));
        let net = if gross.is_some() && dice.rarely(2) { None } else { Some(some_money(dice)) };
        let fee = dice.rarely(3).then(|| some_money(dice));
        let money = LineMoney { gross, fee, net, ..LineMoney::default() };
        let units = dice.pick(&[1, 2, 7, 0, -1, -3]);
        let returns = dice.pick(&[0, 0, 1, 9]);
        Some(UsageLine { money, units, returns, terms: Self::some_terms(dice), ..line(source, row, 1, 1, "0") })
    }

    pub fn line(&mut self, dice: &mut Dice<'_>) {
        let resource = dice.often(&[(4, 1), (3, 2), (1, 3)]);
        if let Some(line) = self.some_line(dice) {
            let said = self.say_as(STORE, &UsageLine { resource, ..line });
            self.reversible.extend(said);
        }
    }

    pub fn release_line(&mut self, dice: &mut Dice<'_>) {
        if let Some(line) = self.some_line(dice) {
            let said = self.say_as(STORE, &UsageLine { resource: 0, release: 5, ..line });
            self.reversible.extend(said);
        }
    }

    pub fn allocated(&mut self, dice: &mut Dice<'_>) {
        let Some((source, row)) = self.next_row() else { return };
        let controller = dice.pick(&[4, 4, 0]);
        let amount = some_money(dice);
        let said = self.say_as(STORE, &AllocatedLine { amount, ..allocated(source, row, controller, "0") });
        self.reversible.extend(said);
    }

    /// The figures of a month of streams of an offering, or of all of them, or others in the place of earlier ones.
    pub fn pool(&mut self, dice: &mut Dice<'_>) {
        let (month, to) =
            dice.pick(&[("2026-01-01", "2026-01-31"), ("2026-02-01", "2026-02-28"), ("2026-04-01", "2026-04-30")]);
        let offering = dice.pick(&[0, 6, 7]);
        let played = if dice.rarely(2) { self.plays(dice, to, offering) } else { None };
        let new = (played.unwrap_or_else(|| dice.pick(&self.sources)), offering, month);
        let ((source, offering, month), replaces) = about(dice, new, &self.pools);
        let given = |text: &str| text.parse().unwrap();
        let said = self.say_reversibly(&PoolReported {
            source,
            offering,
            month: date(month),
            table: dice.pick(&[RateTable::US_STREAMING_PORTABLE, RateTable::US_STREAMING_FREE]),
            currency: usd(),
            revenue: given(dice.pick(&["100", "10", "1000000.333333333333333"])),
            content_cost: given(dice.pick(&["52", "1000.7", "900000"])),
            subscribers: dice.pick(&[10, 100, 100_000]),
            performance: given(dice.pick(&["6.20", "29.9", "50000.7"])),
            plays: given(dice.pick(&["1000", "70.7", "333333.7"])),
            replaces,
        });
        self.pools.extend(said.map(|said| (said, (source, offering, month))));
    }

    /// Plays of an offering, without money. Their source.
    fn plays(&mut self, dice: &mut Dice<'_>, to: &str, offering: u32) -> Option<u64> {
        let (source, row) = self.next_row()?;
        let streamed = Terms { basis: Basis::NONE, use_type: UseType::INTERACTIVE_STREAM, offering, ..terms() };
        let terms = Terms { to: date(to), ..streamed };
        let (units, resource) = (dice.pick(&[1, 7, 30, -2]), dice.often(&[(4, 1), (3, 2), (1, 3)]));
        let said = self.say_as(
            STORE,
            &UsageLine { money: LineMoney::default(), terms, ..line(source, row, resource, units, "0") },
        );
        self.reversible.extend(said);
        said.map(|_| source)
    }

    pub fn close_source(&mut self, dice: &mut Dice<'_>) {
        let place = dice.below(self.sources.len() as u64) as usize;
        self.finish(place);
    }

    /// Brings the rows that a source promised, and closes it.
    pub fn finish(&mut self, place: usize) {
        let source = self.sources[place];
        if !self.desk.state().sources().open().any(|open| open == source) {
            return;
        }
        for row in self.rows[place] + 1..=ROWS {
            let line = sha256(&[&row.to_be_bytes()]);
            self.say_as(STORE, &UsageList { source, row, resource: 1, entries: 1, units: 1, line });
        }
        self.rows[place] = ROWS;
        self.say_as(STORE, &SourceClosed { source, rows: ROWS, refused: 0 });
    }
}
