//! The three-way tie: what each source reported, what is posted of it, what was received of it and what it still owes.
//!
//! A source owes by its receivable account, so posted - received + adjusted = owed, always. What it reported is the
//! control total of its file, which no event after it can change; posted differs from it by what was taken back, and by what
//! its plays come to by pools.

use std::collections::BTreeMap;

use ledger_spec::account::Account;
use ledger_spec::code::AccountClass;
use ledger_spec::date::Period;
use ledger_spec::money::{Amount, AmountError, Currency, ExactSum, SourceAmount, allocate};

use super::restated::{Months, Shown};
use crate::projection::balances::{Filter, JournalLine};
use crate::projection::error::FoldError;
use crate::projection::rating::Settled;
use crate::projection::sources::Source;
use crate::royalty::{Movement, accounts, is_posted};

/// What a source reported in a currency, and what came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tie {
    /// The month of restated books that it is of; none if of all that are shown.
    pub shown: Shown,
    /// Its receivable: the source is the origin, or none for what was posted by hand.
    pub account: Account,
    /// The control totals of what is posted, exactly as in the file.
    pub reported: ExactSum,
    /// What its cells come to that have money of their own: its lines, each rounded.
    pub cells: Amount,
    /// What its plays come to by pools, beside what it reported.
    pub pooled: Amount,
    /// What rounding line by line left of its exact total.
    pub residue: Amount,
    /// What was received of it.
    pub received: Received,
    /// What was corrected or given up by hand.
    pub adjusted: Amount,
    /// What it still owes: the balance of the account.
    pub owed: Amount,
}

/// What payments settled of a source. Tax and fee of a payment of several sources are divided by what each settles.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Received {
    /// Came to the bank.
    pub bank: Amount,
    /// Was kept as tax that can be claimed back.
    pub tax: Amount,
    /// Was kept as a fee.
    pub fee: Amount,
}

impl Received {
    /// All that was settled.
    pub fn total(&self) -> Result<Amount, AmountError> {
        Amount::try_sum([self.bank, self.tax, self.fee])
    }

    fn plus(self, other: Received) -> Result<Received, AmountError> {
        Ok(Received {
            bank: self.bank.try_add(other.bank)?,
            tax: self.tax.try_add(other.tax)?,
            fee: self.fee.try_add(other.fee)?,
        })
    }
}

impl Tie {
    /// What is posted: cells, pools and residue.
    pub fn posted(&self) -> Result<Amount, AmountError> {
        Amount::try_sum([self.cells, self.pooled, self.residue])
    }

    /// What was reported and is not posted: lines that were taken back, or are not in yet. Below zero is posted and was
    /// not reported as a sum: what a pool comes to.
    pub fn difference(&self) -> Result<Amount, AmountError> {
        self.reported.to_amount_half_even()?.try_add(self.pooled)?.try_sub(self.posted()?)
    }
}

/// A receivable, in what is shown.
type Side = (Shown, Account);

/// What events posted to a receivable by themselves.
#[derive(Clone, Copy, Default)]
struct Moved {
    received: Received,
    adjusted: Amount,
    residue: Amount,
}

