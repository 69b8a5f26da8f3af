//! The command line: one file per command.
//!
//! A command gets its arguments and a [`Context`], writes data to standard output and narration to standard error,
//! and comes to an [`Exit`] or a [`Failure`]. It holds no rule of the ledger: it asks the rooms before it.

mod accrual;
mod aged;
mod append;
mod balances;
mod beside;
mod close;
mod completions;
mod contested;
mod context;
mod convert;
mod demo;
mod describe;
mod desk;
mod doctor;
mod events;
mod exit;
mod explain;
mod export;
mod failure;
mod general_ledger;
mod handover;
mod held_share;
mod import;
mod init;
mod key;
mod keyfiles;
mod known;
mod log;
mod man;
mod out;
mod pay;
mod redact;
mod replay;
mod report;
mod reverse;
mod roll_forward;
mod show;
mod statement;
mod suspense;
mod text;
mod tie;
mod trial;
mod trial_balance;
mod values;
mod verify;
mod write_off;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{Args, CommandFactory, Parser, Subcommand};

use context::Context;
pub use exit::Exit;
use failure::{Failure, Outcome};

use crate::ledger::SystemClock;

/// A music royalty ledger whose history anybody can check.
#[derive(Debug, Parser)]
#[command(
    name = "cantus",
    version,
    propagate_version = true,
    before_help = "Examples:
  cantus demo                     make a complete small ledger and look around
  cantus init --name example.com/royalties
  cantus append catalogue.toml    parties, works, shares, contracts
  cantus import report.tsv --reporter tunehouse
  cantus balances
  cantus verify ledger --vkey vkey",
    after_help = Exit::help(),
)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// What every command understands.
#[derive(Debug, Args)]
#[command(next_help_heading = "Options of every command")]
struct Global {
    /// The ledger's folder.
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        env = "CANTUS_LEDGER",
        hide_env_values = true,
        default_value = "ledger"
    )]
    ledger: PathBuf,
    /// The key that signs: the name of a key of the ledger, or a file.
    #[arg(
        long,
        global = true,
        value_name = "NAME|FILE",
        env = "CANTUS_KEY",
        hide_env_values = true,
        default_value = "operator"
    )]
    key: String,
    /// A file whose first line is the passphrase; CANTUS_PASSPHRASE may hold it instead.
    #[arg(long, global = true, value_name = "FILE", env = "CANTUS_PASSPHRASE_FILE", hide_env_values = true)]
    passphrase_file: Option<PathBuf>,
    /// Write although more than 400 days have passed since the last event by the machine's clock: you have looked at it.
    #[arg(long, global = true)]
    after_long_pause: bool,
    /// Write data as JSON, one object a line.
    #[arg(long, global = true)]
    json: bool,
    /// Say nothing but data, warnings and errors.
    #[arg(long, short, global = true)]
    quiet: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    Init(init::Arguments),
    Key(key::Arguments),
    Append(append::Arguments),
    Import(import::Arguments),
    Balances(balances::Arguments),
    Tie(tie::Arguments),
    Suspense(suspense::Arguments),
    TrialBalance(trial_balance::Arguments),
    GeneralLedger(general_ledger::Arguments),
    RollForward(roll_forward::Arguments),
    Aged(aged::Arguments),
    Accrual(accrual::Arguments),
    Close(close::Arguments),
    Statement(statement::Arguments),
    Convert(convert::Arguments),
    Pay(pay::Arguments),
    Replay(replay::Arguments),
    Explain(explain::Arguments),
    Log(log::Arguments),
    Show(show::Arguments),
    Redact(redact::Arguments),
    Reverse(reverse::Arguments),
    WriteOff(write_off::Arguments),
    Verify(Box<verify::Arguments>),
    Export(export::Arguments),
    Demo(demo::Arguments),
    Doctor(doctor::Arguments),
    Completions(completions::Arguments),
    Man(man::Arguments),
}

/// Runs the command line of this process.
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage(&error).into(),
    };
    let Cli { global, command } = cli;
    let mut context = Context::new(global);
    // Before anything is touched.
    let checked = SystemClock::check().map_err(Failure::new);
    let outcome = checked.and_then(|()| dispatch(command, &mut context));
    // What was found stands, whether or not anybody reads to the end.
    let outcome = outcome.and_then(|exit| context.out.flush().map(|()| exit));
    match outcome {
        Ok(exit) => exit,
        Err(failure) => {
            context.out.failure(&failure);
            failure.exit
        }
    }
    .into()
}

fn dispatch(command: Command, context: &mut Context) -> Outcome {
    match command {
        Command::Init(arguments) => init::run(&arguments, context),
        Command::Key(arguments) => key::run(&arguments, context),
        Command::Append(arguments) => append::run(&arguments, context),
        Command::Import(arguments) => import::run(&arguments, context),
        Command::Balances(arguments) => balances::run(&arguments, context),
        Command::Tie(arguments) => tie::run(&arguments, context),
        Command::Suspense(arguments) => suspense::run(&arguments, context),
        Command::TrialBalance(arguments) => trial_balance::run(&arguments, context),
        Command::GeneralLedger(arguments) => general_ledger::run(&arguments, context),
        Command::RollForward(arguments) => roll_forward::run(&arguments, context),
        Command::Aged(arguments) => aged::run(&arguments, context),
        Command::Accrual(arguments) => accrual::run(&arguments, context),
        Command::Close(arguments) => close::run(&arguments, context),
        Command::Statement(arguments) => statement::run(&arguments, context),
        Command::Convert(arguments) => convert::run(&arguments, context),
        Command::Pay(arguments) => pay::run(&arguments, context),
        Command::Replay(arguments) => replay::run(&arguments, context),
        Command::Explain(arguments) => explain::run(&arguments, context),
        Command::Log(arguments) => log::run(&arguments, context),
        Command::Show(arguments) => show::run(&arguments, context),
        Command::Redact(arguments) => redact::run(&arguments, context),
        Command::Reverse(arguments) => reverse::run(&arguments, context),
        Command::WriteOff(arguments) => write_off::run(&arguments, context),
        Command::Verify(arguments) => verify::run(&arguments, context),
        Command::Export(arguments) => export::run(&arguments, context),
        Command::Demo(arguments) => demo::run(&arguments, context),
        Command::Doctor(arguments) => doctor::run(&arguments, context),
        Command::Completions(arguments) => completions::run(&arguments, context),
        Command::Man(arguments) => man::run(&arguments, context),
    }
}

/// Shows what clap has to say: help and version are no errors.
fn usage(error: &clap::Error) -> Exit {
    // If nobody reads it there is nobody to tell.
    let _ = error.print();
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Exit::Fine,
        _ => Exit::Usage,
    }
}

/// The command line as clap knows it, for what is generated from it.
fn definition() -> clap::Command {
    Cli::command()
}
