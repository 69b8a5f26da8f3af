//! The one line that says what an event is, for people who read down a list.

use ledger_spec::event::Event;
use ledger_spec::event::catalogue::{MatchSubject, Subject};
use ledger_spec::event::particulars::{Named, NamesOf};
use ledger_spec::event::usage::LineMoney;
use ledger_spec::ident::{Identifier, Scheme};
use ledger_spec::reference::PartyId;

/// Enough of a party's id to tell it from others.
pub fn short(party: &PartyId) -> String {
    party.to_string().chars().take(8).collect()
}

fn identifiers(identifiers: &[Identifier<'_>]) -> String {
    let one = |identifier: &Identifier<'_>| match identifier.scheme {
        Scheme::HOUSE => identifier.value.to_owned(),
        scheme => format!("{scheme} {}", identifier.printed()),
    };
    identifiers.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn names(names: &[Named<'_>]) -> String {
    names.iter().map(|named| format!("{} \"{}\"", named.role, named.text)).collect::<Vec<_>>().join(", ")
}

fn money(money: &LineMoney) -> String {
    let given = [("net", money.net), ("gross", money.gross)].into_iter().find_map(|(what, sum)| Some((what, sum?)));
    given.map_or_else(String::new, |(what, sum)| format!(", {what} {sum}"))
}

/// What an event says, in one line. Events are named by their index, or by `+n` within their submission.
pub fn describe(event: &Event<'_>) -> String {
    match event {
        Event::LedgerOpened(opened) => format!("{}, run by {}", opened.origin, short(&opened.operator)),
        Event::KeyEnrolled(enrolled) => {
            format!("key {} for {}, {}", enrolled.key, short(&enrolled.party), enrolled.roles)
        }
        Event::KeyRevoked(revoked) => format!("key {}, {}", revoked.key, revoked.reason),
        Event::RulesAdopted(rules) => format!("version {}", rules.version),
        Event::RatesAdopted(rates) => format!("{}, {} rows", rates.table, rates.rows.len()),
        Event::MechanicalsAdopted(mechanicals) => format!("{} rows", mechanicals.rows.len()),
        Event::PeriodClosed(closed) => format!("{}, over {} events", closed.period, closed.through),
        Event::Redacted(redacted) => format!("event {}, {}", redacted.target, redacted.reason),
        Event::LogKeyChanged(changed) => format!("key {}", changed.log_key),
        Event::LedgerEnded(ended) => ended.reason.to_string(),
        Event::Party(party) => format!("{}, {}", identifiers(&party.identifiers), party.kind),
        Event::Work(work) => identifiers(&work.identifiers),
        Event::Recording(recording) => identifiers(&recording.identifiers),
        Event::Release(release) => format!("{}, {} tracks", identifiers(&release.identifiers), release.tracks.len()),
        Event::Claim(claim) => {
            format!("{} of work {} by {}, {}", claim.share, claim.work, short(&claim.party), claim.rights)
        }
        Event::Share(share) => format!("{} of claim {}", share.share, share.claim),
        Event::Split(split) => {
            let part =
                |part: &ledger_spec::event::catalogue::SplitPart| format!("{} {}", short(&part.party), part.share);
            let parts = split.parts.iter().map(part).collect::<Vec<_>>().join(", ");
            format!("of recording {}: {parts}", split.recording)
        }
        Event::Contract(contract) => format!(
            "{}, {} with {}, commission {}",
            identifiers(&contract.identifiers),
            contract.kind,
            short(&contract.party),
            contract.commission
        ),
        Event::Match(matched) => {
            let works = matched.works.iter().map(|work| work.work.to_string()).collect::<Vec<_>>().join(", ");
            match matched.subject {
                MatchSubject::Recording(recording) => format!("recording {recording} is of works {works}"),
                MatchSubject::Reported { source, number } => {
                    format!("number {number} of source {source}: works {works}")
                }
            }
        }
        Event::IdentifierAsserted(asserted) => {
            let subject = match asserted.subject {
                Subject::Party(party) => format!("party {}", short(&party)),
                Subject::Work(work) => format!("work {work}"),
                Subject::Recording(recording) => format!("recording {recording}"),
                Subject::Release(release) => format!("release {release}"),
            };
            format!("{} is {subject}", identifiers(&[asserted.identifier]))
        }
        Event::Licence(licence) => format!(
            "{}, {}, {} works, {}",
            identifiers(&licence.identifiers),
            licence.kind,
            licence.works.len(),
            licence.rights
        ),
        Event::SourceOpened(source) => {
            format!("{} from {}, {} rows", source.format, short(&source.reporter), source.rows)
        }
        Event::ReportedResource(resource) => {
            format!("number {} is a {}: {}", resource.number, resource.kind, identifiers(&resource.identifiers))
        }
        Event::UsageSummary(summary) => format!("row {}, {} units", summary.row, summary.units),
        Event::UsageLine(line) => {
            format!("row {}, {} units{} {}", line.row, line.units, money(&line.money), line.terms.currency)
        }
        Event::AllocatedLine(line) => format!("row {}, {} {}", line.row, line.amount, line.terms.currency),
        Event::UsageList(list) => format!("row {}, {} entries", list.row, list.entries),
        Event::LineRefused(refused) => format!("row {}, column {}: {}", refused.row, refused.column, refused.reason),
        Event::SourceClosed(closed) => format!("source {}, {} rows", closed.source, closed.rows),
        Event::OpeningBalance(opening) => {
            format!("{} {} of {}", opening.amount, opening.currency, short(&opening.party))
        }
        Event::PaymentReceived(payment) => {
            format!("{} {} from {}, {}", payment.bank, payment.currency, short(&payment.payer), payment.date)
        }
        Event::Adjustment(adjustment) => format!("{} sides, {}", adjustment.sides.len(), adjustment.reason),
        Event::Reversal(reversal) => format!("of event {}, {}", reversal.target, reversal.reason),
        Event::PayoutInstructed(payout) => {
            format!("{} {} to {}, {}", payout.amount, payout.currency, short(&payout.party), payout.date)
        }
        Event::PayoutApproved(approved) => format!("payout {}", approved.payout),
        Event::PayoutSettled(settled) => format!("payout {}, {}", settled.payout, settled.date),
        Event::PayoutFailed(failed) => format!("payout {}, {}", failed.payout, failed.reason),
        Event::PeriodKey(key) => key.period.to_string(),
        Event::PartyDetails(details) => format!("of {}: {}", short(&details.party), names(&details.details)),
        Event::Remark(remark) => format!("\"{}\"", remark.text),
        Event::NamesReported(reported) => match reported.of {
            NamesOf::Event(event) => format!("of event {event}: {}", names(&reported.names)),
            NamesOf::Reported { source, number } => {
                format!("of number {number} of source {source}: {}", names(&reported.names))
            }
        },
    }
}
