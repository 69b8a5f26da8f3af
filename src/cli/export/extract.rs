//! `cantus export extract`: one file with a part of the ledger that proves itself.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Write;
use std::ops::ControlFlow;
use std::path::PathBuf;

use clap::{ArgGroup, Args};
use ledger_spec::event::{Class, Event, class_of_body};
use ledger_spec::reference::{EventRef, PartyId};

use crate::cli::Context;
use crate::cli::events::submission_of;
use crate::cli::exit::Exit;
use crate::cli::explain::cited;
use crate::cli::failure::{Failure, Outcome};
use crate::cli::known::Known;
use crate::cli::values::many;
use crate::export::extract::{MakeExtractError, Wanted, make};
use crate::ledger::Ledger;
use crate::projection::{FoldError, Named, Past, Settled, State, Until};

/// A part of the ledger in one file: public governance, the chosen events with their proofs, and their bodies.
///
/// Bodies are what the events say: hand an extract only to those who may read them.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("what").required(true).multiple(true).args(["party", "event"]))]
pub struct Arguments {
    /// The file; it must not be there yet.
    file: PathBuf,
    /// What concerns this party: its balances and payouts, and every line, rule, share, split and contract behind them.
    /// Of contracts with others no more than the records goes along.
    #[arg(long, value_name = "PARTY")]
    party: Option<String>,
    /// This event; may be given several times.
    #[arg(long, value_name = "INDEX")]
    event: Vec<u64>,
    /// Records and proofs alone, no body.
    #[arg(long)]
    no_bodies: bool,
}

pub fn run(arguments: &Arguments, context: &mut Context) -> Outcome {
    let ledger = context.ledger()?;
    let mut events: BTreeSet<u64> = arguments.event.iter().copied().collect();
    let mut bodies = events.clone();
    if let Some(party) = &arguments.party {
        let mut state = context.state(&ledger, Until::End)?;
        let settled = state.settle()?;
        let party = Known::new(settled.state(), &ledger).find_party(party)?;
        let concerning = concerning(party, &settled, &ledger)?;
        bodies.extend(concerning.iter().filter(|event| may_read(party, **event, settled.state())));
        events.extend(concerning);
    }
    if arguments.no_bodies {
        bodies.clear();
    }
    let given_out = ledger.checkpoint().ok_or_else(|| Failure::new("no checkpoint was ever given out"))?;
    let wanted = Wanted { events: &events, bodies: &bodies };
    let extract = make(ledger.store(), &ledger.nodes(given_out.size)?, &given_out.checkpoint, wanted)?;
    let bytes = extract.to_bytes();
    let written = File::create_new(&arguments.file).and_then(|mut file| file.write_all(&bytes));
    written.map_err(|error| Failure::file("write", arguments.file.display(), &error))?;
    let (chosen, length) = (events.len() as u64, bytes.len());
    context.out.json(&serde_json::json!({ "events": chosen, "bytes": length, "size": given_out.size }))?;
    context.out.line(format_args!(
        "{} and all of governance in {}, {length} bytes",
        many(chosen, "event"),
        arguments.file.display()
    ))?;
    Ok(Exit::Fine)
}

/// Everything that a party's balances come from: the party's own events, what posted to its accounts, the lines that
/// it has a part in, and all that the rules rested on.
fn concerning(party: PartyId, settled: &Settled<'_>, ledger: &Ledger) -> Result<BTreeSet<u64>, Failure> {
    let state = settled.state();
    let mut events: BTreeSet<u64> = state.catalogue().names(Named::Party(party)).collect();
    events.extend(state.catalogue().party_event(party));
    let accounts = settled.balances().accounts().filter(|account| account.party == party);
    for account in accounts {
        let explained = settled.explain(account);
        events.extend(explained.events.iter().map(|(event, _)| *event));
        for cell in &explained.cells {
            events.insert(cell.cell.source);
            events.extend(settled.lines_of(cell.cell.number, ledger)?);
            cell.parts.iter().for_each(|part| cited(&part.why, &mut events));
        }
    }
    events.extend(payouts(party, state, ledger)?);
    // Zero stands for none.
    events.remove(&0);
    with_what_they_cite(events, ledger)
}

/// The payouts to a party, and every event that carried one further.
fn payouts(party: PartyId, state: &State, ledger: &Ledger) -> Result<BTreeSet<u64>, Failure> {
    let payouts = state.payouts().filter(|(_, payout)| payout.instruction.party == party);
    let payouts: BTreeSet<u64> = payouts.map(|(payout, _)| payout).collect();
    let mut events = payouts.clone();
    let Some(&first) = payouts.first() else { return Ok(events) };
    let mut further = Vec::new();
    ledger.each(first..state.size(), &mut |index, body| {
        if class_of_body(body) == Some(Class::Money) {
            let event = Event::decode_trusted(body).map_err(|error| FoldError::Body { index, error })?;
            further.extend(carried_further(&event).map(|payout| (index, payout)));
        }
        Ok(ControlFlow::Continue(()))
    })?;
    for (index, payout) in further {
        if payouts.contains(&payout.resolve(submission_of(ledger, index)?.0)) {
            events.insert(index);
        }
    }
    Ok(events)
}

/// The payout that an event carries further.
fn carried_further(event: &Event<'_>) -> Option<EventRef> {
    match event {
        Event::PayoutApproved(approved) => Some(approved.payout),
        Event::PayoutSettled(settled) => Some(settled.payout),
        Event::PayoutFailed(failed) => Some(failed.payout),
        _ => None,
    }
}

/// The terms that others have are no business of a party, but of the operator, who agreed to all of them.
fn may_read(party: PartyId, event: u64, state: &State) -> bool {
    let contract = state.catalogue().contract_version(event);
    party == state.operator() || contract.is_none_or(|contract| contract.party == party)
}

/// The events, and what each cites, and what that cites.
fn with_what_they_cite(events: BTreeSet<u64>, ledger: &Ledger) -> Result<BTreeSet<u64>, Failure> {
    let mut all = BTreeSet::new();
    let mut left: Vec<u64> = events.into_iter().collect();
    while let Some(event) = left.pop() {
        if !all.insert(event) {
            continue;
        }
        let Some(body) = ledger.store().body(event)? else { continue };
        let Ok(said) = Event::decode(&body) else { continue };
        let (first, _) = submission_of(ledger, event)?;
        said.cites(|cited| left.push(cited.resolve(first)));
    }
    Ok(all)
}

impl From<MakeExtractError> for Failure {
    fn from(error: MakeExtractError) -> Failure {
        match error {
            MakeExtractError::Store(error) => error.into(),
            _ => Failure::new(error),
        }
    }
}
