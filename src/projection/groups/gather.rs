//! What closes look at, out of the state: the folio of every party, contract and currency that something is kept for.
//!
//! One pass over what changed of cells since the close before counts what was earned and used. Where a contract pays
//! what was received, what was accrued of each source in all periods says how much of it the source still owes.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::thread;

use ledger_spec::account::Account;
use ledger_spec::code::{AccountClass, Configuration, PayWhen, ReserveFrom, UseType};
use ledger_spec::date::{Date, Period};
use ledger_spec::money::{Amount, AmountError, Currency};

use super::super::accruals::Accruing;
use super::super::cells::Credit;
use super::super::error::FoldError;
use super::super::rating::Settled;
use super::super::reports::Months;
use super::super::sources::Source;
use crate::royalty::groups::{Came, Figures, Folio, GroupError, Kept, Outlay, OutlayKind, Page, Stuck, Terms, Use};
use crate::royalty::{Movement, accounts};

/// Folios sorted by page, and which one an account of class earned is on, by the number of the account.
struct Book<'a> {
    folios: Vec<Folio<'a>>,
    of_account: Vec<Option<usize>>,
}

impl<'a> Book<'a> {
    fn at(&self, account: u32) -> Option<usize> {
        self.of_account.get(usize::try_from(account).ok()?).copied().flatten()
    }

    fn folio_mut(&mut self, page: Page) -> Option<&mut Folio<'a>> {
        let at = self.folios.binary_search_by_key(&page, |folio| folio.page).ok()?;
        self.folios.get_mut(at)
    }

    /// The contracts that credits are under, each once.
    fn contracts<'c>(&'c self, credits: &'c [Credit]) -> impl Iterator<Item = u64> + 'c {
        let contract = |(account, _): &Credit| Some(self.folios.get(self.at(*account)?)?.page.contract);
        let first = move |(at, credit): (usize, &'c Credit)| {
            let of = contract(credit).filter(|of| *of != 0)?;
            let earlier = credits.get(..at).unwrap_or_default();
            (!earlier.iter().any(|other| contract(other) == Some(of))).then_some(of)
        };
        credits.iter().enumerate().filter_map(first)
    }
}

impl<'a> Settled<'a> {
    /// Every folio, and what the cells posted in the open period.
    pub(super) fn folios(&self, period: Period) -> Result<(Vec<Folio<'a>>, Accruing), FoldError> {
        let mut book = self.book(period);
        // Both go over all that changed of cells.
        let (counted, accruing) = thread::scope(|scope| {
            let accruing = scope.spawn(|| self.state.accruing());
            let counted = self.count(&mut book, period);
            // A panic there is one here.
            (counted, accruing.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
        });
        counted?;
        self.unpaid(&mut book, &accruing)?;
        self.holdings(&mut book);
        Ok((book.folios, accruing))
    }

    /// Empty folios of all that an account or a figure is kept for.
    fn book(&self, period: Period) -> Book<'a> {
        let state = self.state;
        let figures = &state.groups.figures;
        let kept = [AccountClass::EARNED, AccountClass::ADVANCE, AccountClass::RESERVE];
        let held = state.balances.accounts().filter(|account| kept.contains(&account.class)).map(Page::of);
        let pages: BTreeSet<Page> = held.chain(figures.sums.keys().copied()).collect();
        let folio = |page: Page| {
            let sums = figures.sums.get(&page).copied().unwrap_or_default();
            let letters = state.catalogue.letters_on(page, period.last_day());
            let terms = self.terms(page.contract, period);
            Folio { sums, uses: before(figures, page), letters, ..Folio::new(page, terms) }
        };
        let folios: Vec<Folio<'a>> = pages.into_iter().map(folio).collect();
        let of_account = state.balances.accounts().map(|account| {
            let earned = account.class == AccountClass::EARNED;
            earned.then(|| folios.binary_search_by_key(&Page::of(account), |folio| folio.page).ok()).flatten()
        });
        let of_account = of_account.collect();
        Book { folios, of_account }
    }

