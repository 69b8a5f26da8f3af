//! Promise: a submission is read back as it was signed, each of its events keeps a proof that its author signed it, and
//! its records say what it says; cut short, longer, altered or beyond the limits, it is refused.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use ed25519_dalek::{Signer, SigningKey};
use ledger_spec::commitment::commit;
use ledger_spec::event::{Class, EventError};
use ledger_spec::hash::Hash;
use ledger_spec::item::{item_hash, item_proof, items_root};
use ledger_spec::key::{PublicKey, Signature};
use ledger_spec::merkle::verify_inclusion;
use ledger_spec::record::{Fields, Opening, Record, RecordError, Seal, split_entry, split_opening};
use ledger_spec::submission::{Basis, Draft, Submission, SubmissionError};
use proptest::collection::vec;
use proptest::prelude::*;

const LEDGER: Hash = Hash([3; 32]);

fn key() -> SigningKey {
    SigningKey::from_bytes(&[7; 32])
}

fn author() -> PublicKey {
    PublicKey(key().verifying_key().to_bytes())
}

fn sign(draft: Draft, number: u64, basis: Basis, signed_at: u64) -> Result<Submission, SubmissionError> {
    draft.sign(LEDGER, author(), number, basis, signed_at, |message| Signature(key().sign(message).to_bytes()))
}

fn any_salt() -> impl Strategy<Value = [u8; 16]> {
    any::<[u8; 16]>().prop_filter("a salt of zeros is forbidden", |salt| *salt != [0; 16])
}

/// Bodies as a submission sees them: a class, then anything.
fn any_events() -> impl Strategy<Value = Vec<([u8; 16], Vec<u8>)>> {
    let body = (1u8..=7, vec(any::<u8>(), 1..200)).prop_map(|(class, rest)| [&[class], &rest[..]].concat());
    vec((any_salt(), body), 1..40)
}

fn counter() -> impl Strategy<Value = u64> {
    0u64..1 << 53
}

fn submission(events: &[([u8; 16], Vec<u8>)], number: u64, basis: u64, signed_at: u64) -> Submission {
    let mut draft = Draft::new();
    for (salt, body) in events {
        draft.push_body(body, *salt).unwrap();
    }
    sign(draft, number, Basis { size: basis, head: Hash([9; 32]) }, signed_at).unwrap()
}

