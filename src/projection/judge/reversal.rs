//! Reversals: of what can be, of what counts, once, and with a sentence that says why.

use ledger_spec::event::Event;
use ledger_spec::event::money::Reversal;
use ledger_spec::reference::EventRef;

use super::super::catalogue;
use super::super::past::Past;
use super::super::sources::Source;
use super::super::table::{Era, Standing, Status};
use super::once::Days;
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
        if let Some(event) = &event {
            self.speaks_against(target, event)?;
        }
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
                | Event::IdentifierAsserted(_)
                | Event::LetterOfDirection(_)
                | Event::PoolReported(_)
                | Event::TaxForm(_),
            ) => {}
            Some(Event::Hold(hold)) => self.lets_go(target, hold.party)?,
            Some(
                Event::PaymentReceived(_)
                | Event::Adjustment(_)
                | Event::OpeningBalance(_)
                | Event::Converted(_)
                | Event::AdvancePaid(_)
                | Event::CostCharged(_),
            ) => {
                let posted = self.state.posted_by(target);
                if !matches!(name, "adjustment" | "payment-received") {
                    self.is_whole(target, &posted)?;
                }
                self.favours_another(posted.iter().map(|side| (side.account, -side.amount)))?;
                self.takes_back(&posted);
            }
            _ => return Err(Refused { code: "not-reversible", text: not_reversible(target, name) }),
        }
        self.spend(target)?;
        self.revive(target)
    }

    /// What a fact had taken the place of counts again once that is reversed. It is held to what is new is held to: the
    /// world has changed since it counted last.
    fn revive(&mut self, target: u64) -> Result<(), Refused> {
        let catalogue = &self.state.catalogue;
        let replaced = catalogue.status(target).map_or(0, |status| status.replaces);
        let standing = catalogue.status(replaced).map(|status| status.standing);
        if standing != Some(Standing::Replaced(target)) {
            return Ok(());
        }
        self.counts_again(replaced).map_err(|Refused { code, text }| Refused {
            code,
            text: format!("without event {target}, event {replaced} counts again, and may not: {text}"),
        })
    }

    fn counts_again(&mut self, event: u64) -> Result<(), Refused> {
        let catalogue = &self.state.catalogue;
        if let Some(split) = catalogue.splits.get(event) {
            let catalogue::Split { from, to, day, .. } = *split;
            let live = Status { standing: Standing::Live, ..split.status };
            self.split_once(split.recording, &Days { from, to, day, era: Era::of(event, &live, |_| None) })?;
        }
        if let Some(found) = catalogue.matches.get(event) {
            self.matched_once(event, found.subject)?;
        }
        if let Some(form) = catalogue.tax_forms.get(event) {
            self.tax_form_once(&form.said)?;
        }
        if let Some(pool) = catalogue.pools.get(event) {
            self.pool_once(&pool.said)?;
        }
        if catalogue.assertions.get(event).is_some()
            && let Some(Ok(Event::IdentifierAsserted(asserted))) =
                self.read(event)?.as_deref().map(Event::decode_trusted)
        {
            self.asserted_once(event, &asserted)?;
        }
        if catalogue.claims.get(event).is_some() {
            self.claim_once(&self.claimed(event)?)?;
        }
        let agreed = catalogue.shares.get(event);
        if let Some(share) = agreed {
            self.share_once(share.claim, share.share, share.contract)?;
        }
        self.revived.insert(event);
        if catalogue.letters.get(event).is_some() {
            return self.letters_fit_again(event);
        }
        // A claim comes back with the shares that were agreed of it. A share of a claim that counts no longer, with none.
        match agreed.map(|share| share.claim).or(catalogue.claims.get(event).map(|_| event)) {
            Some(claim) if catalogue.status(claim).is_some_and(|status| self.counts(claim, status)) => {
                self.fit_whole(claim)
            }
            _ => Ok(()),
        }
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
