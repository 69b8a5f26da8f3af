//! Promise: a submission that may not stand is refused for its own reason, and leaves nothing behind.

#![allow(clippy::unwrap_used)]

mod ledger_support;

use cantus::ledger::{
    AppendError, Author, Candidate, ClockError, ClockLimits, Judge, Ledger, LedgerError, Objection, Refusal, Writer,
    WriterOptions,
};
use cantus::store::SimDisk;
use ledger_spec::Hash;
use ledger_spec::authority::Violation;
use ledger_spec::code::{
    self, Channel, CommercialModel, Configuration, PriceTier, ReasonCode, RedactionReason, Rights, UsageFlags, UseType,
};
use ledger_spec::event::Class;
use ledger_spec::event::governance::{EnrolMode, KeyRevoked, Redacted};
use ledger_spec::event::money::PayoutApproved;
use ledger_spec::event::particulars::Remark;
use ledger_spec::event::usage::{LineMoney, Terms, UsageLine};
use ledger_spec::money::Ratio;
use ledger_spec::reference::{EventRef, Territory};
use ledger_spec::role::Roles;
use ledger_spec::submission::{Basis, Draft, Submission};
use std::time::Duration;

use ledger_support::*;

struct Bench {
    ledger: Ledger,
    writer: Writer<Accept>,
    operator: Pen,
}

impl Bench {
    fn new() -> Bench {
        let ledger = create(&SimDisk::new()).unwrap();
        let (writer, operator) = (writer(&ledger), Pen::operator(&ledger));
        Bench { ledger, writer, operator }
    }

    /// Refused, and nothing of it is left: neither an event nor a number used, and the log goes on.
    fn refused(&mut self, submission: Submission) -> Refusal {
        let author = submission.statement().author;
        let before = (self.ledger.head(), self.ledger.next_number(&author), self.ledger.checkpoint());
        let refusal = refusal(self.writer.append(submission));
        assert_eq!((self.ledger.head(), self.ledger.next_number(&author), self.ledger.checkpoint()), before);
        self.operator.number = self.ledger.next_number(&self.operator.author.public()).unwrap();
        let basis = self.ledger.basis();
        self.writer.append(self.operator.say(&details("the log goes on"), basis)).unwrap();
        refusal
    }

    fn say(&mut self, text: &str) -> Submission {
        self.operator.say(&details(text), self.ledger.basis())
    }
}

fn usage_line(source: u64) -> UsageLine {
    let day = "2026-07-01".parse().unwrap();
    let terms = Terms {
        from: day,
        to: day,
        territory: Territory::WORLD,
        use_type: UseType::UNKNOWN,
        model: CommercialModel::UNKNOWN,
        channel: Channel::UNKNOWN,
        configuration: Configuration::UNKNOWN,
        tier: PriceTier::UNKNOWN,
        service: 0,
        offering: 0,
        rights: Rights::NONE,
        basis: code::Basis::NONE,
        flags: UsageFlags::NONE,
        share_applied: Ratio::ONE,
        currency: "EUR".parse().unwrap(),
    };
    let money = LineMoney::default();
    let (row, units) = (2, 1);
    UsageLine { source, row, resource: 0, release: 0, summary: 0, terms, units, returns: 0, money, exchange: None }
}

#[test]
fn a_signature_of_another_key() {
    let mut bench = Bench::new();
    let bytes = bench.say("x").to_bytes();
    let mut forged = bytes.clone();
    // After the message of 177 bytes stands the signature.
    forged[177] ^= 1;
    let submission = Submission::parse(&forged).unwrap();
    assert_eq!(bench.refused(submission), Refusal::Signature(bench.operator.author.public()));
}

#[test]
fn another_ledger() {
    let mut bench = Bench::new();
    let other = create(&SimDisk::new()).unwrap();
    let submission = Pen::operator(&other).say(&details("x"), other.basis());
    let expected = Refusal::OtherLedger { found: other.id(), expected: bench.ledger.id() };
    assert_eq!(bench.refused(submission), expected);
}

