//! Statements: one party's view of a period, account by account: what stood at its beginning, every line that earned
//! something with its rule and its numbers, everything that events and the close did, and what stands at its end.
//!
//! A statement is made from the books as they stood when the period was closed, so it is what was known then, and the
//! same for ever. A line of an earlier period that came to another amount in this one shows the difference alone, and
//! says so. Seen from another side, [`Settled::restated`] gives all that was ever earned by the use of a month, as
//! known at that point of the log.

use std::collections::BTreeMap;

use ledger_spec::account::Account;
use ledger_spec::code::AccountClass;
use ledger_spec::date::Period;
use ledger_spec::money::{Amount, AmountError, Currency};
use ledger_spec::reference::PartyId;
use serde::Serialize;

use super::cells::Credit;
use super::error::FoldError;
use super::explain::{CellParts, CellView};
use super::past::Past;
use super::rating::Settled;
use super::unpaid::NotPaid;
use crate::royalty::{Movement, Part, Posting, Why, accounts};

/// A contract, by its first version or zero, and a currency: what a party has one account under.
pub type Under = (u64, Currency);

/// What a party earned, was charged, was paid and is owed in a period, under one contract and in one currency.
///
/// `closing = opening + earned + moves`, on the party's side of all: above zero is owed to it. Reserves are beside it, as
/// they are not the party's yet; an advance that is not recouped takes away from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The contract, by its first version, or zero.
    pub contract: u64,
    /// The currency.
    pub currency: Currency,
    /// What was owed at the beginning.
    pub opening: Amount,
    /// What uses earned in the period.
    pub lines: Vec<StatementLine>,
    /// The sum of the lines.
    pub earned: Amount,
    /// What events, and the close, did to it.
    pub moves: Vec<StatementMove>,
    /// What is owed at the end.
    pub closing: Amount,
    /// Kept back against returns, beside what is owed.
    pub reserve: Reserved,
    /// What is due at the end.
    pub due: Amount,
    /// Advances and costs that are not recouped at the end; below zero.
    pub unrecouped: Amount,
    /// What closing is made of, but for what is to recoup, and what is kept for the party beside it.
    pub held: Vec<Held>,
}

/// What is kept back against returns: `closing = opening + moves`. What the close keeps back is a move out of what is owed
/// as well, and what it lets go is one into it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reserved {
    /// What was kept at the beginning.
    pub opening: Amount,
    /// What events, and the close, did to it.
    pub moves: Vec<StatementMove>,
    /// What is kept at the end.
    pub closing: Amount,
}

/// A part of what is owed, or of what is kept for the party beside it, and what keeps it from being paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Where it is: due, or earned and not due; in transit to the bank, in suspense or in reserve.
    pub class: AccountClass,
    /// How much.
    pub amount: Amount,
    /// Why it is not paid, on the last day of the period; nothing if it can be.
    pub why: Vec<NotPaid>,
}

impl Held {
    /// The reasons, or that there is none, as a sentence without its full stop.
    pub fn words(&self) -> String {
        match self.why.as_slice() {
            [] => "can be paid".to_owned(),
            why => why.iter().map(|why| why.words()).collect::<Vec<_>>().join("; "),
        }
    }
}

/// Whether the period of a statement is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// It is: what it made due can be paid.
    Closed,
    /// It is not: what it makes due can be paid once it is closed.
    Open,
}

/// What the uses of a cell earned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementLine {
    /// The cell.
    pub cell: CellView,
    /// The party's parts of it, as it is rated now, with their rules.
    pub parts: Vec<Part>,
    /// What was posted of it in earlier periods.
    pub before: Amount,
    /// What it earned in this one: its parts, less what was posted before.
    pub amount: Amount,
    /// The closed period that it belongs to, if it came, or changed, after that was closed.
    pub late: Option<Period>,
    /// The events of this period that took uses of it back, each with its reason.
    pub taken_back: Vec<u64>,
}

/// What an event, or the close, did to an account of the party.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatementMove {
    /// What it was.
    pub movement: Movement,
    /// Who did it.
    pub by: MovedBy,
    /// The account.
    pub account: Account,
    /// Above zero is owed to the party.
    pub amount: Amount,
}

/// Who moved something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MovedBy {
    /// This event.
    Event(u64),
    /// The close of the period, by this rule.
    Close(Why),
}

