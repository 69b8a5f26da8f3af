//! One body of every kind, with every optional field once present and once absent somewhere.

use ledger_spec::account::Account;
use ledger_spec::code::*;
use ledger_spec::date::{Date, Period};
use ledger_spec::event::Event;
use ledger_spec::event::{catalogue, governance, licensing, money, particulars, period, usage};
use ledger_spec::hash::{Hash, sha256};
use ledger_spec::ident::{Identifier, Scheme};
use ledger_spec::money::{Amount, Currency, Ratio, SourceAmount};
use ledger_spec::reference::{EventRef, Territory};

use super::{ARTIST, PUBLISHER, REPORTER, body, enrolled, opened, public};

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

fn ratio(text: &str) -> Ratio {
    text.parse().unwrap()
}

fn given(text: &str) -> SourceAmount {
    text.parse().unwrap()
}

fn amount(text: &str) -> Amount {
    text.parse().unwrap()
}

fn usd() -> Currency {
    Currency::new(*b"USD").unwrap()
}

fn id(scheme: Scheme, value: &str) -> Identifier<'_> {
    Identifier { scheme, value }
}

fn citation() -> governance::Citation {
    governance::Citation { source: CitationSource::FEDERAL_REGISTER, volume: 88, page: 86058, section: 0 }
}

/// US mechanical rates of one year.
pub fn rates() -> Vec<u8> {
    let row = |measure, value: &str| governance::RateRow {
        from: date("2024-01-01"),
        to: Some(date("2024-12-31")),
        measure,
        use_type: UseType::UNKNOWN,
        value: given(value),
        citation: citation(),
    };
    body(&Event::RatesAdopted(governance::RatesAdopted {
        table: RateTable::US_MECHANICAL,
        territory: Territory(840),
        currency: usd(),
        rows: vec![row(RateMeasure::PER_WORK, "0.124"), row(RateMeasure::PER_MINUTE, "0.0238")],
    }))
}

/// Downloads in the United States pass the mechanical through.
pub fn mechanicals() -> Vec<u8> {
    body(&Event::MechanicalsAdopted(governance::MechanicalsAdopted {
        rows: vec![governance::MechanicalRow {
            territory: Territory(840),
            use_type: UseType::DOWNLOAD,
            service: Some(REPORTER),
            from: date("2006-01-01"),
            to: None,
            payer: MechanicalPayer::PASSED_THROUGH,
            citation: citation(),
        }],
    }))
}

/// The catalogue of one cover song, each event citing those before it by offset.
pub fn catalogue() -> Vec<Vec<u8>> {
    [party(), work(), recording(), claim(), share(), contract(), split(), matched(), licence()]
        .iter()
        .map(body)
        .collect()
}

fn party() -> Event<'static> {
    Event::Party(catalogue::Party {
        party: PUBLISHER,
        kind: PartyKind::PUBLISHER,
        identifiers: vec![id(Scheme::IPI_NAME, "00014107338"), id(Scheme::HOUSE, "north")],
    })
}

fn work() -> Event<'static> {
    let identifiers = vec![id(Scheme::ISWC, "T-034.524.680-1")];
    Event::Work(catalogue::Work { identifiers, public_domain: false })
}

fn recording() -> Event<'static> {
    Event::Recording(catalogue::Recording { identifiers: vec![id(Scheme::ISRC, "USRC17607839")], seconds: Some(301) })
}

fn claim() -> Event<'static> {
    Event::Claim(catalogue::Claim {
        work: EventRef::Here(1),
        party: PUBLISHER,
        rights: Rights::MECHANICAL.union(Rights::PERFORMING),
        scope: catalogue::Scope {
            include: vec![Territory::WORLD],
            exclude: vec![Territory(124)],
            from: Some(date("2020-01-01")),
            to: None,
        },
        share: ratio("1/2"),
        replaces: None,
        collects: None,
    })
}

