//! Warnings: what does not agree inside a file that can be read all the same. They are kept with the source.

use std::collections::BTreeMap;

use ledger_spec::code::Measure;
use ledger_spec::money::{ExactSum, SourceAmount};
use thiserror::Error;

use super::defect::Bounded;
use super::unlikely::Unlikely;
use super::unrecorded::Unrecorded;
use super::words::Word;

/// Something that does not agree.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Warning {
    /// Fewer cells than the record has; those at the end count as empty.
    #[error("{record} has {found} cells of {expected}: the missing ones are taken as empty")]
    MissingCells {
        /// The record type.
        record: &'static str,
        /// As many as its definition names.
        expected: usize,
        /// As many as there are.
        found: usize,
    },
    /// More cells than the record has, with something in them that is not read.
    #[error("{record} has {found} cells, {expected} are defined: the rest is not read")]
    SurplusCells {
        /// The record type.
        record: &'static str,
        /// As many as its definition names.
        expected: usize,
        /// As many as there are.
        found: usize,
    },
    /// A cell that does no harm if it is left out could not be understood.
    #[error("{column} \"{value}\" is not understood and left out")]
    CellLeftOut {
        /// The column's name.
        column: &'static str,
        /// What stands there.
        value: String,
    },
    /// A word that the ledger has no meaning for.
    #[error("{} \"{value}\" is not known ({}): {}", word.name(), many_lines(*.lines), taken_as(*.word))]
    UnknownWord {
        /// Of what.
        word: Word,
        /// As given.
        value: String,
        /// How many lines have it; the first is where the warning stands.
        lines: u64,
    },
    /// More different words than are kept.
    #[error("{} name yet another {}, beyond those that are listed", many_lines(*.lines), word.name())]
    MoreWords {
        /// Of what.
        word: Word,
        /// How many lines.
        lines: u64,
    },
    /// Something that no event has a place for.
    #[error("not recorded: {kind} ({}, this is the first); the file has them", many_lines(*.lines))]
    Unrecorded {
        /// What.
        kind: Unrecorded,
        /// How many lines have it.
        lines: u64,
    },
    /// Lines of more units than there can be.
    #[error("{kind} ({}, this is the first): taken as they stand; ask the sender if they can be", many_lines(*.lines))]
    UnlikelyUnits {
        /// What is unlikely.
        kind: Unlikely,
        /// How many lines are.
        lines: u64,
    },
    /// The payee's share in percent is no part of a whole.
    #[error("a share of {value} per cent is not above 0 and at most 100: the amounts are taken as they stand")]
    ShareApplied {
        /// As given.
        value: SourceAmount,
    },
    /// A line was not UTF-8 and was read as ISO-8859-1.
    #[error("not UTF-8, read as ISO-8859-1")]
    Latin1,
    /// Several summary records have the same id.
    #[error("summary {id} is defined again (first on line {first})")]
    DuplicateSummary {
        /// The id.
        id: String,
        /// The line of the first.
        first: u64,
    },
    /// A line names a summary that the file does not have.
    #[error("summary {id} is not in the file")]
    UnknownSummary {
        /// The id.
        id: String,
    },
    /// A line names a recording or release that its block does not have.
    #[error("block {block} has no resource or release {reference}")]
    UnknownReference {
        /// The block.
        block: String,
        /// What was named.
        reference: String,
    },
    /// The usage lines of a summary do not add up to it.
    #[error("summary {id} reports {reported} usages, its lines add up to {found}")]
    SummaryUsages {
        /// The id.
        id: String,
        /// By the summary records of this id.
        reported: i128,
        /// By the lines.
        found: i128,
    },
    /// The usage by release of a block does not add up to its usage.
    #[error("block {block} has {found} usages by release, {expected} by sales transaction")]
    BlockUsages {
        /// The block.
        block: String,
        /// By its usage lines.
        expected: i128,
        /// By its lists of releases.
        found: i128,
    },
    /// A list of releases and the list of their usages differ in length.
    #[error("{releases} releases, but {usages} numbers of usages")]
    ListLengths {
        /// Values in the one.
        releases: u64,
        /// Values in the other.
        usages: u64,
    },
    /// The shares allocated for one usage and right are not the whole.
    #[error("the shares of {right} in block {block} add up to {sum}, not to 1")]
    Shares {
        /// The block.
        block: String,
        /// The right.
        right: String,
        /// What they add up to.
        sum: ExactSum,
    },
    /// The file's name says one thing, its head another.
    #[error("the file name says {part} {name}, the file says {content}")]
    FileName {
        /// The part of the name.
        part: &'static str,
        /// What the name says.
        name: String,
        /// What the file says.
        content: String,
    },
    /// The file is not named as the format asks.
    #[error("the file name is not of the form {form}")]
    FileNameForm {
        /// The form.
        form: &'static str,
    },
    /// A count in the footer that is about the whole report, of which this file is all, disagrees.
    #[error("the footer counts {reported} {measure} in the report, there are {found}")]
    ReportCount {
        /// What is counted.
        measure: Measure,
        /// By the footer.
        reported: u64,
        /// In the file.
        found: u64,
    },
}

