//! The logs of `vectors/answers.tsv`: honest ones, copies that were altered after they were signed, and logs that were
//! dishonest before they were.

use ledger_spec::checkpoint::Checkpoint;
use ledger_spec::code::ReasonCode;
use ledger_spec::event::Event;
use ledger_spec::event::governance::{KeyRevoked, LedgerEnded};
use ledger_spec::hash::{Hash, empty_root};
use ledger_spec::note::Note;
use ledger_spec::verify::{Anchors, Headline, Published};

use crate::forge::judged::*;
use crate::forge::{
    Forge, LOG_SEED, NEW_LOG_SEED, OPERATOR_SEED, ORIGIN, REPORTER_SEED, STRANGER_SEED, body, golden, key, public,
    publish, redaction, rules, vkey,
};

/// A log, what comes with it and from outside, and the answer it must get.
pub struct Case {
    pub name: &'static str,
    pub answer: Headline,
    /// The step of SPEC.md section 18.1 that decides; none if all pass.
    pub step: Option<u8>,
    /// The event that it shows at.
    pub event: Option<u64>,
    pub log: Forge,
    pub published: Published,
    pub anchors: Anchors,
}

impl Case {
    /// A log under its own checkpoint and the log's key from outside.
    fn new(name: &'static str, answer: Headline, step: u8, event: impl Into<Option<u64>>, log: Forge) -> Case {
        let (step, event) = (Some(step), event.into());
        Case { name, answer, step, event, published: log.published(), log, anchors: anchored() }
    }

    fn good(name: &'static str, log: Forge) -> Case {
        Case { step: None, ..Case::new(name, Headline::Verified, 0, None, log) }
    }

    /// The honest log, altered after its checkpoint was signed.
    fn altered(name: &'static str, step: u8, event: impl Into<Option<u64>>, alter: impl FnOnce(&mut Forge)) -> Case {
        let mut log = Forge::honest();
        alter(&mut log);
        Case::new(name, Headline::TamperingProven, step, event, log).under(&Forge::honest().checkpoint())
    }

    /// The honest log, gone on with dishonestly and signed.
    fn signed(
        name: &'static str,
        answer: Headline,
        step: u8,
        event: impl Into<Option<u64>>,
        lie: impl FnOnce(&mut Forge),
    ) -> Case {
        let mut log = Forge::honest();
        lie(&mut log);
        Case::new(name, answer, step, event, log)
    }

    fn under(mut self, checkpoint: &Note) -> Case {
        self.published = publish(checkpoint);
        self
    }

    fn handovers(mut self, notes: &[&Note]) -> Case {
        self.published.handovers = notes.iter().map(|note| note.to_string().into_bytes()).collect();
        self
    }

    fn beside(mut self, seed: u8) -> Case {
        self.published.vkey = Some(format!("{}\n", vkey(seed)).into_bytes());
        self
    }

    fn trusting(mut self, seed: u8) -> Case {
        self.anchors.vkey = Some(vkey(seed));
        self
    }

    fn since(mut self, older: Note) -> Case {
        self.anchors.since = Some(older);
        self
    }
}

pub fn all() -> Vec<Case> {
    [copies(), submissions(), orders(), checkpoints(), log_keys()].into_iter().flatten().collect()
}

/// Records altered, moved and taken away.
fn copies() -> Vec<Case> {
    let reordered = |log: &mut Forge| {
        let source = log.records.remove(7);
        log.records.insert(10, source);
        log.rechain();
    };
    let replayed = |log: &mut Forge| {
        log.records.insert(8, log.records[7].clone());
        log.rechain();
    };
    let renamed = |log: &mut Forge| {
        log.records[7][AUTHOR..AUTHOR + 32].copy_from_slice(&public(STRANGER_SEED).0);
        log.rechain();
    };
    let resigned = |log: &mut Forge| {
        *log = Forge::begun();
        log.submit(STRANGER_SEED, &[golden::kinds::source()]);
    };
    let elsewhere = |log: &mut Forge| {
        *log = Forge::begun();
        log.submit_as(REPORTER_SEED, &[golden::kinds::source()], |plan| plan.ledger = Hash([5; 32]));
    };
    vec![
        Case::good("honest", Forge::honest()),
        Case::altered("flipped: a bit of a commitment", 2, 5, |log| log.records[4][COMMITMENT] ^= 1),
        Case::altered("swapped: two records", 2, 4, |log| log.records.swap(4, 5)),
        Case::altered("dropped: a record", 2, 5, |log| drop(log.records.remove(5))),
        Case::altered("inserted: a record again", 2, 5, |log| log.records.insert(5, log.records[4].clone())),
        Case::altered("truncated: the last submission", 9, None, |log| log.records.truncate(11)),
        Case::altered("truncated: within a submission", 7, 8, |log| log.records.truncate(10)),
        Case::altered("reordered: two submissions, chained anew", 5, 7, reordered),
        Case::altered("replayed: a submission, chained anew", 5, 8, replayed),
        Case::altered("renamed: another author, chained anew", 4, 7, renamed),
        Case::altered("re-signed: by a key that is not enrolled", 5, 7, resigned),
        Case::altered("of another ledger: a submission", 4, 7, elsewhere),
    ]
}

