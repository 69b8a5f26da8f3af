//! Plays without money of their own: what they are of the pool of their offering, and whose that is (37 CFR 385.21).
//!
//! The money is all mechanical: it goes to the agreed shares of the works, and what cannot be attributed waits. The
//! pool is the licence of them all; own works are paid like others, for the service owes it, not we. Nobody shares a net.
//! What the pool pays for is plays of works (385.21(b)(4)): a play of a medley is one of each of them. A work in the
//! public domain is owed nothing.

use ledger_spec::code::SuspenseReason;
use ledger_spec::event::usage::{PoolReported, Terms};
use ledger_spec::money::{Amount, AmountError, SourceAmount};

use super::catalogue::{Catalogue, Identified, PoolInForce};
use super::cell::{CellFacts, Content, Rating};
use super::explain::count;
use super::pool::{Multiplier, Pool, Prong};
use super::rate::Use;
use super::responsibility::excluded;
use super::waits::{Waits, hold, within_reason};
use super::why::{Holder, Mechanical, Price, Why};
use super::work::Work;

/// The plays of a cell in the pool of their offering.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plays {
    /// The event that gives the pool's figures.
    pub event: u64,
    /// The pool.
    pub pool: Pool,
    /// Plays less those taken back.
    pub units: i64,
    /// The playing time, if anybody said it.
    pub seconds: Option<u32>,
    /// How often each counts: once while nobody has said the playing time.
    pub multiplier: Multiplier,
    /// What they come to.
    pub money: Amount,
}

/// Rates the plays of a cell by a pool. The pool's currency is that of the money.
pub(super) fn pooled(
    facts: &CellFacts<'_>,
    content: &Content,
    found: PoolInForce<'_>,
    catalogue: &impl Catalogue,
    rating: &mut Rating,
) {
    if let Some(why) = excluded(facts.terms) {
        rating.notes.push(why);
        return;
    }
    let PoolInForce { event, figures } = found;
    let terms = Terms { currency: figures.currency, ..*facts.terms };
    let facts = &CellFacts { terms: &terms, ..*facts };
    let known = Some(facts.resource).filter(|resource| *resource != 0);
    let recording = known.and_then(|resource| catalogue.recording(facts.source, resource));
    let seconds = match recording {
        Some(Identified { seconds, .. }) => seconds,
        None => catalogue.seconds(facts.source, facts.resource),
    };
    let multiplier = Multiplier::of(seconds.unwrap_or_default());
    let pool = Pool::of(figures, catalogue.rate_tables(), terms.territory, terms.use_type);
    let plays = pool.and_then(|pool| {
        let money = pool.of_plays(content.units, multiplier)?;
        let within = within_reason([money].into_iter()).is_ok();
        let plays = Plays { event, pool, units: content.units, seconds, multiplier, money };
        if within { Ok(plays) } else { Err(AmountError::OutOfRange.into()) }
    });
    let plays = match plays {
        Ok(plays) => plays,
        Err(gap) => return rating.notes.push(Why::NoPool { pool: event, gap }),
    };
    rating.plays = Some(Box::new(plays));
    let start = (rating.parts.len(), rating.notes.len());
    let divided = match recording {
        None => Err(waits(SuspenseReason::UNMATCHED_RECORDING, Holder::Unmatched, &plays)),
        Some(_) if seconds.is_none() => Err(waits(SuspenseReason::NO_RATE, Holder::Untimed, &plays)),
        Some(Identified { recording, .. }) => {
            let (units, money) = (content.units, plays.money);
            let of = Use { facts, recording, seconds, units, money, gross: None, track: 0, caps: None };
            divide(&of, &plays, catalogue, rating)
        }
    };
    if let Err(waits) = divided {
        rating.parts.truncate(start.0);
        rating.notes.truncate(start.1);
        rating.add(hold(facts, plays.money, waits.reason, *waits.why));
    }
}

/// A play is one of each work of the recording: each is owed what it comes to.
fn divide(of: &Use<'_>, plays: &Plays, catalogue: &impl Catalogue, rating: &mut Rating) -> Result<(), Waits> {
    let found = catalogue.works(of.facts.source, of.facts.resource, of.recording);
    let Some(matched) = found else {
        return Err(waits(SuspenseReason::UNMATCHED_WORK, Holder::Unmatched, plays));
    };
    let start = rating.parts.len();
    for (at, work) in matched.works.iter().enumerate() {
        if catalogue.public_domain(work.work) {
            rating.notes.push(Why::PublicDomain { work: work.work });
        } else {
            let price = Price::Pool { pool: plays.event, money: plays.money };
            Work::read(of, (at, work), plays.event, matched.event, catalogue)?.share_out(price, catalogue, rating)?;
        }
    }
    within_reason(rating.parts.iter().skip(start).map(|part| part.amount))
}

/// All of it waits.
fn waits(reason: SuspenseReason, holder: Holder, plays: &Plays) -> Waits {
    let price = Price::Pool { pool: plays.event, money: plays.money };
    Waits::new(reason, Why::Mechanical(Mechanical::held(plays.event, price, holder)))
}

impl Plays {
    /// Steps 1 to 4, each with its numbers, and what the plays of the cell are of it. Step 5 is what each holder has of
    /// that, which the parts say.
    pub fn steps(&self) -> [String; 5] {
        let Plays { event, pool, units, seconds, multiplier, money } = self;
        let Pool { figures, of_revenue, of_content, cap, all_in, payable, floor, pool: owed, .. } = pool;
        let PoolReported { revenue, content_cost, subscribers, performance, plays, month, currency, .. } = figures;
        let of = |Prong { rate, comes_to }: &Prong, of: &SourceAmount| {
            format!("{} of {of} = {comes_to} (table {})", percent_of(rate.value), rate.table)
        };
        let each = |Prong { rate, comes_to }: &Prong| {
            format!("{} x {subscribers} subscribers = {comes_to} (table {})", rate.value, rate.table)
        };
        let cap = cap.as_ref().map_or_else(String::new, |cap| format!(", at most {}", each(cap)));
        let floor = floor.as_ref().map_or_else(|| "0, there being no floor".to_owned(), each);
        let (units, each_counts) = (
            count(*units, "play"),
            match seconds {
                Some(seconds) => format!("each counted {multiplier} for {seconds} seconds"),
                None => "each counted once until somebody says the playing time".to_owned(),
            },
        );
        [
            format!(
                "1. all-in, {}, by event {event}: the larger of revenue, {}, and content, {}{cap}: {all_in} {currency}",
                month.period(),
                of(of_revenue, revenue),
                of(of_content, content_cost)
            ),
            format!("2. payable: {all_in} - {performance} for performances = {payable}"),
            format!("3. pool: the larger of {payable} and {floor}: {owed}"),
            format!("4. a play: {owed} / {plays} plays = {}", pool.per_play()),
            format!("   {units}, {each_counts}: {money} {currency}"),
        ]
    }
}

/// `15.3 %`.
fn percent_of(rate: SourceAmount) -> String {
    let (mantissa, scale) = match rate.scale().checked_sub(2) {
        Some(scale) => (rate.mantissa(), scale),
        None => (rate.mantissa() * 100 / 10i128.pow(rate.scale().into()), 0),
    };
    SourceAmount::new(mantissa, scale).map_or_else(|_| rate.to_string(), |percent| format!("{percent} %"))
}