impl Warning {
    /// The check that failed: warnings are counted, and listed up to a limit, by check.
    pub fn check(&self) -> Check {
        match self {
            Warning::MissingCells { .. } | Warning::SurplusCells { .. } | Warning::CellLeftOut { .. } => Check::Cells,
            Warning::Latin1 => Check::Encoding,
            Warning::DuplicateSummary { .. } => Check::SummaryIds,
            Warning::UnknownSummary { .. } | Warning::UnknownReference { .. } => Check::References,
            Warning::SummaryUsages { .. } => Check::SummaryUsages,
            Warning::BlockUsages { .. } | Warning::ListLengths { .. } => Check::BlockUsages,
            Warning::Shares { .. } | Warning::ShareApplied { .. } => Check::Shares,
            Warning::UnknownWord { .. } | Warning::MoreWords { .. } => Check::Words,
            Warning::UnlikelyUnits { .. } => Check::Units,
            Warning::Unrecorded { .. } => Check::Unrecorded,
            Warning::FileName { .. } | Warning::FileNameForm { .. } => Check::FileName,
            Warning::ReportCount { .. } => Check::ReportCounts,
        }
    }
}

impl Warning {
    /// The quantity that does not agree, what it should be and what it is, as far as these are numbers.
    pub fn quantity(&self) -> (Measure, Option<SourceAmount>, Option<SourceAmount>) {
        let count = |number: i128| SourceAmount::new(number, 0).ok();
        let cells = |number: usize| i128::try_from(number).ok().and_then(count);
        match self {
            Warning::MissingCells { expected, found, .. } | Warning::SurplusCells { expected, found, .. } => {
                (Measure::CELLS, cells(*expected), cells(*found))
            }
            Warning::ListLengths { releases, usages } => {
                (Measure::CELLS, count((*releases).into()), count((*usages).into()))
            }
            Warning::CellLeftOut { .. } | Warning::Latin1 | Warning::UnknownReference { .. } => {
                (Measure::CELLS, None, None)
            }
            Warning::UnknownWord { lines, .. }
            | Warning::MoreWords { lines, .. }
            | Warning::Unrecorded { lines, .. } => (Measure::CELLS, None, count((*lines).into())),
            Warning::UnlikelyUnits { .. } => (Measure::UNITS, None, None),
            Warning::ShareApplied { value } => (Measure::SHARE, None, Some(*value)),
            Warning::DuplicateSummary { .. } | Warning::UnknownSummary { .. } => (Measure::SUMMARY_ID, None, None),
            Warning::SummaryUsages { reported, found, .. } => (Measure::UNITS, count(*reported), count(*found)),
            Warning::BlockUsages { expected, found, .. } => (Measure::UNITS, count(*expected), count(*found)),
            Warning::Shares { sum, .. } => (Measure::SHARE, count(1), sum.to_string().parse().ok()),
            Warning::FileName { .. } | Warning::FileNameForm { .. } => (Measure::FILE_NAME, None, None),
            Warning::ReportCount { measure, reported, found } => {
                (*measure, count((*reported).into()), count((*found).into()))
            }
        }
    }
}

fn many_lines(lines: u64) -> String {
    if lines == 1 { "1 line".to_owned() } else { format!("{lines} lines") }
}

/// What becomes of a word that is not known.
fn taken_as(word: Word) -> &'static str {
    match word {
        Word::Store => "whether its lines are streams or sales is recorded as unknown",
        Word::Territory => "the name is kept with the source, and the place recorded as unknown",
        Word::UseType | Word::CommercialModel => "recorded as unknown",
        Word::RightsType => "recorded as no particular right",
    }
}

/// The checks that a warning can come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Check {
    /// Every record has the cells it should have.
    Cells,
    /// The text is in the encoding it should be in.
    Encoding,
    /// Summary ids are unique.
    SummaryIds,
    /// What is referred to is there.
    References,
    /// Usage lines add up to their summary.
    SummaryUsages,
    /// Usage by release adds up to usage by transaction.
    BlockUsages,
    /// Shares are parts of the whole and add up to it.
    Shares,
    /// The file's name agrees with its content.
    FileName,
    /// The counts of the whole report agree.
    ReportCounts,
    /// Units are as many as can be.
    Units,
    /// Words have a meaning.
    Words,
    /// Everything has a place in an event.
    Unrecorded,
}

/// Warnings by check, each list bounded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Warnings {
    by_check: BTreeMap<Check, Bounded<(u64, Warning)>>,
}

impl Warnings {
    /// Warnings of one check that are kept in full; more are counted.
    pub const PER_CHECK: usize = 100;

    /// Adds one that is about a line (0 if it is about the file).
    pub fn push(&mut self, line: u64, warning: Warning) {
        self.list(warning.check()).push_with(|| (line, warning));
    }

    /// Takes in what another part of the file gave.
    pub fn merge(&mut self, other: Warnings) {
        for (check, list) in other.by_check {
            self.list(check).merge(list, |(line, _)| *line);
        }
    }

    /// By check: all that were seen, and the first of them with their lines.
    pub fn iter(&self) -> impl Iterator<Item = (Check, u64, &[(u64, Warning)])> {
        self.by_check.iter().map(|(check, list)| (*check, list.count, list.first.as_slice()))
    }

    /// How many of one check.
    pub fn count(&self, check: Check) -> u64 {
        self.by_check.get(&check).map_or(0, |list| list.count)
    }

    fn list(&mut self, check: Check) -> &mut Bounded<(u64, Warning)> {
        self.by_check.entry(check).or_insert_with(|| Bounded::new(Self::PER_CHECK))
    }
}
