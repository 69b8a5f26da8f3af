//! Events: classes, kinds and bodies (SPEC.md section 7).
//!
//! A body is `kind u16` and the canonical encoding of that kind's struct. The high byte of a kind is its class,
//! so that a record's class can be held against the body it commits to. A changed struct is a new kind; old
//! kinds stay readable for ever, and a kind this version does not know is *cannot decide*, never *malformed*.

pub mod catalogue;
mod cites;
pub mod governance;
pub mod licensing;
pub mod money;
pub mod particulars;
pub mod period;
pub mod usage;

use serde::Serialize;
use thiserror::Error;

use crate::codec::{self, CodecError};
use crate::limits;

/// What a record shows of its event to everyone.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
#[repr(u8)]
pub enum Class {
    /// Keys, rules, public tables, closes: public, inline, never erased.
    Governance = 1,
    /// Parties, works, recordings, claims, shares, splits, contracts, matches.
    Catalogue = 2,
    /// Licences.
    Licensing = 3,
    /// What was reported: sources, resources, lines.
    Usage = 4,
    /// Payments, adjustments, reversals, payouts.
    Money = 5,
    /// Keys to a period's rows, for auditors.
    Period = 6,
    /// Names and sentences: the erasable kinds, and only they.
    Particulars = 7,
}

impl Class {
    /// Every class, in the order of their numbers.
    pub const ALL: [Class; 7] = [
        Class::Governance,
        Class::Catalogue,
        Class::Licensing,
        Class::Usage,
        Class::Money,
        Class::Period,
        Class::Particulars,
    ];

    /// The class of a number.
    pub fn from_number(number: u8) -> Option<Class> {
        Self::ALL.get(usize::from(number).checked_sub(1)?).copied()
    }

    /// The number in the record.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The name people read.
    pub const fn name(self) -> &'static str {
        match self {
            Class::Governance => "governance",
            Class::Catalogue => "catalogue",
            Class::Licensing => "licensing",
            Class::Usage => "usage",
            Class::Money => "money",
            Class::Period => "period",
            Class::Particulars => "particulars",
        }
    }
}

impl std::fmt::Display for Class {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.name())
    }
}

/// Why bytes are not the body of an event.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EventError {
    /// Too short to hold a kind.
    #[error("a body of {0} bytes has no kind")]
    NoKind(usize),
    /// A kind that this version does not know: nothing can be said about the body.
    #[error("kind 0x{0:04x} is not known to this version; a newer one may read it")]
    UnknownKind(u16),
    /// The struct is not one.
    #[error("a {kind} body {error}")]
    Body {
        /// The kind's name.
        kind: &'static str,
        /// What is wrong with the bytes.
        error: CodecError,
    },
    /// Longer than its limit.
    #[error("a body of {length} bytes is longer than {limit}, the limit of its class")]
    TooLong {
        /// Its length.
        length: usize,
        /// The limit for its class.
        limit: usize,
    },
    /// Erased: its salt and body are zeros.
    #[error("the body was erased")]
    Erased,
}

/// A struct that is the body of one kind.
pub trait Kind: bincode::Encode {
    /// The number before the struct in the body.
    const CODE: u16;
    /// The name people read and write.
    const NAME: &'static str;

    /// The class, the high byte of the code.
    fn class() -> Class {
        Class::from_number((Self::CODE >> 8) as u8).expect("every kind is declared under a class, see `kinds!`")
    }

    /// Appends the body, kind first. On error `out` is left as it was.
    fn write_body(&self, out: &mut Vec<u8>) -> Result<(), EventError>
    where
        Self: Sized,
    {
        let start = out.len();
        out.extend_from_slice(&Self::CODE.to_be_bytes());
        let written = codec::encode_into(self, out)
            .map_err(|error| EventError::Body { kind: Self::NAME, error })
            .and_then(|()| within_limit(&out[start..]));
        if written.is_err() {
            out.truncate(start);
        }
        written
    }

    /// The body, kind first.
    fn to_body(&self) -> Result<Vec<u8>, EventError>
    where
        Self: Sized,
    {
        let mut out = Vec::new();
        self.write_body(&mut out)?;
        Ok(out)
    }
}

/// Held against the class that the body claims, known kind or not: no version reads more.
fn within_limit(body: &[u8]) -> Result<(), EventError> {
    let limit = if class_of_body(body) == Some(Class::Governance) { limits::BODY_INLINE } else { limits::BODY };
    let length = body.len();
    if length > limit { Err(EventError::TooLong { length, limit }) } else { Ok(()) }
}

