//! What publishers leave of a recording's money, and who shares it: by split, less commission by contract.

use ledger_spec::code::{CommissionBase, ExcessBearer, SuspenseReason, UsageFlags};
use ledger_spec::date::Date;
use ledger_spec::event::catalogue::{Contract, Royalty};
use ledger_spec::reference::PartyId;

use super::exact::{Exact, between, divide_by_shares, half_even, of, whole};
use super::history::History;
use super::mechanical::Sale;
use super::paths::{took, took_if};
use super::prices;
use super::rights;
use super::sale::{Credits, commission as commission_account, earned, suspense};

/// One party of the split that holds for a sale.
pub struct Payee {
    pub party: PartyId,
    contract: u64,
    share: Exact,
    off_the_top: bool,
}

/// Who shares the net: the split that holds on the last day of use.
pub fn payees(history: &History<'_>, sale: &Sale<'_>) -> Vec<Payee> {
    let Some((said, split)) = rights::split(history, sale.recording, sale.on()) else { return Vec::new() };
    let payee = |part: &ledger_spec::event::catalogue::SplitPart| Payee {
        party: part.party,
        contract: history.first_version(part.contract, said.first),
        share: of(part.share),
        off_the_top: part.off_the_top,
    };
    split.parts.iter().map(payee).collect()
}

/// The net of a sale, less what each payee's contract leaves to the operator.
pub fn shared(history: &History<'_>, sale: &Sale<'_>, payees: &[Payee], mechanicals: i128) -> Credits {
    // The money of a share that was already applied is that of the one payee; of several nobody can say whose.
    let applied = sale.terms.flags.contains(UsageFlags::SHARE_APPLIED) && of(sale.terms.share_applied) != whole(1);
    if applied {
        took(if payees.len() == 1 { "net: a share already applied" } else { "net: a share applied of several" });
        return match payees {
            [one] => of_payee(history, sale, one, whole(1), sale.money, mechanicals),
            _ => no_split(sale, sale.money - mechanicals),
        };
    }
    // Money and net are each divided; what is between a payee's parts of them is its part of the mechanicals.
    let top = payees.iter().filter(|payee| payee.off_the_top).map(|payee| payee.share.clone());
    let below_the_top = whole(1) - top.sum::<Exact>();
    took_if(below_the_top != whole(1) && mechanicals != 0, "net: a part off the top");
    let (moneys, _) = by_split(sale.money, payees);
    let (nets, left) = by_split(sale.money - mechanicals, payees);
    let mut credits = Vec::new();
    for ((payee, money), net) in payees.iter().zip(moneys).zip(nets) {
        let fraction = if payee.off_the_top { whole(1) } else { below_the_top.clone() } * &payee.share;
        credits.extend(of_payee(history, sale, payee, fraction, money, money - net));
    }
    credits.extend(no_split(sale, left));
    credits
}

/// Divides a sum among the payees: first those off the top, then the others share what these leave. What the others
/// leave over is the rest.
fn by_split(sum: i128, payees: &[Payee]) -> (Vec<i128>, i128) {
    let shares = |top: bool| -> Vec<Exact> {
        payees.iter().filter(|payee| payee.off_the_top == top).map(|payee| payee.share.clone()).collect()
    };
    let (top, below) = divide_by_shares(sum, &shares(true));
    let (others, left) = divide_by_shares(below, &shares(false));
    let (mut top, mut others) = (top.into_iter(), others.into_iter());
    let parts = payees.iter().map(|payee| if payee.off_the_top { top.next() } else { others.next() }.unwrap());
    (parts.collect(), left)
}

fn no_split(sale: &Sale<'_>, amount: i128) -> Credits {
    vec![(suspense(sale.source, SuspenseReason::NO_SPLIT, sale.terms.currency), amount)]
}

