//! Where the money of a cell goes (DESIGN sections 4 and 5). The parts sum to the money.

use ledger_spec::account::Account;
use ledger_spec::code::{AccountClass, Basis, SuspenseReason};
use ledger_spec::event::Event;
use ledger_spec::money::Currency;
use ledger_spec::reference::PartyId;

use super::cells::Cell;
use super::controlled;
use super::exact::{divide, whole};
use super::history::History;
use super::identity::{self, Identified};
use super::mechanical::{self, AllWaits, Owed, Sale, To};
use super::net::{self, Payee};
use super::paths::took;
use super::pool;

/// Credits to accounts.
pub type Credits = Vec<(Account, i128)>;

/// Everything that a cell credits.
pub fn rate(history: &History<'_>, cell: &Cell) -> Credits {
    match cell.key.terms.basis {
        Basis::NONE => pool::rate(history, cell),
        Basis::COMPUTED => computed(history, cell),
        Basis::GROSS | Basis::DEALER_PRICE | Basis::NET => recordings(history, cell),
        _ => vec![waits(cell, SuspenseReason::NO_RATE)],
    }
}

/// A royalty that the reporter computed goes to the party it names.
fn computed(history: &History<'_>, cell: &Cell) -> Credits {
    match identity::party(history, cell.key.source, cell.key.controller) {
        Some(party) => vec![(earned(party, 0, cell.key.terms.currency), cell.money)],
        None => vec![waits(cell, SuspenseReason::UNKNOWN_CONTROLLER)],
    }
}

/// Money of a recording, or of a release sold whole: its tracks share it by weight.
fn recordings(history: &History<'_>, cell: &Cell) -> Credits {
    let sale = |one: Identified, money, gross| Sale {
        source: cell.key.source,
        resource: cell.key.resource,
        recording: one.recording,
        seconds: one.seconds,
        terms: &cell.key.terms,
        units: cell.units,
        money,
        gross,
        caps_known: true,
    };
    let unmatched = || vec![waits(cell, SuspenseReason::UNMATCHED_RECORDING)];
    if cell.key.resource != 0 {
        return match identity::recording(history, cell.key.source, cell.key.resource) {
            Some(one) => sold(history, &sale(one, cell.money, cell.gross)),
            None => unmatched(),
        };
    }
    let Some(release) = identity::release(history, cell.key.source, cell.key.release) else { return unmatched() };
    let said = history.at(release);
    let Event::Release(event) = &said.event else { return unmatched() };
    let weights: Vec<_> = event.tracks.iter().map(|track| whole(track.weight.into())).collect();
    if weights.iter().all(|weight| *weight == whole(0)) {
        return unmatched();
    }
    let money = divide(cell.money, &weights);
    let gross = cell.gross.map(|gross| divide(gross, &weights));
    took("sale: a release sold whole");
    let mut tracks: Vec<Sale<'_>> = event
        .tracks
        .iter()
        .enumerate()
        .map(|(place, track)| {
            let recording = track.recording.resolve(said.first);
            let one = Identified { recording, seconds: identity::seconds(history, recording) };
            sale(one, money[place], gross.as_ref().map(|gross| gross[place]))
        })
        .collect();
    let payees: Vec<Vec<Payee>> = tracks.iter().map(|track| net::payees(history, track)).collect();
    let all = |tracks: &[Sale<'_>]| -> Vec<Owed<'_>> {
        tracks.iter().zip(&payees).map(|(track, payees)| owed(history, track, payees)).collect()
    };
    let in_full = all(&tracks);
    // Where what one work costs cannot be said, what a cap leaves cannot either.
    let owed = if in_full.iter().any(Result::is_err) {
        tracks.iter_mut().for_each(|track| track.caps_known = false);
        all(&tracks)
    } else {
        controlled::capped(history, &tracks[0], &in_full)
    };
    let sold = tracks.iter().zip(&payees).zip(owed);
    sold.flat_map(|((track, payees), owed)| paid(history, track, payees, owed)).collect()
}

/// The money of a recording: publishers first, then who shares its net.
fn sold(history: &History<'_>, sale: &Sale<'_>) -> Credits {
    let payees = net::payees(history, sale);
    paid(history, sale, &payees, owed(history, sale, &payees))
}

fn owed<'a>(history: &History<'a>, sale: &Sale<'_>, payees: &[Payee]) -> Owed<'a> {
    mechanical::owed(history, sale, net::sole_payee(history, sale, payees))
}

fn paid(history: &History<'_>, sale: &Sale<'_>, payees: &[Payee], owed: Owed<'_>) -> Credits {
    match owed {
        Err(AllWaits(reason)) => vec![(suspense(sale.source, reason, sale.terms.currency), sale.money)],
        Ok(works) => {
            let owed = works.into_iter().flatten().flat_map(|part| part.owed).collect();
            let mut credits = with_commission(history, sale, owed);
            let mechanicals = credits.iter().map(|(_, amount)| amount).sum();
            credits.extend(net::shared(history, sale, payees, mechanicals));
            credits
        }
    }
}

/// A publisher under a contract leaves the operator its commission. Without terms for the day its part waits.
pub fn with_commission(history: &History<'_>, sale: &Sale<'_>, owed: Vec<(To, i128)>) -> Credits {
    let currency = sale.terms.currency;
    let mut credits = Vec::new();
    for (to, amount) in owed {
        match to {
            To::Suspense(reason) => credits.push((suspense(sale.source, reason, currency), amount)),
            To::Publisher(party, 0) => credits.push((earned(party, 0, currency), amount)),
            To::Publisher(party, contract) => {
                let Some(kept) = net::commission(history, contract, sale.terms.to, amount) else {
                    credits.push((suspense(sale.source, SuspenseReason::NO_RATE, currency), amount));
                    continue;
                };
                credits.push((earned(party, contract, currency), amount - kept));
                credits.push((commission(contract, currency), kept));
            }
        }
    }
    credits
}

fn waits(cell: &Cell, reason: SuspenseReason) -> (Account, i128) {
    (suspense(cell.key.source, reason, cell.key.terms.currency), cell.money)
}

pub fn earned(party: PartyId, contract: u64, currency: Currency) -> Account {
    Account { party, contract, ..Account::of(AccountClass::EARNED, currency) }
}

pub fn commission(contract: u64, currency: Currency) -> Account {
    Account { contract, ..Account::of(AccountClass::COMMISSION, currency) }
}

pub fn suspense(source: u64, reason: SuspenseReason, currency: Currency) -> Account {
    Account { reason, origin: source, ..Account::of(AccountClass::SUSPENSE, currency) }
}
