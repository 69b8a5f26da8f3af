//! What an import says at its end: what the file is, what does not agree in it, what it posted.

use std::path::Path;

use ledger_spec::money::{Currency, ExactSum};
use serde::Serialize;

use super::{file_name, reverse};
use crate::cli::Context;
use crate::cli::exit::Exit;
use crate::cli::failure::{Failure, Outcome};
use crate::cli::text::one_line;
use crate::cli::values::{count, many};
use crate::ingest::import::{ImportReport, Plan};
use crate::ingest::report::{BadLine, FileReport, Said, Warning, Warnings, Word};
use crate::royalty::is_posted;

/// A control total of a file.
#[derive(Serialize)]
struct Total {
    measure: String,
    currency: String,
    total: String,
    /// Whether this is what the ledger posts.
    posted: bool,
}

/// What was imported, or would be.
#[derive(Serialize)]
struct Imported {
    file: String,
    /// Index of the source's first event; none of a trial.
    source: Option<u64>,
    format: &'static str,
    rows: u64,
    refused: u64,
    resumed: bool,
    totals: Vec<Total>,
    warnings: Vec<String>,
    unknown_stores: Vec<UnknownStore>,
    /// The first of the lines that were refused.
    refused_lines: Vec<Bad>,
}

/// A store of which it is not known what its lines are.
#[derive(Serialize)]
struct UnknownStore {
    store: String,
    /// The first line that names it.
    line: u64,
    lines: u64,
    earned: Vec<Earned>,
}

#[derive(Serialize)]
struct Earned {
    currency: String,
    amount: String,
}

/// Says what a file is, and what became of it.
pub(super) fn say(plan: &Plan, imported: Option<&ImportReport>, context: &mut Context) -> Outcome {
    let FileReport { format, bad, counts, .. } = &plan.file;
    let object = Imported::of(plan, imported);
    let name = &one_line(&object.file);
    warn(plan, name, context);
    context.out.json(&object)?;
    let rows = many(plan.rows(), "row");
    match imported {
        None => context.out.line(format_args!("{name}: {format}, {rows} would be imported"))?,
        Some(imported) => {
            let again = if imported.resumed { ", carried on from an interrupted import" } else { "" };
            context.out.line(format_args!("{name}: {rows} as source {}{again}", imported.source))?;
        }
    }
    for total in &object.totals {
        let posted = match (total.posted, imported) {
            (false, _) => "",
            (true, None) => " (this would be posted)",
            (true, Some(_)) => " (this is posted)",
        };
        context.out.line(format_args!("  {} {} {}{posted}", total.measure, total.total, total.currency))?;
    }
    if let Some(footer) = &counts.footer {
        let (lines, summaries, blocks) = (footer.lines, footer.summaries, footer.blocks);
        let said = [many(lines, "line"), count(summaries, "summary", "summaries"), many(blocks, "block")].join(", ");
        context.out.line(format_args!("  {said}: as the footer (FOOT) counts"))?;
    }
    unknown_stores(&object.unknown_stores, context)?;
    if bad.count == 0 {
        return Ok(Exit::Fine);
    }
    context.out.line(format_args!("  {} refused", many(bad.count, "line")))?;
    if let Some(imported) = imported {
        // A name that cannot be shown as it is cannot be typed either.
        let target = if *name == object.file { name.clone() } else { imported.source.to_string() };
        let reverse = reverse(&target, "The corrected file takes its place.");
        context.out.note(format_args!("The corrected file takes this one's place: first {reverse}"));
    }
    Ok(Exit::Partial)
}

