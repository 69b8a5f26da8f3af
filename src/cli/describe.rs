//! The one line that says what an event is, for people who read down a list.

use ledger_spec::event::Event;
use ledger_spec::event::catalogue::{MatchSubject, Subject};
use ledger_spec::event::governance::EnrolMode;
use ledger_spec::event::money::Converted;
use ledger_spec::event::particulars::{Named, NamesOf};
use ledger_spec::event::usage::LineMoney;
use ledger_spec::ident::{Identifier, Scheme};
use ledger_spec::reference::{EventRef, PartyId};

use super::text::one_line;
use super::values::{count, many};

/// What a description calls parties and events.
pub trait Labels {
    /// A party.
    fn party(&self, party: PartyId) -> String;
    /// An event.
    fn event(&self, event: EventRef) -> String;
    /// A party whose name stands beside it anyway.
    fn code(&self, party: PartyId) -> String {
        self.party(party)
    }
    /// An event whose name stands beside it anyway.
    fn index(&self, event: EventRef) -> String {
        self.event(event)
    }
}

/// Enough of a party's id to tell it from others.
pub fn short(party: &PartyId) -> String {
    party.to_string().chars().take(8).collect()
}

/// What is not empty, with commas between.
fn list(parts: &[String]) -> String {
    parts.iter().filter(|part| !part.is_empty()).map(String::as_str).collect::<Vec<_>>().join(", ")
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

/// How a key came to be enrolled.
pub const fn mode(mode: EnrolMode) -> &'static str {
    match mode {
        EnrolMode::First => "first",
        EnrolMode::Endorsed => "endorsed",
        EnrolMode::Override => "override",
    }
}

/// What an event says, in one line.
pub fn describe(event: &Event<'_>, labels: &dyn Labels) -> String {
    one_line(&said(event, labels))
}

