//! The table of postings, case by case: what each fact debits and credits, to the last digit, as a journal has it.

#![allow(clippy::unwrap_used)]

mod projection_support;

use std::collections::BTreeMap;

use ledger_spec::Hash;
use ledger_spec::account::Account;
use ledger_spec::code::*;
use ledger_spec::event::catalogue::{Contract, ReserveTerms, Royalty};
use ledger_spec::event::money::*;
use ledger_spec::money::Amount;
use ledger_spec::reference::{EventRef, PartyId};
use projection_support::closes::{advance, opening, plain};
use projection_support::*;

fn name(account: &Account) -> String {
    let party = match account.party {
        ARTIST => " of the artist",
        PUBLISHER => " of the publisher",
        SECOND_PUBLISHER => " of the second publisher",
        _ => "",
    };
    format!("{}{party}", account.class)
}

/// What a step posts, debits first, those of one account in sum. They balance in each currency.
fn posted(log: &mut Log, step: impl FnOnce(&mut Log)) -> Vec<String> {
    let held = |log: &mut Log| -> BTreeMap<Account, Amount> {
        log.rows(&Default::default()).into_iter().map(|row| (row.account, row.amount)).collect()
    };
    let before = held(log);
    step(log);
    let mut changes = held(log);
    for (account, amount) in before {
        let change = changes.entry(account).or_default();
        *change = change.try_sub(amount).unwrap();
    }
    let (mut lines, mut sums) = (Vec::new(), BTreeMap::<_, Amount>::new());
    for (account, amount) in changes.into_iter().filter(|(_, amount)| !amount.is_zero()) {
        let sum = sums.entry(account.currency).or_default();
        *sum = sum.try_add(amount).unwrap();
        let side = if amount.is_negative() { "Cr" } else { "Dr" };
        let reason = account.reason.to_string();
        let reason = if reason.is_empty() { reason } else { format!(" ({reason})") };
        let (name, size) = (name(&account), if amount.is_negative() { -amount } else { amount });
        lines.push(format!("{side} {name}{reason} {size} {}", account.currency));
    }
    assert!(sums.values().all(|sum| sum.is_zero()), "{lines:?}");
    lines.sort_by_key(|line| line.starts_with("Cr"));
    lines
}

/// The artist's recording under 10 % commission after mechanicals.
fn recorded(log: &mut Log) -> u64 {
    let contract = log.say(&Contract { commission: ratio("10%"), royalty: Royalty::NetReceipts, ..plain() });
    log.under(ISRC, contract)
}

/// A cover of a work, all of it licensed by statute.
fn covers(log: &mut Log, recording: u64) -> u64 {
    let work = log.work();
    log.matched(recording, &[work]);
    log.licence(&[work]);
    work
}

/// One download at 0.70.
fn download(log: &mut Log) {
    let source = log.source("march");
    log.resource(source, 1, ISRC);
    log.say_as(STORE, &line(source, 1, 1, 1, "0.70"));
    log.close_source(source);
}

#[test]
fn a_download_of_a_cover() {
    let mut log = Log::furnished();
    let recording = recorded(&mut log);
    let work = covers(&mut log, recording);
    log.agreed(work, PUBLISHER, "1/2");
    log.agreed(work, SECOND_PUBLISHER, "1/2");
    assert_eq!(
        posted(&mut log, download),
        [
            "Dr receivable 0.7 USD",
            "Cr earned of the artist 0.5121 USD",
            "Cr earned of the publisher 0.0655 USD",
            "Cr earned of the second publisher 0.0655 USD",
            "Cr commission 0.0569 USD",
        ]
    );
}

#[test]
fn an_unknown_recording_and_its_match() {
    let mut log = Log::furnished();
    assert_eq!(
        posted(&mut log, download),
        ["Dr receivable 0.7 USD", "Cr suspense (unmatched-recording) 0.7 USD"],
        "all to suspense"
    );
    let known = posted(&mut log, |log| {
        recorded(log);
    });
    assert_eq!(
        known,
        [
            "Dr suspense (unmatched-recording) 0.7 USD",
            "Cr earned of the artist 0.5121 USD",
            "Cr suspense (unmatched-work) 0.131 USD",
            "Cr commission 0.0569 USD",
        ],
        "then only the mechanical part"
    );
}

#[test]
fn an_unknown_work_and_its_match() {
    let mut log = Log::furnished();
    let recording = recorded(&mut log);
    assert_eq!(
        posted(&mut log, download),
        [
            "Dr receivable 0.7 USD",
            "Cr earned of the artist 0.5121 USD",
            "Cr suspense (unmatched-work) 0.131 USD",
            "Cr commission 0.0569 USD",
        ],
        "only the mechanical part"
    );
    let mut work = 0;
    let matched = posted(&mut log, |log| work = covers(log, recording));
    assert_eq!(matched, ["Dr suspense (unmatched-work) 0.131 USD", "Cr suspense (unclaimed) 0.131 USD"]);
    let agreed = posted(&mut log, |log| {
        log.agreed(work, PUBLISHER, "1");
    });
    assert_eq!(agreed, ["Dr suspense (unclaimed) 0.131 USD", "Cr earned of the publisher 0.131 USD"]);
}

#[test]
fn a_share_learned_late() {
    let mut log = Log::furnished();
    let recording = recorded(&mut log);
    let work = covers(&mut log, recording);
    let share = log.agreed(work, PUBLISHER, "1");
    download(&mut log);
    log.close("2026-03");
    let learned = posted(&mut log, |log| {
        log.reverse(share);
        log.agreed(work, SECOND_PUBLISHER, "1");
    });
    assert_eq!(
        learned,
        ["Dr earned of the publisher 0.131 USD", "Cr earned of the second publisher 0.131 USD"],
        "in the open period: what became due stays due"
    );
}

