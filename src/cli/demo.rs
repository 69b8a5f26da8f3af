//! `cantus demo`: a small ledger with everything in it, made before your eyes by the very commands you would use.
//!
//! Reports and catalogue are written to the folder first, so that every line can be looked up; all names are invented.
//! No network, no clock of its own, nothing that the commands could not do.

use std::path::{Path, PathBuf};
use std::{env, fs};

use clap::{Args, Parser};
use ledger_spec::Hash;

use super::exit::Exit;
use super::failure::{Failure, Outcome};
use super::{Cli, Context, dispatch};
use crate::ledger::{Folder, Ledger};
use crate::projection::{Checks, State, Until, replay};

/// Make a complete small ledger from sample reports, and look around in it.
#[derive(Debug, Args)]
#[command(before_help = "Examples:
  cantus demo
  cantus demo /tmp/look")]
pub struct Arguments {
    /// The folder for it; there must be nothing there yet.
    #[arg(value_name = "DIR", default_value = "cantus-demo")]
    folder: PathBuf,
}

/// The sample files, as they are written to the folder.
const FILES: &[(&str, &str)] = &[
    ("catalogue.toml", include_str!("demo/data/catalogue.toml")),
    ("late-share.toml", include_str!("demo/data/late-share.toml")),
    ("payment.toml", include_str!("demo/data/payment.toml")),
    ("reports/crestline-2026-01.tsv", include_str!("demo/data/crestline-2026-01.tsv")),
    ("reports/crestline-2026-02.tsv", include_str!("demo/data/crestline-2026-02.tsv")),
    ("reports/crestline-2026-02-corrected.tsv", include_str!("demo/data/crestline-2026-02-corrected.tsv")),
    ("reports/nordwave-2026-q1.tsv", include_str!("demo/data/nordwave-2026-q1.tsv")),
    (CLIPS, include_str!("demo/data/DSR_HarbourLark_ClipTown_Clips-Ads_2026-Q1_SE_1of1_20260415T090000.tsv")),
    ("passphrase", "harbour and lark\n"),
];

const CLIPS: &str = "reports/DSR_HarbourLark_ClipTown_Clips-Ads_2026-Q1_SE_1of1_20260415T090000.tsv";

/// What happens, chapter by chapter: why, and the commands.
const STORY: &[(&str, &[&[&str]])] = &[
    (
        "A ledger, and the public rules it goes by",
        &[
            &["init", "--name", "demo.example/harbour-lark", "--operator-name", "Harbour & Lark"],
            &["append", "--builtin", "us-mechanical"],
            &["append", "--builtin", "us-mechanical-payers"],
        ],
    ),
    ("Who is who: artists, publishers, songs, recordings, contracts", &[&["append", "catalogue.toml"]]),
    (
        "What was reported: two distributors and a clip service, dollars and euros, three months",
        &[
            &["import", "reports/crestline-2026-01.tsv", "--reporter", "crestline"],
            &["import", "reports/crestline-2026-02.tsv", "--reporter", "crestline"],
            &["import", "reports/nordwave-2026-q1.tsv", "--reporter", "nordwave"],
            &["import", CLIPS, "--reporter", "cliptown"],
        ],
    ),
    (
        "February had a slipped digit: it is taken back, and the corrected file goes in",
        &[
            &[
                "reverse",
                "crestline-2026-02.tsv",
                "--reason",
                "replaced",
                "--why",
                "Crestline reported ten times the streams of Lantern Walk in France and sent a corrected file.",
            ],
            &["import", "reports/crestline-2026-02-corrected.tsv", "--reporter", "crestline"],
        ],
    ),
    (
        "Saltwater's half of Old Bridge is agreed at last: what waited for it is released",
        &[&["balances", "--class", "suspense"], &["append", "late-share.toml"], &["balances", "--class", "suspense"]],
    ),
    ("Crestline pays for January", &[&["append", "payment.toml"]]),
    ("The period is closed: what was earned is due", &[&["close", "2026-03"]]),
    (
        "Mira is paid: Ines orders it, Otto agrees, the bank does it",
        &[
            &["key", "new", "ines"],
            &["key", "new", "otto"],
            &["key", "enrol", "ines", "--party", "ines", "--role", "treasurer"],
            &["key", "enrol", "otto", "--party", "otto", "--role", "treasurer"],
            &["--key", "ines", "pay", "instruct", "mira", "--currency", "USD", "--contract", "mira-2026"],
            &["--key", "otto", "pay", "approve", PAYOUT],
            &["--key", "ines", "pay", "settle", PAYOUT, "--reference", "SEPA 2026-04-30 0017"],
        ],
    ),
    ("What everybody has now", &[&["balances"]]),
    (
        "Why? From a row of January's file up to everyone paid from it",
        &[&["explain", "--source", "crestline-2026-01.tsv", "--row", "5"]],
    ),
    ("Is it honest?", &[&["export", "tlog", "public"], &["verify", "public", "--ledger-id", LEDGER_ID]]),
];

