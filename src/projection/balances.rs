//! Balances: every account, what it holds, and what each event posted.
//!
//! Debits are above zero. There is one way in, [`Balances::post`], and it refuses what does not sum to zero in each
//! currency; so the books always balance.
//!
//! Totals are kept wider than an [`Amount`]: an account that rates bring beyond it is no reason to stop taking events
//! in, because only a later event can put it right. Until then nothing is shown or closed ([`Balances::in_range`]).

use bincode::{Decode, Encode};
use hashbrown::HashMap;
use ledger_spec::account::Account;
use ledger_spec::code::{AccountClass, SuspenseReason};
use ledger_spec::money::{Amount, Currency};
use ledger_spec::reference::PartyId;
use serde::Serialize;

use super::error::FoldError;
use crate::royalty::{Movement, Posting, accounts};

/// An account and what it holds: debit above zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Row {
    /// The account.
    pub account: Account,
    /// What it holds.
    pub amount: Amount,
}

/// Which accounts are asked for; what is not given does not matter.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filter {
    /// Of this class.
    pub class: Option<AccountClass>,
    /// Of this party.
    pub party: Option<PartyId>,
    /// Under this contract, by its first version.
    pub contract: Option<u64>,
    /// Waiting for this reason.
    pub reason: Option<SuspenseReason>,
    /// Of this origin: a source, or a payout.
    pub origin: Option<u64>,
    /// In this currency.
    pub currency: Option<Currency>,
}

impl Filter {
    /// Whether an account is asked for.
    pub fn accepts(&self, account: &Account) -> bool {
        self.class.is_none_or(|class| class == account.class)
            && self.party.is_none_or(|party| party == account.party)
            && self.contract.is_none_or(|contract| contract == account.contract)
            && self.reason.is_none_or(|reason| reason == account.reason)
            && self.origin.is_none_or(|origin| origin == account.origin)
            && self.currency.is_none_or(|currency| currency == account.currency)
    }
}

/// What an event posted to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct JournalLine {
    /// The event.
    pub event: u64,
    /// The number of the account.
    pub(crate) account: u32,
    /// What it is.
    pub movement: Movement,
    /// Debit above zero.
    pub amount: Amount,
}

/// Accounts and what they hold.
#[derive(Debug, Clone, Default)]
pub struct Balances {
    kept: Kept,
    numbers: HashMap<Account, u32>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Encode, Decode)]
struct Kept {
    accounts: Vec<Account>,
    /// In picos. Of the fewer than 2^32 cells each posts less than 10^27 to an account, and events by themselves less
    /// than that again: the sum is far from the ends of i128.
    totals: Vec<i128>,
    /// What events posted by themselves; what follows from usage is with the cells.
    journal: Vec<JournalLine>,
}

impl Balances {
    /// The number of an account, given to it now if it is new.
    pub(crate) fn number(&mut self, index: u64, account: &Account) -> Result<u32, FoldError> {
        if let Some(number) = self.numbers.get(account) {
            return Ok(*number);
        }
        let number = u32::try_from(self.kept.accounts.len()).map_err(|_| FoldError::TooMany { index })?;
        self.kept.accounts.push(*account);
        self.kept.totals.push(0);
        self.numbers.insert(*account, number);
        Ok(number)
    }

    /// The number of an account, if it has one.
    pub(crate) fn find(&self, account: &Account) -> Option<u32> {
        self.numbers.get(account).copied()
    }

    /// The account of a number.
    pub(crate) fn account(&self, number: u32) -> Option<&Account> {
        self.kept.accounts.get(usize::try_from(number).ok()?)
    }

    /// Posts what belongs together, for the event in whose wake it happens.
    pub(crate) fn post(&mut self, index: u64, postings: &[Posting]) -> Result<(), FoldError> {
        balanced(index, postings)?;
        for posting in postings {
            let number = self.number(index, &posting.account)?;
            let held = usize::try_from(number).ok().and_then(|at| self.kept.totals.get_mut(at));
            let held = held.ok_or(FoldError::TooMany { index })?;
            let sum = held.checked_add(posting.amount.picos());
            *held = sum.ok_or(FoldError::OutOfRange { index, what: "the balance of an account" })?;
        }
        Ok(())
    }

