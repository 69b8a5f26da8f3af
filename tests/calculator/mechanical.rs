//! What of a sale is owed to the publishers of its works: the mechanical (DESIGN section 5, SPEC section 12.2).

use ledger_spec::code::{MechanicalPayer, Rights, SuspenseReason, UsageFlags};
use ledger_spec::event::licensing::{Licence, LicenceRate};
use ledger_spec::event::usage::Terms;
use ledger_spec::reference::PartyId;

use super::exact::{Exact, divide_by_shares, half_even, of, whole};
use super::fees::{by_statute, licensed};
use super::history::History;
use super::identity;
use super::licences::{self, Which};
use super::paths::{took, took_if};
use super::rights::{self, Holder, Occasion};
use super::statute;

/// A sale of one recording: what is there to be shared out.
#[derive(Clone, Copy)]
pub struct Sale<'t> {
    pub source: u64,
    pub resource: u32,
    pub recording: u64,
    pub seconds: Option<u32>,
    pub terms: &'t Terms,
    pub units: i128,
    pub money: i128,
    pub gross: Option<i128>,
    /// Whether what caps on the release leave can be said.
    pub caps_known: bool,
}

impl Sale<'_> {
    pub fn on(&self) -> Occasion<'_> {
        Occasion { source: self.source, terms: self.terms }
    }
}

/// To whom a part of the mechanical goes.
#[derive(Debug, Clone)]
pub enum To {
    Publisher(PartyId, u64),
    Suspense(SuspenseReason),
}

/// All of the money waits, for this reason: something is owed, and nobody can say how much.
#[derive(Debug, Clone, Copy)]
pub struct AllWaits(pub SuspenseReason);

/// A part of a work that is paid, or held, at one price.
#[derive(Clone)]
pub struct Part<'a> {
    /// How much of the work it is.
    pub of_work: Exact,
    /// What is owed for it before any commission: to its holder; or, held, what is contested and what is unclaimed.
    pub owed: Vec<(To, i128)>,
    /// How much of what is held is contested.
    contested: Exact,
    /// The controlled composition clause that says its price.
    pub clause: Option<&'a LicenceRate>,
}

impl Part<'_> {
    pub fn amount(&self) -> i128 {
        self.owed.iter().map(|(_, amount)| amount).sum()
    }

    /// It comes to less than its price.
    pub fn lower(&mut self, amount: i128) {
        match &mut self.owed[..] {
            [(_, contested), (_, unclaimed)] => {
                *contested = half_even(&(whole(amount) * &self.contested));
                *unclaimed = amount - *contested;
            }
            [(_, owed)] => *owed = amount,
            _ => unreachable!("a part has a holder, or is held"),
        }
    }
}

/// What is owed for each work of a sale, part by part.
pub type Owed<'a> = Result<Vec<Vec<Part<'a>>>, AllWaits>;

/// Who is owed what of the sale, before any commission. `artist` is the party that alone is paid the recording's net.
pub fn owed<'a>(history: &History<'a>, sale: &Sale<'_>, artist: Option<PartyId>) -> Owed<'a> {
    if !in_the_money(sale.terms) {
        took("mechanical: not in the money");
        return Ok(Vec::new());
    }
    let service = identity::service(history, sale.source, sale.terms.service);
    match statute::payer(history, sale.terms, service) {
        Some(MechanicalPayer::PAID_AT_SOURCE | MechanicalPayer::NOT_DUE) => {
            took("mechanical: paid at source, or not due");
            return Ok(Vec::new());
        }
        Some(MechanicalPayer::PASSED_THROUGH) => took("mechanical: passed through"),
        _ => return Err(AllWaits(SuspenseReason::NO_MECHANICAL_RULE)),
    }
    let Some(works) = identity::works(history, sale.source, sale.resource, sale.recording) else {
        let waits = SuspenseReason::UNMATCHED_WORK;
        took("mechanical: works not known");
        let owed = vec![(To::Suspense(waits), half_even(&by_statute(history, sale, waits)?))];
        return Ok(vec![vec![Part { of_work: whole(1), owed, contested: whole(0), clause: None }]]);
    };
    let owing = works.into_iter().filter(|(work, _)| !identity::public_domain(history, *work));
    owing.map(|(work, matched)| of_work(history, sale, work, &of(matched.weight), artist)).collect()
}

