//! A [`Why`] as people read it: a sentence, and a formula with its numbers.
//!
//! Sentences name events by their index, so that whoever prints them can add titles and names, which may be erased.

use std::fmt::Write;

use ledger_spec::code::{CommissionBase, FactorKind, PriceBase};
use ledger_spec::money::{Amount, Ratio};

use super::groups::Rule;
use super::title::Collected;
use super::why::{Cap, Gap, Holder, Mechanical, Net, Price, PriceRoyalty, Why};

impl Why {
    /// The reason, as a sentence without its full stop.
    pub fn words(&self) -> String {
        match *self {
            Why::Mechanical(ref mechanical) => mechanical.words(),
            Why::MechanicalCommission(Mechanical { contract, .. }) => {
                format!("commission on a mechanical, by contract {contract}")
            }
            Why::Earned(Net { split, contract: 0, .. }) => {
                format!("part of the recording's net, by split {split}, without a contract")
            }
            Why::Earned(Net { split, contract, .. }) => {
                format!("part of the recording's net, by split {split} under contract {contract}")
            }
            Why::Commission(Net { contract, base: CommissionBase::BEFORE_MECHANICALS, .. }) => {
                format!("commission before mechanicals, by contract {contract}")
            }
            Why::Commission(Net { contract, .. }) => format!("commission after mechanicals, by contract {contract}"),
            Why::Excess(Net { contract, .. }) => {
                format!("mechanicals above the recording's net, borne by the operator under contract {contract}")
            }
            Why::Royalty(ref royalty) => royalty.words(),
            Why::AfterRoyalty { net: Net { contract, .. }, .. } => {
                format!("what the royalty of contract {contract} leaves of its part of the recording's net")
            }
            Why::NoPrice { contract, gap } => {
                format!("a royalty is due by contract {contract}, and {}", gap.words())
            }
            Why::SplitRest(Net { split, .. }) => {
                format!("left over by split {split}: its parts are less than the whole")
            }
            Why::NoSplit { recording } => {
                format!("no split says who shared the net of recording {recording} on that day")
            }
            Why::NoTerms { contract, by } => {
                format!("contract {contract}, which event {by} pays under, has no terms for that day")
            }
            Why::ShareApplied { share } => format!(
                "the reporter already applied a share of {}; the split has several payees, and does not say whose it is",
                percent(share)
            ),
            _ => self.held().or_else(|| self.note()).unwrap_or_else(|| self.entry()),
        }
    }

    /// Why all money of a recording waits, or is posted as reported.
    fn held(&self) -> Option<String> {
        Some(match *self {
            Why::Reported => "reported by the source, which owes it".into(),
            Why::Computed { by } => {
                format!("reported as the royalty of this party; assertion {by} says that it is the one named")
            }
            Why::UnknownController => {
                "reported as the royalty of a rights controller that no party is known to be".into()
            }
            Why::UnknownRecording => "nobody has said yet which recording or release this is".into(),
            Why::NoMechanicalRule => {
                "a mechanical may be due, and no adopted rule says who pays it for this territory, use, service and day"
                    .into()
            }
            Why::UnknownWork => {
                "a mechanical is due for a work nobody has matched yet, and no statutory rate says how much to hold"
                    .into()
            }
            Why::Unlicensed { work } => {
                format!(
                    "a mechanical is due for work {work}: no licence covers it, and no statutory rate says how much to hold"
                )
            }
            Why::NoRate { work, licence, gap } => {
                format!("a mechanical is due for work {work} by licence {licence}, and {}", gap.words())
            }
            Why::NoBasis => "nobody has said what this money is".into(),
            Why::OutOfRange => "the shares are above the whole, or the exact numbers do not fit an amount".into(),
            _ => return None,
        })
    }

