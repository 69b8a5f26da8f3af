//! `cantus export extract`: one file with a part of the ledger that proves itself.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Write;
use std::path::PathBuf;

use clap::{ArgGroup, Args};
use ledger_spec::account::Account;
use ledger_spec::code::AccountClass;
use ledger_spec::event::Event;
use ledger_spec::reference::PartyId;

use crate::cli::Context;
use crate::cli::events::submission_of;
use crate::cli::exit::Exit;
use crate::cli::explain::cited;
use crate::cli::failure::{Failure, Outcome};
use crate::cli::known::Known;
use crate::cli::values::many;
use crate::export::extract::{MakeExtractError, Wanted, make};
use crate::ledger::Ledger;
use crate::projection::{Filter, Named, Past, Settled, Until};

/// A part of the ledger in one file: public governance, the chosen events with their proofs, and their bodies.
///
/// Bodies are what the events say: hand an extract only to those who may read them.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("what").required(true).multiple(true).args(["party", "event"]))]
pub struct Arguments {
    /// The file; it must not be there yet.
    file: PathBuf,
    /// What concerns this party: its balances, and every line, rule, share, split and contract behind them.
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
    if let Some(party) = &arguments.party {
        let mut state = context.state(&ledger, Until::End)?;
        let settled = state.settle()?;
        let party = Known::new(settled.state(), &ledger).find_party(party)?;
        events.extend(concerning(party, &settled, &ledger)?);
    }
    let given_out = ledger.checkpoint().ok_or_else(|| Failure::new("no checkpoint was ever given out"))?;
    let wanted = Wanted { events: &events, bodies: !arguments.no_bodies };
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
    events.extend(state.catalogue().parties().filter(|(id, _, _)| *id == party).map(|(_, event, _)| event));
    let held = settled.balances().rows(&Filter { party: Some(party), ..Filter::default() });
    let mut accounts: BTreeSet<Account> = held.into_iter().map(|row| row.account).collect();
    // What became due was earned in the account beside it, which is empty since.
    let due: Vec<Account> = accounts.iter().copied().filter(|held| held.class == AccountClass::DUE).collect();
    accounts.extend(due.into_iter().map(|due| Account { class: AccountClass::EARNED, ..due }));
    for account in accounts {
        let explained = settled.explain(&account);
        events.extend(explained.events.iter().map(|(event, _)| *event));
        for cell in &explained.cells {
            events.insert(cell.cell.source);
            events.extend(settled.lines_of(cell.cell.number, ledger)?);
            cell.parts.iter().for_each(|part| cited(&part.why, &mut events));
        }
    }
    // Zero stands for none.
    events.remove(&0);
    with_what_they_cite(events, ledger)
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
