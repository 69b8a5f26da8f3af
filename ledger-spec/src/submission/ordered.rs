//! A submission in its place: the records and bodies that the log keeps of it.

use crate::event::Class;
use crate::hash::{Hash, leaf_hash};
use crate::record::{Fields, split_entry, write_opening};
use crate::submission::Submission;

impl Submission {
    /// Orders the submission: its records from `first` on, chained to `prev`.
    pub fn order(&self, first: u64, prev: Hash, recorded_at: u64) -> Ordered {
        let mut ordered = Ordered { first, records: Vec::new(), bodies: Vec::new(), leaves: Vec::new() };
        ordered.records.reserve(self.commitments.len() * (crate::record::PLAIN + 2) + crate::record::SEAL);
        ordered.bodies.reserve(self.items.len());
        ordered.leaves.reserve(self.commitments.len());
        let seal = self.seal();
        let last = self.commitments.len() - 1;
        let mut prev = prev;
        for (offset, item) in self.items().enumerate() {
            let fields = Fields {
                class: item.class,
                index: first + offset as u64,
                prev,
                recorded_at,
                author: self.statement.author,
                commitment: item.commitment,
                seal: (offset == last).then_some(&seal),
                opening: item.opening,
            };
            prev = ordered.push(&fields);
        }
        ordered
    }
}

/// The records and bodies of an ordered submission, as a store keeps them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ordered {
    /// Index of the first record.
    pub first: u64,
    /// `length u16 | record` each: the bytes of entry bundles.
    pub records: Vec<u8>,
    /// `salt [16] | length u16 | body` of each event that is not inline.
    pub bodies: Vec<u8>,
    /// Leaf hash of each record.
    pub leaves: Vec<Hash>,
}

impl Ordered {
    fn push(&mut self, fields: &Fields<'_>) -> Hash {
        let start = self.records.len();
        self.records.extend_from_slice(&[0; 2]);
        fields.write(&mut self.records);
        let length = self.records.len() - start - 2;
        self.records[start..start + 2].copy_from_slice(&(length as u16).to_be_bytes());
        let leaf = leaf_hash(&self.records[start + 2..]);
        if fields.class != Class::Governance {
            write_opening(&fields.opening, &mut self.bodies);
        }
        self.leaves.push(leaf);
        leaf
    }

    /// The last record, which carries the seal.
    pub fn last_record(&self) -> Option<&[u8]> {
        let mut rest = &self.records[..];
        std::iter::from_fn(|| split_entry(&mut rest)).last()
    }

    /// Leaf hash of the last record.
    pub fn head(&self) -> Hash {
        *self.leaves.last().expect("a submission has at least one event")
    }
}