/// One thing wrong with a submission that the log's key signed.
fn submissions() -> Vec<Case> {
    let (tampered, malformed) = (Headline::TamperingProven, Headline::Malformed);
    let lie = |lie: fn(&mut crate::forge::Plan)| move |log: &mut Forge| log.submit_as(OPERATOR_SEED, &[rules()], lie);
    let says = |body: Vec<u8>| move |log: &mut Forge| log.submit(OPERATOR_SEED, &[body]);
    let of_another_class = |log: &mut Forge| {
        log.submit_as(OPERATOR_SEED, &[vec![3, 0xff]], |plan| {
            plan.events[0].class = ledger_spec::event::Class::Governance
        });
    };
    let misnumbered = |log: &mut Forge| {
        log.submit(OPERATOR_SEED, &[rules()]);
        log.records[12][INDEX + 7] ^= 1;
    };
    vec![
        Case::signed("index: not its place, though the chain holds", malformed, 2, 12, misnumbered),
        Case::signed("clock: goes back", malformed, 2, 12, lie(|plan| plan.recorded_at = golden::START_MS)),
        Case::signed("count: none", tampered, 4, 12, lie(|plan| plan.count = 0)),
        Case::signed("count: more than a submission may have", tampered, 4, 12, lie(|plan| plan.count = 5000)),
        Case::signed("number: skips", tampered, 5, 12, lie(|plan| plan.number += 1)),
        Case::signed("basis: forged", tampered, 6, 12, lie(|plan| plan.basis.head = Hash([5; 32]))),
        Case::signed("role: a reporter adopts rules", tampered, 7, 12, |log| log.submit(REPORTER_SEED, &[rules()])),
        Case::signed("redacted: what is no particulars", malformed, 7, 12, says(redaction(5))),
        Case::signed("kind: not known", Headline::CannotDecide, 7, 12, says(unknown())),
        Case::signed("kind: not known, and of another class than the record", malformed, 7, 12, of_another_class),
    ]
}

fn unknown() -> Vec<u8> {
    vec![1, 0xff, 0]
}

/// Two things wrong: the first in the order of section 18.1 is the answer.
fn orders() -> Vec<Case> {
    let (tampered, malformed, undecided) = (Headline::TamperingProven, Headline::Malformed, Headline::CannotDecide);
    let unreadable = || [rules(), vec![0]].concat();
    let revoked = || body(&Event::KeyRevoked(KeyRevoked { key: public(STRANGER_SEED), reason: ReasonCode::LOST }));
    let ended = || body(&Event::LedgerEnded(LedgerEnded { reason: ReasonCode::RETIRED }));
    let work = || golden::kinds::catalogue().remove(1);
    let by = |author: u8, events: [Vec<u8>; 2]| move |log: &mut Forge| log.submit(author, &events);
    let commitment = |log: &mut Forge| {
        log.submit(OPERATOR_SEED, &[rules(), rules()]);
        log.records[12][COMMITMENT] ^= 1;
        log.rechain();
        log.records[13][RECORDED_AT + 7] ^= 1;
    };
    let basis = |bad: Vec<u8>| {
        move |log: &mut Forge| log.submit_as(OPERATOR_SEED, &[bad], |plan| plan.basis.head = Hash([5; 32]))
    };
    vec![
        Case::signed("commitment of a record, then clock of the next", tampered, 3, 12, commitment),
        Case::signed("basis, then a body that cannot be read", tampered, 6, 12, basis(unreadable())),
        Case::signed("basis, then an unknown kind", tampered, 6, 12, basis(unknown())),
        Case::signed("unreadable, then role", malformed, 7, 12, by(REPORTER_SEED, [unreadable(), work()])),
        Case::signed("unknown, then role", undecided, 7, 12, by(REPORTER_SEED, [unknown(), work()])),
        Case::signed("role, then unknown", tampered, 7, 12, by(REPORTER_SEED, [work(), unknown()])),
        Case::signed("redaction, then a rule", malformed, 7, 12, by(OPERATOR_SEED, [redaction(5), revoked()])),
        Case::signed("ended too early, but unreadable", malformed, 7, 12, by(OPERATOR_SEED, [ended(), unreadable()])),
    ]
}

