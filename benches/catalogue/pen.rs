//! The pen of one author, which writes as many events a submission as fit.

use cantus::ledger::{Author, Clock, Ledger, Pending, Prepared, Salts, SystemClock, Writer};
use cantus::projection::Bookkeeper;
use ed25519_dalek::SigningKey;
use ledger_spec::event::Kind;
use ledger_spec::submission::Draft;

/// Events of a submission.
const GROUP: u64 = 4096;

/// Writes in submissions, as one author.
pub struct Pen<'l> {
    pub ledger: &'l Ledger,
    writer: &'l Writer<Bookkeeper<Ledger>>,
    author: Author,
    number: u64,
    salts: Salts,
    draft: Draft,
    drafted: u64,
    /// Where the draft will begin.
    next: u64,
    pending: Vec<Pending>,
}

impl<'l> Pen<'l> {
    /// The pen of an author who opened the ledger and said nothing since.
    pub fn new(key: SigningKey, ledger: &'l Ledger, writer: &'l Writer<Bookkeeper<Ledger>>) -> Pen<'l> {
        let author = Author::new(key, ledger.id());
        let (salts, draft, next) = (Salts::new(), Draft::new(), ledger.head().size);
        Pen { ledger, writer, author, number: 2, salts, draft, drafted: 0, next, pending: Vec::new() }
    }

    /// The index that the event will have.
    pub fn say(&mut self, event: &impl Kind) -> u64 {
        if self.drafted == GROUP {
            self.send();
        }
        self.draft.push(event, self.salts.fresh().unwrap()).unwrap();
        self.drafted += 1;
        self.next + self.drafted - 1
    }

    /// Where the next `count` events will stand in a submission that has them all: `Here` cites the first of them.
    pub fn together(&mut self, count: u64) -> u16 {
        if self.drafted + count > GROUP {
            self.send();
        }
        u16::try_from(self.drafted).unwrap()
    }

    fn send(&mut self) {
        if self.drafted == 0 {
            return;
        }
        let draft = std::mem::replace(&mut self.draft, Draft::new());
        let submission = self.author.sign(draft, self.number, self.ledger.basis(), SystemClock.wall()).unwrap();
        self.pending.push(self.writer.submit(Prepared::new(&self.ledger.id(), submission).unwrap()));
        self.number += 1;
        self.next += std::mem::take(&mut self.drafted);
        if self.pending.len() > 8 {
            self.pending.remove(0).wait().unwrap();
        }
    }

    /// Sends what is drafted and waits until all is durable, so that what follows can cite it.
    pub fn settle(&mut self) {
        self.send();
        for pending in self.pending.drain(..) {
            pending.wait().unwrap();
        }
        assert_eq!(self.ledger.head().size, self.next);
    }
}