impl Settled<'_> {
    /// The tie of every source in every currency, in the order of the log; what no source owes comes first. In restated
    /// books each month reported what its lines come to, and the last what the control total is beyond that.
    pub fn ties(&self, months: &Months) -> Result<Vec<Tie>, FoldError> {
        let wide = FoldError::range(self.state.size, "a sum of the tie");
        let (owed, reported) = (self.owed(months)?, self.said(months));
        let ties = reported.and_then(|reported| self.tied(owed, reported, months));
        ties.map_err(wide)
    }

    fn tied(
        &self,
        mut owed: BTreeMap<Side, Amount>,
        mut reported: BTreeMap<Side, ExactSum>,
        months: &Months,
    ) -> Result<Vec<Tie>, AmountError> {
        let (mut moved, pooled) = (self.moved(months)?, self.pooled(months));
        let mut sides: Vec<Side> = owed.keys().chain(reported.keys()).chain(moved.keys()).copied().collect();
        sides.sort_unstable_by_key(|(shown, account)| (*shown, account.origin, *account));
        sides.dedup();
        let tie = |side: Side| {
            let (shown, account) = side;
            let Moved { received, adjusted, residue } = moved.remove(&side).unwrap_or_default();
            let (owed, reported) = (owed.remove(&side).unwrap_or_default(), reported.remove(&side).unwrap_or_default());
            let posted = owed.try_add(received.total()?)?.try_sub(adjusted)?;
            let source = self.state.sources.number(account.origin);
            let pooled = source.and_then(|source| pooled.get(&(shown, source, account.currency)));
            let pooled = Amount::from_picos(pooled.copied().unwrap_or_default())?;
            let cells = posted.try_sub(residue)?.try_sub(pooled)?;
            Ok(Tie { shown, account, reported, cells, pooled, residue, received, adjusted, owed })
        };
        sides.into_iter().map(tie).collect()
    }

    /// What every receivable holds; as posted also those that hold nothing any more.
    fn owed(&self, months: &Months) -> Result<BTreeMap<Side, Amount>, FoldError> {
        let balances = &self.state.balances;
        if months.are_restated() {
            let receivables = Filter { class: Some(AccountClass::RECEIVABLE), ..Filter::default() };
            let rows = self.rows_by_month(&receivables, months)?;
            return Ok(rows.into_iter().map(|(shown, row)| ((shown, row.account), row.amount)).collect());
        }
        let receivables = balances.accounts().filter(|account| account.class == AccountClass::RECEIVABLE);
        Ok(receivables.map(|account| ((None, *account), balances.of(account))).collect())
    }

    /// What sources reported of what is posted: control totals, or month by month.
    fn said(&self, months: &Months) -> Result<BTreeMap<Side, ExactSum>, AmountError> {
        let mut left: BTreeMap<Account, ExactSum> = BTreeMap::new();
        for (index, source) in self.state.sources.iter() {
            for (currency, total) in control_totals(source)? {
                left.insert(accounts::receivable(index, currency), total);
            }
        }
        if !months.are_restated() {
            return Ok(left.into_iter().map(|(account, total)| ((None, account), total)).collect());
        }
        let mut reported: BTreeMap<(Period, Account), ExactSum> = BTreeMap::new();
        for ((month, account), money) in self.lines_by_month()? {
            let lines = |money: Amount| SourceAmount::new(money.picos(), Amount::SCALE).map(ExactSum::from);
            let (of_month, taken) = (lines(money), lines(-money));
            let (Ok(of_month), Ok(taken)) = (of_month, taken) else { return Err(AmountError::OutOfRange) };
            reported.insert((month, account), of_month);
            let rest = left.entry(account).or_insert(ExactSum::ZERO);
            *rest = rest.plus(taken)?;
        }
        for (account, rest) in left {
            let number = self.state.sources.number(account.origin);
            if let Some(last) = number.and_then(|number| months.last_of(number)) {
                let sum = reported.entry((last, account)).or_insert(ExactSum::ZERO);
                *sum = sum.plus(rest)?;
            }
        }
        let mut shown: BTreeMap<Side, ExactSum> = BTreeMap::new();
        for ((month, account), sum) in reported {
            if let Some(together) = months.shown(month) {
                let all = shown.entry((together, account)).or_insert(ExactSum::ZERO);
                *all = all.plus(sum)?;
            }
        }
        Ok(shown)
    }

    /// What the lines that count say is to be posted, each rounded, by the month of their uses and receivable.
    fn lines_by_month(&self) -> Result<BTreeMap<(Period, Account), Amount>, AmountError> {
        let state = self.state;
        let mut lines: BTreeMap<(Period, Account), Amount> = BTreeMap::new();
        for (_, cell, _) in state.cells.iter().filter(|(_, cell, _)| !cell.money.is_zero()) {
            let Some(((source, _), terms)) =
                state.sources.row(cell.key.source).zip(state.cells.terms_of(cell.key.terms))
            else {
                continue;
            };
            let account = accounts::receivable(source, terms.currency);
            let sum = lines.entry((Months::of_uses(terms), account)).or_default();
            *sum = sum.try_add(cell.money)?;
        }
        Ok(lines)
    }

    /// What payments and corrections that count, and closes of sources, posted to receivables.
    fn moved(&self, months: &Months) -> Result<BTreeMap<Side, Moved>, AmountError> {
        let (balances, reversed) = (&self.state.balances, &self.state.reversed);
        let mut moved: BTreeMap<Side, Moved> = BTreeMap::new();
        let receivables = balances.journal(0).filter(|(_, account)| account.class == AccountClass::RECEIVABLE);
        let mut payment = None;
        for (line, account) in receivables.filter(|(line, _)| !reversed.contains_key(&line.event)) {
            let Some(shown) = months.event_shown(line.event) else { continue };
            let found = moved.entry((shown, *account)).or_default();
            match line.movement {
                Movement::Adjustment | Movement::WrittenOff => found.adjusted = found.adjusted.try_add(line.amount)?,
                Movement::Residue => found.residue = found.residue.try_add(line.amount)?,
                Movement::Settles if payment != Some(line.event) => {
                    payment = Some(line.event);
                    for (account, received) in self.settled_by(line.event)? {
                        let found = moved.entry((shown, account)).or_default();
                        found.received = found.received.plus(received)?;
                    }
                }
                _ => {}
            }
        }
        Ok(moved)
    }

    /// What a payment settled of each receivable. Tax and fee go by the size of what is settled, the rest came to the
    /// bank, so that the parts of a source and of the payment both sum.
    fn settled_by(&self, payment: u64) -> Result<Vec<(Account, Received)>, AmountError> {
        let balances = &self.state.balances;
        let lines = balances.posted_by(payment);
        let of = |movement| lines.iter().filter(move |line| line.movement == movement);
        let sum = |movement| Amount::try_sum(of(movement).map(|line| line.amount));
        let (tax, fee) = (sum(Movement::TaxKept)?, sum(Movement::FeeKept)?);
        let settles: Vec<&JournalLine> = of(Movement::Settles).collect();
        let sizes: Vec<u128> = settles.iter().map(|line| line.amount.picos().unsigned_abs()).collect();
        // What settles nothing is not in the journal, so there is a weight and no division fails.
        let divided = |kept| allocate(kept, &sizes).unwrap_or_default();
        let parts = settles.into_iter().zip(divided(tax).into_iter().zip(divided(fee)));
        let parts = parts.filter_map(|(line, parts)| Some((*balances.account(line.account)?, -line.amount, parts)));
        let received = |(account, settled, (tax, fee)): (Account, Amount, (Amount, Amount))| {
            Ok((account, Received { bank: settled.try_sub(tax)?.try_sub(fee)?, tax, fee }))
        };
        parts.map(received).collect()
    }
}

/// The control totals of the sums of a source that are posted, by currency; also of what none is given of.
fn control_totals(source: &Source) -> Result<BTreeMap<Currency, ExactSum>, AmountError> {
    let mut totals: BTreeMap<Currency, ExactSum> = BTreeMap::new();
    for reporting in &source.reporting {
        totals.insert(reporting.currency, ExactSum::ZERO);
    }
    for total in source.totals.iter().filter(|total| is_posted(total.measure)) {
        if let Some(currency) = total.currency {
            totals.entry(currency).or_insert(ExactSum::ZERO).add(total.total)?;
        }
    }
    Ok(totals)
}