    fn terms(&self, contract: u64, period: Period) -> Option<Terms<'a>> {
        let (version, terms) = self.state.catalogue.terms_of(contract, period.last_day())?;
        Some(Terms {
            version,
            royalty: &terms.royalty,
            commission: terms.commission,
            escalation: terms.escalation.as_ref(),
            reserve: terms.reserve.as_ref(),
            recoups: terms.recoups,
            group: if terms.crosses == 0 { contract } else { terms.crosses },
            crossing: terms.crossing,
            pay_when: terms.pay_when,
            cycle_months: terms.cycle_months,
            may_go_negative: terms.may_go_negative,
        })
    }

    /// What changed of cells since the close before: what it earns, and the units under each contract. A cell counts
    /// for a contract that it credits now and did not, and no longer for one that it did and does not.
    fn count(&self, book: &mut Book<'a>, period: Period) -> Result<(), Stuck> {
        let state = self.state;
        let mut units: BTreeMap<(u64, Use), i128> = BTreeMap::new();
        for (number, before, now) in state.cells.changed(state.periods.epoch()) {
            let Some(cell) = state.cells.cell(number) else { continue };
            let Some(terms) = state.cells.terms_of(cell.key.terms) else { continue };
            let of = Use { of: terms.use_type, configuration: terms.configuration };
            for (sign, credits) in [(-1, before), (1, now)] {
                for contract in book.contracts(credits) {
                    // Of at most 2^32 cells: no overflow.
                    *units.entry((contract, of)).or_default() += i128::from(cell.units) * sign;
                }
                for (account, credit) in credits {
                    let Some(at) = book.at(*account) else { continue };
                    let credit = if sign < 0 { -*credit } else { *credit };
                    if let Some(folio) = book.folios.get_mut(at) {
                        let months = (period, terms.to.period());
                        earn(folio, of, credit, months).map_err(folio.page.stuck("the money counted"))?;
                    }
                }
            }
        }
        for folio in &mut book.folios {
            for ((_, of), units) in units.range(uses_of(folio.page.contract)) {
                let units = i64::try_from(*units).map_err(|_| GroupError::Units);
                folio.uses.entry(*of).or_default().units = units.map_err(folio.page.stuck("the units counted"))?;
            }
        }
        Ok(())
    }

    /// What is not paid yet, where a contract pays what was received: of each source, the part of what it reported that
    /// it still owes, or owed until that was given up.
    fn unpaid(&self, book: &mut Book<'a>, accruing: &Accruing) -> Result<(), Stuck> {
        let state = self.state;
        let pays = |folio: &Folio<'_>| folio.terms.is_some_and(|terms| terms.pay_when == PayWhen::PAID);
        let paid: Vec<bool> = book.folios.iter().map(pays).collect();
        if !paid.contains(&true) {
            return Ok(());
        }
        let mut earned: BTreeMap<(usize, u32), i128> = BTreeMap::new();
        for ((source, account), debit) in state.accrued(accruing) {
            if let Some(at) = book.at(account).filter(|at| paid.get(*at) == Some(&true)) {
                *earned.entry((at, source)).or_default() -= debit;
            }
        }
        let pooled = self.pooled(&Months::as_posted());
        let given_up = self.given_up();
        for ((at, number), earned) in earned {
            let Some((folio, (event, source))) = book.folios.get_mut(at).zip(state.sources.row(number)) else {
                continue;
            };
            let receivable = accounts::receivable(event, folio.page.currency);
            let open = state.balances.of(&receivable);
            let currency = folio.page.currency;
            let pooled = pooled.get(&(None, number, currency)).copied().unwrap_or_default();
            let part = || {
                let owed = reported(source, currency)?.try_add(Amount::from_picos(pooled)?)?;
                let given_up = given_up.get(&receivable).copied().unwrap_or_default();
                let open = open.try_add(Amount::from_picos(given_up)?)?;
                folio.unpaid.try_add(unpaid_part(owed, open, Amount::from_picos(earned)?)?)
            };
            folio.unpaid = part().map_err(folio.page.stuck("what is not paid"))?;
        }
        Ok(())
    }

    /// What was written off of receivables: it never came, so nobody is paid of it.
    fn given_up(&self) -> BTreeMap<Account, i128> {
        let mut given_up = BTreeMap::new();
        let written_off = self.state.balances.journal(0).filter(|(line, account)| {
            line.movement == Movement::WrittenOff
                && account.class == AccountClass::RECEIVABLE
                && self.state.reversal_of(line.event).is_none()
        });
        for (line, account) in written_off {
            *given_up.entry(*account).or_default() -= line.amount.picos();
        }
        given_up
    }

    /// What accounts hold: earned, reserves, and what is not recouped.
    fn holdings(&self, book: &mut Book<'a>) {
        let state = self.state;
        for (account, amount) in state.balances.iter() {
            let Some(folio) = book.folio_mut(Page::of(&account)) else { continue };
            match account.class {
                AccountClass::EARNED => folio.balance = -amount,
                AccountClass::ADVANCE if amount > Amount::ZERO => {
                    let known = state.groups.outlays.get(account.origin);
                    // An advance that was put right by hand only is as old as can be.
                    let (kind, date) = known.map_or((OutlayKind::Advance, Date::MIN), |known| (known.kind, known.date));
                    folio.outlays.push(Outlay { account, kind, date, open: amount });
                }
                _ => {}
            }
        }
        for (account, reserve) in &state.groups.figures.reserves {
            let held = -state.balances.of(account);
            if let Some(folio) = book.folio_mut(Page::of(account)) {
                folio.reserves.push(Kept { account: *account, held, reserve: *reserve });
            }
        }
    }
}