fn share() -> Event<'static> {
    let (claim, share) = (EventRef::Here(3), ratio("1/2"));
    Event::Share(catalogue::Share { claim, share, contract: None, replaces: None, day: DayOf::USE, prospective: false })
}

fn contract() -> Event<'static> {
    Event::Contract(catalogue::Contract {
        identifiers: vec![id(Scheme::HOUSE, "anna-2026")],
        party: ARTIST,
        kind: ContractKind::ARTIST,
        commission: ratio("1/10"),
        commission_base: CommissionBase::AFTER_MECHANICALS,
        excess: ExcessBearer::OPERATOR,
        pay_when: PayWhen::REPORTED,
        minimum: amount("10"),
        currency: usd(),
        cycle_months: 3,
        may_go_negative: false,
        exchange: Some(catalogue::ExchangeRule {
            source: RateSource::CENTRAL_BANK,
            day: RateDay::PERIOD_END,
            within: 3,
        }),
        from: None,
        to: None,
        amends: None,
        royalty: catalogue::Royalty::OfPrice {
            base: PriceBase::DEALER_PRICE,
            rate: ratio("14/100"),
            factors: vec![catalogue::RoyaltyFactor {
                kind: FactorKind::PACKAGING,
                uses: vec![UseType::PHYSICAL],
                channels: vec![],
                configurations: vec![Configuration::CD],
                tiers: vec![],
                territories: vec![],
                factor: ratio("4/5"),
            }],
        },
        escalation: Some(catalogue::Escalation {
            uses: vec![UseType::PHYSICAL, UseType::DOWNLOAD],
            configurations: vec![Configuration::RELEASE],
            steps: vec![catalogue::Step { units: 100_000, rate: ratio("15/100") }],
            retroactive: false,
        }),
        reserve: Some(catalogue::ReserveTerms {
            share: ratio("1/5"),
            uses: vec![UseType::PHYSICAL],
            from: ReserveFrom::CLOSE,
            after: 6,
            parts: 4,
        }),
        recoups: RecoupOrder::BY_DATE,
        crosses: None,
        crossing: Crossing::FULL,
    })
}

fn split() -> Event<'static> {
    Event::Split(catalogue::Split {
        recording: EventRef::Here(2),
        from: None,
        to: None,
        parts: vec![catalogue::SplitPart {
            party: ARTIST,
            contract: Some(EventRef::Here(5)),
            share: Ratio::ONE,
            off_the_top: false,
        }],
        replaces: None,
        day: DayOf::USE,
        prospective: false,
    })
}

fn matched() -> Event<'static> {
    Event::Match(catalogue::Match {
        subject: catalogue::MatchSubject::Recording(EventRef::Here(2)),
        recording: None,
        works: vec![catalogue::MatchedWork { work: EventRef::Here(1), extent: Extent::WHOLE, weight: Ratio::ONE }],
        method: MatchMethod::PERSON,
        replaces: None,
    })
}

fn licence() -> Event<'static> {
    Event::Licence(licensing::Licence {
        identifiers: vec![],
        kind: LicenceKind::COMPULSORY,
        licensor: None,
        works: vec![EventRef::Here(1)],
        rights: Rights::MECHANICAL,
        uses: vec![UseType::DOWNLOAD],
        scope: catalogue::Scope::default(),
        rate: licensing::LicenceRate::Statutory { table: RateTable::US_MECHANICAL, factor: Ratio::ONE },
        replaces: None,
        configurations: Vec::new(),
        tiers: vec![PriceTier::FULL],
        notice: Some(licensing::Notice { served: date("2020-03-01"), made: Some(date("2020-02-15")) }),
    })
}

fn terms() -> usage::Terms {
    usage::Terms {
        from: date("2026-01-01"),
        to: date("2026-01-31"),
        territory: Territory(840),
        use_type: UseType::DOWNLOAD,
        model: CommercialModel::PAY_AS_YOU_GO,
        channel: Channel::ONLINE,
        configuration: Configuration::TRACK,
        tier: PriceTier::UNKNOWN,
        service: 2,
        offering: 0,
        rights: Rights::MASTER.union(Rights::MECHANICAL),
        basis: Basis::NET,
        flags: UsageFlags::NONE,
        share_applied: Ratio::ONE,
        currency: usd(),
    }
}

