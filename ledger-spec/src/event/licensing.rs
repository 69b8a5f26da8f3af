//! Licensing (class 3): the permission to use works, and its price. Private; frozen (SPEC.md section 12).

use bincode::{BorrowDecode, Decode, Encode};
use serde::Serialize;

use crate::code::{Configuration, LicenceKind, PriceTier, RateTable, Rights, UseType};
use crate::date::Date;
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
    /// A part of the gross of the use: what was there before anything came off.
    PercentOfGross(Ratio),
    /// A controlled composition clause: a part of the minimum statutory rate, which knows no playing time; and of a
    /// release sold whole at most so many such rates for all its works together.
    Controlled {
        /// The table.
        table: RateTable,
        /// How much of its flat rate.
        factor: Ratio,
        /// The day that picks the rate; none means the day of use.
        fixed: Option<Date>,
        /// The cap on a release, in rates of one work; none means no cap.
        works: Option<u16>,
        /// Works licensed by others that do not eat into the cap.
        protected: u16,
    },
}

/// The notice of intention of a compulsory licence (17 USC 115(b)).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize)]
pub struct Notice {
    /// The day it was served: nothing distributed before it is licensed.
    pub served: Date,
    /// The day the recording was made. A notice served more than 30 days after it licenses nothing.
    pub made: Option<Date>,
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
    /// The configurations; none means every configuration.
    pub configurations: Vec<Configuration>,
    /// The price tiers; none means every price tier.
    pub tiers: Vec<PriceTier>,
    /// Where and when.
    pub scope: Scope,
    /// The price.
    pub rate: LicenceRate,
    /// The notice of intention; a compulsory licence has one.
    pub notice: Option<Notice>,
    /// An earlier licence that this one takes the place of.
    pub replaces: Option<EventRef>,
}
