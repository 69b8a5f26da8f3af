//! Open code lists (SPEC.md section 7): a `u16` with names for the values known today.
//!
//! A code that this version does not know is kept and shown by its number; it never makes a body unreadable.

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $value:literal $constant:ident $text:literal,)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, bincode::Encode, bincode::Decode)]
        pub struct $name(pub u16);

        impl $name {
            $($(#[$vdoc])* #[doc = concat!("`", $text, "`")] pub const $constant: $name = $name($value);)*

            /// Every value known to this version with its name, in the order of their numbers.
            pub const KNOWN: &'static [($name, &'static str)] = &[$(($name($value), $text)),*];

            /// The name of a known value.
            pub fn name(self) -> Option<&'static str> {
                Self::KNOWN.iter().find(|(known, _)| *known == self).map(|(_, name)| *name)
            }

            /// The value of a name.
            pub fn from_name(name: &str) -> Option<$name> {
                Self::KNOWN.iter().find(|(_, known)| *known == name).map(|(value, _)| *value)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match self.name() {
                    Some(name) => f.pad(name),
                    None => write!(f, "code-{}", self.0),
                }
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(self, f)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let name = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                Self::from_name(&name)
                    .or_else(|| name.strip_prefix("code-").and_then(|number| number.parse().ok()).map($name))
                    .ok_or_else(|| {
                        let known = Self::KNOWN.iter().map(|(_, name)| *name).collect::<Vec<_>>().join(", ");
                        serde::de::Error::custom(format_args!("unknown value {name:?}; known are {known}"))
                    })
            }
        }
    )*};
}

macro_rules! flags {
    ($($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $bit:literal $constant:ident $text:literal,)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, bincode::Encode, bincode::Decode)]
        pub struct $name(pub u16);

        impl $name {
            $($(#[$vdoc])* #[doc = concat!("`", $text, "`, bit ", stringify!($bit))] pub const $constant: $name = $name(1 << $bit);)*

            /// Every flag known to this version with its name.
            pub const KNOWN: &'static [($name, &'static str)] = &[$(($name(1 << $bit), $text)),*];

            /// No flag.
            pub const NONE: $name = $name(0);

            /// Whether every flag of `other` is set.
            pub fn contains(self, other: $name) -> bool {
                self.0 & other.0 == other.0
            }

            /// Whether any flag of `other` is set.
            pub fn intersects(self, other: $name) -> bool {
                self.0 & other.0 != 0
            }

            /// The flags of both.
            pub const fn union(self, other: $name) -> $name {
                $name(self.0 | other.0)
            }

            /// The flag of a name.
            pub fn from_name(name: &str) -> Option<$name> {
                Self::KNOWN.iter().find(|(_, known)| *known == name).map(|(value, _)| *value)
            }

            /// The names of the flags set; unknown bits as `bit-N`.
            pub fn names(self) -> Vec<String> {
                (0..16).filter(|bit| self.0 & (1 << bit) != 0).map(|bit| {
                    Self::KNOWN.iter().find(|(known, _)| known.0 == 1 << bit)
                        .map_or_else(|| format!("bit-{bit}"), |(_, name)| (*name).to_owned())
                }).collect()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.names().join("+"))
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(self, f)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_seq(self.names())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let names = Vec::<std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                names.iter().try_fold($name::NONE, |flags, name| match Self::from_name(name) {
                    Some(flag) => Ok(flags.union(flag)),
                    None => {
                        let known = Self::KNOWN.iter().map(|(_, name)| *name).collect::<Vec<_>>().join(", ");
                        Err(serde::de::Error::custom(format_args!("unknown value {name:?}; known are {known}")))
                    }
                })
            }
        }
    )*};
}

