//! The sizes that the log had, for bases to be held against: those of the last submissions are kept, those before are
//! asked for again.

use std::collections::VecDeque;

use crate::hash::Hash;
use crate::verify::flaws::basis_is_not;
use crate::verify::lookback::{Lookback, Question};
use crate::verify::open::Signed;
use crate::verify::report::Finding;

/// Submissions whose heads are kept unless the caller says otherwise: 40 MB of them.
const KEPT: usize = 1 << 20;

/// The last heads of the log.
#[derive(Debug)]
pub(super) struct Heads {
    /// The head of the log of size 0.
    ledger: Hash,
    /// Size of the log and leaf hash after each of the last submissions.
    last: VecDeque<(u64, Hash)>,
    pub kept: usize,
    pub lookback: Lookback,
}

impl Heads {
    pub fn new(ledger: Hash) -> Heads {
        Heads { ledger, last: VecDeque::new(), kept: KEPT, lookback: Lookback::default() }
    }

    /// Takes in the end of a good submission.
    pub fn push(&mut self, size: u64, head: Hash) {
        self.last.push_back((size, head));
        if self.last.len() > self.kept {
            self.last.pop_front();
        }
    }

    /// Whether the log had the size and the head that an author signed to have seen. If that is long past, the question
    /// waits for its answer.
    pub fn check(&mut self, signed: &Signed) -> Result<(), Box<Finding>> {
        let basis = signed.basis;
        let known = match self.last.binary_search_by_key(&basis.size, |(size, _)| *size) {
            _ if basis.size == 0 => Some(self.ledger),
            Ok(place) => Some(self.last[place].1),
            Err(0) => {
                self.lookback.ask(Question { basis, asker: signed.first, author: signed.author });
                return Ok(());
            }
            Err(_) => None,
        };
        match known {
            Some(head) if head == basis.head => Ok(()),
            known => Err(basis_is_not(basis, known)),
        }
    }
}
