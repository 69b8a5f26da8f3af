//! Random catalogues, uses and money.

use cantus::royalty::*;
use ledger_spec::code::*;
use ledger_spec::event::catalogue::Royalty;
use ledger_spec::event::licensing::LicenceRate;
use ledger_spec::event::usage::Terms;
use ledger_spec::money::{Amount, Ratio};
use ledger_spec::reference::PartyId;
use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;

pub const AGENT: PartyId = PartyId([7; 16]);

/// A fraction of the whole, of twelfths mostly, sometimes of a prime that nothing else shares.
pub fn fraction() -> impl Strategy<Value = Ratio> {
    let of = |above: u64, below| Ratio::new(above.min(below), below).unwrap();
    prop_oneof![5 => (0..=12u64).prop_map(move |n| of(n, 12)), 1 => (0..=97u64).prop_map(move |n| of(n, 97))]
}

/// Fractions that are at most the whole together.
pub fn shares(most: usize) -> impl Strategy<Value = Vec<Ratio>> {
    vec(fraction(), 0..=most).prop_map(|mut shares| {
        while Ratio::try_sum(shares.iter().copied()).unwrap() > Ratio::ONE {
            shares.pop();
        }
        shares
    })
}

pub fn money() -> impl Strategy<Value = Amount> {
    let cents = (-200i128..200).prop_map(|cents| Amount::from_picos(cents * 10i128.pow(10)).unwrap());
    let picos = (-10i128.pow(15)..10i128.pow(15)).prop_map(|picos| Amount::from_picos(picos).unwrap());
    prop_oneof![1 => Just(Amount::ZERO), 3 => cents, 3 => picos]
}

pub fn price() -> impl Strategy<Value = LicenceRate> {
    let per_unit = (0..2_000_000_000_000i128)
        .prop_map(|picos| LicenceRate::PerUnit { amount: Amount::from_picos(picos).unwrap(), currency: usd() });
    let table = RateTable::US_MECHANICAL;
    prop_oneof![
        per_unit,
        fraction().prop_map(LicenceRate::PercentOfNet),
        fraction().prop_map(LicenceRate::PercentOfGross),
        fraction().prop_map(move |factor| LicenceRate::Statutory { table, factor }),
        (fraction(), weighted(0.8, 1..3u16), 0..2u16).prop_map(move |(factor, works, protected)| {
            LicenceRate::Controlled { table, factor, fixed: None, works, protected }
        }),
        Just(LicenceRate::Waived),
    ]
}

/// Contracts of every known code, under [`CONTRACT`] and the numbers after it.
pub fn contracts() -> impl Strategy<Value = Vec<ContractTerms<'static>>> {
    let parts = [factor(FactorKind::PACKAGING, "3/4"), factor(FactorKind::PACKAGING, "1/2")];
    let royalties = [
        &Royalty::NetReceipts,
        &Royalty::NetReceipts,
        of_price(PriceBase::NET, "14%", &[]),
        of_price(PriceBase::GROSS, "1/7", &parts),
    ];
    let terms = (fraction(), any::<bool>(), any::<bool>(), select(royalties.to_vec()));
    let terms = terms.prop_map(|(commission, before, operator, royalty)| ContractTerms {
        version: CONTRACT,
        royalty,
        commission,
        commission_base: if before { CommissionBase::BEFORE_MECHANICALS } else { CommissionBase::AFTER_MECHANICALS },
        excess: if operator { ExcessBearer::OPERATOR } else { ExcessBearer::ARTIST },
    });
    vec(terms, 3)
}