#[test]
fn a_body_of_no_known_kind_or_encoding() {
    let mut bench = Bench::new();
    for body in [&[7, 0xff, 0, 0][..], &[7, 2, 9], &[7, 1]] {
        let mut draft = Draft::new();
        draft.push(&details("fine"), bench.operator.salt()).unwrap();
        draft.push_body(body, bench.operator.salt()).unwrap();
        let submission = bench.operator.sign(draft, bench.ledger.basis());
        let refusal = bench.refused(submission);
        assert!(matches!(refusal, Refusal::Body { offset: 1, .. }), "{refusal}");
        assert_eq!(refusal.offset(), Some(1));
    }
}

#[test]
fn a_citation_of_what_was_not_seen() {
    let mut bench = Bench::new();
    let basis = bench.ledger.basis();
    let submission = bench.operator.say(&PayoutApproved { payout: EventRef::At(basis.size) }, basis);
    let expected = Refusal::CitesUnseen { offset: 0, cited: basis.size, basis: basis.size };
    assert_eq!(bench.refused(submission), expected);
}

#[test]
fn a_line_that_was_written_here_is_held_to_its_basis_and_hides_nothing_beside_it() {
    let mut bench = Bench::new();
    let basis = bench.ledger.basis();
    let draft = |bench: &mut Bench, source| {
        let mut draft = Draft::new();
        draft.push(&details("first"), bench.operator.salt()).unwrap();
        draft.push_line(&usage_line(source), bench.operator.salt()).unwrap();
        draft
    };
    let unseen = draft(&mut bench, basis.size);
    let unseen = bench.operator.sign(unseen, basis);
    let expected = Refusal::CitesUnseen { offset: 1, cited: basis.size, basis: basis.size };
    // As it was written, and as it is when it comes from elsewhere.
    assert_eq!(Submission::parse(&unseen.to_bytes()).unwrap().written_lines(), []);
    assert_eq!(bench.refused(Submission::parse(&unseen.to_bytes()).unwrap()), expected);
    assert_eq!(bench.refused(unseen), expected);

    let mut bad = draft(&mut bench, 0);
    bad.push_body(&[7, 2, 9], bench.operator.salt()).unwrap();
    let bad = bench.operator.sign(bad, basis);
    assert!(matches!(bench.refused(bad), Refusal::Body { offset: 2, .. }));
}

#[test]
fn a_citation_of_itself_or_of_what_follows() {
    let mut bench = Bench::new();
    for cited in [1, 2] {
        let mut draft = Draft::new();
        draft.push(&details("first"), bench.operator.salt()).unwrap();
        let remark = Remark { about: Some(EventRef::Here(cited)), text: "second" };
        draft.push(&remark, bench.operator.salt()).unwrap();
        draft.push(&details("third"), bench.operator.salt()).unwrap();
        let submission = bench.operator.sign(draft, bench.ledger.basis());
        let expected = Refusal::CitesForward { offset: 1, cited: EventRef::Here(cited) };
        assert_eq!(bench.refused(submission), expected);
    }
}

#[test]
fn a_number_used_for_something_else() {
    let mut bench = Bench::new();
    let first = bench.say("this");
    let number = first.statement().number;
    let accepted = bench.writer.append(first).unwrap();
    bench.operator.number = number;
    let submission = bench.say("that");
    let key = bench.operator.author.public();
    let expected = Refusal::NumberUsed { key, number, first: accepted.first, next: number + 1 };
    assert_eq!(bench.refused(submission), expected);
}

#[test]
fn the_same_events_signed_at_another_time_are_another_message() {
    let mut bench = Bench::new();
    let (author, basis) = (Author::new(key(1), bench.ledger.id()), bench.ledger.basis());
    let mut draft = Draft::new();
    draft.push(&details("x"), [9; 16]).unwrap();
    let number = bench.operator.number;
    bench.writer.append(author.sign(draft.clone(), number, basis, NOW).unwrap()).unwrap();
    let refusal = bench.refused(author.sign(draft, number, basis, NOW + 1).unwrap());
    assert!(matches!(refusal, Refusal::NumberUsed { .. }), "{refusal}");
}

#[test]
fn a_gap_in_the_numbers() {
    let mut bench = Bench::new();
    let next = bench.operator.number;
    bench.operator.number += 1;
    let submission = bench.say("x");
    let key = bench.operator.author.public();
    assert_eq!(bench.refused(submission), Refusal::NumberGap { key, found: next + 1, next });
}

