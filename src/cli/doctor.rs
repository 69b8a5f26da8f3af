//! `cantus doctor`: whether everything the ledger rests on is in order: files, keys, disk, clock.

use std::fs::{self, File};
use std::io::Write;
use std::time::Instant;

use clap::Args;
use ledger_spec::Hash;
use ledger_spec::checkpoint::Checkpoint;
use ledger_spec::key::PublicKey;
use ledger_spec::note::Note;
use serde::Serialize;

use super::Context;
use super::exit::Exit;
use super::failure::{Failure, LOG_KEY_GONE, Outcome};
use super::init::LOG_KEY;
use super::known::Known;
use super::out::{Column, Row};
use super::values::many;
use crate::ledger::keys::{self, KeyFile};
use crate::ledger::{Clock, Ledger, Outbox, Receipts, SystemClock};
use crate::projection::{Checks, State, Until, replay};

/// Look at everything the ledger rests on: every file of it, keys, disk and clock. Nothing is changed.
#[derive(Debug, Args)]
#[command(before_help = "Examples:
  cantus doctor
  cantus doctor --json")]
pub struct Arguments {}

/// A check, and what came of it.
#[derive(Debug, Serialize)]
struct Finding {
    check: &'static str,
    fine: bool,
    found: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
}

impl Row for Finding {
    const COLUMNS: &'static [Column] = &[Column::words("CHECK"), Column::words(""), Column::words("FOUND")];

    fn cells(&self) -> Vec<String> {
        let word = if self.fine { "ok" } else { "NOT OK" };
        let found = match &self.hint {
            Some(hint) => format!("{}; hint: {hint}", self.found),
            None => self.found.clone(),
        };
        vec![self.check.to_owned(), word.to_owned(), found]
    }
}

/// Runs every check.
pub fn run(_: &Arguments, context: &mut Context) -> Outcome {
    let ledger = context.ledger()?;
    let (log, tree, imports) = log(&ledger, context);
    let findings = [
        log,
        checkpoint(&ledger, tree),
        imports,
        outbox(context),
        receipts(&ledger, context),
        key_files(context),
        log_key(&ledger, context),
        author_key(&ledger, context),
        disk(context),
        clock(&ledger),
    ];
    context.out.rows(&findings)?;
    let [log, checkpoint, ..] = &findings;
    Ok(match findings.iter().all(|finding| finding.fine) {
        true => Exit::Fine,
        false if !log.fine || !checkpoint.fine => Exit::Malformed,
        false => Exit::Error,
    })
}

impl Finding {
    fn new(check: &'static str, found: Result<String, Failure>) -> Finding {
        match found {
            Ok(found) => Finding { check, fine: true, found, hint: None },
            Err(failure) => Finding { check, fine: false, found: failure.message, hint: failure.hint },
        }
    }
}

/// Every byte of the log: frames, chain, commitments, tree; and that it folds into balances. Returns its root, and
/// whether every import came to its end.
fn log(ledger: &Ledger, context: &Context) -> (Finding, Option<Hash>, Finding) {
    let progress = context.out.progress("reading", Some(ledger.head().size));
    let replayed =
        replay(ledger.store(), State::new(), Hash::default(), Until::End, Checks::Everything, &mut |events| {
            progress.set_position(events);
        });
    progress.finish_and_clear();
    match replayed {
        Ok(replayed) => {
            let events = many(replayed.state.size(), "event");
            let torn = match ledger.torn() {
                0 => String::new(),
                torn => format!(
                    "; after them are {} of an interrupted commit that was never acknowledged: the next command that \
                     appends clears them away",
                    many(torn, "byte")
                ),
            };
            let found = format!("{events}: chain, commitments, tree and postings{torn}");
            let imports = Finding::new("imports", imports(&Known::new(&replayed.state, ledger)));
            (Finding::new("log", Ok(found)), replayed.root, imports)
        }
        Err(error) => {
            let unknown = Failure::new("not looked at, for the log cannot be read");
            (Finding::new("log", Err(error.into())), None, Finding::new("imports", Err(unknown)))
        }
    }
}

fn imports(known: &Known<'_>) -> Result<String, Failure> {
    let open = known.open_sources();
    match open.is_empty() {
        true => Ok("all of them are whole".to_owned()),
        false => Err(Failure::new(format_args!("imports were interrupted: {}", open.join(", ")))
            .hint("run cantus import on their files again: it goes on where it stopped")),
    }
}

/// The last checkpoint given out is signed by the log key, and its root is that of the log at its size.
fn checkpoint(ledger: &Ledger, root: Option<Hash>) -> Finding {
    let check = || {
        let given_out = ledger.checkpoint().ok_or_else(|| Failure::new("no checkpoint was ever given out"))?;
        let note = Note::parse(&given_out.checkpoint).map_err(Failure::new)?;
        let checkpoint = Checkpoint::open(&note, &ledger.verifier_key()?).map_err(Failure::new)?;
        let (size, head) = (given_out.size, ledger.head().size);
        let found = if size == head { root.map_or_else(|| ledger.root_at(size), Ok)? } else { ledger.root_at(size)? };
        if found != checkpoint.root {
            return Err(Failure::new(format_args!(
                "the log at {size} has root {found}, the checkpoint {}",
                checkpoint.root
            )));
        }
        Ok(format!("signed over {size} of {}", many(head, "event")))
    };
    Finding::new("checkpoint", check())
}