fn exchange() -> usage::Exchange {
    let currency = Currency::new(*b"EUR").unwrap();
    usage::Exchange { currency, rate: Some(given("1.0825")), date: Some(date("2026-01-31")) }
}

/// The report's first event.
pub fn source() -> Vec<u8> {
    let total = |measure, currency, total: &str| usage::ControlTotal { measure, currency, total: given(total) };
    let warning =
        usage::SourceWarning { measure: Measure::UNITS, row: 0, expected: Some(given("11")), found: Some(given("10")) };
    body(&Event::SourceOpened(usage::SourceOpened {
        file: sha256(&[b"a report"]),
        bytes: 8,
        content: sha256(&[b"a report\n"]),
        format: SourceFormat::DISTROKID,
        reporter: REPORTER,
        identifiers: vec![id(Scheme::MESSAGE, "2026-01")],
        from: Some(date("2026-01-01")),
        to: Some(date("2026-01-31")),
        lines: 2,
        rows: 1,
        refused: 0,
        totals: vec![total(Measure::LINES, None, "1"), total(Measure::NET, Some(usd()), "7.00")],
        warnings: vec![warning],
        more_warnings: 0,
    }))
}

/// The rest of the report, and its end.
pub fn report(source: u64) -> Vec<Vec<u8>> {
    let closed = Event::SourceClosed(usage::SourceClosed { source, rows: 1, refused: 0 });
    [resource(source), line(source), closed].iter().map(body).collect()
}

fn resource(source: u64) -> Event<'static> {
    Event::ReportedResource(usage::ReportedResource {
        source,
        number: 1,
        kind: ReportedKind::RECORDING,
        parent: 0,
        seconds: None,
        identifiers: vec![id(Scheme::ISRC, "usrc17607839")],
    })
}

fn line(source: u64) -> Event<'static> {
    let money = usage::LineMoney { gross: None, net: Some(given("7.00")), ..usage::LineMoney::default() };
    let (resource, release, summary) = (1, 0, 0);
    let (units, returns, exchange) = (11, 1, None);
    let terms = terms();
    Event::UsageLine(usage::UsageLine {
        source,
        row: 2,
        resource,
        release,
        summary,
        terms,
        units,
        returns,
        money,
        exchange,
    })
}

/// One body of each kind, in the order of their numbers.
pub fn every_kind() -> Vec<Vec<u8>> {
    let mut bodies = vec![body(&Event::LedgerOpened(opened()))];
    bodies.extend(governance_kinds().iter().map(body));
    bodies.splice(4..4, [rates(), mechanicals()]);
    bodies.extend([party(), work(), recording(), release(), claim(), share(), split(), contract()].iter().map(body));
    bodies.extend([matched(), asserted(), letter(), licence()].iter().map(body));
    bodies.push(source());
    bodies.extend([resource(20), summary(), line(20), allocated(), refused()].iter().map(body));
    bodies.extend(source_ends().iter().map(body));
    bodies.push(body(&pool()));
    bodies.extend(money_kinds().iter().map(body));
    bodies.extend(account_kinds().iter().map(body));
    bodies.push(body(&period_key()));
    bodies.extend(particulars_kinds().iter().map(body));
    bodies
}

fn governance_kinds() -> [Event<'static>; 7] {
    let ledger = Hash([0x22; 32]);
    let period = Period::new(2026, 1).unwrap();
    [
        Event::KeyEnrolled(enrolled(&ledger)),
        Event::KeyRevoked(governance::KeyRevoked { key: public(3), reason: ReasonCode::LOST }),
        Event::RulesAdopted(governance::RulesAdopted { version: 1 }),
        Event::PeriodClosed(governance::PeriodClosed {
            period,
            through: 500,
            root: Hash([0x33; 32]),
            key_hash: Hash([0x44; 32]),
            rules: 1,
        }),
        Event::Redacted(governance::Redacted { target: 14, reason: RedactionReason::COURT_ORDER }),
        Event::LogKeyChanged(governance::LogKeyChanged {
            log_key: public(4),
            lost: true,
            proof: enrolled(&ledger).proof,
        }),
        Event::LedgerEnded(governance::LedgerEnded { reason: ReasonCode::MIGRATION }),
    ]
}

