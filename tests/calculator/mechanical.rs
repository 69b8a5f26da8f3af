//! What of a sale is owed to the publishers of its works: the mechanical (DESIGN section 5, SPEC section 12.2).

use ledger_spec::code::{MechanicalPayer, Rights, SuspenseReason, UsageFlags};
use ledger_spec::event::licensing::{Licence, LicenceRate};
use ledger_spec::event::usage::Terms;
use ledger_spec::money::Currency;
use ledger_spec::reference::PartyId;

use super::exact::{Exact, divide_by_shares, half_even, of, picos, whole};
use super::history::History;
use super::identity;
use super::licences::{self, Which};
use super::rights::{self, Holder, Occasion};
use super::statute::{self, Rate};

/// A sale of one recording: what is there to be shared out.
pub struct Sale<'t> {
    pub source: u64,
    pub resource: u32,
    pub recording: u64,
    pub seconds: Option<u32>,
    pub terms: &'t Terms,
    pub units: i128,
    pub money: i128,
    pub gross: Option<i128>,
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
pub struct AllWaits(pub SuspenseReason);

type Owed = Result<Vec<(To, i128)>, AllWaits>;

/// Who is owed what of the sale, before any commission. `artist` is the party that alone is paid the recording's net.
pub fn owed(history: &History<'_>, sale: &Sale<'_>, artist: Option<PartyId>) -> Owed {
    if !in_the_money(sale.terms) {
        return Ok(Vec::new());
    }
    let service = identity::service(history, sale.source, sale.terms.service);
    match statute::payer(history, sale.terms, service) {
        Some(MechanicalPayer::PAID_AT_SOURCE | MechanicalPayer::NOT_DUE) => return Ok(Vec::new()),
        Some(MechanicalPayer::PASSED_THROUGH) => {}
        _ => return Err(AllWaits(SuspenseReason::NO_MECHANICAL_RULE)),
    }
    let Some(works) = identity::works(history, sale.source, sale.resource, sale.recording) else {
        let waits = SuspenseReason::UNMATCHED_WORK;
        return Ok(vec![(To::Suspense(waits), half_even(&by_statute(history, sale, waits)?))]);
    };
    let mut owed = Vec::new();
    for (work, matched) in works {
        if !identity::public_domain(history, work) {
            owed.extend(of_work(history, sale, work, &of(matched.weight), artist)?);
        }
    }
    Ok(owed)
}

/// A line may say that no mechanical is in its money, or that it was kept on the way, or that none is owed.
pub fn in_the_money(terms: &Terms) -> bool {
    let said = terms.rights == Rights::NONE || terms.rights.contains(Rights::MECHANICAL);
    let without = UsageFlags::MECHANICALS_WITHHELD.union(UsageFlags::NOT_ROYALTY_BEARING);
    said && !terms.flags.intersects(without)
}

/// The mechanical of one work: each agreed share at its price, and what nobody has agreed in suspense.
fn of_work(history: &History<'_>, sale: &Sale<'_>, work: u64, weight: &Exact, artist: Option<PartyId>) -> Owed {
    let holders = rights::shares(history, work, sale.on());
    let agreed: Exact = holders.iter().map(|holder| holder.share.clone()).sum();
    if agreed > whole(1) {
        return Err(AllWaits(SuspenseReason::NO_RATE));
    }
    let mut owed = Vec::new();
    for (place, holder) in holders.iter().enumerate() {
        // A work of the artist's own owes the artist nothing beside the net.
        if artist != Some(holder.party) {
            owed.push(of_holder(history, sale, work, weight, &holders, place)?);
        }
    }
    if agreed < whole(1) {
        owed.extend(not_agreed(history, sale, work, weight, &holders)?);
    }
    Ok(owed)
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
            licensed(history, sale, &lapsed.rate, weight).map_err(unlicensed)
        })?,
    };
    let price = half_even(&price);
    let shares: Vec<Exact> = holders.iter().map(|holder| holder.share.clone()).collect();
    let (parts, rest) = divide_by_shares(price, &shares);
    Ok((price, parts, rest))
}