/// A line may say that no mechanical is in its money, or that it was kept on the way, or that none is owed.
pub fn in_the_money(terms: &Terms) -> bool {
    let said = terms.rights == Rights::NONE || terms.rights.contains(Rights::MECHANICAL);
    let without = UsageFlags::MECHANICALS_WITHHELD.union(UsageFlags::NOT_ROYALTY_BEARING);
    said && !terms.flags.intersects(without)
}

/// The mechanical of one work: each agreed share at its price, and what nobody has agreed in suspense.
fn of_work<'a>(
    history: &History<'a>,
    sale: &Sale<'_>,
    work: u64,
    weight: &Exact,
    artist: Option<PartyId>,
) -> Result<Vec<Part<'a>>, AllWaits> {
    let holders = rights::shares(history, work, sale.on());
    let agreed: Exact = holders.iter().map(|holder| holder.share.clone()).sum();
    if agreed > whole(1) {
        return Err(AllWaits(SuspenseReason::NO_RATE));
    }
    let mut parts = Vec::new();
    for (place, holder) in holders.iter().enumerate() {
        // A work of the artist's own owes the artist nothing beside the net.
        if artist == Some(holder.party) {
            took("mechanical: the artist's own work");
        } else {
            parts.push(of_holder(history, sale, work, weight, &holders, place)?);
        }
    }
    if agreed < whole(1) {
        parts.push(not_agreed(history, sale, work, weight, &holders)?);
    }
    Ok(parts)
}

/// The licence in force, and the lapsed one that says how much to hold where neither it nor the statute does.
type Licences<'a> = (Option<&'a Licence<'a>>, Option<&'a Licence<'a>>);

fn licences_of<'a>(history: &History<'a>, work: u64, on: Occasion<'_>, holders: &[PartyId]) -> Licences<'a> {
    let covering = |which| licences::covering(history, work, on, holders, which);
    (covering(Which::InForce), covering(Which::Lapsed))
}

/// The price of the whole work by a licence, or without one by statute, else by a lapsed one, rounded once; and the part
/// of each holder and what no share covers, by largest remainder in the order of the shares (SPEC section 13).
fn divided(
    history: &History<'_>,
    sale: &Sale<'_>,
    (licence, lapsed): Licences<'_>,
    weight: &Exact,
    holders: &[Holder],
) -> Result<(i128, Vec<i128>, i128), AllWaits> {
    let price = match licence {
        Some(licence) => licensed(history, sale, &licence.rate, weight)?,
        None => by_statute(history, sale, SuspenseReason::UNLICENSED).or_else(|unlicensed| {
            // What was waived while it ran says nothing of what is owed now.
            let lapsed = lapsed.filter(|lapsed| lapsed.rate != LicenceRate::Waived).ok_or(unlicensed)?;
            let unlicensed = |_| AllWaits(SuspenseReason::UNLICENSED);
            took("licence: a lapsed one says what is held");
            // What it asked, before any cap: of that, others know no more.
            licensed(history, &Sale { caps_known: true, ..*sale }, &lapsed.rate, weight).map_err(unlicensed)
        })?,
    };
    let price = half_even(&price);
    let shares: Vec<Exact> = holders.iter().map(|holder| holder.share.clone()).collect();
    let (parts, rest) = divide_by_shares(price, &shares);
    Ok((price, parts, rest))
}

/// The clause of a licence, if its price is that of one.
fn clause<'a>(licence: Option<&'a Licence<'_>>) -> Option<&'a LicenceRate> {
    licence.map(|licence| &licence.rate).filter(|rate| matches!(rate, LicenceRate::Controlled { .. }))
}

