//! What a body cites (SPEC.md section 6): the writer refuses a citation its author cannot have seen.

use super::Event;
use super::catalogue::{MatchSubject, Subject};
use super::particulars::NamesOf;
use crate::reference::EventRef;

impl Event<'_> {
    /// Calls `sink` with every event the body cites; a source counts by its first event.
    ///
    /// A citation [`EventRef::At`] must lie below the submission's basis, [`EventRef::Here`] below the citing
    /// event's own offset.
    pub fn cites(&self, mut sink: impl FnMut(EventRef)) {
        let mut maybe = |cited: &Option<EventRef>| cited.iter().copied().for_each(&mut sink);
        match self {
            Event::Claim(claim) => {
                maybe(&claim.collects);
                maybe(&claim.replaces);
                sink(claim.work);
            }
            Event::Share(share) => {
                maybe(&share.contract);
                maybe(&share.replaces);
                sink(share.claim);
            }
            Event::Split(split) => {
                maybe(&split.replaces);
                split.parts.iter().for_each(|part| maybe(&part.contract));
                sink(split.recording);
            }
            Event::Contract(contract) => {
                maybe(&contract.crosses);
                maybe(&contract.amends);
            }
            Event::LetterOfDirection(letter) => {
                maybe(&letter.contract);
                maybe(&letter.replaces);
            }
            Event::Licence(licence) => {
                maybe(&licence.replaces);
                licence.works.iter().copied().for_each(sink);
            }
            Event::Release(release) => release.tracks.iter().for_each(|track| sink(track.recording)),
            Event::Match(matched) => {
                maybe(&matched.replaces);
                maybe(&matched.recording);
                match matched.subject {
                    MatchSubject::Recording(recording) => sink(recording),
                    MatchSubject::Reported { source, .. } => sink(EventRef::At(source)),
                }
                matched.works.iter().for_each(|matched| sink(matched.work));
            }
            Event::IdentifierAsserted(asserted) => {
                maybe(&asserted.replaces);
                match asserted.subject {
                    Subject::Party(_) => {}
                    Subject::Work(event) | Subject::Recording(event) | Subject::Release(event) => sink(event),
                }
            }
            Event::ReportedResource(resource) => sink(EventRef::At(resource.source)),
            Event::UsageSummary(summary) => sink(EventRef::At(summary.source)),
            Event::UsageLine(line) => sink(EventRef::At(line.source)),
            Event::AllocatedLine(line) => sink(EventRef::At(line.source)),
            Event::UsageList(list) => sink(EventRef::At(list.source)),
            Event::LineRefused(refused) => sink(EventRef::At(refused.source)),
            Event::SourceClosed(closed) => sink(EventRef::At(closed.source)),
            Event::PoolReported(pool) => {
                maybe(&pool.replaces);
                sink(EventRef::At(pool.source));
            }
            Event::OpeningBalance(opening) => maybe(&opening.contract),
            Event::AdvancePaid(advance) => sink(advance.contract),
            Event::CostCharged(cost) => {
                maybe(&cost.recording);
                sink(cost.contract);
            }
            Event::Converted(converted) => {
                maybe(&converted.contract);
                maybe(&converted.remark);
            }
            Event::TaxForm(form) => maybe(&form.replaces),
            Event::Hold(hold) => {
                maybe(&hold.contract);
                sink(hold.remark);
            }
            Event::PaymentReceived(payment) => payment.sources.iter().for_each(|part| sink(part.source)),
            Event::Adjustment(adjustment) => sink(adjustment.remark),
            Event::Reversal(reversal) => {
                sink(reversal.target);
                sink(reversal.remark);
            }
            Event::PayoutInstructed(payout) => maybe(&payout.contract),
            Event::PayoutApproved(approved) => sink(approved.payout),
            Event::PayoutSettled(settled) => sink(settled.payout),
            Event::PayoutFailed(failed) => sink(failed.payout),
            Event::Remark(remark) => maybe(&remark.about),
            Event::NamesReported(names) => match names.of {
                NamesOf::Event(event) => sink(event),
                NamesOf::Reported { source, .. } => sink(EventRef::At(source)),
            },
            Event::Redacted(redacted) => sink(EventRef::At(redacted.target)),
            Event::LedgerOpened(_)
            | Event::KeyEnrolled(_)
            | Event::KeyRevoked(_)
            | Event::RulesAdopted(_)
            | Event::RatesAdopted(_)
            | Event::MechanicalsAdopted(_)
            | Event::PeriodClosed(_)
            | Event::LogKeyChanged(_)
            | Event::LedgerEnded(_)
            | Event::Party(_)
            | Event::Work(_)
            | Event::Recording(_)
            | Event::SourceOpened(_)
            | Event::PeriodKey(_)
            | Event::PartyDetails(_) => {}
        }
    }
}
