//! What a posting is, as one word: the columns of a roll-forward, and what tells the postings of one event apart.

use std::fmt;

use bincode::{Decode, Encode};
use ledger_spec::code::ReasonCode;
use serde::Serialize;

use super::groups::Rule;
use super::why::Why;

/// What an event does to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Movement {
    /// What usage comes to; posted by cells.
    Usage,
    /// A balance brought in from another system.
    Opening,
    /// Came to the bank.
    Received,
    /// Tax kept on the way here.
    TaxKept,
    /// Fee kept on the way here.
    FeeKept,
    /// Settles what a source reported.
    Settles,
    /// What a source's rounded lines differ from its exact total.
    Residue,
    /// A correction by hand.
    Adjustment,
    /// A balance given up by hand.
    WrittenOff,
    /// Takes back what an earlier event posted.
    Reversal,
    /// A payout was ordered.
    Payout,
    /// Tax withheld from it.
    Withheld,
    /// The bank paid it.
    Paid,
    /// The bank did not.
    Failed,
    /// What was due in one currency is due in another.
    Converted,
    /// An advance was paid.
    Advance,
    /// A cost was paid for a contract.
    Cost,
    /// A step of the rate was reached.
    Escalation,
    /// Costs of a profit share went before the party's part, or made room for it again.
    ProfitShare,
    /// Kept back against returns.
    ReserveKept,
    /// What was kept back is let go.
    ReserveReleased,
    /// Recouped advances and costs of the contract itself.
    Recouped,
    /// Recouped those of another contract of its group.
    Crossed,
    /// Made up a balance below zero of another contract of its group.
    MadeUp,
    /// Went to another party by a letter of direction.
    Directed,
    /// What was earned became due.
    Closed,
}

impl fmt::Display for Movement {
    /// Its name, as it is serialised.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}

impl Why {
    /// What a posting with this reason is.
    pub fn movement(&self) -> Movement {
        match self {
            Why::Residue => Movement::Residue,
            Why::OpeningBalance => Movement::Opening,
            Why::Received => Movement::Received,
            Why::TaxKept => Movement::TaxKept,
            Why::FeeKept => Movement::FeeKept,
            Why::Settles { .. } => Movement::Settles,
            Why::Adjustment { reason: ReasonCode::WRITE_OFF } => Movement::WrittenOff,
            Why::Adjustment { .. } => Movement::Adjustment,
            Why::Reversed { .. } => Movement::Reversal,
            Why::PayoutInstructed => Movement::Payout,
            Why::TaxWithheld => Movement::Withheld,
            Why::PayoutSettled { .. } => Movement::Paid,
            Why::PayoutFailed { .. } => Movement::Failed,
            Why::Converted { .. } => Movement::Converted,
            Why::AdvancePaid => Movement::Advance,
            Why::CostCharged | Why::CostBorne => Movement::Cost,
            Why::Close { rule, .. } => rule.movement(),
            // The rules of cells; what they come to is not in the journal.
            _ => Movement::Usage,
        }
    }
}

impl Rule {
    fn movement(&self) -> Movement {
        match self {
            Rule::Escalation { .. } => Movement::Escalation,
            Rule::ProfitShare { .. } => Movement::ProfitShare,
            Rule::ReserveKept { .. } => Movement::ReserveKept,
            Rule::ReserveReleased { .. } => Movement::ReserveReleased,
            Rule::Recouped { .. } => Movement::Recouped,
            Rule::Crossed { .. } => Movement::Crossed,
            Rule::MadeUp { .. } => Movement::MadeUp,
            Rule::Directed { .. } => Movement::Directed,
            Rule::Due => Movement::Closed,
        }
    }
}
