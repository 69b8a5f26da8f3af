//! A catalogue kept in plain lists, and short names for what tests of the rules are made of.
#![allow(dead_code, reason = "each test uses a part of it")]
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

pub mod formula;
pub mod random;
pub mod slow;

use std::collections::{HashMap, HashSet};

use cantus::royalty::*;
use ledger_spec::account::Account;
use ledger_spec::code::*;
use ledger_spec::date::{Date, Period};
use ledger_spec::event::catalogue::{Royalty, RoyaltyFactor};
use ledger_spec::event::governance::{Citation, MechanicalRow, RateRow};
use ledger_spec::event::licensing::LicenceRate;
use ledger_spec::event::usage::{PoolReported, Terms};
use ledger_spec::money::{Amount, Currency, Ratio};
use ledger_spec::reference::{PartyId, Territory};

pub const USA: Territory = Territory(840);
pub const FRANCE: Territory = Territory(250);
pub const EUROPE: Territory = Territory(2120);

pub const SOURCE: u64 = 100;
pub const RESOURCE: u32 = 1;
pub const RECORDING: u64 = 10;
pub const WORK: u64 = 20;
pub const SECOND_WORK: u64 = 21;
pub const MATCH: u64 = 25;
pub const SPLIT: u64 = 30;
pub const CONTRACT: u64 = 40;
pub const LICENCE: u64 = 50;
pub const SHARE: u64 = 60;
pub const TABLE: u64 = 3;
pub const RULE: u64 = 4;
pub const POOL: u64 = 90;

pub const ARTIST: PartyId = PartyId([1; 16]);
pub const SECOND_ARTIST: PartyId = PartyId([2; 16]);
pub const PUBLISHER: PartyId = PartyId([3; 16]);
pub const SECOND_PUBLISHER: PartyId = PartyId([4; 16]);

#[derive(Debug, Clone, Default)]
pub struct Books {
    pub recordings: HashMap<u32, Identified>,
    pub releases: HashMap<u32, (u64, Vec<Track>)>,
    pub works: HashMap<u64, Vec<MatchedWork>>,
    pub public_domain: HashSet<u64>,
    pub shares: HashMap<u64, Vec<AgreedShare>>,
    pub claims: HashMap<u64, Vec<Claimed>>,
    pub licences: HashMap<u64, Vec<LicenceInForce>>,
    pub splits: HashMap<u64, Vec<Payee>>,
    pub contracts: HashMap<u64, ContractTerms<'static>>,
    pub mechanicals: Vec<AdoptedMechanical>,
    pub tables: Vec<AdoptedRates>,
    pub services: HashMap<u32, PartyId>,
    pub controllers: HashMap<u32, Controller>,
    pub pool: Option<PoolReported>,
    pub seconds: HashMap<u32, u32>,
}

impl Catalogue for Books {
    fn recording(&self, _: u64, resource: u32) -> Option<Identified> {
        self.recordings.get(&resource).copied()
    }

    fn tracks(&self, _: u64, release: u32) -> Option<Tracks<'_>> {
        self.releases.get(&release).map(|(release, tracks)| Tracks { release: *release, tracks })
    }

    fn works(&self, _: u64, _: u32, recording: u64) -> Option<Matched<'_>> {
        self.works.get(&recording).map(|works| Matched { event: MATCH, works })
    }

    fn public_domain(&self, work: u64) -> bool {
        self.public_domain.contains(&work)
    }

    fn shares(&self, work: u64, right: Rights, _: Territory, _: Occasion) -> Vec<AgreedShare> {
        assert_eq!(right, Rights::MECHANICAL);
        self.shares.get(&work).cloned().unwrap_or_default()
    }

    fn claims(&self, work: u64, _: Rights, _: Territory, _: Date) -> Vec<Claimed> {
        self.claims.get(&work).cloned().unwrap_or_default()
    }

    fn licences(&self, work: u64, _: Rights, _: &Terms, _: Occasion) -> Vec<LicenceInForce> {
        self.licences.get(&work).cloned().unwrap_or_default()
    }

    fn split(&self, recording: u64, _: Occasion) -> Option<SplitInForce<'_>> {
        self.splits.get(&recording).map(|payees| SplitInForce { event: SPLIT, payees })
    }

    fn contract(&self, contract: u64, _: Date) -> Option<ContractTerms<'_>> {
        self.contracts.get(&contract).copied()
    }

    fn mechanicals(&self) -> &[AdoptedMechanical] {
        &self.mechanicals
    }

    fn rate_tables(&self) -> &[AdoptedRates] {
        &self.tables
    }

    fn service(&self, _: u64, number: u32) -> Option<PartyId> {
        self.services.get(&number).copied()
    }

    fn controller(&self, _: u64, number: u32) -> Option<Controller> {
        self.controllers.get(&number).copied()
    }

    fn pool(&self, _: u64, _: u32, day: Date) -> Option<PoolInForce<'_>> {
        let figures = self.pool.as_ref().filter(|pool| pool.month.period() == day.period())?;
        Some(PoolInForce { event: POOL, figures })
    }

    fn seconds(&self, _: u64, resource: u32) -> Option<u32> {
        self.seconds.get(&resource).copied()
    }
}