fn said(event: &Event<'_>, labels: &dyn Labels) -> String {
    let party = |party: &PartyId| labels.party(*party);
    let cited = |event: &EventRef| labels.event(*event);
    match event {
        Event::LedgerOpened(opened) => format!("{}, run by {}", opened.origin, party(&opened.operator)),
        Event::KeyEnrolled(enrolled) => {
            format!("key {} for {}, {}, {}", enrolled.key, party(&enrolled.party), enrolled.roles, mode(enrolled.mode))
        }
        Event::KeyRevoked(revoked) => format!("key {}, {}", revoked.key, revoked.reason),
        Event::RulesAdopted(rules) => format!("version {}", rules.version),
        Event::RatesAdopted(rates) => format!("{}, {}", rates.table, many(rates.rows.len() as u64, "row")),
        Event::MechanicalsAdopted(mechanicals) => many(mechanicals.rows.len() as u64, "row"),
        Event::PeriodClosed(closed) => format!("{}, over {}", closed.period, many(closed.through, "event")),
        Event::Redacted(redacted) => format!("event {}, {}", redacted.target, redacted.reason),
        Event::LogKeyChanged(changed) => format!("key {}", changed.log_key),
        Event::LedgerEnded(ended) => ended.reason.to_string(),
        Event::Party(said) => list(&[identifiers(&said.identifiers), said.kind.to_string()]),
        Event::Work(work) => identifiers(&work.identifiers),
        Event::Recording(recording) => identifiers(&recording.identifiers),
        Event::Release(release) => {
            list(&[identifiers(&release.identifiers), many(release.tracks.len() as u64, "track")])
        }
        Event::Claim(claim) => {
            format!("{} of work {} by {}, {}", claim.share, cited(&claim.work), party(&claim.party), claim.rights)
        }
        Event::Share(share) => format!("{} of claim {}", share.share, cited(&share.claim)),
        Event::Split(split) => {
            let parts = split.parts.iter().map(|part| format!("{} {}", party(&part.party), part.share));
            format!("of recording {}: {}", cited(&split.recording), parts.collect::<Vec<_>>().join(", "))
        }
        Event::Contract(contract) => list(&[
            identifiers(&contract.identifiers),
            format!("{} with {}", contract.kind, party(&contract.party)),
            format!("commission {}", contract.commission),
            contract.amends.as_ref().map_or_else(String::new, |first| format!("amends {}", cited(first))),
        ]),
        Event::LetterOfDirection(letter) => {
            format!("{} of what {} is paid goes to {}", letter.share, party(&letter.party), party(&letter.to))
        }
        Event::Match(matched) => {
            let works = matched.works.iter().map(|work| cited(&work.work)).collect::<Vec<_>>().join(", ");
            match matched.subject {
                MatchSubject::Recording(recording) => format!("recording {} is of {works}", cited(&recording)),
                MatchSubject::Reported { source, number } => {
                    format!("number {number} of source {source} is of {works}")
                }
            }
        }
        Event::IdentifierAsserted(asserted) => {
            let subject = match asserted.subject {
                Subject::Party(subject) => format!("party {}", party(&subject)),
                Subject::Work(work) => format!("work {}", cited(&work)),
                Subject::Recording(recording) => format!("recording {}", cited(&recording)),
                Subject::Release(release) => format!("release {}", cited(&release)),
            };
            format!("{} is {subject}", identifiers(&[asserted.identifier]))
        }
        Event::Licence(licence) => list(&[
            identifiers(&licence.identifiers),
            licence.kind.to_string(),
            licence.licensor.as_ref().map_or_else(String::new, |licensor| format!("by {}", party(licensor))),
            match licence.works.len() {
                0 => "every work".to_owned(),
                _ => format!("works {}", licence.works.iter().map(cited).collect::<Vec<_>>().join(" ")),
            },
            licence.rights.to_string(),
        ]),
        Event::SourceOpened(source) => {
            format!("{} from {}, {}", source.format, party(&source.reporter), many(source.rows, "row"))
        }
        Event::ReportedResource(resource) => {
            format!("number {} is a {}: {}", resource.number, resource.kind, identifiers(&resource.identifiers))
        }
        Event::UsageSummary(summary) => format!("row {}, {} units", summary.row, summary.units),
        Event::UsageLine(line) => {
            format!("row {}, {} units{} {}", line.row, line.units, money(&line.money), line.terms.currency)
        }
        Event::AllocatedLine(line) => format!("row {}, {} {}", line.row, line.amount, line.terms.currency),
        Event::UsageList(uses) => format!("row {}, {}", uses.row, count(uses.entries, "entry", "entries")),
        Event::LineRefused(refused) => format!("row {}, column {}: {}", refused.row, refused.column, refused.reason),
        Event::PoolReported(pool) => {
            format!(
                "source {}, offering {}, {}, revenue {} {}",
                pool.source,
                pool.offering,
                pool.month.period(),
                pool.revenue,
                pool.currency
            )
        }
        Event::SourceClosed(closed) => format!("source {}, {}", closed.source, many(closed.rows, "row")),
        Event::OpeningBalance(opening) => {
            format!("{} {} of {}", opening.amount, opening.currency, party(&opening.party))
        }
        Event::PaymentReceived(payment) => {
            format!("{} {} from {}, {}", payment.bank, payment.currency, party(&payment.payer), payment.date)
        }
        Event::Adjustment(adjustment) => {
            format!("{}, {}", many(adjustment.sides.len() as u64, "side"), adjustment.reason)
        }
        Event::Reversal(reversal) => format!("of event {}, {}", cited(&reversal.target), reversal.reason),
        Event::AdvancePaid(advance) => {
            format!("{} {} to {}, {}", advance.amount, advance.currency, party(&advance.party), advance.date)
        }
        Event::CostCharged(cost) => {
            format!("{} {} for {}, {}, {}", cost.amount, cost.currency, party(&cost.party), cost.kind, cost.date)
        }
        Event::Converted(converted) => {
            let Converted { amount, from, to, rate, date, .. } = converted;
            format!("{amount} {from} of {} to {to} at {rate}, {date}", party(&converted.party))
        }
        Event::TaxForm(form) => format!("{} of {}, {} from {}", form.form, party(&form.party), form.rate, form.from),
        Event::Hold(hold) => {
            let what = hold.amount.map_or_else(|| "all".to_owned(), |amount| amount.to_string());
            format!("{what} {} of {}, {}", hold.currency, party(&hold.party), hold.reason)
        }
        Event::PayoutInstructed(payout) => {
            format!("{} {} to {}, {}", payout.amount, payout.currency, party(&payout.party), payout.date)
        }
        Event::PayoutApproved(approved) => format!("payout {}", cited(&approved.payout)),
        Event::PayoutSettled(settled) => format!("payout {}, {}", cited(&settled.payout), settled.date),
        Event::PayoutFailed(failed) => format!("payout {}, {}", cited(&failed.payout), failed.reason),
        Event::PeriodKey(key) => key.period.to_string(),
        Event::PartyDetails(details) => format!("of {}: {}", labels.code(details.party), names(&details.details)),
        Event::Remark(remark) => format!("\"{}\"", remark.text),
        Event::NamesReported(reported) => match &reported.of {
            NamesOf::Event(event) => format!("of event {}: {}", labels.index(*event), names(&reported.names)),
            NamesOf::Reported { source, number } => {
                format!("of number {number} of source {source}: {}", names(&reported.names))
            }
        },
    }
}