/// One payee's part of the money and of the mechanicals that come off it.
///
/// `fraction` is how much of the whole the payee's part is.
fn of_payee(
    history: &History<'_>,
    sale: &Sale<'_>,
    payee: &Payee,
    fraction: Exact,
    money: i128,
    owed: i128,
) -> Credits {
    let currency = sale.terms.currency;
    let account = earned(payee.party, payee.contract, currency);
    if payee.contract == 0 {
        return vec![(account, money - owed)];
    }
    let waits = || vec![(suspense(sale.source, SuspenseReason::NO_RATE, currency), money - owed)];
    let Some(terms) = known_terms(history, payee.contract, sale.terms.to) else { return waits() };
    // A royalty of the price is earned whatever came in; what is left of the party's part of the net is the operator's.
    if let Royalty::OfPrice { base, rate, factors } = &terms.royalty {
        let Some(royalty) = prices::royalty(sale, *base, &(of(*rate) * fraction), factors) else {
            took("net: a royalty of a price nobody gives");
            return waits();
        };
        return vec![(account, royalty), (commission_account(payee.contract, currency), money - owed - royalty)];
    }
    let rate = of(terms.commission);
    let before = terms.commission_base == CommissionBase::BEFORE_MECHANICALS;
    let before_mechanicals = if before { half_even(&(whole(money) * &rate)) } else { 0 };
    // The mechanical comes off what is there; what is more than that, the contract says who bears.
    let there = money - before_mechanicals;
    let covered = if owed >= 0 { between(0, owed, there) } else { between(owed, 0, there) };
    let excess = owed - covered;
    took_if(before && before_mechanicals != 0, "net: commission before mechanicals");
    took_if(!before && owed != 0, "net: commission after mechanicals");
    let artist_bears = terms.excess == ExcessBearer::ARTIST;
    took_if(excess != 0 && artist_bears, "net: the artist bears what is above net");
    took_if(excess != 0 && !artist_bears, "net: the operator bears what is above net");
    took_if(money < 0 && owed < 0, "net: returns beyond sales");
    let net = there - covered;
    let after_mechanicals = if before { 0 } else { half_even(&(whole(net) * rate)) };
    let kept = before_mechanicals + after_mechanicals;
    let (of_artist, of_operator) = if terms.excess == ExcessBearer::OPERATOR { (0, excess) } else { (excess, 0) };
    vec![
        (account, net - after_mechanicals - of_artist),
        (commission_account(payee.contract, currency), kept - of_operator),
    ]
}

/// What the operator keeps of a publisher's mechanical under a contract, if that has terms for the day.
pub fn commission(history: &History<'_>, contract: u64, day: Date, amount: i128) -> Option<i128> {
    took("net: commission of a publisher");
    rights::terms(history, contract, day).map(|terms| half_even(&(whole(amount) * of(terms.commission))))
}

/// The party that alone is paid the net of a recording: its own works are paid for in that. A royalty of the price is
/// no part of the net, so who has one is owed for its own works like anybody else.
pub fn sole_payee(history: &History<'_>, sale: &Sale<'_>, payees: &[Payee]) -> Option<PartyId> {
    let of_price = |payee: &Payee| {
        let terms = rights::terms(history, payee.contract, sale.terms.to);
        terms.is_some_and(|terms| matches!(terms.royalty, Royalty::OfPrice { .. }))
    };
    let (first, others) = payees.split_first()?;
    let alone = others.iter().all(|other| other.party == first.party) && !payees.iter().any(of_price);
    alone.then_some(first.party)
}

/// The terms of a contract on a day, if every code in them is known.
fn known_terms<'a>(history: &History<'a>, contract: u64, day: Date) -> Option<&'a Contract<'a>> {
    rights::terms(history, contract, day).filter(|terms| {
        [CommissionBase::AFTER_MECHANICALS, CommissionBase::BEFORE_MECHANICALS].contains(&terms.commission_base)
            && [ExcessBearer::ARTIST, ExcessBearer::OPERATOR].contains(&terms.excess)
    })
}
