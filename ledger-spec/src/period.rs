//! The public root of a closed period (SPEC.md section 14).
//!
//! One row for each party, salted with a key that only auditors have, sorted by leaf hash and padded, so that the
//! root tells nobody how many parties there are or which row is whose, a payee can check the row it was shown, and an
//! auditor recomputes every one. What that proves: what you were shown is what any auditor recomputes.

use std::collections::BTreeMap;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::account::Account;
use crate::code::{Configuration, ReasonCode, SuspenseReason, UseType};
use crate::codec::{self, CodecError};
use crate::hash::{Hash, leaf_hash, sha256};
use crate::merkle::{self, Leaves, ProofError};
use crate::money::{Amount, Currency};
use crate::reference::PartyId;

/// Domain of a row.
pub const ROW_DOMAIN: &[u8] = b"cantus/row/v1\0";
/// Domain of a leaf that stands for nobody.
pub const PAD_DOMAIN: &[u8] = b"cantus/pad/v1\0";

/// Domain of a balance.
pub const BALANCE_DOMAIN: &[u8] = b"cantus/balance/v1\0";
/// Domain of a cell.
pub const CELL_DOMAIN: &[u8] = b"cantus/cell/v1\0";
/// Domain of a counter of units.
pub const COUNTER_DOMAIN: &[u8] = b"cantus/counter/v1\0";
/// Domain of what cells came to.
pub const EARNED_DOMAIN: &[u8] = b"cantus/earned/v1\0";
/// Domain of cumulative sums.
pub const SUMS_DOMAIN: &[u8] = b"cantus/sums/v1\0";
/// Domain of the schedule of a reserve.
pub const RESERVE_DOMAIN: &[u8] = b"cantus/reserve/v1\0";
/// Domain of what the rows of a source became.
pub const SOURCE_DOMAIN: &[u8] = b"cantus/source/v1\0";
/// Domain of a posting.
pub const POSTING_DOMAIN: &[u8] = b"cantus/posting/v1\0";

/// What a close says of one party.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// Whose; [`PartyId::NONE`] for what belongs to nobody.
    pub party: PartyId,
    /// Root over [`balance_leaf`] of each of its accounts that is not zero, sorted by account.
    pub balances: Hash,
    /// Root over its counters ([`counter_leaf`]) by contract, its cumulative sums ([`sums_leaf`]) by contract and
    /// currency, its reserve schedules ([`reserve_leaf`]) by account, and what became of the rows that it reported
    /// ([`source_leaf`]) by source.
    pub state: Hash,
    /// Root over [`cell_leaf`] of each cell of the period with a part that is the party's, sorted by key.
    pub cells: Hash,
    /// Root over [`posting_leaf`] of each posting to its accounts in the period, in order.
    pub postings: Hash,
    /// How many postings.
    pub posting_count: u64,
}

/// `HMAC-SHA256(key, message)` (RFC 2104).
fn hmac(key: &Hash, parts: &[&[u8]]) -> Hash {
    let mut mac = Hmac::<Sha256>::new_from_slice(&key.0).expect("HMAC takes a key of any length");
    parts.iter().for_each(|part| mac.update(part));
    Hash(mac.finalize().into_bytes().into())
}

/// What the close publishes of the period key: `SHA-256(key)`.
pub fn key_hash(key: &Hash) -> Hash {
    sha256(&[&key.0])
}

/// The salt of a party's row: `HMAC-SHA256(period key, party)`. It opens this row and no other.
pub fn row_salt(key: &Hash, party: &PartyId) -> Hash {
    hmac(key, &[&party.0])
}

impl Row {
    /// `leaf("cantus/row/v1" NUL | salt | party | balances | state | cells | postings | posting count u64)`.
    pub fn leaf(&self, salt: &Hash) -> Hash {
        let Row { party, balances, state, cells, postings, posting_count } = self;
        let parts: [&[u8]; 8] =
            [ROW_DOMAIN, &salt.0, &party.0, &balances.0, &state.0, &cells.0, &postings.0, &posting_count.to_be_bytes()];
        leaf_hash(&parts.concat())
    }
}

