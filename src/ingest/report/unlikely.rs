//! Units that nobody sells, plays or takes back on one line. They are taken as they stand, with a warning: a cell that
//! slipped, or a sender that made it up, moves money by them wherever a price is for each unit.

use std::fmt;

use super::seen::Seen;
use super::warning::{Warning, Warnings};

/// More units on a line than any use of one recording, in one place and month, comes to.
const MANY: i128 = 1_000_000_000;

/// As many units taken back on a line as no store returns.
const TAKEN_BACK: i128 = -1_000_000;

/// What is unlikely about a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unlikely {
    /// More than 10^9 units.
    Many,
    /// 10^6 units or more taken back.
    TakenBack,
}

impl fmt::Display for Unlikely {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unlikely::Many => f.write_str("more than 1,000,000,000 units on a line"),
            Unlikely::TakenBack => f.write_str("1,000,000 units or more taken back on a line"),
        }
    }
}

/// The lines with unlikely units.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct UnlikelyUnits {
    many: Seen,
    taken_back: Seen,
}

impl UnlikelyUnits {
    /// A line of so many units, less those returned.
    pub(super) fn add(&mut self, line: u64, units: i128) {
        if units > MANY {
            self.many.add(line, 1);
        } else if units <= TAKEN_BACK {
            self.taken_back.add(line, 1);
        }
    }

    pub(super) fn merge(&mut self, other: UnlikelyUnits) {
        self.many.merge(other.many);
        self.taken_back.merge(other.taken_back);
    }

    /// One warning for each kind.
    pub(super) fn warn(self, warnings: &mut Warnings) {
        for (kind, seen) in [(Unlikely::Many, self.many), (Unlikely::TakenBack, self.taken_back)] {
            if let Some((first, lines)) = seen.lines() {
                warnings.push(first, Warning::UnlikelyUnits { kind, lines });
            }
        }
    }
}