pub fn amount(text: &str) -> Amount {
    text.parse().unwrap()
}

pub fn ratio(text: &str) -> Ratio {
    text.parse().unwrap()
}

pub fn date(text: &str) -> Date {
    text.parse().unwrap()
}

pub fn usd() -> Currency {
    "USD".parse().unwrap()
}

const NOWHERE: Citation = Citation { source: CitationSource::CFR, volume: 37, page: 385, section: 11 };

/// What section 115 asks for a physical copy or download: per work and per minute, in cents (37 CFR 385.11; the
/// rates are those of 74 FR 4510 and the yearly notices under Phonorecords IV).
pub fn section_115() -> AdoptedRates {
    let years = [
        ("2006-01-01", "2022-12-31", "0.091", "0.0175"),
        ("2023-01-01", "2023-12-31", "0.120", "0.0231"),
        ("2024-01-01", "2024-12-31", "0.124", "0.0238"),
        ("2025-01-01", "2025-12-31", "0.127", "0.0245"),
        ("2026-01-01", "2026-12-31", "0.131", "0.0252"),
    ];
    let row = |from: &str, to: &str, measure, value: &str| RateRow {
        from: date(from),
        to: Some(date(to)),
        measure,
        use_type: UseType::UNKNOWN,
        value: value.parse().unwrap(),
        citation: NOWHERE,
    };
    let mut rows: Vec<RateRow> = years
        .iter()
        .flat_map(|(from, to, flat, minute)| {
            [row(from, to, RateMeasure::PER_WORK, flat), row(from, to, RateMeasure::PER_MINUTE, minute)]
        })
        .collect();
    rows.push(row("2009-01-01", "2027-12-31", RateMeasure::RINGTONE, "0.24"));
    AdoptedRates { event: TABLE, table: RateTable::US_MECHANICAL, territory: USA, currency: usd(), rows }
}

pub fn mechanical_row(territory: Territory, use_type: UseType, payer: MechanicalPayer) -> AdoptedMechanical {
    let row = MechanicalRow { territory, use_type, service: None, from: Date::MIN, to: None, payer, citation: NOWHERE };
    AdoptedMechanical { event: RULE, row }
}

pub fn share(event: u64, party: PartyId, part: &str) -> AgreedShare {
    AgreedShare { event, party, contract: 0, share: ratio(part), title: event, collects: 0 }
}

pub fn claimed(party: PartyId, share: &str) -> Claimed {
    Claimed { party, share: ratio(share) }
}

pub fn licence(event: u64, rate: LicenceRate) -> LicenceInForce {
    LicenceInForce { event, licensor: None, blanket: false, rate, vouched: true, runs: true, notice: None }
}

pub fn statutory(factor: &str) -> LicenceRate {
    LicenceRate::Statutory { table: RateTable::US_MECHANICAL, factor: ratio(factor) }
}