/// `leaf("cantus/balance/v1" NUL | account | amount)`.
pub fn balance_leaf(account: &Account, amount: Amount) -> Result<Hash, CodecError> {
    Ok(leaf_hash(&[BALANCE_DOMAIN, &codec::encode(&(*account, amount))?].concat()))
}

/// `leaf("cantus/cell/v1" NUL | key | lines u64 | units i64 | money | option gross | root of indices)`; the root is over
/// the indices of the cell's lines, each a leaf of eight bytes, in order.
pub fn cell_leaf(key: &[u8], lines: u64, units: i64, money: Amount, gross: Option<Amount>, indices: &Hash) -> Hash {
    let (lines, units, money) = (lines.to_be_bytes(), units.to_be_bytes(), money.picos().to_be_bytes());
    let given = [u8::from(gross.is_some())];
    let gross = gross.map(|gross| gross.picos().to_be_bytes());
    let gross = gross.as_ref().map_or(&[][..], |picos| picos);
    leaf_hash(&[CELL_DOMAIN, key, &lines, &units, &money, &given, gross, &indices.0].concat())
}

/// What is counted of one use under a contract (SPEC.md section 14).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// The contract, by its first version.
    pub contract: u64,
    /// The use.
    pub use_type: UseType,
    /// The form it had.
    pub configuration: Configuration,
}

/// `leaf("cantus/counter/v1" NUL | contract u64 | use u16 | configuration u16 | units i64)`: units less returns.
pub fn counter_leaf(counted: &Counted, units: i64) -> Result<Hash, CodecError> {
    let Counted { contract, use_type, configuration } = *counted;
    Ok(leaf_hash(&[COUNTER_DOMAIN, &codec::encode(&(contract, use_type, configuration, units))?].concat()))
}

/// `leaf("cantus/earned/v1" NUL | contract u64 | currency [3] | use u16 | configuration u16 | earned)`: what cells came
/// to over the life of the contract.
pub fn earned_leaf(counted: &Counted, currency: Currency, earned: Amount) -> Result<Hash, CodecError> {
    let Counted { contract, use_type, configuration } = *counted;
    let fields = codec::encode(&(contract, currency, use_type, configuration, earned))?;
    Ok(leaf_hash(&[EARNED_DOMAIN, &fields].concat()))
}

/// Sums over the life of a contract, in one currency (SPEC.md section 14).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sums {
    /// The contract, by its first version.
    pub contract: u64,
    /// The currency.
    pub currency: Currency,
    /// What steps of the rate added to what cells came to.
    pub uplift: Amount,
    /// What the profit share added to it, mostly below zero.
    pub shared: Amount,
    /// Costs that the profit share counts.
    pub costs: Amount,
}

/// `leaf("cantus/sums/v1" NUL | contract u64 | currency [3] | uplift | shared | costs)`.
pub fn sums_leaf(sums: &Sums) -> Result<Hash, CodecError> {
    let Sums { contract, currency, uplift, shared, costs } = *sums;
    let fields = codec::encode(&(contract, currency, uplift, shared, costs))?;
    Ok(leaf_hash(&[SUMS_DOMAIN, &fields].concat()))
}

/// The schedule of a reserve (SPEC.md section 14).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule {
    /// The reserve.
    pub account: Account,
    /// What was kept back.
    pub kept: Amount,
    /// What of it was let go.
    pub released: Amount,
    /// Closes from the period it was kept back in to the one that lets the first part go.
    pub after: u16,
    /// In how many parts it is let go.
    pub parts: u16,
}

/// `leaf("cantus/reserve/v1" NUL | account | kept | released | after u16 | parts u16)`.
pub fn reserve_leaf(schedule: &Schedule) -> Result<Hash, CodecError> {
    let Schedule { account, kept, released, after, parts } = *schedule;
    Ok(leaf_hash(&[RESERVE_DOMAIN, &codec::encode(&(account, kept, released, after, parts))?].concat()))
}