/// What a holder is owed for its share: at the price it asks, else at that of a licence of the whole work; without a
/// licence what the statute says, or a lapsed licence, waits as unlicensed.
fn of_holder<'a>(
    history: &History<'a>,
    sale: &Sale<'_>,
    work: u64,
    weight: &Exact,
    holders: &[Holder],
    place: usize,
) -> Result<Part<'a>, AllWaits> {
    let holder = &holders[place];
    let licences = licences_of(history, work, sale.on(), &[holder.party, holder.owner]);
    let (_, parts, _) = divided(history, sale, licences, weight, holders)?;
    let to = match licences.0 {
        Some(_) => To::Publisher(holder.party, holder.contract),
        None => To::Suspense(SuspenseReason::UNLICENSED),
    };
    let (of_work, owed) = (holder.share.clone(), vec![(to, parts[place])]);
    Ok(Part { of_work, owed, contested: whole(0), clause: clause(licences.0) })
}

/// What nobody has agreed waits: as contested as far as it is claimed, the rest as unclaimed.
fn not_agreed<'a>(
    history: &History<'a>,
    sale: &Sale<'_>,
    work: u64,
    weight: &Exact,
    holders: &[Holder],
) -> Result<Part<'a>, AllWaits> {
    let agreed: Exact = holders.iter().map(|holder| holder.share.clone()).sum();
    let rest = whole(1) - &agreed;
    let claims = rights::claims(history, work, sale.on());
    let contested = contested(&claims, &agreed);
    // At a claimant's own price only if it claims all of it and nobody else claims of it.
    let sole = if contested == rest { sole_claimant(&claims, holders) } else { None };
    took_if(sole.is_some(), "mechanical: one claimant of all that is not agreed");
    took_if(whole(0) < contested && contested < rest, "mechanical: contested in part");
    let licences = licences_of(history, work, sale.on(), sole.as_slice());
    let (price, _, left) = divided(history, sale, licences, weight, holders)?;
    let owed = held(price, left, &contested, &rest);
    Ok(Part { owed, contested: contested / &rest, of_work: rest, clause: clause(licences.0) })
}

/// How much of what nobody has agreed is claimed.
fn contested(claims: &[(PartyId, Exact)], agreed: &Exact) -> Exact {
    let claimed: Exact = claims.iter().map(|(_, share)| share.clone()).sum();
    (claimed - agreed).max(whole(0)).min(whole(1) - agreed)
}

/// What the agreed shares leave of a price, as contested and as unclaimed.
fn held(price: i128, left: i128, contested: &Exact, rest: &Exact) -> Vec<(To, i128)> {
    let contested = if contested == rest { left } else { half_even(&(whole(price) * contested)) };
    vec![
        (To::Suspense(SuspenseReason::CONTESTED), contested),
        (To::Suspense(SuspenseReason::UNCLAIMED), left - contested),
    ]
}

/// A work's part of a pool among its agreed shares: the service owes it to all of them alike, at no other price.
pub fn shared(history: &History<'_>, sale: &Sale<'_>, work: u64, price: i128) -> Vec<(To, i128)> {
    let holders = rights::shares(history, work, sale.on());
    let shares: Vec<Exact> = holders.iter().map(|holder| holder.share.clone()).collect();
    let (parts, left) = divide_by_shares(price, &shares);
    let agreed: Exact = shares.iter().sum();
    let to = |holder: &Holder| To::Publisher(holder.party, holder.contract);
    let mut owed: Vec<(To, i128)> = holders.iter().map(to).zip(parts).collect();
    let contested = contested(&rights::claims(history, work, sale.on()), &agreed);
    owed.extend(held(price, left, &contested, &(whole(1) - agreed)));
    owed
}

/// The one party that claims of what is not agreed: more than its agreed shares.
fn sole_claimant(claims: &[(PartyId, Exact)], holders: &[Holder]) -> Option<PartyId> {
    let beyond = |party: PartyId| {
        let claimed: Exact = claims.iter().filter(|(one, _)| *one == party).map(|(_, share)| share.clone()).sum();
        let held: Exact = holders.iter().filter(|one| one.owner == party).map(|one| one.share.clone()).sum();
        claimed > held
    };
    let mut parties: Vec<PartyId> = claims.iter().map(|(party, _)| *party).filter(|party| beyond(*party)).collect();
    parties.dedup();
    if parties.len() == 1 { parties.pop() } else { None }
}
