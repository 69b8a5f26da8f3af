//! The chain of title: who collects is paid out of what is agreed with the owner, never beyond it.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod royalty_support;

use cantus::royalty::*;
use ledger_spec::code::*;
use ledger_spec::event::licensing::LicenceRate;
use ledger_spec::money::Ratio;
use ledger_spec::reference::PartyId;
use proptest::prelude::*;
use royalty_support::random::{AGENT, fraction};
use royalty_support::*;

const SUB_PUBLISHER: PartyId = PartyId([8; 16]);

/// A share of a claim that collects for another: each share is the only one of its claim.
fn collecting(event: u64, party: PartyId, part: &str, collects: u64) -> AgreedShare {
    AgreedShare { collects, ..share(event, party, part) }
}

fn paid_of(agreed: &[AgreedShare]) -> Vec<(PartyId, String)> {
    paid(agreed).unwrap().0.into_iter().map(|share| (share.party, share.share.to_string())).collect()
}

fn of_parties(parts: &[(PartyId, &str)]) -> Vec<(PartyId, String)> {
    parts.iter().map(|(party, share)| (*party, (*share).to_owned())).collect()
}

#[test]
fn a_sub_publisher_is_paid_instead_and_the_explanation_names_both() {
    let mut books = cover();
    let agreed = vec![
        share(SHARE, PUBLISHER, "1/2"),
        share(SHARE + 1, SECOND_PUBLISHER, "1/2"),
        collecting(SHARE + 2, SUB_PUBLISHER, "3/8", SHARE),
    ];
    books.shares.insert(WORK, agreed);
    books.claims.get_mut(&WORK).unwrap().push(claimed(SUB_PUBLISHER, "0"));
    let rating = rated(&books, &download(), 1, "0.70");
    assert_eq!(earned(&rating, SUB_PUBLISHER), "0.049125");
    assert_eq!(earned(&rating, PUBLISHER), "0.016375");
    assert_eq!(earned(&rating, SECOND_PUBLISHER), "0.0655");
    assert_eq!(earned(&rating, ARTIST), "0.5121");
    let part = |party| *rating.parts.iter().find(|part| part.account.party == party).unwrap();
    assert_eq!(part(SUB_PUBLISHER).why.formula(part(SUB_PUBLISHER).amount), "0.131 x 1 unit x 3/8 = 0.049125");
    assert_eq!(
        part(SUB_PUBLISHER).why.words(),
        "mechanical of work 20 for the holder of share 62: at the statutory rate of table 3, by licence 50; \
         used by match 25, passed through to us by rule 4, collected for claim 60"
    );
    assert_eq!(
        rating.notes[0].words(),
        "37.5 % of work 20 is not paid to the holder of share 60: share 62 collects it"
    );
}

/// The publisher's administrator, and that one's sub-publisher.
#[test]
fn a_chain_collects_from_link_to_link() {
    let chain = [collecting(3, SUB_PUBLISHER, "1/8", 2), collecting(2, AGENT, "1/4", 1), share(1, PUBLISHER, "1/2")];
    assert_eq!(paid_of(&chain), of_parties(&[(SUB_PUBLISHER, "1/8"), (AGENT, "1/8"), (PUBLISHER, "1/4")]));
    let (shares, _) = paid(&chain).unwrap();
    assert!(shares.iter().all(|share| share.owner == PUBLISHER));
    // Where the middle link does not hold, the last has nobody to collect from.
    assert_eq!(paid_of(&[chain[0], chain[2]]), of_parties(&[(PUBLISHER, "1/2")]));
    // All of it collected, nothing is left for those before.
    let whole = [share(1, PUBLISHER, "1/2"), collecting(2, AGENT, "1/2", 1), collecting(3, SUB_PUBLISHER, "1/2", 2)];
    assert_eq!(paid_of(&whole), of_parties(&[(SUB_PUBLISHER, "1/2")]));
}

