//! A trial of a hand-written text. What the books refuse is said at the table that it comes from, before the first
//! submission is handed in.

use ledger_spec::reference::PartyId;

use super::refuse;
use crate::cli::Context;
use crate::cli::desk::Books;
use crate::cli::failure::Failure;
use crate::cli::trial::Trial;
use crate::ingest::catalogue::Document;
use crate::ledger::fresh_party;

/// Judges a text of that many new parties, submission by submission. Returns how many they are.
pub fn run(document: &Document, parties: usize, books: &Books, context: &mut Context) -> Result<usize, Failure> {
    let known = books.known();
    let mut ids = (0..parties).map(|_| fresh_party()).collect::<Result<Vec<_>, _>>()?;
    let mut fresh = || ids.pop().unwrap_or(PartyId::NONE);
    let mut translation = document.translate(&known, &mut fresh);
    let (mut trial, mut submissions) = (Trial::of(books, context), 0);
    let refused = |problems: &[_], context: &Context| refuse(document.file(), problems, context);
    while let Some(bodies) = translation.submission().map_err(|problems| refused(&problems, context))? {
        match trial.submit(bodies)? {
            Ok(first) => translation.settle(first),
            Err(objection) => {
                let offset = usize::try_from(objection.offset).unwrap_or(usize::MAX);
                let text = known.named(&objection.text);
                return Err(refused(&[translation.refused(offset, &text)], context));
            }
        }
        submissions += 1;
    }
    Ok(submissions)
}