proptest! {
    #[test]
    fn a_submission_is_read_back_as_signed(
        events in any_events(), number in counter(), basis in counter(), at in counter()
    ) {
        let made = submission(&events, number, basis, at);
        let bytes = made.to_bytes();
        let read = Submission::parse(&bytes).unwrap();
        prop_assert_eq!(&read, &made);
        prop_assert_eq!(read.verify(), Ok(()));
        prop_assert_eq!((read.statement().number, read.statement().basis.size), (number, basis));
        let openings: Vec<_> = read.items().map(|item| (item.opening.salt, item.opening.body.to_vec())).collect();
        prop_assert_eq!(openings, events);
        for length in [0, 10, bytes.len() / 2, bytes.len() - 1] {
            prop_assert!(Submission::parse(&bytes[..length]).is_err());
        }
        prop_assert!(Submission::parse(&[&bytes[..], &[0]].concat()).is_err());
    }

    #[test]
    fn a_flipped_bit_of_a_submission_is_refused(events in any_events(), bit in any::<prop::sample::Index>()) {
        let mut bytes = submission(&events, 1, 0, 1).to_bytes();
        let bit = bit.index(bytes.len() * 8);
        bytes[bit / 8] ^= 1 << (bit % 8);
        let verified = Submission::parse(&bytes).and_then(|read| read.verify());
        prop_assert!(verified.is_err(), "bit {}", bit);
    }

    #[test]
    fn each_event_keeps_a_proof_of_its_own(events in any_events(), other in any::<prop::sample::Index>()) {
        let made = submission(&events, 1, 0, 1);
        let items: Vec<_> = made.items().map(|item| (item.class, item.commitment)).collect();
        let (root, count) = (made.statement().items_root, items.len() as u64);
        prop_assert_eq!(items_root(&items), root);
        for (offset, (class, commitment)) in items.iter().enumerate() {
            let proof = item_proof(&items, offset as u64).unwrap();
            let leaf = item_hash(*class, commitment);
            prop_assert_eq!(verify_inclusion(&leaf, offset as u64, count, &proof, &root), Ok(()));
            let elsewhere = other.index(items.len()) as u64;
            let same = elsewhere == offset as u64;
            prop_assert_eq!(verify_inclusion(&leaf, elsewhere, count, &proof, &root).is_ok(), same);
            let other_class = Class::ALL.into_iter().find(|it| it != class).unwrap();
            prop_assert!(verify_inclusion(&item_hash(other_class, commitment), offset as u64, count, &proof, &root).is_err());
        }
        prop_assert_eq!(item_proof(&items, count), None);
    }

    #[test]
    fn its_records_say_what_it_says(events in any_events(), first in 0u64..1 << 40, at in counter()) {
        let made = submission(&events, 1, 0, 1);
        let ordered = made.order(first, Hash([8; 32]), at);
        let (mut entries, mut bodies) = (&ordered.records[..], &ordered.bodies[..]);
        let mut prev = Hash([8; 32]);
        for (offset, (item, (salt, body))) in made.items().zip(&events).enumerate() {
            let record = Record::parse(split_entry(&mut entries).unwrap()).unwrap();
            prop_assert_eq!((record.index, record.prev, record.recorded_at), (first + offset as u64, prev, at));
            prop_assert_eq!((record.class, record.author), (item.class, author()));
            prop_assert_eq!(record.commitment, commit(salt, body));
            let opening = record.inline.unwrap_or_else(|| split_opening(&mut bodies).unwrap());
            prop_assert_eq!((opening.salt, opening.body), (*salt, &body[..]));
            prop_assert_eq!(record.seal, (offset + 1 == events.len()).then(|| made.seal()));
            prev = record.leaf_hash();
            prop_assert_eq!(prev, ordered.leaves[offset]);
        }
        prop_assert!(entries.is_empty() && bodies.is_empty());
        prop_assert_eq!(ordered.head(), prev);
    }

    #[test]
    fn a_record_has_one_reading(
        class in 0usize..7, index in counter(), prev in any::<[u8; 32]>(), at in counter(), sealed in any::<bool>(),
        (number, count, size) in (counter(), any::<u32>(), counter()), salt in any_salt(),
        body in vec(any::<u8>(), 0..100), bit in any::<prop::sample::Index>(), cut in any::<prop::sample::Index>()
    ) {
        let class = Class::ALL[class];
        let signature = Signature([5; 64]);
        let seal = Seal { number, count, basis_size: size, basis_head: Hash(prev), signed_at: at, signature };
        let commitment = commit(&salt, &body);
        let opening = Opening { salt, body: &body };
        let seal = sealed.then_some(&seal);
        let fields =
            Fields { class, index, prev: Hash(prev), recorded_at: at, author: author(), commitment, seal, opening };
        let mut bytes = Vec::new();
        fields.write(&mut bytes);
        let record = Record::parse(&bytes).unwrap();
        prop_assert_eq!((record.class, record.index, record.recorded_at), (class, index, at));
        prop_assert_eq!((record.prev, record.commitment, record.seal), (Hash(prev), commitment, seal.copied()));
        prop_assert_eq!(record.inline, (class == Class::Governance).then_some(opening));
        prop_assert!(Record::parse(&bytes[..cut.index(bytes.len())]).is_err());
        let longer = [&bytes[..], &[0]].concat();
        prop_assert!(Record::parse(&longer).is_err());
        let bit = bit.index(bytes.len() * 8);
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        if let Ok(other) = Record::parse(&flipped) {
            prop_assert_ne!(other.leaf_hash(), record.leaf_hash());
            prop_assert_ne!(other, record);
        }
    }

    #[test]
    fn no_bytes_make_a_reader_panic(bytes in vec(any::<u8>(), 0..400)) {
        let _ = Submission::parse(&bytes);
        let _ = Submission::parse(&[ledger_spec::submission::DOMAIN, &bytes].concat());
        let _ = Record::parse(&bytes);
        let _ = Record::parse(&[&[1, 1], &bytes[..]].concat());
    }
}

