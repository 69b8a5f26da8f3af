//! Verifying an extract: every record at hand is in the log, said by its author, who was allowed to say it.
//!
//! What is not at hand cannot speak: submissions that were dropped or repeated, and keys that were revoked by events
//! left out, are not seen here. The report says so.

use std::collections::HashMap;

use crate::authority::{Authority, Classes, Facts, ledger_id};
use crate::checkpoint::Checkpoint;
use crate::commitment::commit;
use crate::event::Class;
use crate::extract::{Entry, Extract, Part};
use crate::hash::Hash;
use crate::item::item_hash;
use crate::merkle::verify_inclusion;
use crate::record::{Opening, Record, Seal};
use crate::submission::{Basis, Statement};
use crate::verify::bodies::{Bodies, Citations, read_body};
use crate::verify::checkpoint::{Anchors, Checkpoints, Context, Parsed, Published};
use crate::verify::docket::Docket;
use crate::verify::flaws::{basis_is_not, clock, not_a_record, not_committed, not_opened, not_signed};
use crate::verify::judge::{forbidden, no_ledger};
use crate::verify::report::{Finding, Report, Rule, Verdict};

/// Verifies an extract, given as its file's bytes.
pub fn verify_extract(bytes: &[u8], anchors: &Anchors) -> Report {
    let mut docket = Docket::default();
    let extract = match Extract::parse(bytes) {
        Ok(extract) => extract,
        Err(error) => {
            docket.failed(0, Finding::malformed(Rule::Records, format!("The file cannot be read: {error}.")));
            return docket.close(None, None, 0, None);
        }
    };
    let published = Published { checkpoint: Some(extract.checkpoint.clone()), ..Published::default() };
    let checkpoints = Checkpoints::read(&published, anchors);
    let parsed = match &checkpoints.current {
        Some(Ok(parsed)) => parsed,
        Some(Err(finding)) => {
            docket.failed(0, finding.clone());
            return docket.close(None, None, 0, None);
        }
        None => return docket.close(None, None, 0, None),
    };
    let mut walk = Walk::new(&parsed.checkpoint);
    let finding = walk.whole(&extract).err();
    let complete = finding.is_none();
    walk.conclude(&mut docket, finding);
    let context = Context { anchors, authority: walk.authority.as_ref(), complete, whole: false };
    conclude_checkpoint(&mut docket, &context, &checkpoints, parsed);
    docket.note(OUTSIDE);
    let authority = walk.authority.as_ref();
    let origin = authority.map(|authority| authority.origin().to_owned());
    docket.close(authority.map(Authority::ledger), origin, walk.records, Some(parsed.checkpoint.root))
}

const OUTSIDE: &str = "This is a part of a ledger. Submissions that were dropped or repeated, and keys revoked by events \
                       that are not in it, were not checked.";

fn conclude_checkpoint(docket: &mut Docket, context: &Context<'_>, checkpoints: &Checkpoints, parsed: &Parsed) {
    let Checkpoint { size, root, .. } = parsed.checkpoint;
    if let (Some(named), Some(authority)) = (context.anchors.ledger, context.authority) {
        docket.ledger_id(named, authority.ledger());
    }
    if let Err(finding) = context.check_signature(parsed) {
        docket.anchored = false;
        return docket.failed(0, finding);
    }
    docket.passed(Rule::CheckpointSignature, 1);
    match context.check_log_keys(checkpoints, size, |at| (at == size).then_some(root)) {
        Ok(anchored) => {
            docket.passed(Rule::LogKeys, context.log_keys().len() as u64);
            docket.anchored |= anchored;
        }
        Err(finding) => docket.failed(0, finding),
    }
    if let Some(policy) = &context.anchors.policy {
        match context.check_witnesses(policy, parsed) {
            Ok(count) => docket.passed(Rule::Witnesses, count),
            Err(finding) => docket.failed(0, finding),
        }
    }
    match &checkpoints.since {
        None => {}
        Some(Err(finding)) => docket.failed(0, finding.clone()),
        Some(Ok(older)) => conclude_older(docket, context, older, &parsed.checkpoint),
    }
}

/// Two checkpoints of one size can be held against each other; of others only the whole log can tell.
fn conclude_older(docket: &mut Docket, context: &Context<'_>, older: &Parsed, checkpoint: &Checkpoint) {
    match context.check_older_signature(older) {
        Err(finding) => docket.failed(0, finding),
        Ok(()) if older.checkpoint.size != checkpoint.size => {
            docket.not_checked(
                Rule::OlderCheckpoint,
                0,
                "only the whole log can tell whether it continues another size",
            );
        }
        Ok(()) if older.checkpoint.root == checkpoint.root => docket.passed(Rule::OlderCheckpoint, 1),
        Ok(()) => {
            let meaning = "The operator equivocated: the log's key signed two roots for one size.";
            let finding = Finding::new(Rule::OlderCheckpoint, Verdict::Equivocated, meaning);
            docket.failed(0, finding.expected(older.checkpoint.root, checkpoint.root));
        }
    }
}

