//! Public tables and rules.

use ledger_spec::event::Event;
use ledger_spec::event::governance::{self as event};

use super::super::problem::Problem;
use super::super::tables::{Citation, MechanicalRow, Mechanicals, RateRow, Rates, Rules};
use super::{Writer, check_days};

impl From<&Citation> for event::Citation {
    fn from(citation: &Citation) -> event::Citation {
        let Citation { source, volume, page, section } = *citation;
        event::Citation { source, volume, page, section }
    }
}

/// Says in which row a problem is.
fn in_row(at: usize) -> impl Fn(Problem) -> Problem {
    move |problem| problem.inside(&(at + 1).to_string()).inside("rows")
}

impl Writer<'_> {
    pub(super) fn rates(&mut self, table: &Rates) -> Result<(), Problem> {
        let row = |(at, row): (usize, &RateRow)| {
            check_days(Some(row.from), row.to).map_err(in_row(at))?;
            Ok(event::RateRow {
                from: row.from,
                to: row.to,
                measure: row.measure,
                use_type: row.r#use,
                value: row.value,
                citation: (&row.citation).into(),
            })
        };
        let adopted = event::RatesAdopted {
            table: table.table,
            territory: table.territory.0,
            currency: table.currency,
            rows: table.rows.iter().enumerate().map(row).collect::<Result<_, Problem>>()?,
        };
        self.push(&Event::RatesAdopted(adopted)).map(drop)
    }

    pub(super) fn mechanicals(&mut self, table: &Mechanicals) -> Result<(), Problem> {
        let row = |(at, row): (usize, &MechanicalRow)| {
            check_days(Some(row.from), row.to).map_err(in_row(at))?;
            let service = row.service.as_deref().map(|code| self.party_of("service", code)).transpose();
            Ok(event::MechanicalRow {
                territory: row.territory.0,
                use_type: row.r#use,
                service: service.map_err(in_row(at))?,
                from: row.from,
                to: row.to,
                payer: row.payer,
                citation: (&row.citation).into(),
            })
        };
        let rows = table.rows.iter().enumerate().map(row).collect::<Result<_, Problem>>()?;
        self.push(&Event::MechanicalsAdopted(event::MechanicalsAdopted { rows })).map(drop)
    }

    pub(super) fn rules(&mut self, table: &Rules) -> Result<(), Problem> {
        self.push(&Event::RulesAdopted(event::RulesAdopted { version: table.version })).map(drop)
    }
}