/// A cell credits this in a period, by a use of a month.
fn earn(folio: &mut Folio<'_>, of: Use, credit: Amount, (period, month): (Period, Period)) -> Result<(), AmountError> {
    let came = folio.uses.entry(of).or_default();
    came.earned = came.earned.try_add(credit)?;
    let reserve = folio.terms.and_then(|terms| terms.reserve);
    if let Some(reserve) = reserve.filter(|reserve| of.is_among(&reserve.uses, &[])) {
        let from = if reserve.from == ReserveFrom::USE { month } else { period };
        let returnable = folio.returnable.entry(from).or_default();
        *returnable = returnable.try_add(credit)?;
    }
    Ok(())
}

/// What came of each use until the close before.
fn before(figures: &Figures, page: Page) -> BTreeMap<Use, Came> {
    let mut uses: BTreeMap<Use, Came> = BTreeMap::new();
    let [first, last] = ENDS;
    for ((_, of), earned) in figures.earned.range((page, first)..=(page, last)) {
        uses.entry(*of).or_default().before = *earned;
    }
    for ((_, of), units) in figures.units.range(uses_of(page.contract)) {
        uses.entry(*of).or_default().units_before = *units;
    }
    uses
}

/// All uses of a contract, as the key of a map. Without a contract nothing is counted.
fn uses_of(contract: u64) -> RangeInclusive<(u64, Use)> {
    let [first, last] = ENDS;
    (contract, first)..=(contract, last)
}

/// The first use and the last.
const ENDS: [Use; 2] = [
    Use { of: UseType(0), configuration: Configuration(0) },
    Use { of: UseType(u16::MAX), configuration: Configuration(u16::MAX) },
];

/// What a source reported in a currency.
fn reported(source: &Source, currency: Currency) -> Result<Amount, AmountError> {
    let reporting = source.reporting.iter().find(|reporting| reporting.currency == currency);
    reporting.map_or(Ok(Amount::ZERO), |reporting| reporting.lines.try_add(reporting.residue))
}

/// As much of what was earned by a source as it has not paid: the part of what it owed that is open, between nothing and
/// all. One that owed nothing owes nothing.
fn unpaid_part(owed: Amount, open: Amount, earned: Amount) -> Result<Amount, AmountError> {
    if owed.is_zero() || open.is_zero() || open.is_negative() != owed.is_negative() {
        return Ok(Amount::ZERO);
    }
    let (open, owed) = (open.picos().unsigned_abs(), owed.picos().unsigned_abs());
    earned.mul_div(open.min(owed), owed)
}
