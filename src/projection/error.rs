//! Why a log cannot be folded. A log that the writer judged never comes to this; one that was made by a program that
//! did not, may.

use ledger_spec::account::Account;
use ledger_spec::event::EventError;
use ledger_spec::key::PublicKey;
use ledger_spec::money::{AmountError, Currency};
use thiserror::Error;

use super::payouts::PayoutError;
use crate::royalty::groups::Stuck;
use crate::royalty::postings::PostingError;
use crate::store::{Misfit, StoreError};

/// Why an event cannot be taken in. The state is of no more use then.
#[derive(Debug, Error)]
pub enum FoldError {
    /// The events are not given in order.
    #[error("event {found} comes where event {expected} should")]
    Order {
        /// The index that should come.
        expected: u64,
        /// The index that came.
        found: u64,
    },
    /// The body is not there, and balances cannot be computed without it.
    #[error("the body of event {index} is missing: replay needs every body but those of erased particulars")]
    Missing {
        /// The event.
        index: u64,
    },
    /// The body cannot be read.
    #[error("event {index}: {error}")]
    Body {
        /// The event.
        index: u64,
        /// What is wrong with it.
        error: EventError,
    },
    /// From here on other rules hold than this program computes by.
    #[error("event {index} adopts version {version} of the rules, which this program does not compute by")]
    Rules {
        /// The event.
        index: u64,
        /// The version.
        version: u32,
    },
    /// The author's key was never enrolled.
    #[error("event {index} is by key {key}, which is not enrolled")]
    Author {
        /// The event.
        index: u64,
        /// The key.
        key: PublicKey,
    },
    /// It cites an event that is not what it should be.
    #[error("event {index} cites event {cited}, which is no {expected}")]
    Cites {
        /// The event.
        index: u64,
        /// What it cites.
        cited: u64,
        /// What that should be.
        expected: &'static str,
    },
    /// It names a number that its source has not given to anything.
    #[error("event {index} names number {number} of source {source_event}, which is not known there")]
    Number {
        /// The event.
        index: u64,
        /// The source.
        source_event: u64,
        /// The number.
        number: u32,
    },
    /// What it says does not add up.
    #[error("event {index}: {error}")]
    Posting {
        /// The event.
        index: u64,
        /// What does not.
        error: PostingError,
    },
    /// A payout that nobody with judgement would have taken in.
    #[error("event {index}: {error}")]
    Payout {
        /// The event.
        index: u64,
        /// Why not.
        error: PayoutError,
    },
    /// Postings that do not balance: a fault of this program.
    #[error("the postings of event {index} leave {picos} 10^-12 {currency} over; this is a fault of the program")]
    Unbalanced {
        /// The event.
        index: u64,
        /// The currency.
        currency: Currency,
        /// What they sum to, in 10^-12 of a unit.
        picos: i128,
    },
    /// Beyond what amounts and counters can hold.
    #[error("event {index}: {what} goes beyond what can be held")]
    OutOfRange {
        /// The event.
        index: u64,
        /// What does.
        what: &'static str,
    },
    /// An account holds more than an amount can say. The state is whole: later events can put the account right.
    #[error(
        "an account of class {} of party {} holds more than 10^15 {}; nothing can be shown or closed until what brings \
         it there, a rate, a licence or a report, is corrected",
        account.class, account.party, account.currency
    )]
    Beyond {
        /// The account.
        account: Account,
    },
    /// A close cannot be computed. Later events can put right what it is about.
    #[error(
        "no close can be computed: {0}; correct what brings it there, by an amendment of the contract, or a reversal of a \
         rate, a licence or a report"
    )]
    Close(#[from] Stuck),
    /// More rows than can be numbered.
    #[error("event {index} is one too many of its kind for this program")]
    TooMany {
        /// The event.
        index: u64,
    },
    /// The store gave bytes that are no events.
    #[error("what is stored from event {index} on cannot be read: {error}")]
    Log {
        /// The first event of what was read together.
        index: u64,
        /// What is wrong.
        error: Misfit,
    },
    /// The store could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl FoldError {
    /// Whether the event itself breaks the rules of the books. What else stops a fold is not there, or not known to
    /// this program.
    pub fn is_breach(&self) -> bool {
        use FoldError::{Cites, Close, Number, OutOfRange, Payout, Posting};
        matches!(self, Cites { .. } | Close(_) | Number { .. } | OutOfRange { .. } | Payout { .. } | Posting { .. })
    }

    /// For `map_err`: an amount out of range.
    pub(crate) fn range(index: u64, what: &'static str) -> impl FnOnce(AmountError) -> FoldError {
        move |_| FoldError::OutOfRange { index, what }
    }
}
