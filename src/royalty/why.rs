//! Why an amount is what it is: the rule that made it, the events it rests on, and the numbers it was made of.
//!
//! Enough to print a sentence and a formula for every part and posting without asking the state again. Events are
//! named by their index in the log, `0` is none.

use ledger_spec::code::{CommissionBase, FactorKind, PriceBase, RateSource, ReasonCode};
use ledger_spec::date::{Date, Period};
use ledger_spec::money::{Amount, Currency, Ratio, SourceAmount};

use super::groups::Rule;
use super::pool::NoPool;
use super::title::Collected;

/// The rule behind a part of a cell's money, a posting, or nothing being owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// Reported by a source, which owes it.
    Reported,
    /// Reported as the royalty of a rights controller, asserted by this event to be the party.
    Computed {
        /// The assertion.
        by: u64,
    },
    /// Reported as the royalty of a rights controller, or of nobody, that no party is known to be.
    UnknownController,
    /// Nobody knows yet which recording, or which release, was used.
    UnknownRecording,
    /// A mechanical may be owed: no row says who pays it for this territory, use, service and day.
    NoMechanicalRule,
    /// A mechanical is owed and nobody knows yet for which work; nor is there a statutory rate to hold.
    UnknownWork,
    /// A mechanical is owed for a work without a licence, nor is there a statutory rate to hold.
    Unlicensed {
        /// The work.
        work: u64,
    },
    /// A mechanical is owed by a licence whose price cannot be had.
    NoRate {
        /// The work.
        work: u64,
        /// The licence.
        licence: u64,
        /// What is missing.
        gap: Gap,
    },
    /// Nobody said what the money is.
    NoBasis,
    /// Shares above the whole, or numbers beyond what amounts and ratios can hold.
    OutOfRange,

    /// The mechanical of a work, or the part of it that is one holder's.
    Mechanical(Mechanical),
    /// What the operator keeps of it.
    MechanicalCommission(Mechanical),
    /// A payee's part of a recording's net.
    Earned(Net),
    /// What the operator keeps of it.
    Commission(Net),
    /// The part of the mechanicals above that net, borne by the operator.
    Excess(Net),
    /// A payee's royalty of the price.
    Royalty(PriceRoyalty),
    /// What a royalty of the price leaves of the payee's part of the net, or takes beyond it: the operator's.
    AfterRoyalty {
        /// The part of the net, without a commission.
        net: Net,
        /// The royalty.
        royalty: Amount,
    },
    /// A royalty is of a price that cannot be had.
    NoPrice {
        /// The version of the contract.
        contract: u64,
        /// What is missing.
        gap: Gap,
    },
    /// No split says who shares the recording's net that day.
    NoSplit {
        /// The recording.
        recording: u64,
    },
    /// What the split leaves over.
    SplitRest(Net),
    /// The contract of the payee has no version in force that day, or none that these rules can read.
    NoTerms {
        /// Its first version.
        contract: u64,
        /// The split or share that names it.
        by: u64,
    },
    /// The reporter already applied a share, and the split has more payees than one it could be of.
    ShareApplied {
        /// The share.
        share: Ratio,
    },

    /// Note: the figures of a pool come to none, so plays have no money.
    NoPool {
        /// The figures.
        pool: u64,
        /// What is missing.
        gap: NoPool,
    },
    /// Note: a release was sold as a whole, and this much of it is the recording's.
    Track {
        /// The release.
        release: u64,
        /// The recording.
        recording: u64,
        /// Its weight.
        weight: u32,
        /// Its part of the money.
        money: Amount,
    },
    /// Note: the rights that the money covers do not include the mechanical.
    NotInMoney,
    /// Note: the reporter kept the mechanicals and pays them itself.
    Withheld,
    /// Note: the reporter says that no royalty is due on the use.
    NotRoyaltyBearing,
    /// Note: the service pays the mechanical to a society.
    PaidAtSource {
        /// The adopted row's event.
        rule: u64,
    },
    /// Note: no mechanical is due on this use there.
    NotDue {
        /// The adopted row's event.
        rule: u64,
    },
    /// Note: the work is in the public domain.
    PublicDomain {
        /// The work.
        work: u64,
    },
    /// Note: the licence waives the royalty.
    Waived {
        /// The work.
        work: u64,
        /// The licence.
        licence: u64,
    },
    /// Note: the works on a release come to the cap of a controlled composition clause:
    /// `rate x works x units x factor x applied`.
    CapReached {
        /// The licence.
        licence: u64,
        /// The adopted table.
        table: u64,
        /// The day that picked the rate.
        day: Date,
        /// For a unit.
        rate: Amount,
        /// How many controlled rates the cap is.
        works: u16,
        /// What part of the statutory rate the clause asks.
        factor: Ratio,
        /// Units less returns.
        units: i64,
        /// The share that the reporter already applied to the money.
        applied: Ratio,
        /// What that comes to.
        cap: Amount,
    },
    /// Note: works that others license take all of the cap on the release.
    CapTaken {
        /// The work that nothing is left for.
        work: u64,
        /// The licence with the cap.
        licence: u64,
    },
    /// Note: this part of a share of the work is paid to another, which collects it.
    Collected {
        /// The work.
        work: u64,
        /// What is collected, by which share, from which.
        collected: Collected,
    },
    /// Note: who holds this share of the work is alone paid for the recording, and owes nothing to itself.
    OwnWork {
        /// The work.
        work: u64,
        /// The share.
        share: u64,
    },

    /// The lines of a source, each rounded, differ from its exact total by this.
    Residue,
    /// A balance brought in from another system.
    OpeningBalance,
    /// Came to the bank.
    Received,
    /// Tax kept on the way, which can be claimed back.
    TaxKept,
    /// Fees kept on the way.
    FeeKept,
    /// Settles what this source reported.
    Settles {
        /// The source.
        source: u64,
    },
    /// A correction by hand.
    Adjustment {
        /// Why, as a code.
        reason: ReasonCode,
    },
    /// Takes back what an earlier event posted.
    Reversed {
        /// The event.
        target: u64,
        /// Why, as a code.
        reason: ReasonCode,
    },
    /// A payout was ordered.
    PayoutInstructed,
    /// Tax withheld from a payout.
    TaxWithheld,
    /// The bank paid.
    PayoutSettled {
        /// The instruction.
        payout: u64,
    },
    /// The bank did not pay.
    PayoutFailed {
        /// The instruction.
        payout: u64,
        /// Why, as a code.
        reason: ReasonCode,
    },
    /// What was due in one currency is due in another.
    Converted {
        /// The currency that left the balance.
        from: Currency,
        /// How much of it.
        amount: Amount,
        /// The currency that came in its place.
        to: Currency,
        /// Units of it for one of the other.
        rate: SourceAmount,
        /// The day of the rate.
        date: Date,
        /// Where the rate is from.
        source: RateSource,
    },
    /// An advance was paid to a party.
    AdvancePaid,
    /// A cost was paid for a contract.
    CostCharged,
    /// A cost, or the part of it, that is not recouped.
    CostBorne,
    /// A period was closed.
    Close {
        /// The period.
        period: Period,
        /// What the close does by it.
        rule: Rule,
    },
}