/// What became of a row of a source (SPEC.md section 14.2). Each is in one state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RowState {
    /// All its money is posted to those it belongs to.
    Posted,
    /// Money of it waits.
    Suspense(SuspenseReason),
    /// It, or its whole source, was taken back; as a duplicate, or for another reason.
    Reversed(ReasonCode),
    /// It could not be taken.
    Refused,
    /// It carries no money of its own.
    WithoutMoney,
    /// Its import is not finished.
    NotIn,
}

impl RowState {
    /// The state and its reason, or zero.
    pub fn code(self) -> (u8, u16) {
        match self {
            RowState::Posted => (1, 0),
            RowState::Suspense(reason) => (2, reason.0),
            RowState::Reversed(reason) => (3, reason.0),
            RowState::Refused => (4, 0),
            RowState::WithoutMoney => (5, 0),
            RowState::NotIn => (6, 0),
        }
    }
}

/// `leaf("cantus/source/v1" NUL | source u64 | rows u64 | { state u8 | reason u16 | rows u64 })`: how many rows a source
/// declared, by its first event, and how many of them are in each state that any is in.
pub fn source_leaf(source: u64, rows: u64, states: &BTreeMap<RowState, u64>) -> Hash {
    let mut bytes = [SOURCE_DOMAIN, &source.to_be_bytes(), &rows.to_be_bytes()].concat();
    // The order of the states is that of their codes.
    for (state, rows) in states {
        let (state, reason) = state.code();
        bytes.push(state);
        bytes.extend(reason.to_be_bytes());
        bytes.extend(rows.to_be_bytes());
    }
    leaf_hash(&bytes)
}

/// `leaf("cantus/posting/v1" NUL | index u64 | account | amount)`: the event that made the posting, and one of its sides.
pub fn posting_leaf(index: u64, account: &Account, amount: Amount) -> Result<Hash, CodecError> {
    Ok(leaf_hash(&[POSTING_DOMAIN, &codec::encode(&(index, *account, amount))?].concat()))
}

/// The rows of a close under its key.
#[derive(Debug, Clone)]
pub struct Rows {
    leaves: Vec<Hash>,
    root: Hash,
}

/// A row's place under the root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowProof {
    /// Its place among all leaves, padding included.
    pub index: u64,
    /// How many leaves there are, a power of two.
    pub size: u64,
    /// RFC 6962 inclusion proof.
    pub path: Vec<Hash>,
}

impl Rows {
    /// Salts, pads and sorts the rows; one for each party.
    ///
    /// The leaves are the rows' and as many of `HMAC-SHA256(key, "cantus/pad/v1" NUL | number u64)`, number from 0,
    /// as it takes to a power of two, all sorted together, so that a place says nothing of how many rows there are.
    pub fn new(key: &Hash, rows: &[Row]) -> Rows {
        let mut leaves: Vec<Hash> = rows.iter().map(|row| row.leaf(&row_salt(key, &row.party))).collect();
        let padding = leaves.len().next_power_of_two() - leaves.len();
        leaves.extend((0..padding as u64).map(|number| hmac(key, &[PAD_DOMAIN, &number.to_be_bytes()])));
        leaves.sort_unstable();
        let root = merkle::root_of(&leaves);
        Rows { leaves, root }
    }

    /// The root that the close publishes.
    pub fn root(&self) -> Hash {
        self.root
    }

    /// Where the row with this leaf is; `None` if it is none of these.
    pub fn prove(&self, leaf: &Hash) -> Option<RowProof> {
        let (index, size) = (self.leaves.binary_search(leaf).ok()? as u64, self.leaves.len() as u64);
        let path = merkle::inclusion_proof(&Leaves(&self.leaves), index, size).ok()?;
        Some(RowProof { index, size, path })
    }
}

/// Checks a row that a payee was shown against the root of a close.
pub fn verify_row(row: &Row, salt: &Hash, proof: &RowProof, root: &Hash) -> Result<(), ProofError> {
    merkle::verify_inclusion(&row.leaf(salt), proof.index, proof.size, &proof.path, root)
}
