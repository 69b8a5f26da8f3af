//! Whatever the contracts, sales, payments and closes are: every close sums to zero, takes nothing that is not there,
//! comes out the same from a snapshot, and explains each amount with a formula that comes to it.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

#[path = "royalty_support/formula.rs"]
mod formula;
mod projection_support;

use std::collections::BTreeMap;

use cantus::projection::{Filter, State};
use cantus::royalty::groups::Rule;
use cantus::royalty::{Movement, Why};
use ledger_spec::code::{AccountClass, Crossing, PayWhen, PriceBase, RecoupOrder, ReserveFrom, UseType};
use ledger_spec::event::catalogue::{Contract, Escalation, LetterOfDirection, ReserveTerms, Royalty, Step};
use ledger_spec::hash::Hash;
use ledger_spec::money::{Amount, Currency};
use ledger_spec::reference::EventRef;
use projection_support::closes::*;
use projection_support::*;
use proptest::prelude::*;

/// Something that happens under one of two contracts, which are crossed.
#[derive(Debug, Clone)]
enum Act {
    Sale { second: bool, physical: bool, units: i64, cents: i64 },
    Pay { source: usize, cents: i64 },
    Advance { second: bool, cents: i64 },
    Cost { second: bool, cents: i64, half: bool },
    Reserve { second: bool, months: u32, cents: i64 },
    Debt { second: bool, cents: i64 },
    Letter { second: bool, third: bool },
    Amend { second: bool, terms: Terms },
    Reverse { at: usize },
    Close,
}

#[derive(Debug, Clone)]
struct Terms {
    royalty: u8,
    commission: u64,
    steps: Vec<(u64, u64)>,
    counted: u8,
    retroactive: bool,
    reserve: Option<(u64, bool, u16, u16)>,
    recoups: u16,
    paid: bool,
    cycle: u16,
    negative: bool,
    apart: bool,
}

fn terms() -> impl Strategy<Value = Terms> {
    let steps = prop::collection::btree_map(1..60u64, 0..=100u64, 0..3).prop_map(|steps| steps.into_iter().collect());
    let reserve = prop::option::of((0..=100u64, any::<bool>(), 1..4u16, 1..5u16));
    let flags = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    (0..3u8, 0..100u64, (steps, 0..3u8), reserve, 1..4u16, 1..4u16, flags).prop_map(
        |(royalty, commission, (steps, counted), reserve, recoups, cycle, (retroactive, paid, negative, apart))| {
            Terms { royalty, commission, steps, counted, retroactive, reserve, recoups, paid, cycle, negative, apart }
        },
    )
}

fn act() -> impl Strategy<Value = Act> {
    let (b, cents) = (any::<bool>, 1..9000i64);
    let sale = (b(), b(), -30..60i64, -4000..9000i64);
    prop_oneof![
        6 => sale.prop_map(|(second, physical, units, cents)| Act::Sale { second, physical, units, cents }),
        2 => (any::<usize>(), cents.clone()).prop_map(|(source, cents)| Act::Pay { source, cents }),
        2 => (b(), cents.clone()).prop_map(|(second, cents)| Act::Advance { second, cents }),
        2 => (b(), cents.clone(), b()).prop_map(|(second, cents, half)| Act::Cost { second, cents, half }),
        1 => (b(), 1..5u32, cents.clone()).prop_map(|(second, months, cents)| Act::Reserve { second, months, cents }),
        1 => (b(), cents).prop_map(|(second, cents)| Act::Debt { second, cents }),
        1 => (b(), b()).prop_map(|(second, third)| Act::Letter { second, third }),
        1 => (b(), terms()).prop_map(|(second, terms)| Act::Amend { second, terms }),
        2 => any::<usize>().prop_map(|at| Act::Reverse { at }),
        5 => Just(Act::Close),
    ]
}

