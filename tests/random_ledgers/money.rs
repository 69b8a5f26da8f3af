//! Money in and out, and corrections by hand.

use ledger_spec::account::Account;
use ledger_spec::code::*;
use ledger_spec::date::Date;
use ledger_spec::event::money::*;
use ledger_spec::event::particulars::Remark;
use ledger_spec::hash::Hash;
use ledger_spec::money::Amount;
use ledger_spec::reference::{EventRef, PartyId, Territory};
use ledger_spec::role::Roles;

use super::dice::Dice;
use super::facts::about;
use super::world::{World, said};
use crate::calculator::{History, tax};
use crate::projection_support::*;

fn of_picos(picos: i128) -> Amount {
    Amount::from_picos(picos).unwrap()
}

fn contract_of(account: &Account) -> Option<EventRef> {
    (account.contract != 0).then_some(EventRef::At(account.contract))
}

fn cents(dice: &mut Dice<'_>, most: i64) -> Amount {
    Amount::from_picos(i128::from(dice.between(1, most)) * 10_000_000_000).unwrap()
}

impl World {
    /// A party, with or without its contract.
    fn payable(&self, dice: &mut Dice<'_>) -> (PartyId, Option<EventRef>) {
        let (contract, party) = self.some_contract(dice);
        if dice.rarely(2) { (World::anybody(dice), None) } else { (party, Some(EventRef::At(contract))) }
    }

    /// What a source owes is paid, all of it or a part, some of it kept on the way as tax and fee.
    pub fn payment(&mut self, dice: &mut Dice<'_>) {
        let open = self.holding(AccountClass::RECEIVABLE, |open| open > 0);
        let Some((account, open)) = dice.one(&open) else { return };
        let paid = (open / dice.pick(&[1, 2, 3])).max(1);
        let (tax, fee) = (paid / dice.pick(&[10, 7]), paid / 40);
        let source = EventRef::At(account.origin);
        self.say_reversibly(&PaymentReceived {
            payer: STORE,
            date: date("2026-03-31"),
            currency: account.currency,
            bank: of_picos(paid - tax - fee),
            tax: of_picos(tax),
            fee: of_picos(fee),
            sources: vec![SourcePayment { source, amount: of_picos(paid) }],
        });
    }

    /// The accounts of a class whose balance is wanted, debit above zero.
    fn holding(&mut self, class: AccountClass, wanted: impl Fn(i128) -> bool) -> Vec<(Account, i128)> {
        let held = self.books().into_iter();
        held.filter(|(account, held)| account.class == class && wanted(*held)).collect()
    }

    /// What will not be paid any more is written off: all that an account holds, or half of it.
    pub fn write_off(&mut self, dice: &mut Dice<'_>) {
        let class = dice.pick(&[AccountClass::ADVANCE, AccountClass::RECEIVABLE, AccountClass::DUE]);
        let Some((account, held)) = dice.one(&self.holding(class, |held| held > 0)) else { return };
        let amount = of_picos(held / dice.pick(&[1, 2]));
        let written_off = Account::of(AccountClass::WRITTEN_OFF, account.currency);
        let sides = vec![AdjustmentSide { account, amount: -amount }, AdjustmentSide { account: written_off, amount }];
        let remark = EventRef::At(self.say(&Remark { about: None, text: "nothing more will come" }).unwrap());
        self.say_reversibly(&Adjustment { sides, reason: ReasonCode::WRITE_OFF, remark, evidence: None });
    }

    /// What is owed to a party is put right, either way.
    pub fn adjustment(&mut self, dice: &mut Dice<'_>) {
        let (party, contract) = self.payable(dice);
        let contract = contract.map_or(0, |contract| contract.resolve(0));
        let class = dice.often(&[(3, AccountClass::EARNED), (2, AccountClass::DUE)]);
        let new = Account { party, contract, ..Account::of(class, usd()) };
        // A reserve has a period, an advance its event, what waits its source: one that there is.
        let classes = [AccountClass::RESERVE, AccountClass::ADVANCE, AccountClass::SUSPENSE];
        let there = self.holding(dice.pick(&classes), |_| true);
        let account = match dice.one(&there) {
            Some((account, _)) if dice.rarely(3) => account,
            _ => new,
        };
        let amount = cents(dice, 300);
        let amount = if dice.rarely(2) { -amount } else { amount };
        let fees = Account::of(AccountClass::FEES, account.currency);
        let sides = vec![AdjustmentSide { account, amount: -amount }, AdjustmentSide { account: fees, amount }];
        let remark = EventRef::At(self.say(&Remark { about: None, text: "as agreed" }).unwrap());
        self.say_reversibly(&Adjustment { sides, reason: ReasonCode::AGREEMENT, remark, evidence: None });
    }