impl Settled<'_> {
    /// The statements of a party over the period that is open here, as closing it now makes them, or made them.
    pub fn statements(
        &self,
        party: PartyId,
        period: Period,
        stage: Stage,
        past: &(impl Past + ?Sized),
    ) -> Result<Vec<Statement>, FoldError> {
        let mut drafts: BTreeMap<Under, Draft> = BTreeMap::new();
        for (account, amount) in self.balances().iter().filter(|(account, _)| account.party == party) {
            drafts.entry(under(&account)).or_default().holds(&account, -amount).map_err(self.wide())?;
        }
        let epoch = self.state.periods.epoch();
        for (line, account) in self.balances().journal(self.first_event()) {
            if account.party == party {
                let by = MovedBy::Event(line.event);
                let moved = StatementMove { movement: line.movement, by, account: *account, amount: -line.amount };
                drafts.entry(under(account)).or_default().moved(moved);
            }
        }
        let taken_back = self.taken_back(past)?;
        for (number, before, now) in self.state.cells.changed(epoch) {
            for (under, before) in self.earned(party, before, now)? {
                let draft = drafts.entry(under).or_default();
                let line = self.line(party, under, number, before).map_err(self.wide())?;
                draft.lines.extend(line.map(|mut line| {
                    line.taken_back.extend(taken_back.get(&number).into_iter().flatten());
                    line
                }));
            }
        }
        if stage == Stage::Open {
            drafts.values_mut().for_each(|draft| draft.due_now = Some(draft.due));
        }
        let close = self.groups(period)?;
        for posting in close.postings().into_iter().filter(|posting| posting.account.party == party) {
            let draft = drafts.entry(under(&posting.account)).or_default();
            draft.close(&posting).map_err(self.wide())?;
        }
        for waiting in close.waiting.iter().filter(|waiting| waiting.page.party == party) {
            let draft = drafts.entry((waiting.page.contract, waiting.page.currency)).or_default();
            let (amount, why) = (waiting.amount, NotPaid::Waits(waiting.wait));
            draft.hold(AccountClass::EARNED, amount, why);
        }
        let of_party = self.of_payee(party, period.last_day(), past)?;
        for (&(contract, currency), draft) in &mut drafts {
            let account = accounts::due(party, contract, currency);
            let now = draft.due_now.unwrap_or(draft.due);
            let too_much = match stage {
                Stage::Open => self.owed_back(&account),
                Stage::Closed => draft.earned_too_much().map_err(self.wide())?,
            };
            let why = self.of_due(&account, now, too_much, period.last_day(), &of_party)?;
            draft.held.extend((!now.is_zero()).then_some(Held { class: AccountClass::DUE, amount: now, why }));
            let later = draft.due.try_sub(now).map_err(self.wide())?;
            draft.hold(AccountClass::EARNED, later, NotPaid::NextClose);
            draft.hold(AccountClass::RESERVE, draft.reserve, NotPaid::Reserve);
            draft.held.sort_by_key(|held| (held.class != AccountClass::DUE, held.class));
        }
        let drafts = drafts.into_iter().filter(|(_, draft)| !draft.is_nothing());
        drafts.map(|(under, draft)| draft.statement(under)).collect::<Result<_, _>>().map_err(self.wide())
    }

    /// Everything that the use of a month has earned a party, whenever it was posted.
    pub fn restated(&self, party: PartyId, month: Period) -> Result<Vec<(Under, StatementLine)>, FoldError> {
        let mut lines = Vec::new();
        for (number, cell, now) in self.state.cells.iter() {
            let of_month = |terms: &ledger_spec::event::usage::Terms| terms.to.period() == month;
            if !self.state.cells.terms_of(cell.key.terms).is_some_and(of_month) {
                continue;
            }
            for under in self.earned(party, &[], now)?.into_keys() {
                let line = self.line(party, under, number, Amount::ZERO).map_err(self.wide())?;
                lines.extend(line.map(|line| (under, line)));
            }
        }
        Ok(lines)
    }

    /// The reversals of lines in the period that is open here, by the cell that they take from.
    fn taken_back(&self, past: &(impl Past + ?Sized)) -> Result<BTreeMap<u32, Vec<u64>>, FoldError> {
        let mut found: BTreeMap<u32, Vec<u64>> = BTreeMap::new();
        let first = self.first_event();
        for reversal in self.state.reversed.values().copied().filter(|reversal| *reversal >= first) {
            let body = past.body(reversal)?.ok_or(FoldError::Missing { index: reversal })?;
            if let Some(cell) = self.state.cell_of(reversal, &body, past)? {
                found.entry(cell).or_default().push(reversal);
            }
        }
        Ok(found)
    }

    /// The closed period that a cell belongs to: that of its lines, or that its uses came too late for.
    fn late_for(&self, cell: &CellView) -> Option<Period> {
        let periods = &self.state.periods;
        match Some(cell.period) == periods.open() {
            true => periods.missed(cell.terms.to.period()),
            false => Some(cell.period),
        }
    }

    fn first_event(&self) -> u64 {
        self.state.periods.first_event(self.state.periods.epoch())
    }

    /// Under what a cell earns, or earned, the party something, and how much it did before.
    fn earned(&self, party: PartyId, before: &[Credit], now: &[Credit]) -> Result<BTreeMap<Under, Amount>, FoldError> {
        let mut found: BTreeMap<Under, Amount> = BTreeMap::new();
        let all = before.iter().copied().chain(now.iter().map(|(account, _)| (*account, Amount::ZERO)));
        for (account, amount) in all {
            if let Some(account) = self.state.balances.account(account).filter(|account| account.party == party) {
                let sum = found.entry(under(account)).or_default();
                *sum = sum.try_add(amount).map_err(self.wide())?;
            }
        }
        Ok(found)
    }

    fn line(
        &self,
        party: PartyId,
        under: Under,
        number: u32,
        before: Amount,
    ) -> Result<Option<StatementLine>, AmountError> {
        let Some(CellParts { cell, mut parts, .. }) = self.parts(number) else { return Ok(None) };
        parts.retain(|part| part.account.party == party && self::under(&part.account) == under);
        let now = Amount::try_sum(parts.iter().map(|part| part.amount))?;
        // All of its source, in one event; reversals of single lines are added by who looks for them.
        let taken_back = cell.reversed.into_iter().filter(|reversal| *reversal >= self.first_event()).collect();
        let late = self.late_for(&cell);
        Ok(Some(StatementLine { cell, parts, before, amount: now.try_sub(before)?, late, taken_back }))
    }

    fn wide(&self) -> impl FnOnce(AmountError) -> FoldError + use<> {
        FoldError::range(self.state.size(), "a sum of a statement")
    }
}

