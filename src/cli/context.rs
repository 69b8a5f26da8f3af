//! What a command works with: its options, its output, the ledger's folder, and passphrases asked for once.

use std::path::PathBuf;

use ledger_spec::date::Period;

use super::Global;
use super::exit::Exit;
use super::failure::Failure;
use super::out::Out;
use super::values::Moment;
use crate::ledger::keys::{Passphrase, Passphrases, Source};
use crate::ledger::{Clock, Folder, Ledger, LedgerError, Outbox, Receipts, SystemClock};
use crate::projection::{State, Until, books};

/// A way to open a ledger.
type Open = fn(&Folder, &mut dyn FnMut(u64)) -> Result<Ledger, LedgerError>;

/// What a command works with.
pub struct Context {
    /// The options that every command understands.
    pub global: Global,
    /// Where it writes.
    pub out: Out,
    /// Opens key files, asking as little as possible.
    pub passphrases: Passphrases,
    /// The passphrase chosen for the keys that this command makes.
    pub chosen: Option<Passphrase>,
    /// Key files that others may read, of which this was said.
    pub exposed: Vec<PathBuf>,
}

impl Context {
    /// The context of a command line.
    pub fn new(global: Global) -> Context {
        let out = Out::new(global.json, global.quiet);
        let passphrases = Passphrases::new(Source::new(global.passphrase_file.clone()));
        Context { global, out, passphrases, chosen: None, exposed: Vec::new() }
    }

    /// The ledger's folder.
    pub fn folder(&self) -> Folder {
        Folder::new(&self.global.ledger)
    }

    /// Opens the ledger to read it, as others may do at the same time. Nothing of its log is changed.
    pub fn ledger(&self) -> Result<Ledger, Failure> {
        self.open(Ledger::read_in)
    }

    /// Opens the ledger to write in it, alone. It is refused before anything is signed if it lacks what it had given
    /// out.
    pub fn ledger_to_write(&self) -> Result<Ledger, Failure> {
        let ledger = self.open(Ledger::open_in)?;
        let outbox = Outbox::open_in(&self.folder())?;
        outbox.tidy()?;
        ledger.check_receipts(&outbox, Receipts::Newest)?;
        Ok(ledger)
    }

    fn open(&self, open: Open) -> Result<Ledger, Failure> {
        let progress = self.out.progress("opening", None);
        let ledger = open(&self.folder(), &mut |events| progress.set_position(events));
        progress.finish_and_clear();
        Ok(ledger?)
    }

    /// The state of a ledger at a point of its log.
    pub fn state(&self, ledger: &Ledger, until: Until) -> Result<State, Failure> {
        let progress = self.out.progress("replaying", Some(ledger.head().size));
        let state = books(ledger, until, &mut |events| progress.set_position(events));
        progress.finish_and_clear();
        self.say_where_it_ends(ledger, until);
        Ok(state?)
    }

    /// The state of a ledger as of the close of a period. A closed period never changes, so that is how its books stood
    /// with the event that closed it, as known then and ever since.
    pub fn state_as_of(&self, ledger: &Ledger, period: Period) -> Result<State, Failure> {
        let now = self.state(ledger, Until::End)?;
        let closed = now.periods().closed();
        match closed.iter().find(|closed| closed.period == period) {
            Some(closed) if closed.event + 1 == now.size() => Ok(now),
            Some(closed) => self.state(ledger, Until::Size(closed.event + 1)),
            None => Err(Failure::with(Exit::Usage, format_args!("{period} is not closed")).hint(match closed.last() {
                Some(last) => {
                    format!("the last closed period is {}; leave the option out for the books as of now", last.period)
                }
                None => "no period is closed yet; leave the option out for the books as of now".to_owned(),
            })),
        }
    }

    /// The state of a ledger as it was known then.
    pub fn state_known(&self, ledger: &Ledger, moment: Moment) -> Result<State, Failure> {
        match moment {
            Moment::At(until) => self.state(ledger, until),
            Moment::Closed(period) => self.state_as_of(ledger, period),
        }
    }

    /// Says where the log ends, if it was asked for as it stood later than that.
    pub fn say_where_it_ends(&self, ledger: &Ledger, until: Until) {
        let size = ledger.head().size;
        let beyond = match until {
            Until::End => false,
            Until::Size(asked) => asked > size,
            Until::Moment(moment) => moment > SystemClock.wall(),
        };
        if beyond {
            self.out.note(format_args!("The log ends at event {}: this is how it stands now.", size.saturating_sub(1)));
        }
    }
}