    /// Why nothing is owed.
    fn note(&self) -> Option<String> {
        Some(match *self {
            Why::Track { release, recording, weight, .. } => {
                format!(
                    "recording {recording} is a track of release {release}, which was sold whole, with weight {weight}"
                )
            }
            Why::NoPool { pool, gap } => format!("the figures of event {pool} come to no pool: {gap}"),
            Why::NotInMoney => "no mechanical is due from this money: it is for other rights".into(),
            Why::Withheld => "no mechanical is due from this money: the reporter withheld it and pays it itself".into(),
            Why::NotRoyaltyBearing => "no mechanical is due: the reporter says that the use bears no royalty".into(),
            Why::PaidAtSource { rule } => {
                format!("no mechanical is due from us: the service pays a society, by rule {rule}")
            }
            Why::NotDue { rule } => format!("no mechanical is due on this use, by rule {rule}"),
            Why::PublicDomain { work } => format!("no mechanical is due: work {work} is in the public domain"),
            Why::Waived { work, licence } => {
                format!("no mechanical is due for work {work}: licence {licence} waives it")
            }
            Why::CapReached { licence, table, day, rate, works, factor, units, applied, cap } => format!(
                "the works of the release come to the cap of licence {licence}, of the minimum statutory rate of table \
                 {table} on {day}: {rate} x {} x {}{}{} = {cap}",
                count(works.into(), "work"),
                count(units, "unit"),
                times(factor),
                times(applied)
            ),
            Why::CapTaken { work, licence } => format!(
                "no mechanical is left for work {work}: works that others license take all of the cap on the release, by \
                 licence {licence}"
            ),
            Why::Collected { work, collected: Collected { from, by, part } } => {
                format!(
                    "{} of work {work} is not paid to the holder of share {from}: share {by} collects it",
                    percent(part)
                )
            }
            Why::OwnWork { work, share } => format!(
                "no mechanical is due for share {share} of work {work}: its holder alone is paid for the recording"
            ),
            _ => return None,
        })
    }

    /// Why an event of class money posts what it posts.
    fn entry(&self) -> String {
        match *self {
            Why::Residue => "difference between the source's exact total and its rounded lines".into(),
            Why::OpeningBalance => "balance brought in from another system".into(),
            Why::Received => "came to the bank".into(),
            Why::TaxKept => "tax kept on the way, to be claimed back".into(),
            Why::FeeKept => "fee kept on the way".into(),
            Why::Settles { source } => format!("settles what source {source} reported"),
            Why::Adjustment { reason } => format!("adjusted by hand: {reason}"),
            Why::Reversed { target, reason } => format!("takes back event {target}: {reason}"),
            Why::PayoutInstructed => "payout instructed".into(),
            Why::TaxWithheld => "tax withheld from the payout".into(),
            Why::PayoutSettled { payout } => format!("payout {payout} settled by the bank"),
            Why::PayoutFailed { payout, reason } => format!("payout {payout} failed: {reason}"),
            Why::Converted { from, amount, to, rate, date, source } => {
                format!("{amount} {from} converted into {to} at {rate}, the rate of {date} by {source}")
            }
            Why::AdvancePaid => "advance paid, to be recouped from what is earned under the contract".into(),
            Why::CostCharged => {
                "cost paid for the contract; what of it is recouped comes from what is earned under it".into()
            }
            Why::CostBorne => "cost paid for the contract, which is not recouped".into(),
            Why::Close { period, rule: Rule::Due } => format!("earned in the period {period}, now due"),
            Why::Close { period, rule } => format!("at the close of {period}: {}", rule.words()),
            _ => String::new(),
        }
    }

    /// How the amount was computed, with its numbers; the amount alone where nothing was computed.
    pub fn formula(&self, amount: Amount) -> String {
        let left = match *self {
            Why::Mechanical(ref m) => format!("{}{}{}", m.price.formula(), times(m.share), less(m.commission)),
            Why::MechanicalCommission(ref m) => {
                format!("{}{} x {}", m.price.formula(), times(m.share), percent(m.commission))
            }
            Why::Earned(ref net) => net.formula(),
            Why::Commission(ref net) => net.commission_formula(),
            Why::Excess(ref net) | Why::SplitRest(ref net) => net.formula(),
            Why::Royalty(ref royalty) => royalty.formula(),
            Why::AfterRoyalty { ref net, royalty } => format!("{} - {royalty}", net.formula()),
            Why::Close { rule, .. } => return rule.formula(amount),
            _ => return amount.to_string(),
        };
        format!("{left} = {amount}")
    }
}

