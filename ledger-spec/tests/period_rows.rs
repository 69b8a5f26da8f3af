//! Promise: a payee can check its own row under a close's root, no other row passes for it, and neither the root nor
//! a proof tells how many parties there are.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use ledger_spec::account::Account;
use ledger_spec::code::{AccountClass, Configuration, ReasonCode, SuspenseReason, UseType};
use ledger_spec::codec;
use ledger_spec::hash::{Hash, leaf_hash, sha256};
use ledger_spec::merkle::root_of;
use ledger_spec::money::{Amount, Currency};
use ledger_spec::period::{
    Counted, Row, RowState, Rows, Schedule, Sums, balance_leaf, cell_leaf, counter_leaf, earned_leaf, key_hash,
    posting_leaf, reserve_leaf, row_salt, source_leaf, sums_leaf, verify_row,
};
use ledger_spec::reference::PartyId;

const KEY: Hash = Hash([7; 32]);

fn row(number: u8) -> Row {
    let part = |what: u8| sha256(&[&[number, what]]);
    Row {
        party: PartyId([number; 16]),
        balances: part(1),
        state: part(2),
        cells: part(3),
        postings: part(4),
        posting_count: u64::from(number),
    }
}

fn rows(count: u8) -> Vec<Row> {
    (1..=count).map(row).collect()
}

#[test]
fn every_row_is_proven_and_only_as_it_is() {
    for count in 0..=17 {
        let rows = rows(count);
        let closed = Rows::new(&KEY, &rows);
        for row in &rows {
            let salt = row_salt(&KEY, &row.party);
            let proof = closed.prove(&row.leaf(&salt)).unwrap();
            assert!(proof.size.is_power_of_two() && proof.size >= u64::from(count));
            verify_row(row, &salt, &proof, &closed.root()).unwrap();
            let altered = Row { posting_count: row.posting_count + 1, ..*row };
            assert!(verify_row(&altered, &salt, &proof, &closed.root()).is_err());
            assert!(verify_row(row, &Hash([0; 32]), &proof, &closed.root()).is_err());
            assert!(closed.prove(&altered.leaf(&salt)).is_none());
        }
    }
}

#[test]
fn the_order_of_the_rows_does_not_matter_and_the_key_does() {
    let mut reversed = rows(9);
    reversed.reverse();
    assert_eq!(Rows::new(&KEY, &rows(9)).root(), Rows::new(&KEY, &reversed).root());
    assert_ne!(Rows::new(&KEY, &rows(9)).root(), Rows::new(&Hash([8; 32]), &rows(9)).root());
    assert_ne!(Rows::new(&KEY, &rows(9)).root(), Rows::new(&KEY, &rows(10)).root());
}

/// RFC 2104 spelled out, and the padding and sorting with it.
#[test]
fn the_root_is_what_the_specification_says() {
    let hmac = |message: &[u8]| {
        let pad = |byte: u8| -> Vec<u8> { (0..64).map(|i| byte ^ if i < 32 { KEY.0[i] } else { 0 }).collect() };
        sha256(&[&pad(0x5c), &sha256(&[&pad(0x36), message]).0])
    };
    let rows = rows(3);
    let mut leaves: Vec<Hash> = rows
        .iter()
        .map(|row| {
            assert_eq!(row_salt(&KEY, &row.party), hmac(&row.party.0));
            let mut bytes = vec![0];
            bytes.extend(b"cantus/row/v1\0");
            bytes.extend(hmac(&row.party.0).0);
            bytes.extend(row.party.0);
            for root in [row.balances, row.state, row.cells, row.postings] {
                bytes.extend(root.0);
            }
            bytes.extend(row.posting_count.to_be_bytes());
            sha256(&[&bytes])
        })
        .collect();
    leaves.push(hmac(b"cantus/pad/v1\0\0\0\0\0\0\0\0\0"));
    leaves.sort();
    assert_eq!(Rows::new(&KEY, &rows).root(), root_of(&leaves));
    assert_eq!(key_hash(&KEY), sha256(&[&KEY.0]));
}

#[test]
fn every_leaf_begins_with_a_string_of_its_own() {
    let amount = Amount::from_picos(-7).unwrap();
    let account = Account::of(AccountClass::DUE, Currency::new(*b"USD").unwrap());
    let bytes = codec::encode(&account).unwrap();
    let money = (-7i128).to_be_bytes();
    let leaf = |parts: &[&[u8]]| leaf_hash(&parts.concat());
    let expected = leaf(&[b"cantus/balance/v1\0", &bytes, &money]);
    assert_eq!(balance_leaf(&account, amount).unwrap(), expected);
    let expected = leaf(&[b"cantus/posting/v1\0", &9u64.to_be_bytes(), &bytes, &money]);
    assert_eq!(posting_leaf(9, &account, amount).unwrap(), expected);
    let (lines, units) = (3u64.to_be_bytes(), (-4i64).to_be_bytes());
    let expected = leaf(&[b"cantus/cell/v1\0", b"key", &lines, &units, &money, &[0], &KEY.0]);
    assert_eq!(cell_leaf(b"key", 3, -4, amount, None, &KEY), expected);
    let expected = leaf(&[b"cantus/cell/v1\0", b"key", &lines, &units, &money, &[1], &money, &KEY.0]);
    assert_eq!(cell_leaf(b"key", 3, -4, amount, Some(amount), &KEY), expected);
}