#[test]
fn nobody_collects_more_than_there_is() {
    let two = [
        share(1, PUBLISHER, "1/4"),
        AgreedShare { title: 1, ..share(2, PUBLISHER, "1/4") },
        collecting(3, AGENT, "1/3", 1),
        collecting(4, SUB_PUBLISHER, "1/3", 1),
    ];
    // From the share recorded first, for the collector recorded first.
    assert_eq!(paid_of(&two), of_parties(&[(AGENT, "1/3"), (SUB_PUBLISHER, "1/6")]));
    assert_eq!(short(&two), Ok(Some(4)));
    assert_eq!(short(&two[..3]), Ok(None));
    // Of a claim that nothing is agreed of there is nothing to be short of.
    assert_eq!(short(&[collecting(4, SUB_PUBLISHER, "1/3", 1)]), Ok(None));
    // A chain that leads back to itself is nobody's.
    let circle = [collecting(1, AGENT, "1/2", 2), collecting(2, PUBLISHER, "1/2", 1), share(3, ARTIST, "1/2")];
    assert_eq!(paid_of(&circle), of_parties(&[(ARTIST, "1/2")]));
}

/// The owner's licence covers what is collected for it, and so does the collector's own.
#[test]
fn either_side_of_the_chain_licenses_what_is_collected() {
    let mut books = cover();
    books.shares.insert(WORK, vec![share(SHARE, PUBLISHER, "1"), collecting(SHARE + 1, AGENT, "1", SHARE)]);
    books.claims.insert(WORK, vec![claimed(PUBLISHER, "1"), claimed(AGENT, "0")]);
    let rate = LicenceRate::PerUnit { amount: amount("0.10"), currency: usd() };
    for licensor in [PUBLISHER, AGENT] {
        books.licences.insert(WORK, vec![LicenceInForce { licensor: Some(licensor), ..licence(LICENCE, rate) }]);
        assert_eq!(earned(&rated(&books, &download(), 1, "0.70"), AGENT), "0.1");
    }
    let stranger = LicenceInForce { licensor: Some(SECOND_PUBLISHER), blanket: true, ..licence(LICENCE, rate) };
    books.licences.insert(WORK, vec![stranger]);
    assert_eq!(waiting(&rated(&books, &download(), 1, "0.70"), SuspenseReason::UNLICENSED), "0.131");
}

/// What the owner claims beyond what is agreed stays its alone, though another collects what is agreed.
#[test]
fn what_is_collected_is_not_contested() {
    let mut books = cover();
    books.shares.insert(WORK, vec![share(SHARE, PUBLISHER, "1/2"), collecting(SHARE + 1, AGENT, "1/2", SHARE)]);
    books.claims.insert(WORK, vec![claimed(PUBLISHER, "1/2"), claimed(AGENT, "0"), claimed(SECOND_PUBLISHER, "1/2")]);
    let rate = LicenceRate::PerUnit { amount: amount("0.10"), currency: usd() };
    let theirs = LicenceInForce { licensor: Some(SECOND_PUBLISHER), ..licence(LICENCE + 1, rate) };
    books.licences.get_mut(&WORK).unwrap().push(theirs);
    let rating = rated(&books, &download(), 1, "0.70");
    assert_eq!(earned(&rating, AGENT), "0.0655");
    // At the price of the one that alone claims it.
    assert_eq!(waiting(&rating, SuspenseReason::CONTESTED), "0.05");
    assert_eq!(waiting(&rating, SuspenseReason::UNCLAIMED), "0");
}

proptest! {
    /// Whoever collects from whom, what is paid is what is agreed of the ownership.
    #[test]
    fn what_is_paid_is_what_is_owned(parts in prop::collection::vec((fraction(), 0..8u64), 0..8)) {
        let agreed: Vec<AgreedShare> = (1..).zip(&parts).map(|(event, (part, collects))| AgreedShare {
            share: *part,
            ..collecting(event, PartyId([event as u8; 16]), "0", if *collects == event { 0 } else { *collects })
        }).collect();
        let sum = |shares: &mut dyn Iterator<Item = Ratio>| Ratio::try_sum(shares);
        let owned = sum(&mut agreed.iter().filter(|share| share.collects == 0).map(|share| share.share));
        if let (Ok((shares, _)), Ok(owned)) = (paid(&agreed), owned) {
            prop_assert_eq!(sum(&mut shares.iter().map(|share| share.share)), Ok(owned));
            let most = |event| agreed.iter().find(|share| share.event == event).unwrap().share;
            prop_assert!(shares.iter().all(|share| share.share <= most(share.event)));
        }
    }
}
