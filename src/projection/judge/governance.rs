//! Governance: rules that this program knows, tables that change something, bodies that are still there. Who may say
//! so, authority has judged.

use ledger_spec::date::Date;
use ledger_spec::event::governance::{MechanicalRow, MechanicalsAdopted, RatesAdopted, Redacted, RulesAdopted};

use super::super::past::Past;
use super::catalogue::{dates, place_known};
use super::{Judging, Refused, ensure};
use crate::royalty::VERSIONS;

impl<P: Past> Judging<'_, P> {
    pub(super) fn rules_adopted(&self, adopted: &RulesAdopted) -> Result<(), Refused> {
        ensure(VERSIONS.contains(&adopted.version), "unknown-rules", || {
            format!("this program computes by versions {VERSIONS:?} of the rules, not {}", adopted.version)
        })
    }

    /// A table that is in force is not adopted again: it would change nothing, and say for ever that something changed.
    pub(super) fn rates_adopted(&self, adopted: &RatesAdopted) -> Result<(), Refused> {
        place_known(adopted.territory)?;
        adopted.rows.iter().try_for_each(|row| dates(Some(row.from), row.to))?;
        let mut tables = self.state.catalogue.rates.iter();
        let same = tables.find(|known| {
            (known.table, known.territory, known.currency) == (adopted.table, adopted.territory, adopted.currency)
                && known.rows == adopted.rows
        });
        same.map_or(Ok(()), |known| Err(already(known.event)))
    }

    /// The same of who pays the mechanical. Rows are adopted one by one: each decides until a later one covers it.
    pub(super) fn mechanicals_adopted(&self, adopted: &MechanicalsAdopted) -> Result<(), Refused> {
        adopted.rows.iter().try_for_each(|row| place_known(row.territory))?;
        adopted.rows.iter().try_for_each(|row| dates(Some(row.from), row.to))?;
        let known = &self.state.catalogue.mechanicals;
        let decides = |row: &MechanicalRow| known.iter().rfind(|known| rivals(&known.row, row));
        let in_force = adopted.rows.iter().map(|row| decides(row).filter(|known| known.row == *row));
        let Some(in_force) = in_force.collect::<Option<Vec<_>>>() else { return Ok(()) };
        in_force.last().map_or(Ok(()), |known| Err(already(known.event)))
    }

    /// What is erased cannot be erased again.
    pub(super) fn redacted(&mut self, redacted: &Redacted) -> Result<(), Refused> {
        let target = redacted.target;
        let there = self.spent.insert(target) && self.read(target)?.is_some();
        ensure(there, "already-redacted", || format!("event {target} is redacted already; its body is gone"))
    }
}

fn already(event: u64) -> Refused {
    Refused { code: "already-adopted", text: format!("event {event} adopted the very same, and it is in force") }
}

/// Whether two rows are about the same use, and one of their days: then the later decides.
fn rivals(a: &MechanicalRow, b: &MechanicalRow) -> bool {
    let last = |row: &MechanicalRow| row.to.unwrap_or(Date::MAX);
    (a.territory, a.use_type, a.service) == (b.territory, b.use_type, b.service)
        && a.from <= last(b)
        && b.from <= last(a)
}