    /// Posts what changed of a cell: credits by the numbers of their accounts, and what their source owes for them: as
    /// much as they sum to, in each currency. There may be two: a pool has its own, which later figures may change.
    pub(crate) fn accrue(&mut self, source: u64, changes: &[(u32, Amount)]) -> Result<(), FoldError> {
        let out_of_range = || FoldError::OutOfRange { index: source, what: "the balance of an account" };
        let mut owed: Option<(Currency, i128)> = None;
        for (number, change) in changes {
            let at = usize::try_from(*number).ok();
            let account = at.and_then(|at| self.kept.accounts.get(at)).map(|account| account.currency);
            let held = at.and_then(|at| self.kept.totals.get_mut(at));
            let (held, currency) = held.zip(account).ok_or(FoldError::TooMany { index: source })?;
            *held = held.checked_sub(change.picos()).ok_or_else(out_of_range)?;
            match &mut owed {
                // At most a few thousand amounts of at most 2 x 10^27: far from the ends of i128.
                Some((known, sum)) if *known == currency => *sum += change.picos(),
                other => {
                    let before = other.replace((currency, change.picos()));
                    before.map_or(Ok(()), |(currency, sum)| self.owes(source, currency, sum))?;
                }
            }
        }
        owed.map_or(Ok(()), |(currency, sum)| self.owes(source, currency, sum))
    }

    /// A source owes more.
    fn owes(&mut self, source: u64, currency: Currency, picos: i128) -> Result<(), FoldError> {
        let number = self.number(source, &accounts::receivable(source, currency))?;
        let held = usize::try_from(number).ok().and_then(|at| self.kept.totals.get_mut(at));
        let held = held.ok_or(FoldError::TooMany { index: source })?;
        let sum = held.checked_add(picos);
        *held = sum.ok_or(FoldError::OutOfRange { index: source, what: "the balance of an account" })?;
        Ok(())
    }

    /// Posts what an event does by itself, and notes it in the journal.
    pub(crate) fn record(&mut self, index: u64, postings: &[Posting]) -> Result<(), FoldError> {
        self.post(index, postings)?;
        for posting in postings {
            let account = self.number(index, &posting.account)?;
            let Posting { amount, why, .. } = *posting;
            self.kept.journal.push(JournalLine { event: index, account, movement: why.movement(), amount });
        }
        Ok(())
    }

    /// What an event posted by itself.
    pub fn posted_by(&self, event: u64) -> &[JournalLine] {
        let journal = &self.kept.journal;
        let from = journal.partition_point(|line| line.event < event);
        let to = journal.partition_point(|line| line.event <= event);
        journal.get(from..to).unwrap_or_default()
    }

    /// The events that posted to an account by themselves, in order. An account that nobody posted to needs no search.
    pub fn posters(&self, account: &Account) -> impl Iterator<Item = u64> {
        let searched = self.find(account).map(|number| (number, self.kept.journal.iter()));
        searched
            .into_iter()
            .flat_map(|(number, lines)| lines.filter(move |line| line.account == number).map(|line| line.event))
    }

    /// What events from an index on posted by themselves, with the accounts.
    pub fn journal(&self, from: u64) -> impl Iterator<Item = (&JournalLine, &Account)> {
        let start = self.kept.journal.partition_point(|line| line.event < from);
        let lines = self.kept.journal.get(start..).unwrap_or_default();
        lines.iter().filter_map(|line| Some((line, self.account(line.account)?)))
    }

    /// What an account holds: debit above zero.
    pub fn of(&self, account: &Account) -> Amount {
        let at = self.numbers.get(account).and_then(|number| usize::try_from(*number).ok());
        at.and_then(|at| self.kept.totals.get(at)).copied().map(clamped).unwrap_or_default()
    }

    /// Every account that anything was posted to, in no order; those that hold nothing any more are among them.
    pub fn accounts(&self) -> impl Iterator<Item = &Account> {
        self.kept.accounts.iter()
    }

    /// Every account that holds something, in no order.
    pub fn iter(&self) -> impl Iterator<Item = (Account, Amount)> {
        let all = self.kept.accounts.iter().copied().zip(self.kept.totals.iter().copied().map(clamped));
        all.filter(|(_, amount)| !amount.is_zero())
    }

