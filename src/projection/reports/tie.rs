//! The three-way tie: what each source reported, what is posted of it, what was received of it and what it still owes.
//!
//! A source owes by its receivable account, so posted - received + adjusted = owed, always. What it reported is the
//! control total of its file, which no event after it can change; posted differs from it by what was taken back, and by what
//! its plays come to by pools.

use std::collections::BTreeMap;

use ledger_spec::account::Account;
use ledger_spec::code::AccountClass;
use ledger_spec::money::{Amount, AmountError, Currency, ExactSum, allocate};

use crate::projection::balances::JournalLine;
use crate::projection::rating::Settled;
use crate::projection::sources::Source;
use crate::royalty::{Movement, accounts, is_posted};

/// What a source reported in a currency, and what came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tie {
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

/// What events posted to a receivable by themselves.
#[derive(Clone, Copy, Default)]
struct Moved {
    received: Received,
    adjusted: Amount,
    residue: Amount,
}

impl Settled<'_> {
    /// The tie of every source in every currency, in the order of the log; what no source owes comes first.
    pub fn ties(&self) -> Result<Vec<Tie>, AmountError> {
        let state = self.state;
        let (mut moved, pooled) = (self.moved()?, self.pooled());
        let mut ties: BTreeMap<(u64, Account), ExactSum> = BTreeMap::new();
        for account in state.balances.accounts().filter(|account| account.class == AccountClass::RECEIVABLE) {
            ties.insert((account.origin, *account), ExactSum::ZERO);
        }
        for (index, source) in state.sources.iter() {
            for (currency, total) in control_totals(source)? {
                ties.insert((index, accounts::receivable(index, currency)), total);
            }
        }
        let tie = |((_, account), reported)| {
            let Moved { received, adjusted, residue } = moved.remove(&account).unwrap_or_default();
            let owed = state.balances.of(&account);
            let posted = owed.try_add(received.total()?)?.try_sub(adjusted)?;
            let source = state.sources.number(account.origin);
            let pooled = source.and_then(|source| pooled.get(&(source, account.currency)));
            let pooled = Amount::from_picos(pooled.copied().unwrap_or_default())?;
            let cells = posted.try_sub(residue)?.try_sub(pooled)?;
            Ok(Tie { account, reported, cells, pooled, residue, received, adjusted, owed })
        };
        ties.into_iter().map(tie).collect()
    }

    /// What payments and corrections that count, and closes of sources, posted to receivables.
    fn moved(&self) -> Result<BTreeMap<Account, Moved>, AmountError> {
        let (balances, reversed) = (&self.state.balances, &self.state.reversed);
        let mut moved: BTreeMap<Account, Moved> = BTreeMap::new();
        let receivables = balances.journal(0).filter(|(_, account)| account.class == AccountClass::RECEIVABLE);
        let mut payment = None;
        for (line, account) in receivables.filter(|(line, _)| !reversed.contains_key(&line.event)) {
            let found = moved.entry(*account).or_default();
            match line.movement {
                Movement::Adjustment | Movement::WrittenOff => found.adjusted = found.adjusted.try_add(line.amount)?,
                Movement::Residue => found.residue = found.residue.try_add(line.amount)?,
                Movement::Settles if payment != Some(line.event) => {
                    payment = Some(line.event);
                    for (account, received) in self.settled_by(line.event)? {
                        let found = moved.entry(account).or_default();
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