    pub fn opening_balance(&mut self, dice: &mut Dice<'_>) {
        let (party, contract) = self.payable(dice);
        let amount = cents(dice, 900);
        let class = dice.pick(&[AccountClass::DUE, AccountClass::DUE, AccountClass::ADVANCE, AccountClass::RESERVE]);
        let origin = (class == AccountClass::RESERVE).then(|| month(dice.pick(&["2025-11", "2025-12", "2026-01"])));
        let below = class == AccountClass::ADVANCE || (class == AccountClass::DUE && dice.rarely(4));
        self.say_reversibly(&OpeningBalance {
            party,
            contract,
            as_of: date(dice.pick(&["2026-01-31", "2025-12-31"])),
            class,
            origin,
            amount: if below { -amount } else { amount },
            currency: usd(),
            evidence: Hash::default(),
        });
    }

    pub fn advance(&mut self, dice: &mut Dice<'_>) {
        let (contract, party) = self.some_contract(dice);
        let (date, amount) = (date(dice.pick(&["2026-01-15", "2026-02-15", "2025-07-01"])), cents(dice, 300));
        let (contract, bank_reference) = (EventRef::At(contract), Hash::default());
        self.say_reversibly(&AdvancePaid { party, contract, date, amount, currency: usd(), bank_reference });
    }

    pub fn cost(&mut self, dice: &mut Dice<'_>) {
        let (contract, party) = self.some_contract(dice);
        self.say_reversibly(&CostCharged {
            party,
            contract: EventRef::At(contract),
            date: date(dice.pick(&["2026-01-10", "2026-02-20", "2026-05-05"])),
            kind: CostKind::VIDEO,
            recording: None,
            amount: cents(dice, 300),
            currency: usd(),
            recoupable: ratio(dice.pick(&["1", "1/2", "1/3"])),
            evidence: Hash::default(),
        });
    }

    /// What is due is converted, all of it or a part.
    pub fn conversion(&mut self, dice: &mut Dice<'_>) {
        let due = self.holding(AccountClass::DUE, |held| held < 0);
        let Some((account, held)) = dice.one(&due) else { return };
        self.say_reversibly(&Converted {
            party: account.party,
            contract: contract_of(&account),
            from: account.currency,
            amount: of_picos((-held / dice.pick(&[1, 2, 3])).max(1)),
            to: dice.pick(&["EUR", "JPY", "KWD", "USD", "JPY"]).parse().unwrap(),
            rate: dice.pick(&["0.9213", "1.000000000000000003", "0.333333333333333333", "151.7"]).parse().unwrap(),
            date: date("2026-03-31"),
            source: RateSource::CENTRAL_BANK,
            remark: None,
        });
    }

    /// What is due is paid out in whole coins, all of it or a part, less the tax by the form in force.
    pub fn payout(&mut self, dice: &mut Dice<'_>) {
        let due = self.holding(AccountClass::DUE, |held| held < 0);
        let Some((account, held)) = dice.one(&due) else { return };
        let Account { party, currency, .. } = account;
        let coin = tax::minor_unit(currency);
        let amount = of_picos(-held / dice.pick(&[1, 2, 3]) / coin * coin);
        let date = Date::of_unix_ms(self.now + dice.pick(&[0, 40]) * 86_400_000);
        let bodies = self.desk.past.all();
        let by_form = tax::withheld(&History::new(&said(&bodies)), party, date, amount, currency);
        let said = dice.pick(&[Amount::ZERO, amount, of_picos(amount.picos() / 3 / coin * coin)]);
        let payout = |tax| PayoutInstructed { party, contract: contract_of(&account), currency, amount, tax, date };
        let rightly = payout(by_form.map_or(said, of_picos));
        if rightly.tax != said {
            self.refuses(&payout(said));
        }
        let said = self.say_unless("tax", &rightly);
        self.payouts.extend(said);
    }

    /// By what form a party is taxed from a day on, or another in the place of an earlier one.
    pub fn tax_form(&mut self, dice: &mut Dice<'_>) {
        let party = World::anybody(dice);
        let (party, replaces) = about(dice, party, &self.tax_forms);
        let said = self.say_reversibly(&TaxForm {
            party,
            form: TaxFormKind::W8BEN,
            country: Territory(752),
            rate: ratio(dice.pick(&["30%", "0", "1/7", "24%", "1"])),
            article: 12,
            from: date(dice.pick(&["2026-01-01", "2028-01-20"])),
            until: dice.pick(&[None, None, Some("2028-01-10"), Some("2028-12-31")]).map(date),
            evidence: Hash::default(),
            replaces,
        });
        self.tax_forms.extend(said.map(|said| (said, party)));
    }

    pub fn bank_answers(&mut self, dice: &mut Dice<'_>) {
        let Some(payout) = dice.one(&self.payouts) else { return };
        let payout = EventRef::At(payout);
        if dice.rarely(2) {
            self.say(&PayoutFailed { payout, reason: ReasonCode::BANK_REFUSED });
        } else {
            self.submit(TREASURER, Roles::TREASURER, &[&PayoutApproved { payout }]);
            self.say(&PayoutSettled { payout, date: date("2026-04-01"), bank_reference: Hash::default() });
        }
    }
}
