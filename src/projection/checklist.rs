//! What whoever closes a period should have looked at first: reports that are expected and not there, money that was
//! reported and not paid, money that waits, payees who cannot be paid, files whose own numbers did not tie.
//!
//! Nothing here keeps a period from being closed. What does is the judge's.

use std::collections::{BTreeMap, BTreeSet};

use ledger_spec::code::{AccountClass, NameRole, SuspenseReason};
use ledger_spec::date::{Date, Period};
use ledger_spec::event::Event;
use ledger_spec::money::{Amount, Currency};
use ledger_spec::reference::PartyId;

use super::balances::Filter;
use super::catalogue::{Named, TaxStatus};
use super::error::FoldError;
use super::past::Past;
use super::rating::Settled;
use super::sources::Source;
use crate::royalty::Movement;

/// Something to look at before a period is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finding {
    /// By what its last report covers, the next one of a party is over with this period, and is not there.
    MissingReport {
        /// The party.
        reporter: PartyId,
        /// Its last report, by its first event.
        last: u64,
    },
    /// What a source reported is not paid, or more was paid than it reports.
    NotTiedToCash {
        /// The source.
        source: u64,
        /// The currency.
        currency: Currency,
        /// What is still open: above zero is owed to us.
        open: Amount,
        /// What it reports.
        reported: Amount,
    },
    /// Money of a day after the period counts in it, because it is recorded before the close.
    LaterMoney {
        /// The event.
        event: u64,
        /// Its day.
        date: Date,
    },
    /// Rows of a report of this period were refused: what they say is not in the books.
    RefusedRows {
        /// The source.
        source: u64,
        /// How many.
        rows: u64,
    },
    /// More waits for a reason than was said to be small.
    Waits {
        /// The reason.
        reason: SuspenseReason,
        /// The currency.
        currency: Currency,
        /// How much.
        amount: Amount,
    },
    /// Something becomes due to a party, or is, whose bank account is not known.
    NoBankAccount {
        /// The party.
        party: PartyId,
    },
    /// The same, where no form says how the party is taxed on the last day of the period.
    NoTaxForm {
        /// The party.
        party: PartyId,
    },
    /// A report of this period failed cross-checks of its own and was taken nonetheless.
    FailedChecks {
        /// The source.
        source: u64,
        /// How many.
        checks: u64,
    },
}