/// What a holder is owed for its share: at the price it asks, else at that of a licence of the whole work; without a
/// licence what the statute says, or a lapsed licence, waits as unlicensed.
fn of_holder(
    history: &History<'_>,
    sale: &Sale<'_>,
    work: u64,
    weight: &Exact,
    holders: &[Holder],
    place: usize,
) -> Result<(To, i128), AllWaits> {
    let holder = &holders[place];
    let licences = licences_of(history, work, sale.on(), &[holder.party, holder.owner]);
    let (_, parts, _) = divided(history, sale, licences, weight, holders)?;
    let to = match licences.0 {
        Some(_) => To::Publisher(holder.party, holder.contract),
        None => To::Suspense(SuspenseReason::UNLICENSED),
    };
    Ok((to, parts[place]))
}

/// What nobody has agreed waits: as contested as far as it is claimed, the rest as unclaimed.
fn not_agreed(history: &History<'_>, sale: &Sale<'_>, work: u64, weight: &Exact, holders: &[Holder]) -> Owed {
    let agreed: Exact = holders.iter().map(|holder| holder.share.clone()).sum();
    let rest = whole(1) - &agreed;
    let claims = rights::claims(history, work, sale.on());
    let contested = contested(&claims, &agreed);
    // At a claimant's own price only if it claims all of it and nobody else claims of it.
    let sole = if contested == rest { sole_claimant(&claims, holders) } else { None };
    let licences = licences_of(history, work, sale.on(), sole.as_slice());
    let (price, _, left) = divided(history, sale, licences, weight, holders)?;
    Ok(held(price, left, &contested, &rest))
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

/// The price of the whole work by a licence, for all units, exactly.
fn licensed(history: &History<'_>, sale: &Sale<'_>, rate: &LicenceRate, weight: &Exact) -> Result<Exact, AllWaits> {
    let unknown = AllWaits(SuspenseReason::NO_RATE);
    match rate {
        LicenceRate::Waived => Ok(whole(0)),
        LicenceRate::PerUnit { amount, currency } if *currency == sale.terms.currency => {
            Ok(picos(*amount) * whole(sale.units) * applied(sale.terms))
        }
        LicenceRate::PerUnit { .. } => Err(unknown),
        LicenceRate::PercentOfNet(percent) => Ok(whole(sale.money) * of(*percent) * weight),
        LicenceRate::PercentOfGross(percent) => match sale.gross {
            Some(gross) => Ok(whole(gross) * of(*percent) * weight),
            None => Err(unknown),
        },
        LicenceRate::Statutory { table, factor } => {
            match in_currency(statute::rate(history, Some(*table), sale.terms, sale.seconds), sale.terms.currency) {
                Some(rate) => Ok(rate * whole(sale.units) * of(*factor) * applied(sale.terms)),
                None => Err(unknown),
            }
        }
        LicenceRate::Controlled { .. } => Err(unknown),
    }
}

/// The statutory price of the whole work for all units; where there is none, all waits for the reason given.
fn by_statute(history: &History<'_>, sale: &Sale<'_>, reason: SuspenseReason) -> Result<Exact, AllWaits> {
    in_currency(statute::rate(history, None, sale.terms, sale.seconds), sale.terms.currency)
        .map(|rate| rate * whole(sale.units) * applied(sale.terms))
        .ok_or(AllWaits(reason))
}

/// A rate in another currency is not the rate of this money.
fn in_currency(rate: Rate, wanted: Currency) -> Option<Exact> {
    match rate {
        Rate::Known(rate, currency) if currency == wanted => Some(rate),
        _ => None,
    }
}

/// Where only a share of the money came, the same share of the mechanical is owed from it.
fn applied(terms: &Terms) -> Exact {
    if terms.flags.contains(UsageFlags::SHARE_APPLIED) { of(terms.share_applied) } else { whole(1) }
}