/// A catalogue in which everything is known, agreed in part, and licensed by somebody who speaks for all.
pub fn complete() -> impl Strategy<Value = Books> {
    let publishers = [PUBLISHER, SECOND_PUBLISHER, ARTIST];
    let work = (shares(3), vec(fraction(), 0..4), price(), fraction());
    let split = (shares(3), vec(any::<(bool, bool)>(), 3));
    (vec(work, 0..3), split, contracts(), 1..900u32).prop_map(move |(works, split, contracts, seconds)| {
        let mut books = cover();
        books.recordings.insert(RESOURCE, Identified { recording: RECORDING, by: 0, seconds: Some(seconds) });
        let numbers = || WORK..;
        let matched = works.iter().zip(numbers()).map(|(work, number)| MatchedWork { work: number, weight: work.3 });
        books.works.insert(RECORDING, matched.collect());
        for ((agreed, claims, rate, _), number) in works.into_iter().zip(numbers()) {
            let agreed_shares = agreed.iter().zip(publishers).zip(SHARE..);
            let to_share = |((part, party), event): ((&Ratio, PartyId), u64)| AgreedShare {
                share: *part,
                ..share(event, party, "0")
            };
            books.shares.insert(number, agreed_shares.map(to_share).collect());
            let beside = claims.into_iter().zip(publishers.into_iter().cycle());
            let claims = agreed.into_iter().zip(publishers).chain(beside);
            books.claims.insert(number, claims.map(|(share, party)| Claimed { party, share }).collect());
            books.licences.insert(number, vec![licence(LICENCE, rate)]);
        }
        let artists = [ARTIST, SECOND_ARTIST, PUBLISHER];
        let payees = split.0.into_iter().zip(split.1).zip(artists).zip(CONTRACT..);
        let to_payee = |(((share, (with, off_the_top)), party), contract)| Payee {
            party,
            contract: if with { contract } else { 0 },
            share,
            off_the_top,
        };
        books.splits.insert(RECORDING, payees.map(to_payee).collect());
        books.contracts = (CONTRACT..).zip(contracts).collect();
        books
    })
}

/// A catalogue with anything missing, contradictory or out of bounds.
pub fn any_books() -> impl Strategy<Value = Books> {
    let licensor = select(vec![None, Some(PUBLISHER), Some(SECOND_PUBLISHER), Some(AGENT)]);
    let licences = vec((licensor, any::<bool>(), any::<bool>(), price()), 0..3);
    let holes = (vec(any::<bool>(), 8), weighted(0.8, 0..900u32), licences, vec(fraction(), 0..4));
    let payer = (1..5u16).prop_map(MechanicalPayer);
    (complete(), holes, payer).prop_map(|(mut books, (holes, seconds, licences, agreed), payer)| {
        if let Some(recording) = books.recordings.get_mut(&RESOURCE) {
            recording.seconds = seconds;
        }
        let to_licence = |((licensor, blanket, vouched, rate), event)| LicenceInForce {
            licensor,
            blanket,
            vouched,
            ..licence(event, rate)
        };
        books.licences.insert(WORK, licences.into_iter().zip(LICENCE..).map(to_licence).collect());
        let track = |recording, weight| Track { recording, weight, seconds };
        books.releases.insert(RESOURCE, (70, vec![track(RECORDING, 2), track(11, 1), track(RECORDING, 0)]));
        books.mechanicals[0].row.payer = payer;
        let [no_recording, no_works, no_split, no_contract, no_table, no_rule, public, overlapping] = holes[..] else {
            unreachable!("eight of them")
        };
        let rarely = |other: bool, hole: bool| other && hole;
        if rarely(no_recording, no_table) {
            books.recordings.clear();
        }
        if no_works {
            books.works.clear();
        }
        if rarely(no_split, public) {
            books.splits.clear();
        }
        if no_contract {
            books.contracts.remove(&CONTRACT);
        }
        if no_table {
            books.tables.clear();
        }
        if rarely(no_rule, public) {
            books.mechanicals.clear();
        }
        if rarely(public, no_split) {
            books.public_domain.insert(WORK);
        }
        if rarely(overlapping, no_works) {
            let too_many = agreed.into_iter().map(|part| AgreedShare { share: part, ..share(SHARE, AGENT, "0") });
            books.shares.insert(WORK, too_many.collect());
        }
        books
    })
}

/// Terms of any basis, with any flags.
pub fn any_terms() -> impl Strategy<Value = Terms> {
    let basis = prop_oneof![4 => Just(Basis::NET), 1 => (0..6u16).prop_map(Basis)];
    let flags = prop_oneof![3 => Just(UsageFlags::NONE), 1 => (0..64u16).prop_map(UsageFlags)];
    let rights = prop_oneof![3 => Just(Rights::NONE), 1 => (0..64u16).prop_map(Rights)];
    let use_type = prop_oneof![4 => Just(UseType::DOWNLOAD), 1 => (0..12u16).prop_map(UseType)];
    (basis, flags, rights, use_type, fraction()).prop_map(|(basis, flags, rights, use_type, share_applied)| Terms {
        basis,
        flags,
        rights,
        use_type,
        share_applied,
        ..download()
    })
}
