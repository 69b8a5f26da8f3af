//! The end of a verification: what was found of the records, then the checkpoints against them.

use crate::authority::Authority;
use crate::checkpoint::Checkpoint;
use crate::verify::Verifier;
use crate::verify::checkpoint::{Context, Parsed};
use crate::verify::docket::{Docket, keep_gravest};
use crate::verify::report::{Finding, Report, Rule, Verdict};
use crate::verify::stream::State;

impl Verifier {
    /// Judges the whole.
    pub fn finish(mut self) -> Report {
        let mut docket = Docket::default();
        self.unfinished();
        let unexplained = self.bodies.as_ref().and_then(|bodies| bodies.unexplained(self.authority()));
        for finding in self.body_finding.take().into_iter().chain(unexplained) {
            keep_gravest(&mut self.finding, finding);
        }
        let finding = self.finding.take();
        self.conclude_records(&mut docket, finding);
        if let Some(tiles) = self.tiles.take() {
            tiles.conclude(&mut docket);
        }
        self.conclude_checkpoint(&mut docket);
        self.conclude_older(&mut docket);
        let authority = self.judge.authority.as_ref();
        let root = (!self.unreadable).then(|| self.tree.root()).flatten();
        docket.close(authority.map(Authority::ledger), authority.map(|it| it.origin().to_owned()), self.size(), root)
    }

    /// What is wrong if the log ends here.
    fn unfinished(&mut self) {
        if let Some(range) = self.wants_back().first() {
            let meaning = "Earlier records are needed again to judge later ones, and were not given.";
            keep_gravest(&mut self.finding, Finding::undecided(Rule::Basis, meaning).at(range.start));
        }
        if self.size() == 0 && self.can_go_on() {
            let meaning = "There are no records; a ledger begins with the one that opens it.";
            keep_gravest(&mut self.finding, Finding::malformed(Rule::Records, meaning).at(0));
        }
    }

    fn conclude_records(&self, docket: &mut Docket, finding: Option<Box<Finding>>) {
        let tally = self.judge.tally;
        let counts = [
            (Rule::Records, tally.records),
            (Rule::Chain, tally.records),
            (Rule::Clock, tally.records),
            (Rule::AuthorSignatures, tally.submissions),
            (Rule::Counters, tally.submissions),
            (Rule::Basis, tally.submissions),
            (Rule::Authority, tally.submissions),
            (Rule::GovernanceBodies, tally.governance),
            (Rule::Redactions, tally.redactions),
        ];
        let stopped = tally.records < self.size();
        let failed = finding.as_ref().map(|finding| finding.check);
        for (check, count) in counts.into_iter().filter(|(check, _)| Some(*check) != failed) {
            match stopped {
                true => docket.not_checked(check, count, "stopped at the finding"),
                false => docket.passed(check, count),
            }
        }
        match &self.bodies {
            Some(bodies) => bodies.conclude(docket, failed),
            None => docket.not_checked(Rule::Commitments, 0, "no bodies at hand; the public record does not hold them"),
        }
        if let Some(finding) = finding {
            let counts = counts.iter().find(|(check, _)| *check == finding.check);
            let bodies = self.bodies.as_ref().map_or(0, |bodies| bodies.checked);
            docket.failed(counts.map_or(bodies, |(_, count)| *count), finding);
        }
        if let (Some(named), Some(authority)) = (self.anchors.ledger, &self.judge.authority) {
            docket.ledger_id(named, authority.ledger());
        }
    }

