//! Money in and out, and corrections by hand.

use ledger_spec::account::Account;
use ledger_spec::code::*;
use ledger_spec::event::money::*;
use ledger_spec::event::particulars::Remark;
use ledger_spec::hash::Hash;
use ledger_spec::money::Amount;
use ledger_spec::reference::{EventRef, PartyId};
use ledger_spec::role::Roles;

use super::dice::Dice;
use super::world::World;
use crate::projection_support::*;

fn cents(dice: &mut Dice<'_>, most: i64) -> Amount {
    Amount::from_picos(i128::from(dice.between(1, most)) * 10_000_000_000).unwrap()
}

impl World {
    /// A party, with or without its contract.
    fn payable(&self, dice: &mut Dice<'_>) -> (PartyId, Option<EventRef>) {
        let (contract, party) = self.some_contract(dice);
        if dice.rarely(2) { (World::anybody(dice), None) } else { (party, Some(EventRef::At(contract))) }
    }

    pub fn payment(&mut self, dice: &mut Dice<'_>) {
        let (bank, tax, fee) = (cents(dice, 900), cents(dice, 9), cents(dice, 9));
        let amount = Amount::try_sum([bank, tax, fee]).unwrap();
        let source = EventRef::At(dice.pick(&self.sources));
        self.say_reversibly(&PaymentReceived {
            payer: STORE,
            date: date("2026-03-31"),
            currency: usd(),
            bank,
            tax,
            fee,
            sources: vec![SourcePayment { source, amount }],
        });
    }

    pub fn adjustment(&mut self, dice: &mut Dice<'_>) {
        let (party, contract) = self.payable(dice);
        let contract = contract.map_or(0, |contract| contract.resolve(0));
        let class = dice.pick(&[AccountClass::EARNED, AccountClass::DUE]);
        let whose = Account { party, contract, ..Account::of(class, usd()) };
        let amount = cents(dice, 300);
        let sides = vec![
            AdjustmentSide { account: whose, amount: if dice.rarely(2) { amount } else { -amount } },
            AdjustmentSide {
                account: Account::of(AccountClass::FEES, usd()),
                amount: if dice.rarely(2) { amount } else { -amount },
            },
        ];
        let sides = if sides[0].amount == sides[1].amount {
            vec![sides[0], AdjustmentSide { amount: -sides[1].amount, ..sides[1] }]
        } else {
            sides
        };
        let remark = EventRef::At(self.say(&Remark { about: None, text: "as agreed" }).unwrap());
        self.say_reversibly(&Adjustment { sides, reason: ReasonCode::AGREEMENT, remark, evidence: None });
    }

    pub fn opening_balance(&mut self, dice: &mut Dice<'_>) {
        let (party, contract) = self.payable(dice);
        let amount = cents(dice, 900);
        let class = dice.pick(&[AccountClass::DUE, AccountClass::DUE, AccountClass::ADVANCE, AccountClass::RESERVE]);
        let origin = (class == AccountClass::RESERVE).then(|| month(dice.pick(&["2025-11", "2025-12"])));
        let below = class == AccountClass::ADVANCE || (class == AccountClass::DUE && dice.rarely(4));
        self.say_reversibly(&OpeningBalance {
            party,
            contract,
            as_of: date("2025-12-31"),
            class,
            origin,
            amount: if below { -amount } else { amount },
            currency: usd(),
            evidence: Hash::default(),
        });
    }

    pub fn advance(&mut self, dice: &mut Dice<'_>) {
        let (contract, party) = self.some_contract(dice);
        let (date, amount) = (date(dice.pick(&["2026-01-15", "2026-02-15", "2025-07-01"])), cents(dice, 5000));
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
            amount: cents(dice, 5000),
            currency: usd(),
            recoupable: ratio(dice.pick(&["1", "1/2", "1/3"])),
            evidence: Hash::default(),
        });
    }

    pub fn conversion(&mut self, dice: &mut Dice<'_>) {
        let (party, contract) = self.payable(dice);
        self.say_reversibly(&Converted {
            party,
            contract,
            from: usd(),
            amount: cents(dice, 300),
            to: "EUR".parse().unwrap(),
            rate: dice.pick(&["0.9213", "1.000000000000000003", "0.333333333333333333"]).parse().unwrap(),
            date: date("2026-03-31"),
            source: RateSource::CENTRAL_BANK,
            remark: None,
        });
    }

    pub fn payout(&mut self, dice: &mut Dice<'_>) {
        let (party, contract) = self.payable(dice);
        let amount = cents(dice, 300);
        let tax = dice.pick(&[Amount::ZERO, amount]);
        let currency = dice.pick(&["USD", "USD", "EUR"]).parse().unwrap();
        let event = PayoutInstructed { party, contract, currency, amount, tax, date: date("2026-05-01") };
        let said = self.say(&event);
        self.payouts.extend(said);
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