/// A cover song: one work, two equal publishers, licensed at the statutory rate; one artist with all of the net, a
/// commission of 10 % after mechanicals; mechanicals of downloads passed through, those of streams paid at source.
pub fn cover() -> Books {
    let terms = ContractTerms {
        version: CONTRACT,
        royalty: &Royalty::NetReceipts,
        commission: ratio("10%"),
        commission_base: CommissionBase::AFTER_MECHANICALS,
        excess: ExcessBearer::ARTIST,
    };
    let mut books = Books {
        mechanicals: vec![
            mechanical_row(USA, UseType::DOWNLOAD, MechanicalPayer::PASSED_THROUGH),
            mechanical_row(USA, UseType::INTERACTIVE_STREAM, MechanicalPayer::PAID_AT_SOURCE),
        ],
        tables: vec![section_115()],
        ..Books::default()
    };
    books.recordings.insert(RESOURCE, Identified { recording: RECORDING, by: RECORDING, seconds: Some(200) });
    books.works.insert(RECORDING, vec![MatchedWork { work: WORK, weight: Ratio::ONE }]);
    books.shares.insert(WORK, vec![share(SHARE, PUBLISHER, "1/2"), share(SHARE + 1, SECOND_PUBLISHER, "1/2")]);
    books.claims.insert(WORK, vec![claimed(PUBLISHER, "1/2"), claimed(SECOND_PUBLISHER, "1/2")]);
    books.licences.insert(WORK, vec![licence(LICENCE, statutory("1"))]);
    books
        .splits
        .insert(RECORDING, vec![Payee { party: ARTIST, contract: CONTRACT, share: Ratio::ONE, off_the_top: false }]);
    books.contracts.insert(CONTRACT, terms);
    books
}

/// A royalty of a price. It stays: terms point at it, as those of a state point into the state.
pub fn of_price(base: PriceBase, rate: &str, factors: &[RoyaltyFactor]) -> &'static Royalty {
    Box::leak(Box::new(Royalty::OfPrice { base, rate: ratio(rate), factors: factors.to_vec() }))
}

/// A factor of every use.
pub fn factor(kind: FactorKind, factor: &str) -> RoyaltyFactor {
    let (uses, channels, configurations) = (Vec::new(), Vec::new(), Vec::new());
    let (tiers, territories) = (Vec::new(), Vec::new());
    RoyaltyFactor { kind, uses, channels, configurations, tiers, territories, factor: ratio(factor) }
}

/// Downloads in the United States in January 2026, net to licensor.
pub fn download() -> Terms {
    Terms {
        from: date("2026-01-01"),
        to: date("2026-01-31"),
        territory: USA,
        use_type: UseType::DOWNLOAD,
        model: CommercialModel::PAY_AS_YOU_GO,
        channel: Channel::ONLINE,
        configuration: Configuration::TRACK,
        tier: PriceTier::FULL,
        service: 0,
        offering: 0,
        rights: Rights::NONE,
        basis: Basis::NET,
        flags: UsageFlags::NONE,
        share_applied: Ratio::ONE,
        currency: usd(),
    }
}

pub fn facts(terms: &Terms) -> CellFacts<'_> {
    let period = Period::new(2026, 2).unwrap();
    CellFacts {
        source: SOURCE,
        resource: RESOURCE,
        release: 0,
        controller: 0,
        terms,
        received: date("2026-02-15"),
        period,
    }
}

/// What a line comes to that does not give its gross.
pub fn content(units: i64, money: &str) -> Content {
    Content { units, lines: 1, money: amount(money), gross: None }
}

/// Rates the cell and checks what holds for every rating: the parts sum to the money.
pub fn rated(books: &Books, terms: &Terms, units: i64, money: &str) -> Rating {
    rated_of(books, &facts(terms), &content(units, money))
}

/// The same of any facts and content.
pub fn rated_of(books: &Books, facts: &CellFacts<'_>, content: &Content) -> Rating {
    let rating = rate(facts, content, books);
    assert_eq!(total(&rating), content.money, "{rating:?}");
    rating
}

pub fn total(rating: &Rating) -> Amount {
    Amount::try_sum(rating.parts.iter().map(|part| part.amount)).unwrap()
}

/// What an account got.
pub fn of(rating: &Rating, account: Account) -> String {
    let parts = rating.parts.iter().filter(|part| part.account == account);
    Amount::try_sum(parts.map(|part| part.amount)).unwrap().to_string()
}

pub fn earned(rating: &Rating, party: PartyId) -> String {
    let contract = if party == ARTIST { CONTRACT } else { 0 };
    of(rating, accounts::earned(party, contract, usd()))
}

pub fn commission(rating: &Rating) -> String {
    of(rating, accounts::commission(CONTRACT, usd()))
}

pub fn waiting(rating: &Rating, reason: SuspenseReason) -> String {
    of(rating, accounts::suspense(SOURCE, reason, usd()))
}

/// The formula of the one part of an account.
pub fn formula(rating: &Rating, account: Account) -> String {
    let mut parts = rating.parts.iter().filter(|part| part.account == account);
    let part = parts.next().unwrap();
    assert!(parts.next().is_none(), "one part only");
    part.why.formula(part.amount)
}