/// Checkpoints and older ones.
fn checkpoints() -> Vec<Case> {
    let (tampered, malformed, undecided) = (Headline::TamperingProven, Headline::Malformed, Headline::CannotDecide);
    let honest = Forge::honest;
    let mut longer = honest();
    longer.submit(OPERATOR_SEED, &[rules()]);
    let mut fork = honest();
    fork.submit(REPORTER_SEED, &[golden::kinds::source()]);
    let mut resized =
        Checkpoint { origin: ORIGIN.into(), size: 11, root: honest().root() }.sign(&key(LOG_SEED)).unwrap();
    resized = Note::parse(resized.to_string().replacen("\n11\n", "\n12\n", 1).as_bytes()).unwrap();
    let nothing = Checkpoint { origin: ORIGIN.into(), size: 0, root: empty_root() }.sign(&key(LOG_SEED)).unwrap();
    let within = ledger_spec::merkle::root_of(&honest().leaves()[..5]);
    let within = Checkpoint { origin: ORIGIN.into(), size: 5, root: within }.sign(&key(LOG_SEED)).unwrap();
    let stranger = honest().checkpoint_by(STRANGER_SEED);
    vec![
        Case::good("checkpoint: one of fewer records", longer.clone()).under(&honest().checkpoint()),
        Case::new("checkpoint: altered", tampered, 8, None, honest()).under(&resized),
        Case::new("checkpoint: by a stranger", tampered, 8, None, honest()).under(&stranger),
        Case::new("checkpoint: by a stranger, and trusted", undecided, 8, None, honest())
            .under(&stranger)
            .trusting(STRANGER_SEED),
        Case::new("checkpoint: of size 0", malformed, 8, None, honest()).under(&nothing),
        Case::new("checkpoint: within a submission", malformed, 9, None, honest()).under(&within),
        Case::good("older: continued", longer.clone()).since(honest().checkpoint()),
        Case::new("older: rolled back", tampered, 10, None, honest()).since(longer.checkpoint()),
        Case::new("older: another history", Headline::OperatorEquivocated, 10, None, longer.clone())
            .since(fork.checkpoint()),
        Case::new("older: by a stranger", undecided, 10, None, longer.clone()).since(stranger),
        Case::new("older: of size 0", undecided, 10, None, longer).since(nothing),
    ]
}

/// A log whose key changes with record 12.
fn log_keys() -> Vec<Case> {
    let undecided = Headline::CannotDecide;
    let before = Forge::honest().checkpoint();
    let mut at_change = Forge::honest();
    at_change.change_log_key(NEW_LOG_SEED, false);
    let handover = at_change.checkpoint();
    let mut changed = at_change.clone();
    changed.submit(OPERATOR_SEED, &[rules()]);
    let checkpoint = changed.checkpoint_by(NEW_LOG_SEED);
    let mut fork = Forge::honest();
    fork.submit(REPORTER_SEED, &[golden::kinds::source()]);
    let mut lost = Forge::honest();
    lost.change_log_key(NEW_LOG_SEED, true);
    let lost_checkpoint = lost.checkpoint_by(NEW_LOG_SEED);
    let log = || changed.clone();
    let mut junk = Case::new("handover: cannot be read", Headline::Malformed, 10, None, log()).under(&checkpoint);
    junk.published.handovers = vec![b"no note\n".to_vec()];
    vec![
        Case::good("handover: crossed", log()).under(&checkpoint).handovers(&[&handover]),
        Case::new("handover: none", undecided, 8, 12, log()).under(&checkpoint),
        Case::new("handover: by the new key", undecided, 8, 12, log())
            .under(&checkpoint)
            .handovers(&[&at_change.checkpoint_by(NEW_LOG_SEED)]),
        Case::new("handover: a second, of another history", Headline::OperatorEquivocated, 10, None, log())
            .under(&checkpoint)
            .handovers(&[&handover, &fork.checkpoint()]),
        junk.trusting(NEW_LOG_SEED),
        Case::new("log key: lost", undecided, 8, 12, lost).under(&lost_checkpoint),
        Case::new("log key: the old one signs on", undecided, 8, None, log()),
        Case::new("log key: given one of beyond the checkpoint", undecided, 8, 12, log())
            .under(&before)
            .trusting(NEW_LOG_SEED),
        Case::good("vkey: of the checkpoint's size", log()).under(&before).beside(LOG_SEED),
        Case::new("vkey: of beyond the checkpoint", Headline::Malformed, 8, None, log())
            .under(&before)
            .beside(NEW_LOG_SEED),
    ]
}