impl Settled<'_> {
    /// What there is to look at before a period is closed. Of what waits, that which is more than `limit` in a currency.
    pub fn checklist(
        &self,
        period: Period,
        limit: Amount,
        past: &(impl Past + ?Sized),
    ) -> Result<Vec<Finding>, FoldError> {
        let mut findings = self.missing_reports(period);
        findings.extend(self.unexplained());
        findings.extend(self.not_tied_to_cash());
        findings.extend(self.waits(limit)?);
        findings.extend(self.later_money(period, past)?);
        let payees = self.payees(period)?;
        for party in &payees {
            if !self.has_detail(*party, NameRole::BANK_ACCOUNT, past)? {
                findings.push(Finding::NoBankAccount { party: *party });
            }
        }
        let taxed = |party: &PartyId| {
            matches!(self.state.catalogue.tax_status(*party, period.last_day()), TaxStatus::Form { .. })
        };
        let untaxed = payees.into_iter().filter(|party| !taxed(party));
        findings.extend(untaxed.map(|party| Finding::NoTaxForm { party }));
        Ok(findings)
    }

    fn live_sources(&self) -> impl Iterator<Item = (u64, &Source)> {
        self.state.sources.iter().filter(|(_, source)| source.reversed.is_none())
    }

    /// Whoever reported for so many months is expected to report for as many after them.
    fn missing_reports(&self, period: Period) -> Vec<Finding> {
        let mut last: BTreeMap<PartyId, (u32, u32, u64)> = BTreeMap::new();
        for (event, source) in self.live_sources() {
            let (Some(from), Some(to)) = (source.from, source.to) else { continue };
            let (from, to) = (from.period().number(), to.period().number());
            let latest = last.entry(source.reporter).or_default();
            *latest = (*latest).max((to, to.saturating_sub(from) + 1, event));
        }
        let missing = last.into_iter().filter(|(_, (to, months, _))| period.number() >= to + months);
        missing.map(|(reporter, (_, _, last))| Finding::MissingReport { reporter, last }).collect()
    }

    /// What the reports of the open period say against themselves, and what of them is not in.
    fn unexplained(&self) -> Vec<Finding> {
        let since = self.state.periods.first_event(self.state.periods.epoch());
        let mut findings = Vec::new();
        for (source, found) in self.live_sources().filter(|(event, _)| *event >= since) {
            if found.refused_in > 0 {
                findings.push(Finding::RefusedRows { source, rows: found.refused_in });
            }
            if found.warnings > 0 {
                findings.push(Finding::FailedChecks { source, checks: found.warnings });
            }
        }
        findings
    }

    fn not_tied_to_cash(&self) -> Vec<Finding> {
        let reported = |source, currency| {
            let reporting = self.state.sources.get(source).into_iter().flat_map(|source| &source.reporting);
            reporting.filter(|one| one.currency == currency).map(|one| one.lines).next().unwrap_or_default()
        };
        let open = self.receivables().filter(|(.., open)| !open.is_zero());
        let finding = |(source, currency, open)| Finding::NotTiedToCash {
            source,
            currency,
            open,
            reported: reported(source, currency),
        };
        open.map(finding).collect()
    }

    /// A close is over all that was recorded before it, whatever its day.
    fn later_money(&self, period: Period, past: &(impl Past + ?Sized)) -> Result<Vec<Finding>, FoldError> {
        let since = self.state.periods.first_event(self.state.periods.epoch());
        let dated = |movement| matches!(movement, Movement::Received | Movement::Advance | Movement::Cost);
        let journal = self.state.balances.journal(since).filter(|(line, _)| dated(line.movement));
        let events: BTreeSet<u64> = journal.map(|(line, _)| line.event).collect();
        let mut findings = Vec::new();
        for event in events.into_iter().filter(|event| self.state.reversal_of(*event).is_none()) {
            let body = past.body(event)?.unwrap_or_default();
            let date = match Event::decode_trusted(&body).map_err(|error| FoldError::Body { index: event, error })? {
                Event::PaymentReceived(payment) => payment.date,
                Event::AdvancePaid(advance) => advance.date,
                Event::CostCharged(cost) => cost.date,
                _ => continue,
            };
            if date > period.last_day() {
                findings.push(Finding::LaterMoney { event, date });
            }
        }
        Ok(findings)
    }

    fn waits(&self, limit: Amount) -> Result<Vec<Finding>, FoldError> {
        let filter = Filter { class: Some(AccountClass::SUSPENSE), ..Filter::default() };
        let mut sums: BTreeMap<(Currency, SuspenseReason), Amount> = BTreeMap::new();
        for row in self.balances().rows(&filter) {
            let sum = sums.entry((row.account.currency, row.account.reason)).or_default();
            *sum = sum.try_sub(row.amount).map_err(FoldError::range(self.state.size(), "what waits"))?;
        }
        let above = sums.into_iter().filter(|(_, amount)| amount.abs() > limit);
        Ok(above.map(|((currency, reason), amount)| Finding::Waits { reason, currency, amount }).collect())
    }

    /// The parties that something is earned by, or due to, or becomes due to with the close, as by a letter of direction.
    fn payees(&self, period: Period) -> Result<BTreeSet<PartyId>, FoldError> {
        let owed = |class| matches!(class, AccountClass::EARNED | AccountClass::DUE);
        let held = self.balances().iter().filter(|(account, amount)| owed(account.class) && amount.is_negative());
        let mut payees: BTreeSet<PartyId> = held.map(|(account, _)| account.party).collect();
        let becomes = self.groups(period)?.postings().into_iter();
        let due = becomes.filter(|side| side.account.class == AccountClass::DUE && side.amount.is_negative());
        payees.extend(due.map(|side| side.account.party));
        Ok(payees)
    }

    /// Whether a party was given a detail of this role that is not erased.
    pub(super) fn has_detail(
        &self,
        party: PartyId,
        role: NameRole,
        past: &(impl Past + ?Sized),
    ) -> Result<bool, FoldError> {
        for index in self.state.catalogue.names(Named::Party(party)) {
            let Some(body) = past.body(index)? else { continue };
            let event = Event::decode_trusted(&body).map_err(|error| FoldError::Body { index, error })?;
            if let Event::PartyDetails(details) = event
                && details.details.iter().any(|detail| detail.role == role)
            {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