/// What is known of a record at hand.
#[derive(Clone, Copy)]
struct Known {
    leaf: Hash,
    class: Class,
    sealed: bool,
}

/// The state between submissions.
struct Walk<'a> {
    checkpoint: &'a Checkpoint,
    authority: Option<Authority>,
    ledger: Hash,
    known: HashMap<u64, Known>,
    /// The lowest index that may come next.
    next: u64,
    recorded_at: u64,
    bodies: Bodies,
    records: u64,
    links: u64,
    submissions: u64,
    governance: u64,
    bases: u64,
    redactions: u64,
}

impl<'a> Walk<'a> {
    fn new(checkpoint: &'a Checkpoint) -> Walk<'a> {
        Walk {
            checkpoint,
            authority: None,
            ledger: Hash::default(),
            known: HashMap::new(),
            next: 0,
            recorded_at: 0,
            bodies: Bodies::default(),
            records: 0,
            links: 0,
            submissions: 0,
            governance: 0,
            bases: 0,
            redactions: 0,
        }
    }

    fn whole(&mut self, extract: &Extract) -> Result<(), Box<Finding>> {
        if extract.submissions.is_empty() {
            return Err(not_opened());
        }
        extract.submissions.iter().try_for_each(|part| self.part(part))?;
        self.bodies.unexplained(self.authority.as_ref()).map_or(Ok(()), Err)
    }

    fn part(&mut self, part: &Part) -> Result<(), Box<Finding>> {
        let records: Vec<Record<'_>> = part
            .entries
            .iter()
            .map(|entry| Record::parse(&entry.record).map_err(|error| not_a_record(self.next, &error)))
            .collect::<Result<_, _>>()?;
        let shape = |meaning: &str| Finding::malformed(Rule::Records, meaning);
        let sealed = records.last().and_then(|last| Some((*last, last.seal?)));
        let (last, seal) = sealed.ok_or_else(|| shape("A submission's last record is missing.").at(self.next))?;
        let first = (last.index + 1).checked_sub(seal.count.into()).filter(|first| *first >= self.next);
        let first = first.ok_or_else(|| shape("The submissions are not in order.").at(last.index))?;
        if first == 0 {
            let opening = records.first().and_then(|record| record.inline).ok_or_else(not_opened)?;
            self.ledger = ledger_id(opening.body);
        } else if self.authority.is_none() {
            return Err(not_opened());
        }
        for (entry, record) in part.entries.iter().zip(&records) {
            self.record(entry, record, first, &last, &seal, &part.items_root)?;
        }
        clock(self.recorded_at, last.recorded_at).map_err(|finding| finding.at(first).by(last.author))?;
        self.recorded_at = last.recorded_at;
        if !Statement::of_seal(self.ledger, last.author, &seal, part.items_root).is_signed_by_author(&seal.signature) {
            return Err(not_signed(last.index, last.author));
        }
        self.admit(first, &records, &last, &seal).map_err(|finding| finding.at(first).by(last.author))?;
        self.check_bodies(part, first, &records, &last, &seal)?;
        self.submissions += 1;
        Ok(())
    }

    /// One record: its order, its place in the log, and its place in what the author signed.
    fn record(
        &mut self,
        entry: &Entry,
        record: &Record<'_>,
        first: u64,
        last: &Record<'_>,
        seal: &Seal,
        items_root: &Hash,
    ) -> Result<(), Box<Finding>> {
        let Record { index, author, class, .. } = *record;
        let about = |finding: Box<Finding>| finding.at(index).by(author);
        let in_order = index >= first.max(self.next) && index <= last.index;
        let alike = author == last.author && record.recorded_at == last.recorded_at;
        if !in_order || !alike || record.seal.is_some() != (index == last.index) {
            let meaning = "The record does not belong to the submission that it stands in.";
            return Err(about(Finding::malformed(Rule::Records, meaning)));
        }
        let leaf = record.leaf_hash();
        let Checkpoint { size, root, .. } = self.checkpoint;
        verify_inclusion(&leaf, index, *size, &entry.path, root).map_err(|error| {
            about(Finding::tampered(Rule::Inclusion, format!("The record is not in the checkpoint's log: {error}.")))
        })?;
        let before = match index.checked_sub(1) {
            None => Some(self.ledger),
            Some(before) => self.known.get(&before).map(|known| known.leaf),
        };
        if let Some(before) = before.filter(|before| *before != record.prev) {
            let meaning = "The record does not name the one before it.";
            return Err(about(Finding::tampered(Rule::Chain, meaning).expected(before, record.prev)));
        }
        self.links += u64::from(before.is_some());
        let item = item_hash(class, &record.commitment);
        verify_inclusion(&item, index - first, seal.count.into(), &entry.item_path, items_root).map_err(|error| {
            let meaning = format!("The event is not among those that its author signed: {error}.");
            about(Finding::tampered(Rule::AuthorSignatures, meaning))
        })?;
        if let Some(opening) = record.inline {
            let commitment = commit(&opening.salt, opening.body);
            if commitment != record.commitment {
                return Err(not_committed(record, commitment));
            }
        }
        self.known.insert(index, Known { leaf, class, sealed: record.seal.is_some() });
        self.next = index + 1;
        self.records += 1;
        Ok(())
    }

    /// Governance, authority and basis.
    fn admit(
        &mut self,
        first: u64,
        records: &[Record<'_>],
        last: &Record<'_>,
        seal: &Seal,
    ) -> Result<(), Box<Finding>> {
        let governance = records.iter().filter_map(|record| Some((record.index, record.inline?.body)));
        let governance: Vec<_> = governance.collect();
        let basis = Basis { size: seal.basis_size, head: seal.basis_head };
        let mut classes = Classes::default();
        for record in records {
            classes.note(record.class, (record.index - first) as u32); // below the count, see `record`
        }
        let (author, number, count) = (last.author, seal.number, seal.count);
        let facts = Facts { first, count, author, number, basis, classes, governance: &governance };
        match &mut self.authority {
            None => {
                self.authority = Some(Authority::open(&facts).map_err(|violation| no_ledger(&violation))?);
                self.bases += 1;
            }
            Some(authority) => {
                authority.skip_to(&facts);
                authority.check_author(&facts).map_err(|violation| forbidden(&violation))?;
                self.bases += u64::from(check_basis(self.ledger, &self.known, basis)?);
                let erasable = |target| self.known.get(&target).is_none_or(|it| it.class == Class::Particulars);
                let redacted = authority.redacted().len();
                authority.admit(&facts, erasable).map_err(|violation| forbidden(&violation))?;
                let targets = authority.redacted()[redacted..].iter();
                self.redactions += targets.filter(|target| self.known.contains_key(target)).count() as u64;
            }
        }
        self.governance += governance.len() as u64;
        Ok(())
    }

    fn check_bodies(
        &mut self,
        part: &Part,
        first: u64,
        records: &[Record<'_>],
        last: &Record<'_>,
        seal: &Seal,
    ) -> Result<(), Box<Finding>> {
        let mut citations = Citations::default();
        for (entry, record) in part.entries.iter().zip(records) {
            let Some((salt, body)) = &entry.opening else { continue };
            if record.inline.is_some() {
                let meaning = "A body is given for a record that holds its own.";
                return Err(Finding::malformed(Rule::Records, meaning).at(record.index).by(record.author));
            }
            match read_body(record, &Opening { salt: *salt, body })? {
                None => self.bodies.note_erased(record),
                Some(event) => {
                    citations.take(record, record.index - first, &event)?;
                    self.bodies.note();
                }
            }
        }
        citations.close(last.author, seal)
    }

    fn conclude(&self, docket: &mut Docket, finding: Option<Box<Finding>>) {
        let whole = [
            (Rule::Records, self.records),
            (Rule::Inclusion, self.records),
            (Rule::Chain, self.links),
            (Rule::Clock, self.records),
            (Rule::AuthorSignatures, self.submissions),
            (Rule::Authority, self.submissions),
            (Rule::GovernanceBodies, self.governance),
            (Rule::Redactions, self.redactions),
        ];
        let failed = finding.as_ref().map(|finding| finding.check);
        for (check, count) in whole.into_iter().filter(|(check, _)| Some(*check) != failed) {
            match failed {
                Some(_) => docket.not_checked(check, count, "stopped at the finding"),
                None => docket.passed(check, count),
            }
        }
        if failed != Some(Rule::Counters) {
            docket.not_checked(Rule::Counters, self.submissions, "numbers rise; submissions outside are not at hand");
        }
        if failed != Some(Rule::Basis) {
            docket.not_checked(Rule::Basis, self.bases, "only those whose record is at hand");
        }
        self.bodies.conclude(docket, failed);
        if let Some(finding) = finding {
            docket.failed(self.records, finding);
        }
    }
}

/// Whether the record at a basis is at hand and is what the author signed; at basis zero that is the ledger's id.
fn check_basis(ledger: Hash, known: &HashMap<u64, Known>, basis: Basis) -> Result<bool, Box<Finding>> {
    let found = match basis.size.checked_sub(1) {
        None => Some((ledger, true)),
        Some(before) => known.get(&before).map(|known| (known.leaf, known.sealed)),
    };
    match found {
        Some((head, true)) if head == basis.head => Ok(true),
        Some((head, _)) => Err(basis_is_not(basis, Some(head))),
        None => Ok(false),
    }
}