impl Gap {
    fn words(self) -> &'static str {
        match self {
            Gap::NoRow => "no adopted table has a rate for this use, territory and day",
            Gap::NoPlayingTime => "its rate depends on the playing time, which nobody has said",
            Gap::NoGross => "its price is a part of the gross, which the report does not give for every line",
            Gap::NoDealerPrice => "its price is the dealer price, which is not what the report gives",
            Gap::DealerPriceOnly => "its price is the gross, and the report gives the dealer price instead",
            Gap::NoCap => "what its cap on the release leaves depends on other works, whose cost cannot be said",
            Gap::OtherCurrency => "its price is in another currency than the money",
        }
    }
}

impl Mechanical {
    fn words(&self) -> String {
        let Mechanical { rule, matched, work, holder, collects, contract, .. } = *self;
        let owed = match self.price {
            Price::Pool { .. } => "which the service owes".to_owned(),
            _ => format!("passed through to us by rule {rule}"),
        };
        let held = |what: &str| format!("held {what}: {}; {owed}", self.price.words());
        let mut words = match holder {
            Holder::Unmatched => return held("for a work that nobody has matched yet"),
            Holder::Untimed => return held("until somebody says the playing time of the recording"),
            Holder::Agreed { share } => format!("mechanical of work {work} for the holder of share {share}"),
            Holder::Unlicensed { share, late: 0 } if self.price.licence() != 0 => format!(
                "held for the holder of share {share} of work {work} until it is licensed, since licence {} does not run \
                 that day",
                self.price.licence()
            ),
            Holder::Unlicensed { share, late: 0 } => {
                format!("held for the holder of share {share} of work {work} until it is licensed")
            }
            Holder::Unlicensed { share, late } => format!(
                "held for the holder of share {share} of work {work} until it is licensed, since the notice of \
                 licence {late} was not served in time"
            ),
            Holder::Contested => format!("held for the claimed but not agreed part of work {work}"),
            Holder::Unclaimed => format!("held for the part of work {work} that nobody claims"),
        };
        // Writing to a string cannot fail.
        let _ = write!(words, ": {}; used by match {matched}, {owed}", self.price.words());
        if collects != 0 {
            let _ = write!(words, ", collected for claim {collects}");
        }
        if contract != 0 {
            let _ = write!(words, ", less commission by contract {contract}");
        }
        words
    }
}

impl Price {
    fn words(&self) -> String {
        match *self {
            Price::PerUnit { licence, .. } => format!("a price for each unit, by licence {licence}"),
            Price::PercentOfNet { licence, .. } => format!("a percentage of net, by licence {licence}"),
            Price::PercentOfGross { licence, .. } => format!("a percentage of gross, by licence {licence}"),
            Price::Controlled { licence, table, day, .. } => format!(
                "at the controlled part of the minimum statutory rate of table {table} on {day}, by licence {licence}"
            ),
            Price::Capped { licence, cap: Cap { works, others, .. } } => format!(
                "an equal part of the cap on the release, which is that of {}{}, by licence {licence}",
                count(works.into(), "work"),
                if others.is_zero() { "" } else { " less what others license" }
            ),
            Price::Pool { pool, .. } => format!("a part of pool {pool}"),
            Price::Statutory { licence: 0, table, .. } => format!("at the statutory rate of table {table}"),
            Price::Statutory { licence, table, .. } => {
                format!("at the statutory rate of table {table}, by licence {licence}")
            }
        }
    }