    fn context(&self) -> Context<'_> {
        let current = self.checkpoints.current.iter().filter_map(|parsed| parsed.as_ref().ok());
        let covered = current.map(|parsed| parsed.checkpoint.size).all(|size| size <= self.size());
        let judged = self.judge.tally.records == self.size() && self.can_go_on();
        let complete = self.authority().is_some() && judged && covered;
        Context { anchors: &self.anchors, authority: self.judge.authority.as_ref(), complete, whole: true }
    }

    fn conclude_checkpoint(&self, docket: &mut Docket) {
        let parsed = match &self.checkpoints.current {
            Some(Ok(parsed)) => parsed,
            Some(Err(finding)) => return docket.failed(0, finding.clone()),
            None => return self.without_checkpoint(docket),
        };
        let context = self.context();
        match context.check_signature(parsed) {
            Ok(()) => docket.passed(Rule::CheckpointSignature, 1),
            Err(finding) => {
                docket.not_checked(Rule::Root, 0, "the checkpoint is not the log's");
                return docket.failed(0, finding);
            }
        }
        self.check_root(docket, parsed);
        let vkey = self.vkey.as_ref().map_or(Ok(()), |vkey| context.check_vkey(vkey, parsed.checkpoint.size));
        match vkey
            .and_then(|()| context.check_log_keys(&self.checkpoints, parsed.checkpoint.size, |size| self.root_at(size)))
        {
            Ok(anchored) => {
                docket.passed(Rule::LogKeys, context.log_keys().len() as u64);
                docket.anchored |= anchored;
            }
            Err(finding) => docket.failed(0, finding),
        }
        if let Some(policy) = &self.anchors.policy {
            match context.check_witnesses(policy, parsed) {
                Ok(count) => docket.passed(Rule::Witnesses, count),
                Err(finding) => docket.failed(0, finding),
            }
        }
    }

    fn without_checkpoint(&self, docket: &mut Docket) {
        let why = "there is no checkpoint";
        // An id tells which ledger it is, not that these are all or any of its records after the first.
        let given = &self.anchors;
        let wanted = given.ledger.is_some() || given.vkey.is_some() || given.policy.is_some();
        docket.not_checked(Rule::Root, 0, why);
        match wanted {
            false => docket.not_checked(Rule::CheckpointSignature, 0, why),
            true => {
                let meaning =
                    "There is no checkpoint, so nothing shows that these are the records that the log's key signed.";
                docket.failed(0, Finding::undecided(Rule::CheckpointSignature, meaning));
            }
        }
    }

    /// Holds the tree against the root of the log's own checkpoint.
    fn check_root(&self, docket: &mut Docket, parsed: &Parsed) {
        let checkpoint = &parsed.checkpoint;
        let size = self.size();
        let Some(state) = self.state_at(checkpoint.size) else {
            match self.unreadable {
                true => docket.not_checked(Rule::Root, 0, "the entries cannot be told apart to the end"),
                false => {
                    docket.root_decides(checkpoint.size, false);
                    let meaning = "The log's key signed more events than are here: the end was cut off.";
                    docket.failed(0, Finding::tampered(Rule::Root, meaning).expected(checkpoint.size, size));
                }
            }
            return;
        };
        let matches = state.root == checkpoint.root;
        docket.root_decides(checkpoint.size, matches);
        match matches {
            true if !state.whole && self.context().complete => {
                let meaning = "The checkpoint's size lies within a submission; none is ever signed there.";
                docket.failed(
                    0,
                    Finding::malformed(Rule::Root, meaning).expected("the end of a submission", checkpoint.size),
                );
            }
            true => docket.passed(Rule::Root, checkpoint.size),
            false => {
                let meaning = "These are not the records whose root the log's key signed.";
                docket.failed(0, Finding::tampered(Rule::Root, meaning).expected(checkpoint.root, state.root));
            }
        }
        docket.beyond = size.saturating_sub(checkpoint.size);
    }

    /// Older checkpoints that the log's key signed against the log: the reader's, and the handovers.
    fn conclude_older(&self, docket: &mut Docket) {
        let context = self.context();
        let current = self.checkpoints.current.iter().filter_map(|parsed| parsed.as_ref().ok());
        let signed = current.filter(|parsed| context.check_signature(parsed).is_ok()).map(|it| &it.checkpoint).next();
        let mut held = 0;
        for handover in &self.checkpoints.handovers {
            let reached = match handover {
                Ok(handover) if context.is_own(handover) => self.continues(&handover.checkpoint, signed),
                Ok(_) => Ok(false),
                Err(finding) => Err(finding.clone()),
            };
            match reached {
                Ok(reached) => held += u64::from(reached),
                Err(finding) => return docket.failed(held, finding),
            }
        }
        let older = match &self.checkpoints.since {
            Some(Ok(older)) => context.check_older_signature(older).map(|()| &older.checkpoint),
            Some(Err(finding)) => Err(finding.clone()),
            None => {
                docket.note(CUT_TAIL);
                if held > 0 {
                    docket.passed(Rule::OlderCheckpoint, held);
                }
                return;
            }
        };
        match older.and_then(|older| self.judge_older(older, signed)) {
            Ok(true) => docket.passed(Rule::OlderCheckpoint, held + 1),
            Ok(false) => docket.not_checked(Rule::OlderCheckpoint, held, "the entries cannot be told apart so far"),
            Err(finding) => docket.failed(held, finding),
        }
    }

    /// Whether the log continues the reader's older checkpoint; false if that cannot be told.
    fn judge_older(&self, older: &Checkpoint, signed: Option<&Checkpoint>) -> Result<bool, Box<Finding>> {
        let end = signed.map_or(self.size(), |signed| signed.size);
        if older.size > end && (signed.is_some() || self.can_go_on()) {
            let meaning = "The log's key had signed more events before than this log now has: the log was rolled \
                           back, or this is an older copy of it.";
            let finding = Finding::tampered(Rule::OlderCheckpoint, meaning);
            return Err(finding.expected(format!("at least {}", older.size), end));
        }
        self.continues(older, signed)
    }

    /// Whether these records have the root that the log's key signed at an earlier size; false if they cannot be told
    /// apart up to there, or end before.
    fn continues(&self, older: &Checkpoint, signed: Option<&Checkpoint>) -> Result<bool, Box<Finding>> {
        if signed.is_some_and(|signed| signed.size == older.size && signed.root != older.root) {
            return Err(equivocated("The operator equivocated: the log's key signed two roots for one size."));
        }
        let Some(State { root: found, whole }) = self.state_at(older.size) else { return Ok(false) };
        if found == older.root {
            return match whole || !self.context().complete {
                true => Ok(true),
                false => {
                    let meaning = "The older checkpoint's size lies within a submission; none is ever signed there.";
                    Err(Finding::malformed(Rule::OlderCheckpoint, meaning))
                }
            };
        }
        let is_signed =
            |signed: &&Checkpoint| signed.size > older.size && self.root_at(signed.size) == Some(signed.root);
        let finding = match signed.filter(is_signed) {
            Some(_) => equivocated(
                "The operator equivocated: the log's key signed the older checkpoint, and also this log, which does \
                 not continue it.",
            ),
            None => {
                let meaning = "These records do not continue the older checkpoint that the log's key signed.";
                Finding::tampered(Rule::OlderCheckpoint, meaning)
            }
        };
        Err(finding.expected(older.root, found))
    }
}

fn equivocated(meaning: &str) -> Box<Finding> {
    Finding::new(Rule::OlderCheckpoint, Verdict::Equivocated, meaning)
}

const CUT_TAIL: &str = "A log whose end was cut off together with its newer checkpoints looks just like this one. A \
                        checkpoint, receipt or witness's copy that you kept shows it; give a checkpoint as an older one.";