fn contract(terms: &Terms) -> Contract<'static> {
    let percent = |percent: u64| ledger_spec::money::Ratio::new(percent, 100).unwrap();
    let royalty = match terms.royalty {
        0 => Royalty::NetReceipts,
        1 => Royalty::ProfitShare,
        _ => Royalty::OfPrice { base: PriceBase::NET, rate: percent(terms.commission + 1), factors: Vec::new() },
    };
    let steps = terms.steps.iter().map(|(units, rate)| Step { units: *units, rate: percent(*rate) });
    let uses = [UseType::PHYSICAL, UseType::STREAM];
    let reserve = |&(share, physical, after, parts)| ReserveTerms {
        share: percent(share),
        uses: if physical { vec![UseType::PHYSICAL] } else { Vec::new() },
        from: if after % 2 == 0 { ReserveFrom::USE } else { ReserveFrom::CLOSE },
        after,
        parts,
    };
    Contract {
        royalty,
        commission: percent(terms.commission),
        escalation: (!terms.steps.is_empty()).then(|| Escalation {
            uses: uses.iter().copied().take(terms.counted.into()).collect(),
            configurations: Vec::new(),
            steps: steps.collect(),
            retroactive: terms.retroactive,
        }),
        reserve: terms.reserve.as_ref().map(reserve),
        recoups: RecoupOrder(terms.recoups),
        pay_when: if terms.paid { PayWhen::PAID } else { PayWhen::REPORTED },
        cycle_months: terms.cycle,
        may_go_negative: terms.negative,
        crossing: if terms.apart { Crossing::RECOUPED } else { Crossing::FULL },
        exchange: None,
        ..plain()
    }
}

fn dollars(cents: i64) -> String {
    format!("{}{}.{:02}", if cents < 0 { "-" } else { "" }, cents.abs() / 100, cents.abs() % 100)
}

struct World {
    log: Log,
    contracts: [u64; 2],
    sources: Vec<u64>,
    reversible: Vec<u64>,
    period: ledger_spec::date::Period,
    closes: Vec<u64>,
}

impl World {
    fn new(terms: &Terms) -> World {
        let mut log = Log::furnished();
        let first = log.say(&contract(terms));
        let second = log.say(&Contract { crosses: Some(EventRef::At(first)), ..contract(terms) });
        log.under(ISRC, first);
        log.under(SECOND_ISRC, second);
        let (contracts, period) = ([first, second], month("2026-01"));
        World { log, contracts, sources: vec![], reversible: vec![], period, closes: vec![] }
    }

    fn act(&mut self, act: &Act) {
        let [first, second] = self.contracts;
        let of = |is_second: bool| if is_second { second } else { first };
        let log = &mut self.log;
        match act {
            Act::Sale { second, physical, units, cents } => {
                let use_type = if *physical { UseType::PHYSICAL } else { UseType::STREAM };
                let isrc = if *second { SECOND_ISRC } else { ISRC };
                let source = log.sells(isrc, use_type, *units, &dollars(*cents));
                self.sources.push(source);
                self.reversible.push(source);
            }
            Act::Pay { source, cents } if !self.sources.is_empty() => {
                log.pays(self.sources[source % self.sources.len()], &dollars(*cents));
            }
            Act::Advance { second, cents } => {
                self.reversible.push(log.say(&advance(of(*second), "2026-01-10", &dollars(*cents))));
            }
            Act::Cost { second, cents, half } => {
                let share = if *half { "1/2" } else { "1" };
                self.reversible.push(log.say(&cost(of(*second), "2026-01-12", &dollars(*cents), share)));
            }
            Act::Reserve { second, months, cents } => {
                let origin = ledger_spec::date::Period::from_number(month("2026-01").number() - months).unwrap();
                let sum = dollars(*cents);
                log.say(&opening(of(*second), AccountClass::RESERVE, Some(&origin.to_string()), &sum));
            }
            Act::Debt { second, cents } => {
                log.say(&opening(of(*second), AccountClass::ADVANCE, None, &dollars(-cents)));
            }
            Act::Letter { second, third } => {
                let contract = Some(EventRef::At(of(*second)));
                let (party, to, share) = (ARTIST, PUBLISHER, ratio(if *third { "1/3" } else { "1/7" }));
                let (from, until, replaces, evidence) = (None, Some(self.period.last_day()), None, Hash::default());
                log.say(&LetterOfDirection { party, contract, to, share, from, until, evidence, replaces });
                // The next one holds from the next month on, so that no two hold at once.
                self.period = self.period.next();
            }
            Act::Amend { second, terms } => {
                let amends = Some(EventRef::At(of(*second)));
                let crosses = second.then_some(EventRef::At(first));
                log.say(&Contract { amends, crosses, ..contract(terms) });
            }
            Act::Reverse { at } if !self.reversible.is_empty() => {
                let target = self.reversible.swap_remove(at % self.reversible.len());
                log.reverse(target);
            }
            Act::Pay { .. } | Act::Reverse { .. } => {}
            Act::Close => {
                self.closes.push(log.close(&self.period.to_string()));
                self.period = self.period.next();
            }
        }
    }
}