codes! {
    /// What was done with a recording or work (DDEX UseType, and sales that DDEX calls products).
    UseType {
        0 UNKNOWN "unknown",
        1 STREAM "stream",
        2 INTERACTIVE_STREAM "interactive-stream",
        3 NON_INTERACTIVE_STREAM "non-interactive-stream",
        4 DOWNLOAD "download",
        5 CONDITIONAL_DOWNLOAD "conditional-download",
        6 TETHERED_DOWNLOAD "tethered-download",
        7 PHYSICAL "physical",
        8 RINGTONE "ringtone",
        9 USER_VIDEO "user-video",
        10 BROADCAST "broadcast",
        11 SYNCHRONIZATION "synchronization",
    }

    /// How the service is paid for (DDEX CommercialModelType).
    CommercialModel {
        0 UNKNOWN "unknown",
        1 SUBSCRIPTION "subscription",
        2 ADVERTISEMENT "advertisement",
        3 PAY_AS_YOU_GO "pay-as-you-go",
        4 FREE "free",
        5 DEVICE_FEE "device-fee",
        6 AS_PER_CONTRACT "as-per-contract",
        7 PERFORMANCE "performance-royalties",
        8 RIGHTS_CLAIM "rights-claim",
        9 USER_DEFINED "user-defined",
    }

    /// Through what the use reached the listener.
    Channel {
        0 UNKNOWN "unknown",
        1 ONLINE "online",
        2 MOBILE "mobile",
        3 PHYSICAL "physical",
        4 BROADCAST "broadcast",
    }

    /// What form the recording had when it was used or sold.
    Configuration {
        0 UNKNOWN "unknown",
        1 TRACK "track",
        2 RELEASE "release",
        3 VIDEO "video",
        4 CD "cd",
        5 VINYL "vinyl",
        6 CASSETTE "cassette",
    }

    /// The price class of a sale.
    PriceTier {
        0 UNKNOWN "unknown",
        1 FULL "full",
        2 MID "mid",
        3 BUDGET "budget",
        4 PROMOTIONAL "promotional",
    }

    /// What the money of a line is. Each reported sum is posted once.
    Basis {
        /// The line carries no money of its own: a summary, a pool or its allocations do.
        0 NONE "none",
        1 GROSS "gross",
        2 DEALER_PRICE "dealer-price",
        3 NET "net-to-licensor",
        /// The reporter already applied shares: the amount is the royalty of the party it names.
        4 COMPUTED "computed-royalty",
    }

    /// Who owes the mechanical of a use to the publishers.
    MechanicalPayer {
        /// The money passed through to us includes it: we owe the publishers.
        1 PASSED_THROUGH "passed-through",
        /// The service pays a society; nothing of ours is owed.
        2 PAID_AT_SOURCE "paid-at-source",
        3 NOT_DUE "not-due",
    }

    /// Why money waits in suspense.
    SuspenseReason {
        0 NONE "",
        1 UNMATCHED_RECORDING "unmatched-recording",
        2 UNMATCHED_WORK "unmatched-work",
        3 UNLICENSED "unlicensed",
        4 CONTESTED "contested",
        5 UNCLAIMED "unclaimed",
        6 NO_SPLIT "no-split",
        7 NO_RATE "no-rate",
        8 UNKNOWN_CONTROLLER "unknown-controller",
        9 NO_MECHANICAL_RULE "no-mechanical-rule",
        10 REFUSED_LINE "refused-line",
        11 DISPUTED "disputed",
    }

    /// The class of an account in the chart of accounts (SPEC.md section 13).
    AccountClass {
        1 BANK "bank",
        2 RECEIVABLE "receivable",
        3 ADVANCE "advance",
        4 TAX_RECOVERABLE "tax-recoverable",
        16 EARNED "earned",
        17 DUE "due",
        18 RESERVE "reserve",
        19 SUSPENSE "suspense",
        20 IN_TRANSIT "in-transit",
        21 TAX_PAYABLE "tax-payable",
        32 COMMISSION "commission",
        33 FEES "fees",
        34 EXCHANGE "exchange",
        35 EXCHANGE_RESULT "exchange-result",
        36 ROUNDING "rounding",
        37 OPENING "opening",
        38 WRITTEN_OFF "written-off",
        39 COSTS "costs",
    }

    /// What a party is.
    PartyKind {
        0 UNKNOWN "unknown",
        1 PERSON "person",
        2 GROUP "group",
        3 PUBLISHER "publisher",
        4 LABEL "label",
        5 DISTRIBUTOR "distributor",
        6 SERVICE "service",
        7 SOCIETY "society",
        8 OPERATOR "operator",
    }

    /// What a release is.
    ReleaseKind {
        0 UNKNOWN "unknown",
        1 SINGLE "single",
        2 EP "ep",
        3 ALBUM "album",
        4 COMPILATION "compilation",
        5 VIDEO "video",
    }

    /// What a reporter names by a number of its own within one source.
    ReportedKind {
        1 RECORDING "recording",
        2 WORK "work",
        3 RELEASE "release",
        4 SERVICE "service",
        5 CONTROLLER "controller",
    }

    /// How much of a work a recording uses.
    Extent {
        1 WHOLE "whole",
        2 PORTION "portion",
        3 SAMPLE "sample",
    }

    /// How a match was found.
    MatchMethod {
        1 PERSON "person",
        2 IDENTIFIER "identifier",
        3 SCORED "scored",
    }

    /// What a licence is.
    LicenceKind {
        1 COMPULSORY "compulsory",
        2 VOLUNTARY "voluntary",
        3 BLANKET "blanket",
    }

    /// What a contract is.
    ContractKind {
        1 DISTRIBUTION "distribution",
        2 ARTIST "artist",
        3 PRODUCER "producer",
        4 PUBLISHING "publishing",
        5 ADMINISTRATION "administration",
    }

    /// What a commission is taken from.
    CommissionBase {
        1 AFTER_MECHANICALS "after-mechanicals",
        2 BEFORE_MECHANICALS "before-mechanicals",
    }

    /// When money becomes payable.
    PayWhen {
        1 REPORTED "reported",
        2 PAID "paid",
    }

    /// Who bears a mechanical that is more than the net it comes out of.
    ExcessBearer {
        1 ARTIST "artist",
        2 OPERATOR "operator",
    }

    /// Which price of a sale a royalty is a part of.
    PriceBase {
        1 GROSS "gross",
        2 DEALER_PRICE "dealer-price",
        3 NET "net",
    }

    /// Why a factor of a royalty is less than one.
    FactorKind {
        1 PACKAGING "packaging",
        2 FREE_GOODS "free-goods",
        3 TERRITORY "territory",
        4 FORMAT "format",
        5 PRICE_TIER "price-tier",
        6 ROYALTY_BEARING "royalty-bearing",
    }

    /// In what order a contract's advances and costs are recouped.
    RecoupOrder {
        1 BY_DATE "by-date",
        2 ADVANCES_FIRST "advances-first",
        3 COSTS_FIRST "costs-first",
    }

    /// From what month on the closes of a reserve are counted.
    ReserveFrom {
        /// The period whose close keeps it back.
        1 CLOSE "close",
        /// The month of the last day of use: for copies, of their distribution.
        2 USE "use",
    }

    /// Why what is due is not paid out.
    HoldReason {
        /// The parties disagree over it.
        1 DISPUTE "dispute",
        /// A court, a creditor's lien, a tax office.
        2 LEGAL_ORDER "legal-order",
        /// It is being audited.
        3 AUDIT "audit",
        /// The payee asked for it, or agreed to it.
        4 AGREEMENT "agreement",
        /// Bank data that were changed, or are not to be trusted.
        5 BANK_DATA "bank-data",
        /// Who the payee is, or who may act for it, is not known: an heir, a name taken by another.
        6 IDENTITY "identity",
    }

    /// How far contracts of a group answer for each other.
    Crossing {
        /// What one can be paid makes up balances below zero of the others, and recoups their advances and costs.
        1 FULL "full",
        /// It makes up balances below zero of those that have recouped everything; what is not recouped stays apart.
        2 RECOUPED "recouped",
    }

    /// Which day a share or split is chosen by.
    DayOf {
        1 USE "use",
        /// The day the report was recorded.
        2 RECEIPT "receipt",
    }

    /// What a cost was for.
    CostKind {
        1 RECORDING "recording",
        2 VIDEO "video",
        3 MARKETING "marketing",
        4 TOUR_SUPPORT "tour-support",
        5 MANUFACTURING "manufacturing",
        6 LEGAL "legal",
        7 OTHER "other",
    }

    /// The form by which a party is taxed.
    TaxFormKind {
        1 W9 "w-9",
        2 W8BEN "w-8ben",
        3 W8BEN_E "w-8ben-e",
        4 W8ECI "w-8eci",
        5 RESIDENCE "certificate-of-residence",
        6 OTHER "other",
    }

    /// Where a rate of exchange is from.
    RateSource {
        1 CENTRAL_BANK "central-bank",
        2 BANK "bank",
        3 CONTRACT "contract",
        4 REPORTER "reporter",
    }

    /// The day that a rate of exchange is of.
    RateDay {
        /// The last day of the period before the one that is open.
        1 PERIOD_END "period-end",
        /// The day of the conversion.
        2 CONVERSION "conversion",
    }

    /// The format a report was read from.
    SourceFormat {
        1 DSR "ddex-dsr",
        2 DISTROKID "distrokid-bank-details",
    }

    /// A quantity that a report's control totals or cross-checks are about.
    Measure {
        1 LINES "lines",
        2 SUMMARIES "summaries",
        3 BLOCKS "blocks",
        4 UNITS "units",
        5 GROSS "gross",
        6 NET "net",
        7 ALLOCATED "allocated",
        8 ALLOCATED_NET "allocated-net",
        9 SHARE "share",
        10 CELLS "cells",
        11 FILE_NAME "file-name",
        12 SUMMARY_ID "summary-id",
        13 WITHHELD "withheld",
        14 RECOUPED "recouped",
        /// The service's revenue from lines, not the payee's.
        15 LINE_REVENUE "line-revenue",
        /// The same from summaries.
        16 SUMMARY_REVENUE "summary-revenue",
    }

    /// Why a line was refused.
    RefusalReason {
        1 NOT_UTF8 "not-utf8",
        2 MISSING_CELL "missing-cell",
        3 NOT_A_NUMBER "not-a-number",
        4 NOT_A_DATE "not-a-date",
        5 NOT_A_CODE "not-a-code",
        6 OUT_OF_RANGE "out-of-range",
        7 UNKNOWN_RECORD "unknown-record",
        8 TOO_LONG "too-long",
        9 UNRESOLVED "unresolved-reference",
    }

    /// Why something was reversed, revoked or adjusted.
    ReasonCode {
        1 ERROR "error",
        2 DUPLICATE "duplicate",
        3 REPLACED "replaced",
        4 DISPUTE "dispute",
        5 AGREEMENT "agreement",
        6 AUDIT "audit",
        7 LOST "lost",
        8 COMPROMISED "compromised",
        9 RETIRED "retired",
        10 BANK_REFUSED "bank-refused",
        11 MIGRATION "migration",
        12 WRITE_OFF "write-off",
    }

    /// Why a body was erased.
    RedactionReason {
        /// The person asked (GDPR article 17).
        1 REQUEST "request",
        2 COURT_ORDER "court-order",
        3 ENTERED_BY_MISTAKE "entered-by-mistake",
        4 RETENTION_ENDED "retention-ended",
    }

    /// What a name as reported, or a detail of a party, is.
    NameRole {
        1 TITLE "title",
        2 SUBTITLE "subtitle",
        3 ARTIST "artist",
        4 WRITER "writer",
        5 PUBLISHER "publisher",
        6 CONTRIBUTOR "contributor",
        7 LABEL "label",
        8 FILE_NAME "file-name",
        9 RELEASE_TITLE "release-title",
        10 ARRANGER "arranger",
        16 NAME "name",
        17 SORT_NAME "sort-name",
        18 EMAIL "email",
        19 ADDRESS "address",
        20 COUNTRY "country",
        21 PRODUCT_LINE "product-line",
        22 BANK_ACCOUNT "bank-account",
    }

    /// A public rate table.
    RateTable {
        /// 17 USC 115, physical copies and permanent downloads (37 CFR 385.11).
        1 US_MECHANICAL "us-mechanical",
        /// 17 USC 115, interactive streaming (37 CFR 385.21): what all offerings have in common.
        2 US_STREAMING "us-streaming",
        /// The same, for one kind of offering.
        3 US_STREAMING_PORTABLE "us-streaming-portable",
        4 US_STREAMING_NON_PORTABLE "us-streaming-non-portable",
        5 US_STREAMING_MIXED "us-streaming-mixed",
        6 US_STREAMING_BUNDLE "us-streaming-bundle",
        7 US_STREAMING_FREE "us-streaming-free",
    }

    /// What a row of a rate table fixes.
    RateMeasure {
        1 PER_WORK "per-work",
        2 PER_MINUTE "per-minute-or-fraction",
        3 PERCENT_OF_REVENUE "percent-of-revenue",
        4 PERCENT_OF_CONTENT_COST "percent-of-content-cost",
        5 PER_SUBSCRIBER_CAP "per-subscriber-cap",
        6 PER_SUBSCRIBER_FLOOR "per-subscriber-floor",
        7 RINGTONE "per-ringtone",
    }

    /// Where a rate or rule is published.
    CitationSource {
        0 NONE "none",
        1 FEDERAL_REGISTER "federal-register",
        2 CFR "code-of-federal-regulations",
        3 USC "united-states-code",
        4 SOCIETY_TARIFF "society-tariff",
        5 ENTERED_BY_USER "entered-by-user",
    }
}

flags! {
    /// Rights that a sum, a claim or a licence is about.
    Rights {
        0 MECHANICAL "mechanical",
        1 PERFORMING "performing",
        2 SYNCHRONIZATION "synchronization",
        3 MAKING_AVAILABLE "making-available",
        4 PRINT "print",
        5 MASTER "master",
    }

    /// What else a reporter said of a line.
    UsageFlags {
        0 PROMOTIONAL "promotional",
        1 NOT_ROYALTY_BEARING "not-royalty-bearing",
        /// The amounts are already the payee's share; `share_applied` says which.
        2 SHARE_APPLIED "share-applied",
        /// The reporter kept the mechanicals and pays them itself.
        3 MECHANICALS_WITHHELD "mechanicals-withheld",
        4 SALES_UPGRADE "sales-upgrade",
        5 MASTER_RECORDING "master-recording",
    }
}