impl Imported {
    fn of(plan: &Plan, imported: Option<&ImportReport>) -> Imported {
        let FileReport { format, bad, totals, warnings, .. } = &plan.file;
        let file = file_name(plan.path());
        let totals = totals.iter().map(|total| Total {
            measure: total.measure.to_string(),
            currency: total.currency.to_string(),
            total: total.sum.to_string(),
            posted: is_posted(total.measure),
        });
        Imported {
            source: imported.map(|imported| imported.source),
            format,
            rows: plan.rows(),
            refused: bad.count,
            resumed: imported.is_some_and(|imported| imported.resumed),
            totals: totals.collect(),
            warnings: sentences(warnings, &file, |_| true),
            unknown_stores: plan.unknown_stores().map(UnknownStore::of).collect(),
            refused_lines: bad.first.iter().map(Bad::of).collect(),
            file,
        }
    }
}

impl UnknownStore {
    fn of(said: &Said) -> UnknownStore {
        let earned =
            |(currency, sum): &(Currency, ExactSum)| Earned { currency: currency.to_string(), amount: sum.to_string() };
        let Said { value, line, lines, money, .. } = said;
        UnknownStore { store: value.clone(), line: *line, lines: *lines, earned: money.iter().map(earned).collect() }
    }
}

/// Warnings as sentences that name file and line, and how many more there are of a kind.
fn sentences(warnings: &Warnings, file: &str, wanted: impl Fn(&Warning) -> bool) -> Vec<String> {
    let mut sentences = Vec::new();
    for (check, count, first) in warnings.iter() {
        for (line, warning) in first.iter().filter(|(_, warning)| wanted(warning)) {
            sentences.push(match line {
                0 => format!("{file}: {warning}"),
                line => format!("{file}:{line}: {warning}"),
            });
        }
        let more = count - first.len() as u64;
        if more > 0 {
            sentences.push(format!("{file}: {more} more of this kind ({check:?})"));
        }
    }
    sentences
}

/// Says every warning, but of the stores, which stand in the summary with their money.
fn warn(plan: &Plan, file: &str, context: &Context) {
    let is_store = |warning: &Warning| matches!(warning, Warning::UnknownWord { word: Word::Store, .. });
    for warning in sentences(&plan.file.warnings, file, |warning| !is_store(warning)) {
        context.out.warn(warning);
    }
}

fn unknown_stores(stores: &[UnknownStore], context: &mut Context) -> Result<(), Failure> {
    let Some(first) = stores.first() else { return Ok(()) };
    let stores_unknown = many(stores.len() as u64, "store");
    context.out.line(format_args!("  whether streams or sales is not known of {stores_unknown}:"))?;
    let width = stores.iter().map(|store| store.store.chars().count()).max().unwrap_or(0);
    for UnknownStore { store, lines, earned, .. } in stores {
        let earned = earned.iter().map(|Earned { currency, amount }| format!("{amount} {currency}"));
        let earned = earned.collect::<Vec<_>>().join(", ");
        context.out.line(format_args!("    {store:width$}  {}  {earned}", many(*lines, "line")))?;
    }
    context.out.note(format_args!(
        "A row of [[mechanicals]] says who owes their mechanical; without one for every use (use = \"unknown\") or for \
         the store they wait in suspense. For the store: give it a [[party]] with identifiers = [{{ scheme = \
         \"service-name\", value = \"{}\" }}], and name it as the row's service.",
        first.store
    ));
    Ok(())
}

/// A bad line, for people and programs.
#[derive(Serialize)]
pub(super) struct Bad {
    file: String,
    line: u64,
    column: Option<usize>,
    name: Option<String>,
    value: String,
    reason: String,
    #[serde(skip)]
    text: String,
}

impl Bad {
    pub(super) fn of(bad: &BadLine) -> Bad {
        Bad {
            file: Path::new(&*bad.file).display().to_string(),
            line: bad.line,
            column: bad.column.as_ref().map(|(number, _)| *number),
            name: bad.column.as_ref().map(|(_, name)| name.clone()),
            value: bad.value.clone(),
            reason: bad.reason.to_string(),
            text: one_line(&bad.to_string()),
        }
    }
}

impl std::fmt::Display for Bad {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}