/// Stands for the index of the payout that was ordered last.
const PAYOUT: &str = "PAYOUT";

/// Stands for the ledger's id, which init told.
const LEDGER_ID: &str = "LEDGER-ID";

/// Makes the demo.
pub fn run(arguments: &Arguments, context: &mut Context) -> Outcome {
    write_files(&arguments.folder)?;
    // The commands below are what a person in this folder would type.
    env::set_current_dir(&arguments.folder)
        .map_err(|error| Failure::file("go to", arguments.folder.display(), &error))?;
    for (chapter, commands) in STORY {
        context.out.line(format_args!("\n# {chapter}"))?;
        for command in *commands {
            let exit = step(command, context)?;
            if exit != Exit::Fine {
                return Ok(exit);
            }
        }
    }
    context.out.line(closing(&arguments.folder))?;
    Ok(Exit::Fine)
}

fn write_files(folder: &Path) -> Result<(), Failure> {
    if folder.read_dir().is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(Failure::new(format_args!("{} is not empty", folder.display())).hint(format_args!(
            "name another folder, or remove this one if an earlier demo left it: rm -r {}",
            quoted(&folder.display().to_string())
        )));
    }
    for (name, text) in FILES {
        let path = folder.join(name);
        let made = path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&path, text));
        made.map_err(|error| Failure::file("write", path.display(), &error))?;
    }
    Ok(())
}

/// Shows a command, and does what it says.
fn step(command: &[&str], context: &mut Context) -> Outcome {
    let words = command.iter().map(|word| stand_in(word)).collect::<Result<Vec<_>, Failure>>()?;
    let shown = words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ");
    context.out.line(format_args!("$ cantus {shown}"))?;
    context.out.flush()?;
    let mut line = vec!["cantus", "--ledger", LEDGER, "--passphrase-file", "passphrase", "--quiet"];
    if !command.contains(&"--key") {
        line.extend(["--key", "operator"]);
    }
    line.extend(words.iter().map(String::as_str));
    let Cli { global, command } = Cli::try_parse_from(line).map_err(Failure::new)?;
    let mut context = Context::new(global);
    let exit = dispatch(command, &mut context)?;
    context.out.flush()?;
    Ok(exit)
}

/// The folder of the demo's ledger.
const LEDGER: &str = "ledger";

/// What a word of the story stands for, now that it has happened.
fn stand_in(word: &str) -> Result<String, Failure> {
    let open = || Ledger::read_in(&Folder::new(LEDGER), &mut |_| {});
    Ok(match word {
        LEDGER_ID => open()?.id().to_string(),
        PAYOUT => {
            let ledger = open()?;
            let store = ledger.store();
            let replayed = replay(store, State::new(), Hash::default(), Until::End, Checks::Trusted, &mut |_| {})?;
            let last = replayed.state.payouts().next_back().map(|(payout, _)| payout);
            last.ok_or_else(|| Failure::new("no payout was ordered"))?.to_string()
        }
        word => word.to_owned(),
    })
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let plain = |char: char| char.is_ascii_alphanumeric() || "-_./=:+".contains(char);
    if word.chars().all(plain) { word.to_owned() } else { format!("\"{word}\"") }
}

fn closing(folder: &Path) -> String {
    let folder = folder.display();
    format!(
        "
All of it is in {folder}. What to try next:

  cd {folder}
  export CANTUS_PASSPHRASE_FILE=passphrase
  cantus explain --party mira               every number back to its rule and its row of the file
  cantus balances --party copperleaf        a publisher's view
  cantus log --class money                  payments, reversals, payouts
  cantus append --format                    write a catalogue of your own
  printf x | dd of=ledger/segments/$(ls ledger/segments | head -1) bs=1 seek=3000 conv=notrunc
  cantus verify ledger                      and see what a single altered byte does"
    )
}
