//! Usage: a source is open, its rows come once and in order, its numbers without gaps, and it is closed over exactly
//! what was promised when it was opened.

use ledger_spec::code::{Measure, ReportedKind};
use ledger_spec::event::Event;
use ledger_spec::event::usage::{
    AllocatedLine, ControlTotal, ReportedResource, SourceClosed, SourceOpened, Terms, UsageLine, UsageList,
    UsageSummary,
};
use ledger_spec::limits;
use ledger_spec::money::{Amount, Currency, ExactSum, Ratio};
use ledger_spec::reference::PartyId;
use ledger_spec::role::Roles;

use super::super::past::Past;
use super::catalogue::dates;
use super::{Judging, Refused, ensure};
use crate::royalty;

/// Most that the amounts of a source may come to in a currency, each by its size: 10^12 units. So nothing that is
/// added up out of sources comes near what an account can hold.
const SOURCE_MONEY: i128 = 10i128.pow(12 + Amount::SCALE as u32);

/// Most units on a line and in a source.
const SOURCE_UNITS: u64 = limits::COUNTER;

/// A source as the submission so far leaves it.
#[derive(Debug, Clone)]
pub(super) struct Progress {
    /// The party that reports.
    reporter: PartyId,
    /// The party that imports.
    by: PartyId,
    open: bool,
    rows: u64,
    refused: u64,
    rows_in: u64,
    refused_in: u64,
    last_row: u64,
    /// What its numbers beyond those in the state are.
    kinds: Vec<ReportedKind>,
    numbers: usize,
    units: i64,
    size_of_units: u64,
    sums: Vec<(Currency, ExactSum, i128)>,
}

impl Progress {
    /// Adds the money of a line, and returns its size.
    fn money(&mut self, currency: Currency, exact: ExactSum) -> Result<i128, Refused> {
        let too_much = || Refused {
            code: "amount",
            text: format!("the amounts of a source come to at most 10^12 {currency}; this one goes beyond"),
        };
        let size = exact.to_amount_half_even().map_err(|_| too_much())?.abs().picos();
        let at = match self.sums.iter().position(|(known, ..)| *known == currency) {
            Some(at) => at,
            None => {
                self.sums.push((currency, ExactSum::ZERO, 0));
                self.sums.len() - 1
            }
        };
        if let Some((_, sum, sizes)) = self.sums.get_mut(at) {
            *sizes += size;
            ensure(*sizes <= SOURCE_MONEY, "", String::new).map_err(|_| too_much())?;
            *sum = sum.plus(exact).map_err(|_| too_much())?;
        }
        Ok(size)
    }

