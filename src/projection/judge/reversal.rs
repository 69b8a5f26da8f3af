//! Reversals: of what can be, of what counts, once, and with a sentence that says why.

use ledger_spec::event::Event;
use ledger_spec::event::money::Reversal;
use ledger_spec::reference::EventRef;

use super::super::past::Past;
use super::super::sources::Source;
use super::{Judging, Refused, ensure};

impl<P: Past> Judging<'_, P> {
    pub(super) fn reversal(&mut self, reversal: &Reversal) -> Result<(), Refused> {
        let EventRef::At(target) = reversal.target else {
            return Err(Refused {
                code: "not-reversible",
                text: "an event of the same submission cannot be reversed; leave it out".to_owned(),
            });
        };
        self.is_remark(reversal.remark)?;
        if let Some(by) = self.state.reversal_of(target) {
            return Err(Refused {
                code: "counts-no-longer",
                text: format!("event {target} was reversed by event {by}"),
            });
        }
        let body = self.read(target)?;
        let event = body.as_deref().and_then(|body| Event::decode_trusted(body).ok());
        let name = event.as_ref().map_or("event that cannot be read", Event::name);
        match event {
            Some(Event::UsageLine(line)) => self.line_counts(line.source)?,
            Some(Event::AllocatedLine(line)) => self.line_counts(line.source)?,
            Some(Event::SourceOpened(_)) => {
                let source = self.state.sources.get(target);
                self.takes_out(source.into_iter().flat_map(Source::stated));
            }
            Some(
                Event::Match(_)
                | Event::Claim(_)
                | Event::Share(_)
                | Event::Split(_)
                | Event::Licence(_)
                | Event::IdentifierAsserted(_),
            ) => {}
            Some(Event::PaymentReceived(_) | Event::Adjustment(_) | Event::OpeningBalance(_)) => {
                let posted = self.state.posted_by(target);
                self.takes_back(&posted);
            }
            _ => return Err(Refused { code: "not-reversible", text: not_reversible(target, name) }),
        }
        self.spend(target)
    }

    /// A line is reversed by itself once its source is whole; before that, and if the source is wrong, the source is.
    fn line_counts(&self, source: u64) -> Result<(), Refused> {
        let known = self.state.sources.get(source);
        let counts = known.is_some_and(|source| source.reversed.is_none() && source.closed.is_some());
        ensure(counts && !self.spent.contains(&source), "source-open", || {
            format!("source {source} is still open, or was reversed; a line is reversed once its source is closed")
        })
    }
}

fn not_reversible(target: u64, name: &str) -> String {
    let instead = match name {
        "reversal" => "say again what was reversed by mistake",
        "payout-instructed" | "payout-approved" => "let the payout fail",
        "payout-settled" | "payout-failed" | "period-closed" => "it can only be followed, by an adjustment",
        "contract" => "amend the contract",
        _ => "a newer event replaces it",
    };
    format!("event {target}, a {name}, cannot be reversed; {instead}")
}
