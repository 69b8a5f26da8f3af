//! The verifier of a whole log: digests go in, in order, and a report comes out.
//!
//! Memory: 64 bytes for each 256 records, 40 bytes for each of the last 2^20 submissions, the keys, and some bytes for
//! each erased body and each redaction. A log of 10 million events takes about 45 MB.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::ops::Range as Indices;

use crate::authority::Authority;
use crate::hash::Hash;
use crate::merkle::{NotAdjacent, Range};
use crate::verify::bodies::{Bodies, BodiesDigest};
use crate::verify::checkpoint::{Anchors, Checkpoints, Published};
use crate::verify::digest::{BLOCK_LEVEL, ChunkDigest};
use crate::verify::docket::keep_gravest;
use crate::verify::judge::Judge;
use crate::verify::lookback::{Block, records_of};
use crate::verify::open::Signed;
use crate::verify::report::{Finding, Rule};
use crate::verify::tiles::TileCheck;

/// Verifies a log from its first record to its last.
#[derive(Debug)]
pub struct Verifier {
    pub(super) anchors: Anchors,
    pub(super) checkpoints: Checkpoints,
    /// The file beside the checkpoint that says which key signs it.
    pub(super) vkey: Option<Vec<u8>>,
    pub(super) judge: Judge,
    pub(super) tree: Range,
    /// Root of each full block of 256 records.
    blocks: Vec<Hash>,
    /// What the log was at the sizes of the checkpoints, as it is passed.
    states: BTreeMap<u64, Option<State>>,
    pub(super) bodies: Option<Bodies>,
    pub(super) tiles: Option<TileCheck>,
    /// The gravest thing wrong with records; nothing more is judged then.
    pub(super) finding: Option<Box<Finding>>,
    /// The gravest thing wrong with bodies.
    pub(super) body_finding: Option<Box<Finding>>,
    /// Entries could not be told apart, so there is no tree from there on.
    pub(super) unreadable: bool,
}

/// The log at one size.
#[derive(Debug, Clone, Copy)]
pub(super) struct State {
    pub root: Hash,
    /// Whether a good submission ends there.
    pub whole: bool,
}

impl Verifier {
    /// For the ledger with this id, as its first record says.
    pub fn new(ledger: Hash, anchors: Anchors, published: &Published) -> Verifier {
        let checkpoints = Checkpoints::read(published, &anchors);
        let states = checkpoints.sizes().map(|size| (size, None)).collect();
        Verifier {
            anchors,
            checkpoints,
            vkey: published.vkey.clone(),
            judge: Judge::new(ledger),
            tree: Range::new(0),
            blocks: Vec::new(),
            states,
            bodies: None,
            tiles: None,
            finding: None,
            body_finding: None,
            unreadable: false,
        }
    }

    /// Keeps the heads of this many submissions, 40 bytes each, instead of 2^20; a basis further back makes the
    /// verifier look back.
    pub fn keep_heads(mut self, count: usize) -> Verifier {
        self.judge.heads.kept = count;
        self
    }

    /// Records taken in.
    pub fn size(&self) -> u64 {
        self.tree.end()
    }

    /// Whether more records can be taken in: not once entries could not be told apart.
    pub fn can_go_on(&self) -> bool {
        !self.unreadable
    }

    /// The state of keys and roles after the last good submission.
    pub fn authority(&self) -> Option<&Authority> {
        self.judge.authority.as_ref()
    }

    /// Takes in the next chunk.
    pub fn absorb(&mut self, digest: ChunkDigest) -> Result<(), NotAdjacent> {
        self.absorb_with(digest, |_, _, _| {})
    }

    /// Takes in the next chunk and tells of the hashes that tiles are made of, `(level, index, hash)` with levels 0,
    /// 8, 16...; at each level they come in the order of their index.
    pub fn absorb_with(
        &mut self,
        mut digest: ChunkDigest,
        mut node: impl FnMut(u8, u64, &Hash),
    ) -> Result<(), NotAdjacent> {
        self.pass_sizes(&digest);
        for (index, leaf) in (digest.first..).zip(&digest.leaves) {
            node(0, index, leaf);
        }
        let blocks = &mut self.blocks;
        let mut completed = |level: u8, index: u64, hash: &Hash| {
            if level > 0 && level.is_multiple_of(BLOCK_LEVEL) {
                node(level, index, hash);
                if level == BLOCK_LEVEL {
                    blocks.push(*hash);
                }
            }
        };
        // What the chunk completes together with the records before it comes first at each level.
        self.tree.append_with(&digest.range, &mut completed)?;
        for (level, index, hash) in &digest.nodes {
            completed(*level, *index, hash);
        }
        self.unreadable |= digest.unreadable;
        if self.finding.is_none() {
            self.finding = self.judge.chunk(&mut digest).err();
        }
        Ok(())
    }

