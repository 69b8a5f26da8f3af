//! Which of the sums on a line is posted (DESIGN section 5: each reported sum is posted once).

use ledger_spec::code::{Basis, Measure};
use ledger_spec::event::usage::LineMoney;
use ledger_spec::money::{AmountError, ExactSum, SourceAmount};

/// Whether a control total is of the sums of lines that are posted.
pub fn is_posted(measure: Measure) -> bool {
    matches!(measure, Measure::NET | Measure::ALLOCATED)
}

/// The sum of a usage line that is posted, exactly; `None` if its basis says that it carries no money of its own
/// (its summary or its allocated lines do), or if it has none.
///
/// What is left for us is posted, whatever the money is: `net` where the line gives it; else `gross` (or the dealer
/// price, which stands in the same field) less all that was kept on the way: fee, tax, mechanicals and recoupment.
/// An allocated line has one amount, which is posted.
pub fn posted_sum(basis: Basis, money: &LineMoney) -> Result<Option<ExactSum>, AmountError> {
    if basis == Basis::NONE {
        return Ok(None);
    }
    if let Some(net) = money.net {
        return Ok(Some(net.into()));
    }
    let Some(gross) = money.gross else { return Ok(None) };
    let kept = [money.fee, money.tax, money.mechanicals, money.recouped].into_iter().flatten();
    kept.map(SourceAmount::negated).try_fold(ExactSum::from(gross), |sum, kept| sum.plus(kept.into())).map(Some)
}