fn release() -> Event<'static> {
    Event::Release(catalogue::Release {
        identifiers: vec![id(Scheme::UPC, "036000291452")],
        kind: ReleaseKind::ALBUM,
        tracks: vec![catalogue::Track { recording: EventRef::At(7), weight: 1 }],
    })
}

fn asserted() -> Event<'static> {
    Event::IdentifierAsserted(catalogue::IdentifierAsserted {
        identifier: id(Scheme::RIGHTS_CONTROLLER, "PUB_2"),
        subject: catalogue::Subject::Party(PUBLISHER),
        reporter: Some(REPORTER),
        replaces: Some(EventRef::At(5)),
    })
}

fn summary() -> Event<'static> {
    Event::UsageSummary(usage::UsageSummary {
        source: 20,
        row: 3,
        id: "1",
        terms: terms(),
        controller: 3,
        units: 1_036_181,
        users: Some(90_000),
        allocated_units: Some(given("537927")),
        net_revenue: Some(given("409.05")),
        allocated: Some(given("0.0")),
        allocated_net: None,
        exchange: Some(exchange()),
    })
}

fn allocated() -> Event<'static> {
    Event::AllocatedLine(usage::AllocatedLine {
        source: 20,
        row: 5,
        line: 4,
        resource: 1,
        controller: 3,
        terms: terms(),
        share: Some(Ratio::ONE),
        amount: given("125.23"),
        net: Some(given("0.0")),
    })
}

fn refused() -> Event<'static> {
    let line = sha256(&[b"a line that could not be read"]);
    Event::LineRefused(usage::LineRefused { source: 20, row: 9, reason: RefusalReason::NOT_A_NUMBER, column: 4, line })
}

fn source_ends() -> [Event<'static>; 2] {
    let line = sha256(&[b"a long list"]);
    [
        Event::SourceClosed(usage::SourceClosed { source: 20, rows: 35, refused: 0 }),
        Event::UsageList(usage::UsageList { source: 20, row: 6, resource: 1, entries: 17, units: 7116, line }),
    ]
}

fn money_kinds() -> [Event<'static>; 8] {
    let payout = EventRef::At(90);
    let remark = EventRef::Here(0);
    let earned = Account { party: ARTIST, contract: 10, ..Account::of(AccountClass::EARNED, usd()) };
    let fees = Account::of(AccountClass::FEES, usd());
    let side = |account, text| money::AdjustmentSide { account, amount: amount(text) };
    [
        Event::OpeningBalance(money::OpeningBalance {
            party: ARTIST,
            contract: Some(EventRef::At(10)),
            as_of: date("2025-12-31"),
            amount: amount("12.345678901234"),
            currency: usd(),
            evidence: sha256(&[b"the old system's statement"]),
            class: AccountClass::DUE,
            origin: None,
        }),
        Event::PaymentReceived(money::PaymentReceived {
            payer: REPORTER,
            date: date("2026-03-15"),
            currency: usd(),
            bank: amount("95"),
            tax: amount("3"),
            fee: amount("1"),
            sources: vec![money::SourcePayment { source: EventRef::At(20), amount: amount("99") }],
        }),
        Event::Adjustment(money::Adjustment {
            sides: vec![side(earned, "-5"), side(fees, "5")],
            reason: ReasonCode::AUDIT,
            remark,
            evidence: Some(sha256(&[b"an audit"])),
        }),
        Event::Reversal(money::Reversal { target: EventRef::At(20), reason: ReasonCode::DUPLICATE, remark }),
        Event::PayoutInstructed(money::PayoutInstructed {
            party: ARTIST,
            contract: None,
            currency: usd(),
            amount: amount("100.00"),
            tax: amount("30"),
            date: date("2026-04-20"),
        }),
        Event::PayoutApproved(money::PayoutApproved { payout }),
        Event::PayoutSettled(money::PayoutSettled {
            payout,
            date: date("2026-04-21"),
            bank_reference: sha256(&[b"the bank's reference"]),
        }),
        Event::PayoutFailed(money::PayoutFailed { payout, reason: ReasonCode::BANK_REFUSED }),
    ]
}