#[test]
fn number_zero() {
    let mut bench = Bench::new();
    let key = bench.operator.author.public();
    let expected = bench.operator.number;
    bench.operator.number = 0;
    let submission = bench.say("x");
    let expected = Violation::Counter { key, expected, found: 0 };
    assert_eq!(bench.refused(submission), Refusal::Authority(expected));
}

#[test]
fn a_basis_beyond_the_log_or_within_a_submission() {
    let mut bench = Bench::new();
    let mut draft = Draft::new();
    draft.push(&details("one"), bench.operator.salt()).unwrap();
    draft.push(&details("two"), bench.operator.salt()).unwrap();
    let two = bench.operator.sign(draft, bench.ledger.basis());
    let accepted = bench.writer.append(two).unwrap();
    for size in [accepted.first + 1, 1000] {
        let head = bench.ledger.head().size;
        let submission = bench.operator.say(&details("x"), Basis { size, head: accepted.leaf });
        assert_eq!(bench.refused(submission), Refusal::BasisSize { size, head });
    }
}

#[test]
fn a_basis_of_another_history() {
    let mut bench = Bench::new();
    let basis = bench.ledger.basis();
    for size in [0, basis.size] {
        let expected = bench.ledger.basis_at(size).unwrap().unwrap().head;
        let found = Hash([7; 32]);
        let submission = bench.operator.say(&details("x"), Basis { size, head: found });
        assert_eq!(bench.refused(submission), Refusal::BasisHead { size, found, expected });
    }
}

#[test]
fn an_author_that_is_unknown_lacks_the_role_or_was_revoked() {
    let mut bench = Bench::new();
    let basis = bench.ledger.basis();
    let mut stranger = Pen::new(key(9), &bench.ledger);
    let public = stranger.author.public();
    let refusal = bench.refused(stranger.say(&details("x"), basis));
    assert_eq!(refusal, Refusal::Authority(Violation::Unknown(public)));

    enrol(&bench.writer, &mut bench.operator, 9, ALICE, Roles::ARTIST);
    let mut artist = Pen::new(key(9), &bench.ledger);
    let refusal = bench.refused(artist.say(&PayoutApproved { payout: EventRef::At(0) }, bench.ledger.basis()));
    let expected = Violation::Class { key: public, roles: Roles::ARTIST, class: Class::Money };
    assert_eq!(refusal, Refusal::Authority(expected));

    let revoked = KeyRevoked { key: public, reason: ReasonCode::LOST };
    let accepted = bench.writer.append(bench.operator.say(&revoked, bench.ledger.basis())).unwrap();
    let mut artist = Pen::new(key(9), &bench.ledger);
    let refusal = bench.refused(artist.say(&details("x"), bench.ledger.basis()));
    assert_eq!(refusal, Refusal::Authority(Violation::Revoked(public, accepted.first)));
}

#[test]
fn an_enrolment_without_proof_of_possession() {
    let mut bench = Bench::new();
    let mut enrolled = Author::new(key(9), bench.ledger.id()).enrolment(ALICE, Roles::ARTIST, EnrolMode::First);
    enrolled.roles = Roles::LABEL;
    let submission = bench.operator.say(&enrolled, bench.ledger.basis());
    assert_eq!(bench.refused(submission), Refusal::Authority(Violation::Possession(enrolled.key)));
}

#[test]
fn a_redaction_of_what_cannot_be_erased() {
    let mut bench = Bench::new();
    let redacted = Redacted { target: 0, reason: RedactionReason::REQUEST };
    let submission = bench.operator.say(&redacted, bench.ledger.basis());
    let expected = Refusal::NotErasable { offset: 0, target: 0, class: Class::Governance };
    assert_eq!(bench.refused(submission), expected);
}

#[test]
fn a_clock_that_jumps() {
    let ledger = create(&SimDisk::new()).unwrap();
    let clock = HandClock::at(NOW);
    let writer = start(&ledger, clock.clone()).unwrap();
    let mut operator = Pen::operator(&ledger);
    let mut say = |text: &str| writer.append(operator.say(&details(text), ledger.basis()));
    say("now").unwrap();

    // However long it takes, as long as both clocks agree.
    clock.pass(Duration::from_hours(24 * 1000));
    say("much later").unwrap();
    let later = NOW + 24 * 1000 * 3_600_000;
    // Backwards: recorded at the time of the last one.
    clock.set(NOW);
    let accepted = say("as if earlier").unwrap();
    let record = ledger.store().event(accepted.first).unwrap().record;
    assert_eq!(ledger_spec::record::Record::parse(&record).unwrap().recorded_at, later);
    // Forwards by more than a day.
    clock.set(later + 25 * 3_600_000);
    let refusal = refusal(say("from the future"));
    assert_eq!(refusal, Refusal::Clock(ClockError::Jump { ahead: Duration::from_hours(25) }));
}

