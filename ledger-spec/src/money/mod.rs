//! Money, exactly: posted amounts, amounts as a source gave them, ratios, and the division of an amount into parts.
//!
//! Nothing here is a float and nothing rounds unless its name says so. Every rounding is half to even.
//! Values in range are an invariant of the types: constructors, parsers and decoders refuse all others.

mod allocate;
mod amount;
mod currency;
mod decimal;
mod exact_sum;
mod ratio;
mod source_amount;
mod wide;

pub use allocate::{AllocationError, allocate, allocate_shares, weights};
pub use amount::{Amount, AmountError};
pub use currency::{Currency, CurrencyError, minor_units};
pub use decimal::DecimalError;
pub use exact_sum::ExactSum;
pub use ratio::{Ratio, RatioError};
pub use source_amount::SourceAmount;
