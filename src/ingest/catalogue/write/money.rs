//! Opening balances, payments received, advances and costs, conversions, tax forms, pools, and corrections with the sentence that explains them.

use ledger_spec::account::Account;
use ledger_spec::event::Event;
use ledger_spec::event::{money as event, usage};
use ledger_spec::hash::sha256;
use ledger_spec::money::Amount;
use ledger_spec::reference::{EventRef, PartyId};

use super::super::names::Coded;
use super::super::problem::Problem;
use super::super::tables::{
    Adjustment, Advance, Conversion, Cost, Hold, OpeningBalance, Payment, Pool, Reversal, Side, TaxForm,
};
use super::rights::at_most_whole;
use super::{Writer, check_days};

impl Writer<'_> {
    pub(super) fn opening_balance(&mut self, table: &OpeningBalance) -> Result<(), Problem> {
        let opening = event::OpeningBalance {
            party: self.party_of("party", &table.party)?,
            contract: self.cite_maybe("contract", Coded::Contract, &table.contract)?,
            as_of: table.as_of,
            class: table.account,
            origin: table.period,
            amount: table.amount,
            currency: table.currency,
            evidence: table.evidence.0,
        };
        self.push(&Event::OpeningBalance(opening)).map(drop)
    }

    pub(super) fn payment(&mut self, table: &Payment) -> Result<(), Problem> {
        let mut sources = Vec::with_capacity(table.sources.len());
        for (at, part) in (1..).zip(&table.sources) {
            let source = self.scope.source(&part.source);
            let source = source.map_err(|problem| problem.inside(&format!("sources.{at}.source")))?;
            sources.push(event::SourcePayment { source: EventRef::At(source), amount: part.amount });
        }
        let came = Amount::try_sum([table.bank, table.tax, table.fee]);
        let settled = Amount::try_sum(sources.iter().map(|part| part.amount));
        let (Ok(came), Ok(settled)) = (came, settled) else {
            return Err(Problem::new("these sums are more than a ledger holds"));
        };
        if came != settled {
            return Err(Problem::new(format!(
                "the sources are settled by {settled}, and bank, tax and fee are {came}"
            ))
            .inside("sources")
            .hint("say which part of the money settles which source; together they are bank + tax + fee"));
        }
        let payment = event::PaymentReceived {
            payer: self.party_of("payer", &table.payer)?,
            date: table.date,
            currency: table.currency,
            bank: table.bank,
            tax: table.tax,
            fee: table.fee,
            sources,
        };
        self.push(&Event::PaymentReceived(payment)).map(drop)
    }

    pub(super) fn advance(&mut self, table: &Advance) -> Result<(), Problem> {
        let advance = event::AdvancePaid {
            party: self.party_of("party", &table.party)?,
            contract: self.cite("contract", Coded::Contract, &table.contract)?,
            date: table.date,
            amount: table.amount,
            currency: table.currency,
            bank_reference: sha256(&[table.bank_reference.as_bytes()]),
        };
        self.push(&Event::AdvancePaid(advance)).map(drop)
    }

    pub(super) fn cost(&mut self, table: &Cost) -> Result<(), Problem> {
        let cost = event::CostCharged {
            party: self.party_of("party", &table.party)?,
            contract: self.cite("contract", Coded::Contract, &table.contract)?,
            date: table.date,
            kind: table.r#type,
            recording: self.cite_maybe("recording", Coded::Recording, &table.recording)?,
            amount: table.amount,
            currency: table.currency,
            recoupable: at_most_whole("recoupable", table.recoupable)?,
            evidence: table.evidence.0,
        };
        self.push(&Event::CostCharged(cost)).map(drop)
    }

    pub(super) fn conversion(&mut self, table: &Conversion) -> Result<(), Problem> {
        let party = self.party_of("party", &table.party)?;
        let contract = self.cite_maybe("contract", Coded::Contract, &table.contract)?;
        let remark = table.why.as_deref().map(|why| self.push_remark(None, why, "why")).transpose()?;
        let converted = event::Converted {
            party,
            contract,
            from: table.from,
            amount: table.amount,
            to: table.to,
            rate: table.rate,
            date: table.date,
            source: table.source,
            remark,
        };
        self.push(&Event::Converted(converted)).map(drop)
    }

    pub(super) fn tax_form(&mut self, table: &TaxForm) -> Result<(), Problem> {
        check_days(Some(table.from), table.until)?;
        let form = event::TaxForm {
            party: self.party_of("party", &table.party)?,
            form: table.form,
            country: table.country.0,
            rate: at_most_whole("rate", table.rate)?,
            article: table.article,
            from: table.from,
            until: table.until,
            evidence: table.evidence.0,
            replaces: self.cite_maybe("replaces", Coded::TaxForm, &table.replaces)?,
        };
        self.push(&Event::TaxForm(form)).map(drop)
    }

    pub(super) fn hold(&mut self, table: &Hold) -> Result<(), Problem> {
        let party = self.party_of("party", &table.party)?;
        let contract = self.cite_maybe("contract", Coded::Contract, &table.contract)?;
        let remark = self.push_remark(None, &table.why, "why")?;
        let Hold { currency, amount, reason, .. } = *table;
        self.push(&Event::Hold(event::Hold { party, contract, currency, amount, reason, remark })).map(drop)
    }

    pub(super) fn pool(&mut self, table: &Pool) -> Result<(), Problem> {
        let pool = usage::PoolReported {
            source: self.scope.source(&table.source).map_err(|problem| problem.inside("source"))?,
            offering: table.offering,
            month: table.month.first_day(),
            table: table.table,
            currency: table.currency,
            revenue: table.revenue,
            content_cost: table.content_cost,
            subscribers: table.subscribers,
            performance: table.performance,
            plays: table.plays,
            replaces: self.cite_maybe("replaces", Coded::Pool, &table.replaces)?,
        };
        self.push(&Event::PoolReported(pool)).map(drop)
    }

    pub(super) fn adjustment(&mut self, table: &Adjustment) -> Result<(), Problem> {
        let mut sides = Vec::with_capacity(table.sides.len());
        for (at, side) in (1..).zip(&table.sides) {
            sides.push(self.side(side).map_err(|problem| problem.inside(&format!("sides.{at}")))?);
        }
        let balances = |side: &event::AdjustmentSide| {
            let currency = side.account.currency;
            let same = sides.iter().filter(|other| other.account.currency == currency).map(|other| other.amount);
            Amount::try_sum(same).is_ok_and(Amount::is_zero)
        };
        if sides.is_empty() || !sides.iter().all(balances) {
            return Err(Problem::new("debits and credits are not equal")
                .inside("sides")
                .hint("in each currency, the debits must sum to the credits"));
        }
        let remark = self.push_remark(None, &table.why, "why")?;
        let evidence = table.evidence.map(|digest| digest.0);
        self.push(&Event::Adjustment(event::Adjustment { sides, reason: table.reason, remark, evidence })).map(drop)
    }

    fn side(&self, side: &Side) -> Result<event::AdjustmentSide, Problem> {
        let amount = match (side.debit, side.credit) {
            (Some(debit), None) => debit,
            (None, Some(credit)) => -credit,
            _ => return Err(Problem::new("a side is a debit or a credit").hint("give exactly one of debit and credit")),
        };
        let contract = match self.cite_maybe("contract", Coded::Contract, &side.contract)? {
            None => 0,
            Some(EventRef::At(index)) => index,
            Some(EventRef::Here(_)) => {
                return Err(Problem::new("an account needs a contract that is in the ledger")
                    .inside("contract")
                    .hint("append the contract first, and the adjustment in a file of its own"));
            }
        };
        let origin = match (&side.source, side.event, side.period) {
            (None, None, None) => 0,
            (Some(source), None, None) => self.scope.source(source).map_err(|problem| problem.inside("source"))?,
            (None, Some(event), None) => event,
            (None, None, Some(period)) => period.number().into(),
            _ => {
                return Err(Problem::new("an account has one origin")
                    .hint("give the source of a receivable or of suspense, the event of an advance, or the period of a reserve"));
            }
        };
        let account = Account {
            class: side.account,
            party: side.party.as_deref().map_or(Ok(PartyId::NONE), |code| self.party_of("party", code))?,
            contract,
            reason: side.reason,
            origin,
            currency: side.currency,
        };
        Ok(event::AdjustmentSide { account, amount })
    }

    pub(super) fn reversal(&mut self, table: &Reversal) -> Result<(), Problem> {
        let target = match (table.event, &table.source) {
            (Some(index), None) => index,
            (None, Some(source)) => self.scope.source(source).map_err(|problem| problem.inside("source"))?,
            _ => return Err(Problem::new("one thing is reversed").hint("give exactly one of event and source")),
        };
        let target = EventRef::At(target);
        let remark = self.push_remark(Some(target), &table.why, "why")?;
        self.push(&Event::Reversal(event::Reversal { target, reason: table.reason, remark })).map(drop)
    }
}
