//! Letters of direction: "I hereby direct you to pay ... per cent of all sums payable to me". What a party would be
//! paid goes to another, who has it free of contract.

use ledger_spec::date::Period;
use ledger_spec::money::{Amount, Ratio, allocate_shares};

use super::rule::Rule;
use super::{Folio, GroupError, Moves};
use crate::royalty::accounts;

/// Each letter's share of what is left. Nothing of a balance below zero is directed: a letter gives up money, it takes
/// on no debt.
pub(super) fn direct(folio: &mut Folio<'_>, _: Period, moves: &mut Moves) -> Result<(), GroupError> {
    let left = folio.balance;
    if folio.letters.is_empty() || left <= Amount::ZERO {
        return Ok(());
    }
    let letters = std::mem::take(&mut folio.letters);
    let shares: Vec<Ratio> = letters.iter().map(|letter| letter.share).collect();
    let (parts, _) = allocate_shares(left, &shares)?;
    for (letter, part) in letters.iter().zip(parts) {
        let to = accounts::due(letter.to, 0, folio.page.currency);
        moves.post(folio, to, part, Rule::Directed { letter: letter.event, left, share: letter.share })?;
    }
    Ok(())
}