    /// The control totals alone are not beyond what a source can hold; so a file that cannot be imported whole is
    /// refused before its first line is in.
    fn promise(&mut self, totals: &[ControlTotal]) -> Result<(), Refused> {
        for ControlTotal { measure, currency, total } in totals {
            match (*measure, *currency) {
                (Measure::UNITS, _) => {
                    let whole = total.mantissa().unsigned_abs() / 10u128.pow(u32::from(total.scale()));
                    self.units(i64::try_from(whole).unwrap_or(i64::MAX))?;
                }
                (Measure::NET | Measure::ALLOCATED, Some(currency)) => {
                    self.money(currency, (*total).into()).map(drop)?
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn units(&mut self, units: i64) -> Result<(), Refused> {
        self.size_of_units = self.size_of_units.saturating_add(units.unsigned_abs());
        ensure(self.size_of_units < SOURCE_UNITS, "units", || "a source has fewer than 2^53 units".to_owned())?;
        self.units += units;
        Ok(())
    }
}

impl<P: Past> Judging<'_, P> {
    pub(super) fn source_opened(&mut self, index: u64, opened: &SourceOpened<'_>) -> Result<(), Refused> {
        self.known(opened.reporter)?;
        self.speaks_for(opened.reporter, "a report")?;
        dates(opened.from, opened.to)?;
        if let Some(first) = self.state.sources.of_file(&opened.file, &opened.content) {
            return Err(Refused {
                code: "file-known",
                text: format!(
                    "the lines of this file were imported as source {first}; reverse that to import it again"
                ),
            });
        }
        let new = [opened.file, opened.content].iter().all(|hash| !self.files.contains(hash));
        self.files.extend([opened.file, opened.content]);
        ensure(new, "file-known", || "this file is opened twice in one submission".to_owned())?;
        ensure(opened.refused <= opened.rows, "rows", || "more rows are refused than there are".to_owned())?;
        let progress = Progress {
            reporter: opened.reporter,
            by: self.candidate.party,
            open: true,
            rows: opened.rows,
            refused: opened.refused,
            rows_in: 0,
            refused_in: 0,
            last_row: 0,
            kinds: Vec::new(),
            numbers: 0,
            units: 0,
            size_of_units: 0,
            sums: Vec::new(),
        };
        let mut promised = progress.clone();
        promised.promise(&opened.totals)?;
        promised.sums.into_iter().try_for_each(|(currency, _, size)| self.has_room(currency, size))?;
        self.sources.push((index, progress));
        Ok(())
    }

    /// A source that the submission so far has changed.
    fn changed(&self, source: u64) -> Option<&Progress> {
        self.sources.iter().find(|(known, _)| *known == source).map(|(_, progress)| progress)
    }

    /// A source as the submission so far leaves it.
    fn progress(&mut self, source: u64) -> Result<&mut Progress, Refused> {
        let state = self.state;
        let unknown = || Refused { code: "cites-other", text: format!("event {source} opens no source") };
        if self.changed(source).is_none() {
            let known = state.sources.get(source).ok_or_else(unknown)?;
            let sums = known.reporting.iter().map(|reporting| (reporting.currency, reporting.exact, reporting.size));
            let progress = Progress {
                reporter: known.reporter,
                by: known.by,
                open: known.closed.is_none() && known.reversed.is_none(),
                rows: known.rows,
                refused: known.refused,
                rows_in: known.rows_in,
                refused_in: known.refused_in,
                last_row: known.last_row,
                kinds: Vec::new(),
                numbers: known.numbers(),
                units: known.units,
                size_of_units: known.size_of_units,
                sums: sums.collect(),
            };
            self.sources.push((source, progress));
        }
        self.sources.iter_mut().find(|(known, _)| *known == source).map(|(_, progress)| progress).ok_or_else(unknown)
    }

    /// Who may add to a source: the party that opened it, the one that reports, an operator.
    pub(super) fn reports(&self, source: u64) -> Result<(), Refused> {
        let speaker = self.candidate.party;
        let here = self.changed(source).map(|progress| (progress.by, progress.reporter));
        let known = self.state.sources.get(source).map(|source| (source.by, source.reporter));
        let (by, reporter) = here
            .or(known)
            .ok_or_else(|| Refused { code: "cites-other", text: format!("event {source} opens no source") })?;
        ensure(self.is_operator() || [by, reporter].contains(&speaker), "not-yours", || {
            format!("source {source} is of party {reporter}; party {speaker} may not add to it")
        })
    }

    /// An open source that the author may add to.
    fn open(&mut self, source: u64) -> Result<&mut Progress, Refused> {
        let (operator, speaker) = (self.candidate.roles.contains(Roles::OPERATOR), self.candidate.party);
        let reversed = self.spent.contains(&source);
        let progress = self.progress(source)?;
        ensure(progress.open && !reversed, "source-closed", || {
            format!("source {source} is closed, or was reversed; nothing follows")
        })?;
        let may = operator || [progress.by, progress.reporter].contains(&speaker);
        ensure(may, "not-yours", || {
            format!("source {source} is of party {}; party {speaker} may not add to it", progress.reporter)
        })?;
        Ok(progress)
    }

    /// The next row of a source.
    fn row(&mut self, source: u64, row: u64) -> Result<&mut Progress, Refused> {
        let progress = self.open(source)?;
        ensure(row > progress.last_row, "row-order", || {
            format!(
                "row {row} of source {source} comes after row {}; rows come once, in their order",
                progress.last_row
            )
        })?;
        ensure(progress.rows_in < progress.rows, "rows", || {
            format!("source {source} was opened with {} rows, and they are in", progress.rows)
        })?;
        progress.last_row = row;
        progress.rows_in += 1;
        Ok(progress)
    }

    /// A source has given the number to something of one of these kinds, or of any if none is named. Zero is nothing.
    pub(super) fn numbered(&self, source: u64, number: u32, kinds: &[ReportedKind]) -> Result<(), Refused> {
        let unknown = || Refused { code: "number", text: format!("source {source} has not given number {number} yet") };
        let at = usize::try_from(number).map_err(|_| unknown())?.checked_sub(1);
        let Some(at) = at else { return Ok(()) };
        let known = self.state.sources.get(source);
        let before = known.map_or(0, |source| source.numbers());
        let kind = match at.checked_sub(before) {
            None => known.and_then(|source| source.reported(number)).map(|reported| reported.kind),
            Some(new) => self.changed(source).and_then(|progress| progress.kinds.get(new)).copied(),
        };
        let kind = kind.ok_or_else(unknown)?;
        ensure(kinds.is_empty() || kinds.contains(&kind), "number", || {
            format!("number {number} of source {source} is a {kind}, which is something else")
        })
    }

    pub(super) fn reported(&mut self, resource: &ReportedResource<'_>) -> Result<(), Refused> {
        let (source, number) = (resource.source, resource.number);
        let progress = self.open(source)?;
        let next = progress.numbers + 1;
        ensure(usize::try_from(number) == Ok(next), "number-order", || {
            format!("source {source} gives number {number}; its next is {next}")
        })?;
        ensure(resource.parent < number, "number", || format!("number {} comes later", resource.parent))?;
        progress.numbers += 1;
        progress.kinds.push(resource.kind);
        let lengths = resource.identifiers.iter().map(|identifier| identifier.value.len());
        let fit = lengths.into_iter().all(|length| (1..=limits::IDENTIFIER).contains(&length));
        ensure(fit, "identifier-length", || format!("an identifier has 1 to {} bytes", limits::IDENTIFIER))
    }

    fn terms(&self, source: u64, terms: &Terms) -> Result<(), Refused> {
        dates(Some(terms.from), Some(terms.to))?;
        self.numbered(source, terms.service, &[ReportedKind::SERVICE])?;
        self.numbered(source, terms.offering, &[ReportedKind::SERVICE])?;
        let share = terms.share_applied;
        ensure(share > Ratio::ZERO && share <= Ratio::ONE, "share", || {
            format!("the share that was applied is above nothing and at most the whole, not {share}")
        })
    }

    /// What a line cites of its own source was before it.
    fn earlier(row: u64, cited: u64) -> Result<(), Refused> {
        ensure(cited < row, "row-order", || format!("row {row} cites row {cited}, which does not come before it"))
    }

    pub(super) fn usage_line(&mut self, line: &UsageLine) -> Result<(), Refused> {
        let progress = self.row(line.source, line.row)?;
        let units = line.units.checked_sub(line.returns);
        progress.units(units.unwrap_or(i64::MIN))?;
        let exact = royalty::posted_sum(line.terms.basis, &line.money);
        let exact = exact.map_err(|error| Refused { code: "amount", text: error.to_string() })?;
        let size = progress.money(line.terms.currency, exact.unwrap_or_default())?;
        self.states(line.terms.currency, size)?;
        Self::earlier(line.row, line.summary)?;
        self.terms(line.source, &line.terms)?;
        self.numbered(line.source, line.resource, &[ReportedKind::RECORDING, ReportedKind::WORK])?;
        self.numbered(line.source, line.release, &[ReportedKind::RELEASE])
    }

    pub(super) fn allocated_line(&mut self, line: &AllocatedLine) -> Result<(), Refused> {
        let progress = self.row(line.source, line.row)?;
        let size = progress.money(line.terms.currency, line.amount.into())?;
        self.states(line.terms.currency, size)?;
        Self::earlier(line.row, line.line)?;
        self.terms(line.source, &line.terms)?;
        self.numbered(line.source, line.resource, &[ReportedKind::RECORDING, ReportedKind::WORK])?;
        self.numbered(line.source, line.controller, &[ReportedKind::CONTROLLER])
    }

    pub(super) fn summary(&mut self, summary: &UsageSummary<'_>) -> Result<(), Refused> {
        self.row(summary.source, summary.row)?;
        self.terms(summary.source, &summary.terms)?;
        self.numbered(summary.source, summary.controller, &[ReportedKind::CONTROLLER])
    }

    pub(super) fn list(&mut self, list: &UsageList) -> Result<(), Refused> {
        self.row(list.source, list.row)?;
        self.numbered(list.source, list.resource, &[ReportedKind::RECORDING, ReportedKind::WORK])
    }

    pub(super) fn line_refused(&mut self, source: u64, row: u64) -> Result<(), Refused> {
        let progress = self.row(source, row)?;
        progress.refused_in += 1;
        ensure(progress.refused_in <= progress.refused, "rows", || {
            format!("source {source} was opened with {} refused rows, and this is one more", progress.refused)
        })
    }

    pub(super) fn source_closed(&mut self, closed: &SourceClosed) -> Result<(), Refused> {
        let source = closed.source;
        let progress = self.open(source)?;
        let found = [progress.rows_in, progress.refused_in];
        let promised = [progress.rows, progress.refused];
        ensure(found == promised && [closed.rows, closed.refused] == promised, "source-incomplete", || {
            format!(
                "source {source} was opened with {} rows, {} of them refused, and {} are in, {} of them refused",
                promised[0], promised[1], found[0], found[1]
            )
        })?;
        progress.open = false;
        self.ties(source)
    }

    /// The control totals of the file are what its lines come to.
    fn ties(&self, source: u64) -> Result<(), Refused> {
        let opened = self.here.get(&source).and_then(|event| match event {
            Event::SourceOpened(opened) => Some(&opened.totals),
            _ => None,
        });
        let known = self.state.sources.get(source).map(|source| &source.totals);
        let (Some(totals), Some(progress)) = (opened.or(known), self.changed(source)) else { return Ok(()) };
        let differs = |what: &str, promised: &str, found: &str| Refused {
            code: "control-total",
            text: format!("the {what} of source {source} were to come to {promised}, and its lines come to {found}"),
        };
        for total in totals {
            let (promised, found) = match (total.measure, total.currency) {
                (Measure::UNITS, _) => (ExactSum::from(total.total).to_string(), progress.units.to_string()),
                (Measure::NET | Measure::ALLOCATED, Some(currency)) => {
                    let known = progress.sums.iter().find(|(known, ..)| *known == currency);
                    (posted(totals, currency), known.map_or(ExactSum::ZERO, |(_, sum, _)| *sum).to_string())
                }
                _ => continue,
            };
            if promised != found {
                return Err(differs(&total.measure.to_string(), &promised, &found));
            }
        }
        Ok(())
    }
}

/// What is promised to be posted in a currency. Of money two measures are: what lines say is ours, and what was
/// allocated to us.
fn posted(totals: &[ControlTotal], currency: Currency) -> String {
    let posted = totals.iter().filter(|total| matches!(total.measure, Measure::NET | Measure::ALLOCATED));
    let mut amounts = posted.filter(|total| total.currency == Some(currency)).map(|total| total.total.into());
    amounts.try_fold(ExactSum::ZERO, ExactSum::plus).map_or_else(|error| error.to_string(), |sum| sum.to_string())
}