macro_rules! kinds {
    ($($code:literal $variant:ident = $module:ident $(<$life:lifetime>)?, $name:literal;)*) => {
        /// The body of an event, decoded; it borrows its texts from the bytes.
        #[derive(Debug, Clone, PartialEq, Serialize)]
        #[serde(tag = "kind", rename_all = "kebab-case")]
        #[allow(missing_docs, reason = "each variant is documented at its struct")]
        pub enum Event<'a> {
            $($variant($module::$variant $(<$life>)?),)*
        }

        $(
            // A lifetime on the struct needs one on the implementation.
            kinds!(@kind $code $variant $module $name $($life)?);
            const _: () = assert!($code >> 8 >= 1 && $code >> 8 <= 7, "the high byte of a kind is its class");
        )*

        /// Every kind known to this version: its code and its name.
        pub const KINDS: &[(u16, &str)] = &[$(($code, $name)),*];

        impl<'a> Event<'a> {
            fn read(bytes: &'a [u8], canonical: bool) -> Result<Event<'a>, EventError> {
                let Some((kind, rest)) = bytes.split_first_chunk::<2>() else {
                    return Err(EventError::NoKind(bytes.len()));
                };
                match u16::from_be_bytes(*kind) {
                    $($code => read_body(rest, canonical).map(Event::$variant)
                        .map_err(|error| EventError::Body { kind: $name, error }),)*
                    0 if bytes.iter().all(|byte| *byte == 0) => Err(EventError::Erased),
                    unknown => Err(EventError::UnknownKind(unknown)),
                }
            }

            /// The code of the kind.
            pub fn code(&self) -> u16 {
                match self {
                    $(Event::$variant(_) => $code,)*
                }
            }

            /// The name of the kind.
            pub fn name(&self) -> &'static str {
                match self {
                    $(Event::$variant(_) => $name,)*
                }
            }

            /// Appends the body, kind first. On error `out` is left as it was.
            pub fn write_body(&self, out: &mut Vec<u8>) -> Result<(), EventError> {
                match self {
                    $(Event::$variant(body) => body.write_body(out),)*
                }
            }
        }
    };
    (@kind $code:literal $variant:ident $module:ident $name:literal $life:lifetime) => {
        impl Kind for $module::$variant<'_> {
            const CODE: u16 = $code;
            const NAME: &'static str = $name;
        }
    };
    (@kind $code:literal $variant:ident $module:ident $name:literal) => {
        impl Kind for $module::$variant {
            const CODE: u16 = $code;
            const NAME: &'static str = $name;
        }
    };
}

kinds! {
    0x0101 LedgerOpened = governance<'a>, "ledger-opened";
    0x0102 KeyEnrolled = governance, "key-enrolled";
    0x0103 KeyRevoked = governance, "key-revoked";
    0x0104 RulesAdopted = governance, "rules-adopted";
    0x0105 RatesAdopted = governance, "rates-adopted";
    0x0106 MechanicalsAdopted = governance, "mechanicals-adopted";
    0x0107 PeriodClosed = governance, "period-closed";
    0x0108 Redacted = governance, "redacted";
    0x0109 LogKeyChanged = governance, "log-key-changed";
    0x010a LedgerEnded = governance, "ledger-ended";
    0x0201 Party = catalogue<'a>, "party";
    0x0202 Work = catalogue<'a>, "work";
    0x0203 Recording = catalogue<'a>, "recording";
    0x0204 Release = catalogue<'a>, "release";
    0x0205 Claim = catalogue, "claim";
    0x0206 Share = catalogue, "share";
    0x0207 Split = catalogue, "split";
    0x0208 Contract = catalogue<'a>, "contract";
    0x0209 Match = catalogue, "match";
    0x020a IdentifierAsserted = catalogue<'a>, "identifier-asserted";
    0x020b LetterOfDirection = catalogue, "letter-of-direction";
    0x0301 Licence = licensing<'a>, "licence";
    0x0401 SourceOpened = usage<'a>, "source-opened";
    0x0402 ReportedResource = usage<'a>, "reported-resource";
    0x0403 UsageSummary = usage<'a>, "usage-summary";
    0x0404 UsageLine = usage, "usage-line";
    0x0405 AllocatedLine = usage, "allocated-line";
    0x0406 LineRefused = usage, "line-refused";
    0x0407 SourceClosed = usage, "source-closed";
    0x0408 UsageList = usage, "usage-list";
    0x0409 PoolReported = usage, "pool-reported";
    0x0501 OpeningBalance = money, "opening-balance";
    0x0502 PaymentReceived = money, "payment-received";
    0x0503 Adjustment = money, "adjustment";
    0x0504 Reversal = money, "reversal";
    0x0505 PayoutInstructed = money, "payout-instructed";
    0x0506 PayoutApproved = money, "payout-approved";
    0x0507 PayoutSettled = money, "payout-settled";
    0x0508 PayoutFailed = money, "payout-failed";
    0x0509 AdvancePaid = money, "advance-paid";
    0x050a CostCharged = money, "cost-charged";
    0x050b Converted = money, "converted";
    0x050c TaxForm = money, "tax-form";
    0x050d Hold = money, "hold";
    0x0601 PeriodKey = period, "period-key";
    0x0701 PartyDetails = particulars<'a>, "party-details";
    0x0702 Remark = particulars<'a>, "remark";
    0x0703 NamesReported = particulars<'a>, "names-reported";
}

fn read_body<'a, T>(bytes: &'a [u8], canonical: bool) -> Result<T, CodecError>
where
    T: bincode::Encode + bincode::BorrowDecode<'a, ()>,
{
    if canonical { codec::decode(bytes) } else { codec::decode_trusted(bytes) }
}

impl<'a> Event<'a> {
    /// Reads a body: within the limit of its class, kind, struct, nothing left over, canonical.
    pub fn decode(bytes: &'a [u8]) -> Result<Event<'a>, EventError> {
        within_limit(bytes)?;
        Self::read(bytes, true)
    }

    /// Reads a body that a ledger already accepted and whose commitment was checked: the encoding is not held
    /// against the canonical one again.
    pub fn decode_trusted(bytes: &'a [u8]) -> Result<Event<'a>, EventError> {
        Self::read(bytes, false)
    }

    /// The class of the kind.
    pub fn class(&self) -> Class {
        Class::from_number((self.code() >> 8) as u8).expect("every kind is declared under a class, see `kinds!`")
    }
}

/// The class that the first two bytes of a body claim, known kind or not.
pub fn class_of_body(body: &[u8]) -> Option<Class> {
    Class::from_number(*body.first()?)
}
