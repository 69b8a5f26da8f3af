//! What whoever closes a period should have looked at first: reports that are expected and not there, money that was
//! reported and not paid, money that waits, payees who cannot be paid, files whose own numbers did not tie.
//!
//! Nothing here keeps a period from being closed. What does is the judge's.

use std::collections::{BTreeMap, BTreeSet};

use ledger_spec::code::{AccountClass, NameRole, SuspenseReason};
use ledger_spec::date::Period;
use ledger_spec::event::Event;
use ledger_spec::money::{Amount, Currency};
use ledger_spec::reference::PartyId;

use super::balances::Filter;
use super::catalogue::{Named, TaxStatus};
use super::error::FoldError;
use super::past::Past;
use super::rating::Settled;
use super::sources::Source;

/// Something to look at before a period is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finding {
    /// A party that reported uses of the month before reports none of this one.
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
    /// A report failed cross-checks of its own and was taken nonetheless.
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
        findings.extend(self.failed_checks());
        findings.extend(self.not_tied_to_cash());
        findings.extend(self.waits(limit)?);
        let payees = self.payees();
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

    /// Whoever reported uses of the month before is expected to report those of this one.
    fn missing_reports(&self, period: Period) -> Vec<Finding> {
        let covers = |source: &Source, month: Period| {
            let (from, to) = (source.from.map(|from| from.period()), source.to.map(|to| to.period()));
            from.is_some_and(|from| from <= month) && to.is_some_and(|to| month <= to)
        };
        let before = Period::from_number(period.number().saturating_sub(1));
        let mut last: BTreeMap<PartyId, u64> = BTreeMap::new();
        for (event, source) in self.live_sources() {
            if before.is_some_and(|before| covers(source, before)) {
                last.insert(source.reporter, event);
            }
        }
        for (_, source) in self.live_sources().filter(|(_, source)| covers(source, period)) {
            last.remove(&source.reporter);
        }
        last.into_iter().map(|(reporter, last)| Finding::MissingReport { reporter, last }).collect()
    }

    fn failed_checks(&self) -> Vec<Finding> {
        let failed = self.live_sources().filter(|(_, source)| source.warnings > 0);
        failed.map(|(source, found)| Finding::FailedChecks { source, checks: found.warnings }).collect()
    }

    fn not_tied_to_cash(&self) -> Vec<Finding> {
        let open = self.receivables().filter(|(.., open)| !open.is_zero());
        open.map(|(source, currency, open)| Finding::NotTiedToCash { source, currency, open }).collect()
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

    /// The parties that something is earned by, or due to.
    fn payees(&self) -> BTreeSet<PartyId> {
        let owed = |class| matches!(class, AccountClass::EARNED | AccountClass::DUE);
        let held = self.balances().iter().filter(|(account, amount)| owed(account.class) && amount.is_negative());
        held.map(|(account, _)| account.party).collect()
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