    fn formula(&self) -> String {
        match *self {
            Price::PerUnit { rate, units, applied, .. } => {
                format!("{rate} x {}{}", count(units, "unit"), times(applied))
            }
            Price::Statutory { rate, minutes, factor, units, applied, .. } => {
                let minutes =
                    minutes.map(|minutes| format!(" x {}", count(minutes.into(), "minute"))).unwrap_or_default();
                format!("{rate}{minutes} x {}{}{}", count(units, "unit"), times(factor), times(applied))
            }
            Price::Controlled { rate, factor, units, applied, .. } => {
                format!("{rate} x {}{}{}", count(units, "unit"), times(factor), times(applied))
            }
            Price::Capped { cap: Cap { cap, others, songs, .. }, .. } => {
                // A cap is shared by some songs, so their inverse is a ratio.
                let each = songs.inverse().map(times).unwrap_or_default();
                if others.is_zero() { format!("{cap}{each}") } else { format!("({cap} - {others}){each}") }
            }
            Price::PercentOfNet { net: base, percent: rate, weight, .. }
            | Price::PercentOfGross { gross: base, percent: rate, weight, .. } => {
                format!("{base} x {}{}", percent(rate), times(weight))
            }
            Price::Pool { money, .. } => money.to_string(),
        }
    }
}

impl PriceRoyalty {
    fn words(&self) -> String {
        let PriceRoyalty { split, contract, base, factors, .. } = *self;
        let price = match base {
            PriceBase::NET => "of what came in",
            PriceBase::DEALER_PRICE => "of the dealer price",
            _ => "of the gross",
        };
        let named = FactorKind::KNOWN.iter().zip(factors).filter(|(_, factor)| *factor != Ratio::ONE);
        let named: String = named.map(|((_, name), factor)| format!(", {name} {}", percent(factor))).collect();
        format!("royalty {price}, by split {split} under contract {contract}{named}")
    }

    fn formula(&self) -> String {
        let PriceRoyalty { off_the_top, share, price, rate, factors, .. } = *self;
        let factors = factors.into_iter().filter(|factor| *factor != Ratio::ONE);
        let factors: String = factors.map(|factor| format!(" x {}", percent(factor))).collect();
        format!("{price}{}{} x {}{factors}", less(off_the_top), times(share), percent(rate))
    }
}

impl Net {
    fn formula(&self) -> String {
        let Net { money, mechanicals, commission, base, .. } = *self;
        let (share, less) = (self.part(), less(commission));
        match (mechanicals.is_zero(), base == CommissionBase::BEFORE_MECHANICALS) {
            (true, _) => format!("{money}{share}{less}"),
            (false, true) => format!("({money}{less} - {mechanicals}){share}"),
            (false, false) => format!("({money} - {mechanicals}){share}{less}"),
        }
    }

    fn commission_formula(&self) -> String {
        let Net { money, mechanicals, commission, base, .. } = *self;
        let from = match mechanicals.is_zero() || base == CommissionBase::BEFORE_MECHANICALS {
            true => money.to_string(),
            false => format!("({money} - {mechanicals})"),
        };
        format!("{from}{} x {}", self.part(), percent(commission))
    }

    /// The payee's part of the whole.
    fn part(&self) -> String {
        format!("{}{}", less(self.off_the_top), times(self.share))
    }
}

/// ` x 1/2`; nothing for the whole.
fn times(ratio: Ratio) -> String {
    if ratio == Ratio::ONE { String::new() } else { format!(" x {ratio}") }
}

/// ` x (1 - 10 %)`; nothing where nothing is taken.
fn less(taken: Ratio) -> String {
    if taken.is_zero() { String::new() } else { format!(" x (1 - {})", percent(taken)) }
}

/// `1 unit`, `2 units`.
pub(super) fn count(number: i64, name: &str) -> String {
    format!("{number} {name}{}", if number == 1 { "" } else { "s" })
}

/// `12.5 %` where that is exact within four decimals, else the fraction.
pub fn percent(ratio: Ratio) -> String {
    let denominator = u128::from(ratio.denominator());
    let scaled = u128::from(ratio.numerator()) * 1_000_000;
    if !scaled.is_multiple_of(denominator) {
        return ratio.to_string();
    }
    let (whole, decimals) = (scaled / denominator / 10_000, scaled / denominator % 10_000);
    let text = format!("{whole}.{decimals:04}");
    format!("{} %", text.trim_end_matches('0').trim_end_matches('.'))
}