    /// Refuses accounts that hold more than an amount can say.
    pub(crate) fn in_range(&self) -> Result<(), FoldError> {
        let mut all = self.kept.accounts.iter().zip(&self.kept.totals);
        let beyond = all.find(|(_, total)| Amount::from_picos(**total).is_err());
        beyond.map_or(Ok(()), |(account, _)| Err(FoldError::Beyond { account: *account }))
    }

    /// The accounts that hold something and are asked for, sorted.
    pub fn rows(&self, filter: &Filter) -> Vec<Row> {
        let asked = self.iter().filter(|(account, _)| filter.accepts(account));
        let mut rows: Vec<Row> = asked.map(|(account, amount)| Row { account, amount }).collect();
        rows.sort_unstable_by_key(|row| row.account);
        rows
    }

    /// Sorts the accounts and lets go of those that nothing speaks of, so that one content has one form. `cells` are
    /// the accounts that cells speak of. Returns the new number of each account.
    pub(crate) fn normalise(&mut self, cells: impl Iterator<Item = u32>) -> Vec<u32> {
        let mut used: Vec<bool> = self.kept.totals.iter().map(|total| *total != 0).collect();
        for account in self.kept.journal.iter().map(|line| line.account).chain(cells) {
            if let Some(used) = usize::try_from(account).ok().and_then(|at| used.get_mut(at)) {
                *used = true;
            }
        }
        let all = (0..).zip(self.kept.accounts.iter().copied().zip(self.kept.totals.iter().copied())).zip(used);
        let mut sorted: Vec<(u32, (Account, i128))> = all.filter(|(_, used)| *used).map(|(row, _)| row).collect();
        sorted.sort_unstable_by_key(|(_, (account, _))| *account);
        let mut renumbered = vec![u32::MAX; self.kept.accounts.len()];
        for ((old, _), new) in sorted.iter().zip(0..) {
            if let Some(number) = usize::try_from(*old).ok().and_then(|at| renumbered.get_mut(at)) {
                *number = new;
            }
        }
        (self.kept.accounts, self.kept.totals) = sorted.into_iter().map(|(_, row)| row).unzip();
        for line in &mut self.kept.journal {
            let new = usize::try_from(line.account).ok().and_then(|at| renumbered.get(at));
            line.account = new.copied().unwrap_or(u32::MAX);
        }
        self.index();
        renumbered
    }

    fn index(&mut self) {
        self.numbers = self.kept.accounts.iter().copied().zip(0..).collect();
    }
}

/// A total as an amount; one beyond the range, which is not shown, as the largest.
fn clamped(picos: i128) -> Amount {
    let most = if picos.is_negative() { -Amount::MAX } else { Amount::MAX };
    Amount::from_picos(picos).unwrap_or(most)
}

/// Whether postings sum to zero in each currency.
fn balanced(index: u64, postings: &[Posting]) -> Result<(), FoldError> {
    let mut sums: Vec<(Currency, i128)> = Vec::with_capacity(2);
    for Posting { account, amount, .. } in postings {
        // At most a few thousand amounts of at most 10^27: far from the ends of i128.
        match sums.iter_mut().find(|(currency, _)| *currency == account.currency) {
            Some((_, sum)) => *sum += amount.picos(),
            None => sums.push((account.currency, amount.picos())),
        }
    }
    match sums.into_iter().find(|(_, sum)| *sum != 0) {
        Some((currency, picos)) => Err(FoldError::Unbalanced { index, currency, picos }),
        None => Ok(()),
    }
}

impl PartialEq for Balances {
    fn eq(&self, other: &Balances) -> bool {
        self.kept == other.kept
    }
}

impl Eq for Balances {}

impl Encode for Balances {
    fn encode<E: bincode::enc::Encoder>(&self, encoder: &mut E) -> Result<(), bincode::error::EncodeError> {
        self.kept.encode(encoder)
    }
}

impl<Context> Decode<Context> for Balances {
    fn decode<D: bincode::de::Decoder<Context = Context>>(
        decoder: &mut D,
    ) -> Result<Self, bincode::error::DecodeError> {
        let mut balances = Balances { kept: Decode::decode(decoder)?, numbers: HashMap::default() };
        balances.index();
        Ok(balances)
    }
}

bincode::impl_borrow_decode!(Balances);