/// Every file of the outbox is what it is called.
fn outbox(context: &Context) -> Finding {
    let check = || {
        let outbox = Outbox::open_in(&context.folder())?;
        let wrong = outbox.inspect()?;
        if !wrong.is_empty() {
            let wrong: Vec<String> = wrong.iter().map(ToString::to_string).collect();
            return Err(Failure::new(wrong.join("\n")));
        }
        Ok(match outbox.waiting()?.len() {
            0 => "nothing waits to be handed in".to_owned(),
            waiting => {
                format!("{} to be handed in by the next command that writes", many(waiting as u64, "submission"))
            }
        })
    };
    Finding::new("outbox", check())
}

/// The log has all that the receipts in the outbox prove it had.
fn receipts(ledger: &Ledger, context: &Context) -> Finding {
    let check = || {
        let outbox = Outbox::open_in(&context.folder())?;
        let checked = ledger.check_receipts(&outbox, Receipts::All)?;
        Ok(format!("{}, of what is in the log", many(checked, "receipt")))
    };
    Finding::new("receipts", check())
}

/// Key files are their owner's alone.
fn key_files(context: &Context) -> Finding {
    let check = || {
        let folder = context.folder().keys();
        let entries = fs::read_dir(&folder).map_err(|error| Failure::file("read", folder.display(), &error))?;
        let files = entries.flatten().map(|entry| entry.path());
        let keys: Vec<_> = files.filter(|file| file.extension().is_some_and(|extension| extension == "pem")).collect();
        for key in &keys {
            if KeyFile::is_exposed(key)? {
                return Err(Failure::new(format_args!("others may read {}", key.display()))
                    .hint(format_args!("chmod 600 {}", key.display())));
            }
        }
        Ok(format!("{}, readable by their owner alone", many(keys.len() as u64, "key file")))
    };
    Finding::new("keys", check())
}

/// The file of the log key is there, and is that of the key that signs checkpoints now.
fn log_key(ledger: &Ledger, context: &mut Context) -> Finding {
    let check = |context: &mut Context| {
        let found = held(LOG_KEY, context)?;
        let needed = ledger.authority().log_key();
        if found != needed {
            let file = context.key_file(LOG_KEY);
            return Err(Failure::new(format_args!("{} holds key {found}, and {needed} signs", file.display()))
                .hint(LOG_KEY_GONE));
        }
        Ok(format!("{found} signs checkpoints"))
    };
    let found = check(context).map_err(|failure| context.name_log_key(failure, ledger));
    Finding::new("log key", found)
}

/// The file of the key that commands speak with is there, and that key may speak.
fn author_key(ledger: &Ledger, context: &mut Context) -> Finding {
    let check = |context: &mut Context| {
        let name = context.global.key.clone();
        let found = held(&name, context)?;
        let live = ledger.authority().key(&found).is_some_and(|state| state.revoked.is_none());
        if !live {
            let file = context.key_file(&name);
            return Err(Failure::new(format_args!("{} holds key {found}, which may not speak here", file.display()))
                .hint("cantus key list shows the keys that may; --key names another"));
        }
        Ok(format!("{found} may speak, from {name}"))
    };
    Finding::new("author key", check(context))
}

/// The public key of a key file that is there. Without a passphrase what stands beside the file is believed.
fn held(name: &str, context: &mut Context) -> Result<PublicKey, Failure> {
    let file = context.key_file(name);
    KeyFile::read(&file)?;
    match context.passphrases.are_given() {
        true => Ok(keys::public(&context.open_key(name)?)),
        false => context.public_key(name),
    }
}

/// A file can be written and synced beside the log.
fn disk(context: &Context) -> Finding {
    let check = || {
        let probe = context.folder().path().join("doctor.probe");
        let started = Instant::now();
        let written = File::create(&probe).and_then(|mut file| {
            file.write_all(&[0; 4096])?;
            file.sync_data()
        });
        let micros = started.elapsed().as_micros();
        let removed = fs::remove_file(&probe);
        written.and(removed).map_err(|error| Failure::file("write and sync", probe.display(), &error))?;
        Ok(format!("one synced write takes {micros} µs"))
    };
    Finding::new("disk", check())
}

/// The clock is not behind the last event: the ledger would not take anything in.
fn clock(ledger: &Ledger) -> Finding {
    let check = || {
        let head = ledger.head().size;
        let entry = ledger.store().event(head.saturating_sub(1))?.record;
        let record = ledger_spec::record::Record::parse(&entry).map_err(Failure::new)?;
        let (now, last) = (SystemClock.wall(), record.recorded_at);
        let at = super::events::moment(now);
        if now < last {
            let last = super::events::moment(last);
            return Err(Failure::new(format_args!("it is {at} by the clock, and the last event is of {last}"))
                .hint("set the clock of this machine"));
        }
        Ok(format!("{at}, after the last event"))
    };
    Finding::new("clock", check())
}