fn under(account: &Account) -> Under {
    (account.contract, account.currency)
}

/// Whether what an account holds is part of what is owed to its party.
fn is_owed(account: &Account) -> bool {
    matches!(account.class, AccountClass::EARNED | AccountClass::DUE | AccountClass::ADVANCE)
}

/// A statement in the making.
#[derive(Default)]
struct Draft {
    /// What is owed, kept back and payable as the books stand.
    owed: Amount,
    reserve: Amount,
    due: Amount,
    unrecouped: Amount,
    /// What was due before the close, if it is yet to come.
    due_now: Option<Amount>,
    lines: Vec<StatementLine>,
    moves: Vec<StatementMove>,
    reserve_moves: Vec<StatementMove>,
    held: Vec<Held>,
}

impl Draft {
    /// Something moved. What leaves another account for the bank and the tax office left the party's already.
    fn moved(&mut self, moved: StatementMove) {
        match moved.account.class {
            AccountClass::RESERVE => self.reserve_moves.push(moved),
            _ if is_owed(&moved.account) => self.moves.push(moved),
            _ => {}
        }
    }

    /// An account holds this, above zero for the party.
    fn holds(&mut self, account: &Account, amount: Amount) -> Result<(), AmountError> {
        if is_owed(account) {
            self.owed = self.owed.try_add(amount)?;
        }
        let apart = match account.class {
            AccountClass::SUSPENSE => {
                self.hold(account.class, amount, NotPaid::InSuspense(account.reason));
                return Ok(());
            }
            AccountClass::IN_TRANSIT => {
                self.hold(account.class, amount, NotPaid::Ordered(account.origin));
                return Ok(());
            }
            AccountClass::RESERVE => &mut self.reserve,
            AccountClass::DUE => &mut self.due,
            AccountClass::ADVANCE => &mut self.unrecouped,
            _ => return Ok(()),
        };
        *apart = apart.try_add(amount)?;
        Ok(())
    }

    /// Something is not paid for one reason.
    fn hold(&mut self, class: AccountClass, amount: Amount, why: NotPaid) {
        self.held.extend((!amount.is_zero()).then(|| Held { class, amount, why: vec![why] }));
    }

    /// What the account of class earned holds below zero once the period is closed.
    fn earned_too_much(&self) -> Result<Amount, AmountError> {
        let earned = self.held.iter().filter(|held| held.class == AccountClass::EARNED).map(|held| held.amount);
        Ok((-Amount::try_sum(earned)?).max(Amount::ZERO))
    }

    /// The close posts this. That what was earned becomes due moves nothing in or out.
    fn close(&mut self, posting: &Posting) -> Result<(), AmountError> {
        let Posting { account, amount, why } = *posting;
        self.holds(&account, -amount)?;
        if why.movement() != Movement::Closed {
            self.moved(StatementMove { movement: why.movement(), by: MovedBy::Close(why), account, amount: -amount });
        }
        Ok(())
    }

    fn is_nothing(&self) -> bool {
        let Draft { owed, reserve, due, unrecouped, lines, moves, reserve_moves, held, .. } = self;
        [owed, reserve, due, unrecouped].into_iter().all(|amount| amount.is_zero())
            && lines.is_empty()
            && moves.is_empty()
            && reserve_moves.is_empty()
            && held.is_empty()
    }

    fn statement(self, (contract, currency): Under) -> Result<Statement, AmountError> {
        let Draft { owed: closing, reserve, due, unrecouped, lines, moves, reserve_moves, held, .. } = self;
        let earned = Amount::try_sum(lines.iter().map(|line| line.amount))?;
        let opening = closing.try_sub(earned)?.try_sub(sum(&moves)?)?;
        let reserve =
            Reserved { opening: reserve.try_sub(sum(&reserve_moves)?)?, moves: reserve_moves, closing: reserve };
        Ok(Statement { contract, currency, opening, lines, earned, moves, closing, reserve, due, unrecouped, held })
    }
}

fn sum(moves: &[StatementMove]) -> Result<Amount, AmountError> {
    Amount::try_sum(moves.iter().map(|moved| moved.amount))
}
