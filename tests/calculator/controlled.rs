//! The cap of a controlled composition clause on a release sold whole (SPEC section 12.2).

use ledger_spec::event::licensing::LicenceRate;

use super::exact::{divide, half_even, whole};
use super::fees;
use super::history::History;
use super::mechanical::{Owed, Part, Sale};
use super::paths::{took, took_if};

/// What the works on a release come to, brought down to the caps of the clauses that some of them are under: every clause
/// by itself, the works under another being others to it at their price before its cap.
pub fn capped<'a>(history: &History<'_>, sale: &Sale<'_>, owed: &[Owed<'a>]) -> Vec<Owed<'a>> {
    let mut capped = owed.to_vec();
    for clause in clauses(owed) {
        if let Some(left) = left_of_cap(history, sale, clause, owed) {
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

/// What the works that a clause does not cover leave of its cap, between nothing and all of it; none if that is enough for those
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
    let taken = dearest_first.skip((*protected).into()).sum::<i128>().max(0);
    let in_full: i128 = works().filter_map(|work| sum(work, true)).sum();
    let left = (cap.abs() - taken).max(0);
    let others_clause = |part: &Part<'_>| part.clause.is_some() && part.clause != Some(clause);
    took_if(left >= in_full, "clause: paid in full");
    took_if(left < in_full, "clause: brought down to the cap");
    took_if(left == 0 && cap != 0, "clause: nothing left of the cap");
    took_if(taken > 0, "clause: others take of the cap");
    took_if(*protected > 0 && works().any(|work| sum(work, false) > Some(0)), "clause: protected works");
    took_if(works().flatten().any(others_clause), "clause: two clauses on a release");
    took_if(cap < 0, "clause: returns");
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
        took_if(work.iter().any(|part| part.owed.len() > 1), "clause: a held part brought down");
        let shares: Vec<_> = work.iter().map(|part| part.of_work.clone()).collect();
        for (part, amount) in work.iter_mut().zip(divide(amount, &shares)) {
            part.lower(amount);
        }
    }
}