#[test]
fn an_advance_recouped_at_the_close() {
    let mut log = Log::furnished();
    let contract = log.say(&plain());
    log.under(ISRC, contract);
    let paid = posted(&mut log, |log| {
        log.say(&advance(contract, "2026-02-01", "0.50"));
    });
    assert_eq!(paid, ["Dr advance of the artist 0.5 USD", "Cr bank 0.5 USD"]);
    log.streams(ISRC, 1, "0.70");
    let closed = posted(&mut log, |log| {
        log.close("2026-03");
    });
    assert_eq!(
        closed,
        ["Dr earned of the artist 0.7 USD", "Cr advance of the artist 0.5 USD", "Cr due of the artist 0.2 USD"]
    );
}

#[test]
fn a_reserve_and_its_release() {
    let mut log = Log::furnished();
    let reserve = ReserveTerms {
        share: ratio("1/4"),
        uses: vec![UseType::PHYSICAL],
        from: ReserveFrom::CLOSE,
        after: 1,
        parts: 1,
    };
    let contract = log.say(&Contract { reserve: Some(reserve), ..plain() });
    log.under(ISRC, contract);
    log.sells(ISRC, UseType::PHYSICAL, 1, "12");
    let closes = |period: &'static str| {
        move |log: &mut Log| {
            log.close(period);
        }
    };
    let kept = ["Dr earned of the artist 12 USD", "Cr due of the artist 9 USD", "Cr reserve of the artist 3 USD"];
    assert_eq!(posted(&mut log, closes("2026-03")), kept);
    let released = ["Dr reserve of the artist 3 USD", "Cr due of the artist 3 USD"];
    assert_eq!(posted(&mut log, closes("2026-04")), released, "from reserve to earned, and with the same close due");
}

#[test]
fn a_close() {
    let mut log = Log::furnished();
    let contract = log.say(&plain());
    log.under(ISRC, contract);
    log.streams(ISRC, 1, "0.70");
    let closed = posted(&mut log, |log| {
        log.close("2026-03");
    });
    assert_eq!(closed, ["Dr earned of the artist 0.7 USD", "Cr due of the artist 0.7 USD"]);
}

/// 100 due to the artist, brought in.
fn due() -> Log {
    let mut log = Log::furnished();
    let contract = log.say(&plain());
    log.say(&OpeningBalance { contract: None, ..opening(contract, AccountClass::DUE, None, "100") });
    log
}

#[test]
fn a_conversion() {
    let mut log = due();
    let converted = posted(&mut log, |log| {
        log.say(&Converted {
            party: ARTIST,
            contract: None,
            from: usd(),
            amount: amount("100"),
            to: "EUR".parse().unwrap(),
            rate: "0.92".parse().unwrap(),
            date: date("2026-03-31"),
            source: RateSource::CENTRAL_BANK,
            remark: None,
        });
    });
    assert_eq!(
        converted,
        ["Dr due of the artist 100 USD", "Dr exchange 92 EUR", "Cr due of the artist 92 EUR", "Cr exchange 100 USD"]
    );
}

fn instructed(log: &mut Log) -> EventRef {
    let (amount, tax) = (amount("100"), amount("15"));
    let (party, contract, currency, date) = (ARTIST, None, usd(), date("2026-03-31"));
    EventRef::At(log.say(&PayoutInstructed { party, contract, currency, amount, tax, date }))
}

#[test]
fn a_payout_instructed_approved_and_settled() {
    let mut log = due();
    let mut payout = EventRef::At(0);
    assert_eq!(
        posted(&mut log, |log| payout = instructed(log)),
        ["Dr due of the artist 100 USD", "Cr in-transit of the artist 85 USD", "Cr tax-payable of the artist 15 USD",]
    );
    let approved = posted(&mut log, |log| {
        log.say_as(TREASURER, &PayoutApproved { payout });
    });
    assert_eq!(approved, [""; 0], "an approval posts nothing");
    let settled = posted(&mut log, |log| {
        log.say(&PayoutSettled { payout, date: date("2026-04-02"), bank_reference: Hash::default() });
    });
    assert_eq!(settled, ["Dr in-transit of the artist 85 USD", "Cr bank 85 USD"]);
}

#[test]
fn a_payout_that_failed() {
    let mut log = due();
    let payout = instructed(&mut log);
    let failed = posted(&mut log, |log| {
        log.say(&PayoutFailed { payout, reason: ReasonCode::BANK_REFUSED });
    });
    assert_eq!(
        failed,
        ["Dr in-transit of the artist 85 USD", "Dr tax-payable of the artist 15 USD", "Cr due of the artist 100 USD",],
        "the reverse of what instructed it"
    );
}

#[test]
fn cash_for_a_report_less_tax_and_fee() {
    let mut log = Log::furnished();
    let contract = log.say(&plain());
    log.under(ISRC, contract);
    let source = log.streams(ISRC, 1, "100");
    let received = posted(&mut log, |log| {
        log.say(&PaymentReceived {
            payer: STORE,
            date: date("2026-03-31"),
            currency: usd(),
            bank: amount("95"),
            tax: amount("3"),
            fee: amount("1"),
            sources: vec![SourcePayment { source: EventRef::At(source), amount: amount("99") }],
        });
    });
    assert_eq!(received, ["Dr bank 95 USD", "Dr tax-recoverable 3 USD", "Dr fees 1 USD", "Cr receivable 99 USD"]);
    let open = log.rows(&cantus::projection::Filter {
        class: Some(AccountClass::RECEIVABLE),
        party: Some(PartyId::NONE),
        ..Default::default()
    });
    assert_eq!(open.first().map(|row| row.amount), Some(amount("1")), "1 stays open");
}
