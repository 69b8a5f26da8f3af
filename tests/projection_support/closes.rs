//! Contracts whose terms matter at a close, sales under them, and closes one after the other.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use super::*;

/// A contract of the artist's that keeps nothing and asks for nothing.
pub fn plain() -> Contract<'static> {
    Contract {
        identifiers: Vec::new(),
        party: ARTIST,
        kind: ContractKind::ARTIST,
        royalty: Royalty::NetReceipts,
        commission: Ratio::ZERO,
        commission_base: CommissionBase::AFTER_MECHANICALS,
        excess: ExcessBearer::ARTIST,
        escalation: None,
        reserve: None,
        recoups: RecoupOrder::BY_DATE,
        crosses: None,
        crossing: Crossing::FULL,
        pay_when: PayWhen::REPORTED,
        minimum: Amount::ZERO,
        currency: usd(),
        cycle_months: 1,
        may_go_negative: false,
        exchange: None,
        from: None,
        to: None,
        amends: None,
    }
}

/// Other rates from so many units of any use on.
pub fn escalation(steps: &[(u64, &str)]) -> Escalation {
    let steps = steps.iter().map(|(units, rate)| Step { units: *units, rate: ratio(rate) });
    Escalation { uses: Vec::new(), configurations: Vec::new(), steps: steps.collect(), retroactive: false }
}

pub fn advance(contract: u64, day: &str, sum: &str) -> AdvancePaid {
    let contract = EventRef::At(contract);
    let bank_reference = sha256(&[day.as_bytes(), sum.as_bytes()]);
    AdvancePaid { party: ARTIST, contract, date: date(day), amount: amount(sum), currency: usd(), bank_reference }
}

pub fn cost(contract: u64, day: &str, sum: &str, recoupable: &str) -> CostCharged {
    CostCharged {
        party: ARTIST,
        contract: EventRef::At(contract),
        date: date(day),
        kind: CostKind::RECORDING,
        recording: None,
        amount: amount(sum),
        currency: usd(),
        recoupable: ratio(recoupable),
        evidence: sha256(&[day.as_bytes(), sum.as_bytes()]),
    }
}

/// A balance of the artist's that another system closed.
pub fn opening(contract: u64, class: AccountClass, origin: Option<&str>, sum: &str) -> OpeningBalance {
    OpeningBalance {
        party: ARTIST,
        contract: Some(EventRef::At(contract)),
        as_of: date("2025-12-31"),
        class,
        origin: origin.map(month),
        amount: amount(sum),
        currency: usd(),
        evidence: Hash([5; 32]),
    }
}

impl Log {
    /// All of a recording's net goes to the artist under a contract.
    pub fn under(&mut self, isrc: &str, contract: u64) -> u64 {
        let recording = self.recording(isrc);
        let part =
            SplitPart { party: ARTIST, contract: Some(EventRef::At(contract)), share: Ratio::ONE, off_the_top: false };
        self.say(&Split {
            recording: EventRef::At(recording),
            from: None,
            to: None,
            parts: vec![part],
            day: DayOf::USE,
            prospective: false,
            replaces: None,
        });
        recording
    }

    /// A source of its own reports streams.
    pub fn streams(&mut self, isrc: &str, units: i64, net: &str) -> u64 {
        self.sells(isrc, UseType::STREAM, units, net)
    }

    /// A source of its own reports a line of such a use.
    pub fn sells(&mut self, isrc: &str, use_type: UseType, units: i64, net: &str) -> u64 {
        let source = self.source(&self.bodies.0.len().to_string());
        self.resource(source, 1, isrc);
        let mut line = line(source, 1, 1, units, net);
        line.terms.use_type = use_type;
        // The money is for the recording alone, so no mechanical comes out of it.
        line.terms.rights = Rights::MASTER;
        self.say_as(STORE, &line);
        self.close_source(source);
        source
    }

    /// The store pays so much of what a source reported.
    pub fn pays(&mut self, source: u64, sum: &str) -> u64 {
        self.say(&PaymentReceived {
            payer: STORE,
            date: date("2026-03-31"),
            currency: usd(),
            bank: amount(sum),
            tax: Amount::ZERO,
            fee: Amount::ZERO,
            sources: vec![SourcePayment { source: EventRef::At(source), amount: amount(sum) }],
        })
    }

    /// Closes a month.
    pub fn close(&mut self, period: &str) -> u64 {
        let (root, key_hash, through) = (Hash::default(), Hash::default(), self.bodies.0.len() as u64);
        self.say(&PeriodClosed { period: month(period), through, root, key_hash, rules: 1 })
    }

    /// What the artist's accounts of a class hold under a contract, above zero for the artist.
    pub fn holds(&mut self, class: AccountClass, contract: u64) -> Amount {
        let filter = Filter { class: Some(class), party: Some(ARTIST), contract: Some(contract), ..Filter::default() };
        -Amount::try_sum(self.rows(&filter).into_iter().map(|row| row.amount)).unwrap()
    }
}
