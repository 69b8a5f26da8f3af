//! `cantus export journal`: every posting as a journal that plain-text accounting tools read, add up and check.

mod write;

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use ledger_spec::account::Account;
use ledger_spec::hash::Hash;
use ledger_spec::money::Amount;

use self::write::Writing;
use crate::cli::Context;
use crate::cli::exit::Exit;
use crate::cli::failure::{Failure, Outcome};
use crate::cli::known::Known;
use crate::cli::report::{ChartFile, When};
use crate::cli::values::count;
use crate::export::journal::{self, AccountNames, Format};
use crate::ledger::Ledger;
use crate::projection::{Balances, Checks, Closed, State, Until, replay};

/// Every posting as a journal for plain-text accounting tools, with prices, and with our balances asserted at every
/// close and at the end: a tool that checks it checks our books.
///
/// One transaction for each event, on the day it was recorded, with the day it was booked beside it; one for each source
/// and period of what its usage came to, on the day of the close, or of the last event. It says who is owed what: hand it
/// only to those who may read that.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The file; it must not be there yet. Without one, the journal goes to standard output.
    file: Option<PathBuf>,
    /// For which tool.
    #[arg(long, value_name = "FORMAT", default_value = "hledger")]
    format: Tool,
    #[command(flatten)]
    when: When,
    #[command(flatten)]
    chart: ChartFile,
}

/// The tools that there are journals for.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Tool {
    /// hledger 1.25 or later.
    Hledger,
    /// ledger-cli 3.3 or later; the text is the same.
    Ledger,
    /// Beancount 2 or later. Its balances are of whole days, so of several closes on a day only the last is asserted.
    Beancount,
}

impl Tool {
    fn format(self) -> &'static dyn Format {
        match self {
            // hledger reads the format of ledger.
            Tool::Hledger | Tool::Ledger => &journal::Ledger,
            Tool::Beancount => &journal::Beancount,
        }
    }
}

/// What every account holds.
pub type Held = Vec<(Account, Amount)>;

/// Writes the journal.
pub fn run(arguments: &Arguments, context: &mut Context) -> Outcome {
    let chart = arguments.chart.read()?;
    let (ledger, mut state) = arguments.when.open(context)?;
    let settled = state.settle()?;
    let closes = at_closes(&ledger, settled.state().periods().closed(), context)?;
    let known = Known::new(settled.state(), &ledger);
    let mut names = AccountNames::new(&chart, arguments.format.format());
    let journal = Writing::new(&settled, &ledger, &known, &mut names).journal(closes, held(settled.balances()))?;
    let (mut bytes, entries) = (Vec::new(), journal.items.len() as u64);
    journal::write(&journal, &names, &mut bytes)?;
    let Some(path) = &arguments.file else {
        context.out.bytes(&bytes)?;
        return Ok(Exit::Fine);
    };
    let written = File::create_new(path).map(BufWriter::new).and_then(|mut file| {
        file.write_all(&bytes)?;
        file.flush()
    });
    written.map_err(|error| Failure::file("write", path.display(), &error))?;
    context.out.json(&serde_json::json!({ "entries": entries, "bytes": bytes.len() }))?;
    context.out.line(format_args!("{} in {}", count(entries, "entry", "entries"), path.display()))?;
    Ok(Exit::Fine)
}

/// What accounts held right after each close, by replaying the log up to there: so the balances that the journal asserts
/// owe nothing to its entries.
fn at_closes(ledger: &Ledger, closed: &[Closed], context: &Context) -> Result<Vec<(Closed, Held)>, Failure> {
    let progress = context.out.progress("replaying", closed.last().map(|closed| closed.event));
    let (mut state, mut leaf, mut closes) = (State::new(), Hash::default(), Vec::new());
    for closed in closed {
        let until = Until::Size(closed.event + 1);
        let replayed = replay(ledger.store(), state, leaf, until, Checks::Full, &mut |events| {
            progress.set_position(events);
        })?;
        (state, leaf) = (replayed.state, replayed.leaf);
        closes.push((*closed, held(state.settle()?.balances())));
    }
    progress.finish_and_clear();
    Ok(closes)
}

/// What every account holds that was ever posted to, in order.
fn held(balances: &Balances) -> Held {
    let mut held: Held = balances.accounts().map(|account| (*account, balances.of(account))).collect();
    held.sort_unstable_by_key(|(account, _)| *account);
    held
}