/// What rows sum to, by currency.
fn sums(rows: &[cantus::projection::Row]) -> BTreeMap<Currency, i128> {
    let mut sums = BTreeMap::new();
    rows.iter().for_each(|row| *sums.entry(row.account.currency).or_default() += row.amount.picos());
    sums
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn closes_move_money_and_make_none(terms in terms(), acts in prop::collection::vec(act(), 1..50)) {
        let mut world = World::new(&terms);
        for act in &acts {
            let before = world.log.rows(&Filter::default());
            world.act(act);
            let after = world.log.rows(&Filter::default());
            prop_assert!(sums(&after).values().all(|sum| *sum == 0));
            if !matches!(act, Act::Close) {
                continue;
            }
            let close = *world.closes.last().unwrap();
            let settled = world.log.state.settle().unwrap();
            let posted = settled.balances().posted_by(close);
            prop_assert_eq!(posted.iter().map(|line| line.amount.picos()).sum::<i128>(), 0);
            for class in [AccountClass::ADVANCE, AccountClass::RESERVE] {
                // Recoupment and release take what is there, to the last pico, and never the sign of it.
                let held = |rows: &[cantus::projection::Row]| -> BTreeMap<_, Amount> {
                    rows.iter().filter(|row| row.account.class == class).map(|row| (row.account, row.amount)).collect()
                };
                let (before, after) = (held(&before), held(&after));
                for (account, amount) in &before {
                    let left = after.get(account).copied().unwrap_or_default();
                    prop_assert!(left.is_zero() || left.is_negative() == amount.is_negative(), "{account:?}");
                    prop_assert!(class != AccountClass::ADVANCE || left.abs() <= amount.abs());
                }
            }
        }
    }

    #[test]
    fn formulas_come_to_their_amounts(terms in terms(), acts in prop::collection::vec(act(), 1..50)) {
        let mut world = World::new(&terms);
        acts.iter().for_each(|act| world.act(act));
        let bodies = world.log.bodies.clone();
        let settled = world.log.state.settle().unwrap();
        for close in &world.closes {
            for posting in settled.posted_by(*close, &bodies).unwrap() {
                let Why::Close { rule, .. } = posting.why else { panic!("{:?}", posting.why) };
                prop_assert!(!posting.why.words().is_empty() && posting.why.movement() != Movement::Usage);
                let formula = posting.why.formula(posting.amount);
                if matches!(rule, Rule::Due | Rule::Recouped { .. } | Rule::Crossed { .. } | Rule::MadeUp { .. }) || !formula.contains('=') {
                    continue;
                }
                let (computed, shown) = formula::evaluate(&formula);
                let off = (computed - shown).max(shown - computed);
                prop_assert!(off <= num_rational::Ratio::new(2, 10i128.pow(12)), "{formula}");
                let picos = num_rational::Ratio::new(posting.amount.picos().abs(), 10i128.pow(12));
                prop_assert_eq!(shown.max(-shown), picos, "{}", formula);
            }
        }
    }

    #[test]
    fn a_snapshot_in_between_changes_nothing(
        terms in terms(), acts in prop::collection::vec(act(), 1..50), cut in any::<prop::sample::Index>(),
    ) {
        let world = {
            let mut world = World::new(&terms);
            acts.iter().for_each(|act| world.act(act));
            world
        };
        let (bodies, size) = (&world.log.bodies, world.log.bodies.0.len());
        let mut whole = State::new();
        bodies.fold(&mut whole, size);
        let mut first = State::new();
        bodies.fold(&mut first, cut.index(size + 1));
        let (mut second, _) = State::from_snapshot(&first.snapshot(&Hash::default()).unwrap()).unwrap();
        bodies.fold(&mut second, size);
        prop_assert!(second.snapshot(&Hash::default()).unwrap() == whole.snapshot(&Hash::default()).unwrap());
    }
}