/// Why a price cannot be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gap {
    /// No table has a rate for the use, place and day.
    NoRow,
    /// The rate depends on the playing time, which nobody knows.
    NoPlayingTime,
    /// The price is a part of the gross, which some line does not give.
    NoGross,
    /// The price depends on what other works on the release cost, which cannot be had.
    NoCap,
    /// The price is the dealer price, which is not what the report gives.
    NoDealerPrice,
    /// The price is the gross, and the report gives the dealer price instead.
    DealerPriceOnly,
    /// The price is in another currency than the money; only a conversion event can bridge that.
    OtherCurrency,
}

/// A mechanical: `price x share`, less commission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mechanical {
    /// The row that says we owe it.
    pub rule: u64,
    /// The match that says which work was used; none where nobody knows yet.
    pub matched: u64,
    /// The work, likewise.
    pub work: u64,
    /// What the whole work costs.
    pub price: Price,
    /// Whose part.
    pub holder: Holder,
    /// How much of the whole that is.
    pub share: Ratio,
    /// The claim that the holder collects for, or zero.
    pub collects: u64,
    /// The version of the holder's contract; zero if it has none.
    pub contract: u64,
    /// The commission it asks.
    pub commission: Ratio,
}

/// What the mechanical of a whole work comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Price {
    /// `rate x units x applied`.
    PerUnit {
        /// The licence.
        licence: u64,
        /// For a unit.
        rate: Amount,
        /// Units less returns.
        units: i64,
        /// The share that the reporter already applied to the money.
        applied: Ratio,
    },
    /// `rate x minutes x factor x units x applied`: the statutory rate, per work or per minute, the larger of both.
    Statutory {
        /// The licence; zero where there is none and the rate only says how much to hold.
        licence: u64,
        /// The adopted table.
        table: u64,
        /// For a unit, or a minute of it.
        rate: Amount,
        /// Minutes, the last begun one counted whole, if the rate is per minute.
        minutes: Option<u32>,
        /// What part of the statutory rate the licence asks.
        factor: Ratio,
        /// Units less returns.
        units: i64,
        /// The share that the reporter already applied to the money.
        applied: Ratio,
    },
    /// `rate x units x factor x applied`: a controlled composition clause, of the statutory rate per work.
    Controlled {
        /// The licence.
        licence: u64,
        /// The adopted table.
        table: u64,
        /// The day that picked the rate.
        day: Date,
        /// For a unit.
        rate: Amount,
        /// What part of the statutory rate the clause asks.
        factor: Ratio,
        /// Units less returns.
        units: i64,
        /// The share that the reporter already applied to the money.
        applied: Ratio,
    },
    /// `(cap - others) / songs`: what the cap of such a clause leaves on a release sold whole, where that is less.
    Capped {
        /// The licence.
        licence: u64,
        /// What is left, and of what.
        cap: Cap,
    },
    /// `net x percent x weight`.
    PercentOfNet {
        /// The licence.
        licence: u64,
        /// Net of the use.
        net: Amount,
        /// The percentage.
        percent: Ratio,
        /// The work's part of a rate that is per recording.
        weight: Ratio,
    },
    /// `gross x percent x weight`.
    PercentOfGross {
        /// The licence.
        licence: u64,
        /// Gross of the use.
        gross: Amount,
        /// The percentage.
        percent: Ratio,
        /// The work's part of a rate that is per recording.
        weight: Ratio,
    },
    /// What the plays are of a pool.
    Pool {
        /// The figures of the pool.
        pool: u64,
        /// What the plays come to.
        money: Amount,
    },
}

