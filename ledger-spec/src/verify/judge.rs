//! The part of verification that goes from front to back: chain between chunks, counters, authority, basis.
//!
//! It looks at one small struct per submission, never at records, so one core keeps up with any number that digest.

use crate::authority::{Authority, Facts, Violation};
use crate::event::Class;
use crate::hash::Hash;
use crate::verify::digest::{ChunkDigest, Start};
use crate::verify::flaws::{broken_link, clock, misnumbered};
use crate::verify::heads::Heads;
use crate::verify::open::Signed;
use crate::verify::report::{Finding, Rule};

/// How much was judged and found good.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Tally {
    pub records: u64,
    pub submissions: u64,
    pub governance: u64,
    pub redactions: u64,
}

/// The state between submissions.
#[derive(Debug)]
pub(super) struct Judge {
    pub authority: Option<Authority>,
    /// Leaf hash of the last record; the ledger's id before the first.
    head: Hash,
    recorded_at: u64,
    pub heads: Heads,
    particulars: Particulars,
    pub tally: Tally,
}

/// Which records are of class particulars, one bit each.
#[derive(Debug, Default)]
struct Particulars {
    words: Vec<u64>,
    count: u64,
}

impl Particulars {
    fn push(&mut self, is_particulars: bool) {
        if self.count.is_multiple_of(64) {
            self.words.push(0);
        }
        if let Some(word) = self.words.last_mut() {
            *word |= u64::from(is_particulars) << (self.count % 64);
        }
        self.count += 1;
    }

    fn has(&self, index: u64) -> bool {
        let word = usize::try_from(index / 64).ok().and_then(|place| self.words.get(place));
        word.is_some_and(|word| word >> (index % 64) & 1 == 1)
    }
}

impl Judge {
    pub fn new(ledger: Hash) -> Judge {
        Judge {
            authority: None,
            head: ledger,
            recorded_at: 0,
            heads: Heads::new(ledger),
            particulars: Particulars::default(),
            tally: Tally::default(),
        }
    }

    /// Judges a chunk up to the first thing wrong.
    pub fn chunk(&mut self, digest: &mut ChunkDigest) -> Result<(), Box<Finding>> {
        if let Some(start) = &digest.start {
            self.check_start(start, digest.first)?;
        }
        // A redaction's target lies before its submission's basis, so the bits of its own chunk may be there already.
        digest.classes.iter().for_each(|class| self.particulars.push(*class == Class::Particulars));
        let mut governance = &digest.governance[..];
        for signed in &digest.submissions {
            let (own, later) = governance.split_at(governance.partition_point(|(index, _)| *index < signed.end()));
            governance = later;
            self.submission(signed, own)?;
        }
        self.tally.records = digest.first + digest.classes.len() as u64;
        self.recorded_at = digest.recorded_at.max(self.recorded_at);
        digest.finding.take().map_or(Ok(()), Err)
    }

    fn check_start(&self, start: &Start, first: u64) -> Result<(), Box<Finding>> {
        let Start { index, prev, author, recorded_at } = *start;
        if prev != self.head {
            return Err(broken_link(first, index, prev, self.head).by(author));
        }
        if index != first {
            return Err(misnumbered(first, index).by(author));
        }
        clock(self.recorded_at, recorded_at).map_err(|finding| finding.at(first).by(author))
    }

    fn submission(&mut self, signed: &Signed, governance: &[(u64, Vec<u8>)]) -> Result<(), Box<Finding>> {
        let at = |finding: Box<Finding>| finding.at(signed.first).by(signed.author);
        let bodies: Vec<(u64, &[u8])> = governance.iter().map(|(index, body)| (*index, &body[..])).collect();
        let facts = Facts {
            first: signed.first,
            count: signed.count,
            author: signed.author,
            number: signed.number,
            basis: signed.basis,
            classes: signed.classes,
            governance: &bodies,
        };
        match &mut self.authority {
            None => {
                let opened = Authority::open(&facts).map_err(|violation| at(no_ledger(&violation)))?;
                self.authority = Some(opened);
            }
            Some(authority) => {
                let redacted = authority.redacted().len();
                authority.check_author(&facts).map_err(|violation| at(forbidden(&violation)))?;
                self.heads.check(signed).map_err(at)?;
                let erasable = |target| self.particulars.has(target);
                authority.admit(&facts, erasable).map_err(|violation| at(forbidden(&violation)))?;
                self.tally.redactions += (authority.redacted().len() - redacted) as u64;
            }
        }
        self.head = signed.head;
        self.heads.push(signed.end(), signed.head);
        self.tally.records = signed.end();
        self.tally.submissions += 1;
        self.tally.governance += governance.len() as u64;
        Ok(())
    }
}

/// What it says about the log that its first submission does not open a ledger as it must.
pub(super) fn no_ledger(violation: &Violation) -> Box<Finding> {
    match violation {
        Violation::Body { .. } | Violation::Continues => forbidden(violation),
        _ => Finding::malformed(Rule::Authority, format!("No ledger begins like this: {violation}.")),
    }
}

/// What a violation of the rules of authority says about the log.
pub(super) fn forbidden(violation: &Violation) -> Box<Finding> {
    let meaning = |text: &str| format!("{text}: {violation}.");
    match violation {
        Violation::Counter { expected, found, .. } if found < expected => {
            let replayed = meaning("The author signed this number once already, so a submission stands here twice");
            Finding::tampered(Rule::Counters, replayed).expected(expected, found)
        }
        Violation::Counter { expected, found, .. } => {
            let dropped = meaning("The author has signed submissions that are missing here");
            Finding::tampered(Rule::Counters, dropped).expected(expected, found)
        }
        Violation::BasisAhead { .. } => {
            Finding::tampered(Rule::Basis, meaning("The author had seen events that do not stand before its own"))
        }
        Violation::BasisBack { .. } => {
            Finding::tampered(Rule::Basis, meaning("The author was shown a rolled-back log"))
        }
        Violation::Body { .. } | Violation::NotGovernance { .. } => match violation.is_undecided() {
            true => Finding::undecided(Rule::GovernanceBodies, meaning("From here on authority cannot be judged")),
            false => Finding::malformed(Rule::GovernanceBodies, meaning("The body is none that may stand here")),
        },
        Violation::NotErasable(_) => {
            Finding::malformed(Rule::Redactions, meaning("What may never be erased is ordered to be"))
        }
        _ if violation.is_undecided() => Finding::undecided(Rule::Authority, meaning("This version cannot judge it")),
        _ => Finding::tampered(Rule::Authority, meaning("The log was written past the ledger's own rules")),
    }
}