#[test]
fn the_limits_hold() {
    let basis = Basis { size: 0, head: LEDGER };
    let push = |body: &[u8], salt| Draft::new().push_body(body, salt);
    assert_eq!(push(&[7, 2, 0], [0; 16]), Err(SubmissionError::ZeroSalt(0)));
    assert_eq!(push(&[8, 1], [1; 16]), Err(SubmissionError::Class { offset: 0, class: 8 }));
    assert_eq!(push(&[7], [1; 16]), Err(SubmissionError::Class { offset: 0, class: 7 }));
    assert_eq!(push(&[], [1; 16]), Err(SubmissionError::Class { offset: 0, class: 0 }));
    assert_eq!(push(&[2; 16_384], [1; 16]), Ok(0));
    let long = push(&[2; 16_385], [1; 16]);
    assert_eq!(long, Err(SubmissionError::LongBody { offset: 0, length: 16_385 }));
    assert_eq!(push(&[1; 60_000], [1; 16]), Ok(0));
    assert!(matches!(push(&[1; 60_001], [1; 16]), Err(SubmissionError::LongBody { .. })));
    assert!(matches!(sign(Draft::new(), 1, basis, 1), Err(SubmissionError::Count(0))));

    let mut many = Draft::new();
    (0..4096).for_each(|_| assert!(many.push_body(&[2, 1], [1; 16]).is_ok()));
    assert_eq!(many.push_body(&[2, 1], [1; 16]), Err(SubmissionError::Count(4097)));
    assert_eq!(many.len(), 4096);
    let many = sign(many, 1, basis, 1).unwrap();
    assert_eq!(Submission::parse(&many.to_bytes()).as_ref(), Ok(&many));

    let mut large = Draft::new();
    let fit = (0..).take_while(|_| large.push_body(&[2; 16_384], [1; 16]).is_ok()).count();
    assert_eq!(fit, 8 * 1024 * 1024 / (16_384 + 19));
    assert!(large.bytes() <= 8 << 20, "what did not fit left nothing behind");
    assert!(sign(large, 1, basis, 1).is_ok());

    for (number, size, signed_at) in [(1 << 53, 0, 1), (1, 1 << 53, 1), (1, 0, 1 << 53)] {
        let mut draft = Draft::new();
        draft.push_body(&[2, 1], [1; 16]).unwrap();
        let signed = sign(draft, number, Basis { size, head: LEDGER }, signed_at);
        assert!(matches!(signed, Err(SubmissionError::Counter { .. })));
    }
}

#[test]
fn a_draft_is_as_it_was_after_an_event_that_cannot_be_written() {
    let mut draft = Draft::new();
    draft.push_body(&[2, 1], [1; 16]).unwrap();
    let before = draft.bytes();
    let failed = draft.push_with([1; 16], |out| {
        out.extend_from_slice(&[1, 2, 3]);
        Err(EventError::NoKind(1))
    });
    assert!(failed.is_err());
    assert_eq!((draft.len(), draft.bytes()), (1, before));
}

#[test]
fn each_flaw_of_a_record_is_named() {
    let mut bytes = Vec::new();
    let opening = Opening { salt: [1; 16], body: &[1, 4] };
    let commitment = commit(&opening.salt, opening.body);
    let (author, prev) = (author(), Hash::default());
    let fields =
        Fields { class: Class::Governance, index: 5, prev, recorded_at: 1, author, commitment, seal: None, opening };
    fields.write(&mut bytes);
    let altered = |at: usize, value: &[u8]| {
        let mut altered = bytes.clone();
        altered[at..at + value.len()].copy_from_slice(value);
        Record::parse(&altered).map(drop)
    };
    assert_eq!(altered(0, &[2]), Err(RecordError::Version(2)));
    assert_eq!(altered(1, &[0]), Err(RecordError::Class(0)));
    assert_eq!(altered(1, &[8]), Err(RecordError::Class(8)));
    assert_eq!(altered(1, &[2]), Err(RecordError::Flags { flags: 2, class: Class::Catalogue }));
    assert_eq!(altered(114, &[0]), Err(RecordError::Flags { flags: 0, class: Class::Governance }));
    assert_eq!(altered(114, &[6]), Err(RecordError::Flags { flags: 6, class: Class::Governance }));
    assert!(matches!(altered(2, &[0, 0x20]), Err(RecordError::Counter { field: "index", .. })));
    assert!(matches!(altered(42, &[0, 0x20]), Err(RecordError::Counter { field: "recorded_at", .. })));
    assert_eq!(altered(115, &[0; 16]), Err(RecordError::ErasedInline));
    assert_eq!(altered(131, &[0, 1]), Err(RecordError::Trailing(1)));
    assert_eq!(altered(131, &[0, 3]), Err(RecordError::Short(135)));
    assert!(RecordError::Version(2).is_undecided());
}