    /// Takes in what was found of the bodies of records, in any order.
    pub fn absorb_bodies(&mut self, digest: BodiesDigest) {
        if let Some(finding) = self.bodies.get_or_insert_default().add(digest) {
            keep_gravest(&mut self.body_finding, finding);
        }
    }

    /// Ends the log where its source is damaged, so that no entry after can be told.
    pub fn break_off(&mut self, damage: &str) {
        let meaning = format!("The log cannot be read from here on: {damage}.");
        let finding = Finding::malformed(Rule::Records, meaning).at(self.size());
        keep_gravest(&mut self.finding, finding);
        self.unreadable = true;
    }

    /// Ends the log where a file of its entries is missing that the checkpoint's size asks for. It may be the copy that is
    /// not whole, which proves nothing.
    pub fn miss(&mut self, file: impl Display) {
        let meaning = format!("The file {file} is missing, so the log cannot be read from here on.");
        let finding = Finding::undecided(Rule::Records, meaning).at(self.size());
        keep_gravest(&mut self.finding, finding);
        self.unreadable = true;
    }

    /// Notes that what the log is kept in is damaged, although its records can be told apart; `at` is the first event
    /// concerned, if it is about events at all.
    pub fn note_damage(&mut self, at: Option<u64>, damage: &str) {
        let finding = Finding::malformed(Rule::Records, format!("The files of the log are damaged: {damage}."));
        keep_gravest(&mut self.finding, at.into_iter().fold(finding, |finding, index| finding.at(index)));
    }

    /// Takes in what was found of the files of a static log.
    pub fn absorb_tiles(&mut self, tiles: TileCheck) {
        self.tiles = Some(tiles);
    }

    /// The records that must be read again, block by block in order: the entries of each go to
    /// [`Verifier::look_back`]. To be asked before the end, and before that whenever [`Verifier::must_look_back`].
    pub fn wants_back(&self) -> Vec<Indices<u64>> {
        self.judge.heads.lookback.blocks().map(|block| records_of(block, self.size())).collect()
    }

    /// Whether so many questions wait that memory would grow without bound.
    pub fn must_look_back(&self) -> bool {
        self.judge.heads.lookback.is_due()
    }

    /// Takes in the entries of the first block wanted.
    pub fn look_back(&mut self, entries: &[u8]) {
        let Some((number, questions)) = self.judge.heads.lookback.take_first() else { return };
        let begin = records_of(number, self.size()).start;
        let block = Block::read(begin, entries);
        if !self.is_same(number, &block) {
            let meaning = "The source gave other bytes when it was read again: it changed meanwhile.";
            keep_gravest(&mut self.finding, Finding::undecided(Rule::Records, meaning).at(begin));
            return;
        }
        for finding in questions.iter().filter_map(|question| block.answer(question).err()) {
            keep_gravest(&mut self.finding, finding);
        }
    }

    /// Whether a block is what it was when it was first read.
    fn is_same(&self, number: u64, block: &Block<'_>) -> bool {
        let mut again = Range::new(records_of(number, self.size()).start);
        again.extend(&block.leaves);
        let full = usize::try_from(number).ok().and_then(|number| self.blocks.get(number));
        match full {
            Some(root) => again.hashes() == [*root],
            None => again.end() == self.size() && self.tree.hashes().ends_with(again.hashes()),
        }
    }

    /// Notes what the log is at the checkpoints' sizes that lie within the chunk.
    fn pass_sizes(&mut self, digest: &ChunkDigest) {
        let begin = self.size();
        for (size, state) in self.states.range_mut(begin.saturating_add(1)..) {
            let leaves = usize::try_from(size - begin).ok().and_then(|length| digest.leaves.get(..length));
            let Some(leaves) = leaves else { break };
            let mut tree = self.tree.clone();
            tree.extend(leaves);
            let whole = digest.submissions.binary_search_by_key(size, Signed::end).is_ok();
            *state = tree.root().map(|root| State { root, whole });
        }
    }

    pub(super) fn state_at(&self, size: u64) -> Option<State> {
        self.states.get(&size).copied().flatten()
    }

    pub(super) fn root_at(&self, size: u64) -> Option<Hash> {
        self.state_at(size).map(|state| state.root)
    }
}
