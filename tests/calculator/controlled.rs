//! The cap of a controlled composition clause on a release sold whole (SPEC section 12.2).

use ledger_spec::code::SuspenseReason;
use ledger_spec::event::licensing::LicenceRate;

use super::exact::{divide, half_even, whole};
use super::fees;
use super::history::History;
use super::mechanical::{AllWaits, Owed, Part, Sale};

/// What the works on a release come to, brought down to the caps of the clauses that some of them are under: every clause
/// by itself, the works under another being others to it at their price before its cap.
pub fn capped<'a>(history: &History<'_>, tracks: &[Sale<'_>], owed: Vec<Owed<'a>>) -> Vec<Owed<'a>> {
    let mut capped = owed.clone();
    for clause in clauses(&owed) {
        let unknown = owed.iter().any(Result::is_err);
        for track in capped.iter_mut().filter(|track| unknown && covers(clause, track)) {
            *track = Err(AllWaits(SuspenseReason::NO_RATE));
        }
        if !unknown && let Some(left) = left_of_cap(history, &tracks[0], clause, &owed) {
            share_out(clause, left, &mut capped);
        }
    }
    capped
}

/// Every clause with a cap.
fn clauses<'a>(owed: &[Owed<'a>]) -> Vec<&'a LicenceRate> {
    let parts = owed.iter().flatten().flatten().flatten();
    let mut clauses: Vec<&LicenceRate> = Vec::new();
    for clause in parts.filter_map(|part| part.clause) {
        if matches!(clause, LicenceRate::Controlled { works: Some(_), .. }) && !clauses.contains(&clause) {
            clauses.push(clause);
        }
    }
    clauses
}

fn covers(clause: &LicenceRate, track: &Owed<'_>) -> bool {
    track.iter().flatten().flatten().any(|part| part.clause == Some(clause))
}

/// What the works that a clause does not cover leave of its cap, never below nothing; none if that is enough for those
/// it covers. Counted in the direction of the units: of returns as of sales.
fn left_of_cap(history: &History<'_>, sale: &Sale<'_>, clause: &LicenceRate, owed: &[Owed<'_>]) -> Option<i128> {
    let LicenceRate::Controlled { works: Some(works), protected, .. } = clause else { return None };
    let cap = half_even(&(fees::clause(history, sale, clause)? * whole((*works).into())));
    let works = || owed.iter().flatten().flatten();
    let sum = |work: &Vec<Part<'_>>, ours: bool| -> Option<i128> {
        let mut parts = work.iter().filter(|part| (part.clause == Some(clause)) == ours).peekable();
        parts.peek()?;
        Some(parts.map(|part| part.amount() * cap.signum()).sum())
    };
    let mut others: Vec<i128> = works().filter_map(|work| sum(work, false)).collect();
    others.sort_unstable();
    let dearest_first = others.into_iter().rev();
    let taken: i128 = dearest_first.skip((*protected).into()).sum();
    let in_full: i128 = works().filter_map(|work| sum(work, true)).sum();
    let left = (cap.abs() - taken).max(0);
    (left < in_full).then_some(left * cap.signum())
}

/// Divides what is left of a cap: as much for each whole work, and within a work for each whole share, by largest
/// remainder in the order of the tracks.
fn share_out(clause: &LicenceRate, left: i128, owed: &mut [Owed<'_>]) {
    let of_clause = |work: &&mut Vec<Part<'_>>| work.iter().any(|part| part.clause == Some(clause));
    let works: Vec<&mut Vec<Part<'_>>> = owed.iter_mut().flatten().flatten().filter(of_clause).collect();
    let mut works: Vec<Vec<&mut Part<'_>>> =
        works.into_iter().map(|work| work.iter_mut().filter(|part| part.clause == Some(clause)).collect()).collect();
    let weights: Vec<_> = works.iter().map(|work| work.iter().map(|part| part.of_work.clone()).sum()).collect();
    for (work, amount) in works.iter_mut().zip(divide(left, &weights)) {
        let shares: Vec<_> = work.iter().map(|part| part.of_work.clone()).collect();
        for (part, amount) in work.iter_mut().zip(divide(amount, &shares)) {
            part.lower(amount);
        }
    }
}
