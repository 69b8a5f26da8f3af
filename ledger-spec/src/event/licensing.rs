//! Licensing (class 3): the permission to use works, and its price. Private; may still change until the royalty
//! accounting is finished (SPEC.md section 12).

use bincode::{BorrowDecode, Decode, Encode};
use serde::Serialize;

use crate::code::{LicenceKind, RateTable, Rights, UseType};
use crate::event::catalogue::Scope;
use crate::ident::Identifier;
use crate::money::{Amount, Currency, Ratio};
use crate::reference::{EventRef, PartyId};

/// The price of a licensed use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LicenceRate {
    /// An amount for each unit, for the whole work.
    PerUnit {
        /// The amount.
        amount: Amount,
        /// Its currency.
        currency: Currency,
    },
    /// A part of the net of the use.
    PercentOfNet(Ratio),
    /// A factor of a public rate table, by the date of the use and the playing time.
    Statutory {
        /// The table.
        table: RateTable,
        /// The factor, one for the full rate.
        factor: Ratio,
    },
    /// Nothing is owed.
    Waived,
}

/// A licence for mechanical or other uses of works.
#[derive(Debug, Clone, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct Licence<'a> {
    /// Licence numbers of the licensor or society, the operator's own codes.
    pub identifiers: Vec<Identifier<'a>>,
    /// What it is.
    #[serde(rename = "type")]
    pub kind: LicenceKind,
    /// Who grants it; a compulsory licence has no grantor.
    pub licensor: Option<PartyId>,
    /// The works; none means every work the licensor has an agreed share of (blanket).
    pub works: Vec<EventRef>,
    /// The rights.
    pub rights: Rights,
    /// The uses; none means every use.
    pub uses: Vec<UseType>,
    /// Where and when.
    pub scope: Scope,
    /// The price.
    pub rate: LicenceRate,
    /// An earlier licence that this one takes the place of.
    pub replaces: Option<EventRef>,
}