#[test]
fn the_leaves_of_a_state_root_are_what_the_specification_says() {
    let leaf = |parts: &[&[u8]]| leaf_hash(&parts.concat());
    let contract = 12u64.to_be_bytes();
    let (of, form) = (2u16.to_be_bytes(), 4u16.to_be_bytes());
    let expected = leaf(&[b"cantus/counter/v1\0", &contract, &of, &form, &(-4i64).to_be_bytes()]);
    assert_eq!(counter_leaf(&counted(), -4).unwrap(), expected);
    let [one, two, three, four] = [1i128, -2, 3, 4].map(i128::to_be_bytes);
    let expected = leaf(&[b"cantus/earned/v1\0", &contract, b"USD", &of, &form, &one]);
    assert_eq!(earned_leaf(&counted(), sums().currency, picos(1)).unwrap(), expected);
    let expected = leaf(&[b"cantus/sums/v1\0", &contract, b"USD", &two, &three, &four]);
    assert_eq!(sums_leaf(&sums()).unwrap(), expected);
    let (after, parts) = (6u16.to_be_bytes(), 4u16.to_be_bytes());
    let account = codec::encode(&schedule().account).unwrap();
    let expected = leaf(&[b"cantus/reserve/v1\0", &account, &one, &two, &after, &parts]);
    assert_eq!(reserve_leaf(&schedule()).unwrap(), expected);
    let mut bytes = [&b"cantus/source/v1\0"[..], &12u64.to_be_bytes(), &28u64.to_be_bytes()].concat();
    for (state, reason, rows) in [(1u8, 0u16, 1u64), (2, 1, 2), (2, 7, 3), (3, 2, 4), (4, 0, 5), (5, 0, 6), (6, 0, 7)] {
        bytes.push(state);
        bytes.extend(reason.to_be_bytes());
        bytes.extend(rows.to_be_bytes());
    }
    assert_eq!(source_leaf(12, 28, &states()), leaf(&[&bytes]));
}

/// Rows in every state.
fn states() -> BTreeMap<RowState, u64> {
    use RowState::*;
    BTreeMap::from([
        (NotIn, 7),
        (WithoutMoney, 6),
        (Refused, 5),
        (Reversed(ReasonCode::DUPLICATE), 4),
        (Suspense(SuspenseReason::NO_RATE), 3),
        (Suspense(SuspenseReason::UNMATCHED_RECORDING), 2),
        (Posted, 1),
    ])
}

fn picos(picos: i128) -> Amount {
    Amount::from_picos(picos).unwrap()
}

fn counted() -> Counted {
    Counted { contract: 12, use_type: UseType(2), configuration: Configuration(4) }
}

fn sums() -> Sums {
    let currency = Currency::new(*b"USD").unwrap();
    Sums { contract: 12, currency, uplift: picos(-2), shared: picos(3), costs: picos(4) }
}

fn schedule() -> Schedule {
    let account = Account::of(AccountClass::RESERVE, Currency::new(*b"USD").unwrap());
    let account = Account { party: PartyId([1; 16]), contract: 12, origin: 24_312, ..account };
    Schedule { account, kept: picos(1), released: picos(-2), after: 6, parts: 4 }
}

/// `vectors/period_rows.tsv`; run with `CANTUS_BLESS=1` after a deliberate change to write it anew.
#[test]
fn the_rows_of_a_close_are_the_golden_ones() {
    let mut lines = String::from("# what\tvalues\n");
    writeln!(lines, "period key\t{KEY}\nkey_hash\t{}", key_hash(&KEY)).unwrap();
    writeln!(lines, "# row\tparty\tbalances\tstate\tcells\tpostings\tposting_count\tsalt\tleaf").unwrap();
    let rows = rows(3);
    for row in &rows {
        let Row { party, balances, state, cells, postings, posting_count } = row;
        let salt = row_salt(&KEY, party);
        let leaf = row.leaf(&salt);
        writeln!(lines, "row\t{party}\t{balances}\t{state}\t{cells}\t{postings}\t{posting_count}\t{salt}\t{leaf}")
            .unwrap();
    }
    writeln!(lines, "root\t{}", Rows::new(&KEY, &rows).root()).unwrap();
    writeln!(lines, "# leaf of a state root, amounts in 10^-12\thash").unwrap();
    let Sums { contract, currency, uplift, shared, costs } = sums();
    let [uplift, shared, costs] = [uplift, shared, costs].map(Amount::picos);
    let Counted { use_type, configuration, .. } = counted();
    let leaf = counter_leaf(&counted(), -4).unwrap();
    writeln!(lines, "counter {contract} {use_type} {configuration} -4\t{leaf}").unwrap();
    let leaf = earned_leaf(&counted(), currency, picos(1)).unwrap();
    writeln!(lines, "earned {contract} {currency} {use_type} {configuration} 1\t{leaf}").unwrap();
    let leaf = sums_leaf(&sums()).unwrap();
    writeln!(lines, "sums {contract} {currency} {uplift} {shared} {costs}\t{leaf}").unwrap();
    let Schedule { account, kept, released, after, parts } = schedule();
    let Account { party, contract, origin, currency, .. } = account;
    let account = format!("reserve {party} {contract} {origin} {currency}");
    let leaf = reserve_leaf(&schedule()).unwrap();
    writeln!(lines, "{account} {} {} {after} {parts}\t{leaf}", kept.picos(), released.picos()).unwrap();
    let of = |(state, rows): (&RowState, &u64)| {
        let (state, reason) = state.code();
        format!(" {state}:{reason}:{rows}")
    };
    let states_of: String = states().iter().map(of).collect();
    writeln!(lines, "source 12 28{states_of}\t{}", source_leaf(12, 28, &states())).unwrap();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/vectors/period_rows.tsv");
    if std::env::var_os("CANTUS_BLESS").is_some() {
        std::fs::write(path, &lines).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap(), lines);
}