/// What the cap of a controlled composition clause leaves for a work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cap {
    /// How many controlled rates the cap is.
    pub works: u16,
    /// What they come to.
    pub cap: Amount,
    /// What the works that others license come to, without those that the clause protects.
    pub others: Amount,
    /// The works under the clause, parts of works as parts.
    pub songs: Ratio,
    /// What is left for the work, as far as it is under the clause, by largest remainder.
    pub left: Amount,
}

/// Whose part of a mechanical it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    /// Agreed and licensed: it is owed.
    Agreed {
        /// The share's event.
        share: u64,
    },
    /// Agreed, but no licence covers it yet.
    Unlicensed {
        /// The share's event.
        share: u64,
        /// A licence that would cover it, had its notice of intention been served in time; zero if there is none.
        late: u64,
    },
    /// Claimed, and not agreed.
    Contested,
    /// Not claimed by anybody.
    Unclaimed,
    /// Of a work nobody knows yet.
    Unmatched,
    /// Of a recording whose playing time nobody knows yet.
    Untimed,
}

/// What a payee's part of a recording's net is made of: `(money - mechanicals) x (1 - off_the_top) x share`, less
/// commission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Net {
    /// The split.
    pub split: u64,
    /// What other parts took off the top before; zero for one of those.
    pub off_the_top: Ratio,
    /// How much of what is left.
    pub share: Ratio,
    /// The money of the cell that is the recording's.
    pub money: Amount,
    /// The mechanicals that come out of it.
    pub mechanicals: Amount,
    /// The version of the payee's contract; zero if it has none.
    pub contract: u64,
    /// The commission it asks; zero where nothing was left to take it from.
    pub commission: Ratio,
    /// Of what.
    pub base: CommissionBase,
}

/// The factor of each kind that applies, in the order of [`FactorKind::KNOWN`]; one where none does.
pub type Factors = [Ratio; FactorKind::KNOWN.len()];

/// What a royalty of a price is made of: `price x (1 - off_the_top) x share x rate x factors`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PriceRoyalty {
    /// The split.
    pub split: u64,
    /// What other parts took off the top before; zero for one of those.
    pub off_the_top: Ratio,
    /// How much of what is left.
    pub share: Ratio,
    /// The version of the payee's contract.
    pub contract: u64,
    /// Which price.
    pub base: PriceBase,
    /// The price of all units that the cell has of the recording.
    pub price: Amount,
    /// The rate.
    pub rate: Ratio,
    /// The factors.
    pub factors: Factors,
}

impl Mechanical {
    /// All of a mechanical that waits, for a work that is not known or cannot be rated.
    pub(super) fn held(rule: u64, price: Price, holder: Holder) -> Mechanical {
        let (share, commission) = (Ratio::ONE, Ratio::ZERO);
        Mechanical { rule, matched: 0, work: 0, price, holder, share, collects: 0, contract: 0, commission }
    }
}