#[test]
fn a_clock_far_after_the_last_event() {
    let disk = SimDisk::new();
    drop(create(&disk).unwrap());
    let ledger = open(&disk).unwrap();
    let writer = start(&ledger, HandClock::at(NOW + 401 * 24 * 3_600_000)).unwrap();
    let refusal = refusal(writer.append(Pen::operator(&ledger).say(&details("x"), ledger.basis())));
    assert_eq!(refusal, Refusal::Clock(ClockError::Idle { idle: Duration::from_hours(401 * 24) }));
    drop(writer);

    // Somebody looked at the clock. From there on it has to keep pace.
    let options = WriterOptions { clock: ClockLimits::after_long_pause(), ..WriterOptions::default() };
    let clock = HandClock::at(NOW + 401 * 24 * 3_600_000);
    let set = Box::new(clock.clone());
    let writer = Writer::start(&ledger, log_keys(), Accept::default(), set, options).unwrap();
    let mut operator = Pen::operator(&ledger);
    writer.append(operator.say(&details("x"), ledger.basis())).unwrap();
    clock.set(NOW + 403 * 24 * 3_600_000);
    let jumped = writer.append(operator.say(&details("y"), ledger.basis()));
    assert!(matches!(jumped, Err(AppendError::Refused(Refusal::Clock(ClockError::Jump { .. })))));
}

/// Objects to the word "no".
#[derive(Default)]
struct Picky {
    applied: u64,
}

impl Judge for Picky {
    fn check(&mut self, candidate: &Candidate<'_>) -> Result<(), Objection> {
        let no = candidate.events().find(|event| event.body.windows(2).any(|word| word == b"no"));
        no.map_or(Ok(()), |event| Err(Objection { offset: event.offset, code: "no", text: "no".to_owned() }))
    }

    fn apply(&mut self, candidate: &Candidate<'_>) {
        self.applied += candidate.events().count() as u64;
    }
}

#[test]
fn what_the_judge_objects_to() -> Result<(), LedgerError> {
    let ledger = create(&SimDisk::new())?;
    let clock = Box::new(HandClock::at(NOW));
    let writer = Writer::start(&ledger, log_keys(), Picky::default(), clock, WriterOptions::default())?;
    let mut operator = Pen::operator(&ledger);
    let mut draft = Draft::new();
    draft.push(&details("yes"), operator.salt()).unwrap();
    draft.push(&details("no"), operator.salt()).unwrap();
    let refusal = refusal(writer.append(operator.sign(draft, ledger.basis())));
    assert!(matches!(&refusal, Refusal::Meaning(Objection { offset: 1, code: "no", .. })), "{refusal}");
    assert_eq!(ledger.head().size, 1);
    operator.number -= 1;
    writer.append(operator.say(&details("yes"), ledger.basis())).unwrap();
    assert_eq!(writer.close().unwrap().applied, 1);
    Ok(())
}

#[test]
fn one_refused_among_many_does_not_touch_the_others() {
    let mut bench = Bench::new();
    enrol(&bench.writer, &mut bench.operator, 9, ALICE, Roles::ARTIST);
    let basis = bench.ledger.basis();
    let mut artist = Pen::new(key(9), &bench.ledger);
    let prepare = |submission| cantus::ledger::Prepared::new(&bench.ledger.id(), submission).unwrap();
    let mut pending = Vec::new();
    for round in 0..20 {
        let pen = if round % 2 == 0 { &mut bench.operator } else { &mut artist };
        if round % 5 == 4 {
            pen.number += 1;
            pending.push((false, bench.writer.submit(prepare(pen.say(&details("gap"), basis)))));
            pen.number -= 2;
        } else {
            pending.push((true, bench.writer.submit(prepare(pen.say(&details("fine"), basis)))));
        }
    }
    for (fine, pending) in pending {
        assert_eq!(pending.wait().is_ok(), fine);
    }
    assert_eq!(bench.ledger.head().size, basis.size + 16);
}