fn account_kinds() -> [Event<'static>; 5] {
    let (contract, currency) = (EventRef::At(10), usd());
    [
        Event::AdvancePaid(money::AdvancePaid {
            party: ARTIST,
            contract,
            date: date("2026-02-01"),
            amount: amount("5000"),
            currency,
            bank_reference: sha256(&[b"the bank's reference"]),
        }),
        Event::CostCharged(money::CostCharged {
            party: ARTIST,
            contract,
            date: date("2026-02-03"),
            kind: CostKind::RECORDING,
            recording: Some(EventRef::At(7)),
            amount: amount("800.50"),
            currency,
            recoupable: ratio("1/2"),
            evidence: sha256(&[b"an invoice"]),
        }),
        Event::Converted(money::Converted {
            party: ARTIST,
            contract: Some(contract),
            from: currency,
            amount: amount("10"),
            to: Currency::new(*b"EUR").unwrap(),
            rate: given("0.9213"),
            date: date("2026-04-30"),
            source: RateSource::CENTRAL_BANK,
            remark: Some(EventRef::At(10)),
        }),
        Event::TaxForm(money::TaxForm {
            party: ARTIST,
            form: TaxFormKind::W8BEN,
            country: Territory(752),
            rate: Ratio::ZERO,
            article: 12,
            from: date("2026-01-01"),
            until: Some(date("2028-12-31")),
            evidence: sha256(&[b"the form"]),
            replaces: None,
        }),
        Event::Hold(money::Hold {
            party: ARTIST,
            contract: Some(contract),
            currency,
            amount: Some(amount("25")),
            reason: HoldReason::DISPUTE,
            remark: EventRef::At(10),
        }),
    ]
}

fn period_key() -> Event<'static> {
    Event::PeriodKey(period::PeriodKey { period: Period::new(2026, 1).unwrap(), key: Hash([0x55; 32]) })
}

fn letter() -> Event<'static> {
    Event::LetterOfDirection(catalogue::LetterOfDirection {
        party: ARTIST,
        contract: Some(EventRef::At(10)),
        to: PUBLISHER,
        share: ratio("1/10"),
        from: Some(date("2026-01-01")),
        until: None,
        evidence: sha256(&[b"the letter"]),
        replaces: None,
    })
}

fn pool() -> Event<'static> {
    Event::PoolReported(usage::PoolReported {
        source: 20,
        offering: 3,
        month: date("2026-01-01"),
        table: RateTable::US_STREAMING_PORTABLE,
        currency: usd(),
        revenue: given("10000000"),
        content_cost: given("5200000"),
        subscribers: 1_000_000,
        performance: given("620000"),
        plays: given("499670000"),
        replaces: None,
    })
}

fn particulars_kinds() -> [Event<'static>; 3] {
    let named = |role, text| particulars::Named { role, text };
    [
        Event::PartyDetails(particulars::PartyDetails {
            party: ARTIST,
            details: vec![named(NameRole::NAME, "Anna Ångström"), named(NameRole::COUNTRY, "SE")],
        }),
        Event::Remark(particulars::Remark { about: None, text: "Counted twice by the store." }),
        Event::NamesReported(particulars::NamesReported {
            of: particulars::NamesOf::Reported { source: 20, number: 1 },
            names: vec![named(NameRole::TITLE, "Kartläggning"), named(NameRole::ARTIST, "Anna Å.")],
        }),
    ]
}
