//! Publishers are paid what the law, their licence and their agreed share say, by whoever owes it, to the last digit.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod royalty_support;

use cantus::royalty::*;
use ledger_spec::code::*;
use ledger_spec::event::licensing::LicenceRate;
use ledger_spec::event::usage::Terms;
use ledger_spec::money::Ratio;
use ledger_spec::reference::{PartyId, Territory};
use royalty_support::*;

#[test]
fn a_long_song_says_its_minutes() {
    let mut books = cover();
    books.recordings.insert(RESOURCE, Identified { recording: RECORDING, by: 0, seconds: Some(301) });
    books.licences.insert(WORK, vec![licence(LICENCE, statutory("3/4"))]);
    let rating = rated(&books, &download(), 2, "1.40");
    assert_eq!(
        formula(&rating, accounts::earned(PUBLISHER, 0, usd())),
        "0.0252 x 6 minutes x 2 units x 3/4 x 1/2 = 0.1134"
    );
}

#[test]
fn the_table_of_the_narrower_territory_has_the_rate() {
    let mut books = cover();
    let table = |territory, table, flat: &str, currency: &str| {
        let mut adopted = AdoptedRates { territory, table, currency: currency.parse().unwrap(), ..section_115() };
        for row in &mut adopted.rows {
            row.use_type = UseType::DOWNLOAD;
            row.value = flat.parse().unwrap();
        }
        adopted.rows.retain(|row| row.measure == RateMeasure::PER_WORK);
        adopted
    };
    let other = RateTable(99);
    books.licences.clear();
    let held = |books: &Books| waiting(&rated(books, &download(), 1, "1"), SuspenseReason::UNLICENSED);
    // Another place's rate is none at all; a wider place's is no better than our own, whichever came first.
    books.tables = vec![table(FRANCE, other, "0.3", "USD")];
    assert_eq!(held(&books), "1");
    books.tables = vec![table(Territory::WORLD, other, "0.2", "USD"), section_115()];
    assert_eq!(held(&books), "0.131");
    books.tables.reverse();
    assert_eq!(held(&books), "0.131");
    // Of two for one place the later counts, and a licence names its table.
    books.tables.push(table(USA, other, "0.4", "USD"));
    assert_eq!(held(&books), "0.4");
    books.licences.insert(WORK, vec![licence(LICENCE, statutory("1"))]);
    assert_eq!(earned(&rated(&books, &download(), 1, "1"), PUBLISHER), "0.0655");
    // A rate in another currency is not the rate of this money.
    books.tables = vec![table(USA, RateTable::US_MECHANICAL, "0.4", "EUR")];
    let rating = rated(&books, &download(), 1, "1");
    assert_eq!(rating.parts[0].why, Why::NoRate { work: WORK, licence: LICENCE, gap: Gap::OtherCurrency });
}

#[test]
fn in_a_table_the_row_for_the_use_goes_before_the_row_for_every_use() {
    let mut books = cover();
    let download_row = |value: &str| {
        let mut row = section_115().rows.into_iter().find(|row| row.from == date("2026-01-01")).unwrap();
        (row.use_type, row.value) = (UseType::DOWNLOAD, value.parse().unwrap());
        row
    };
    books.tables[0].rows.insert(0, download_row("0.5"));
    assert_eq!(earned(&rated(&books, &download(), 1, "1"), PUBLISHER), "0.25");
    books.tables[0].rows.push(download_row("0.6"));
    assert_eq!(earned(&rated(&books, &download(), 1, "1"), PUBLISHER), "0.3");
}

#[test]
fn a_ringtone_has_a_rate_of_its_own() {
    let mut books = cover();
    books.mechanicals.push(mechanical_row(USA, UseType::RINGTONE, MechanicalPayer::PASSED_THROUGH));
    let terms = Terms { use_type: UseType::RINGTONE, ..download() };
    assert_eq!(earned(&rated(&books, &terms, 1, "1"), PUBLISHER), "0.12");
}

#[test]
fn without_a_rule_who_pays_the_mechanical_all_waits() {
    for terms in [Terms { territory: FRANCE, ..download() }, Terms { use_type: UseType::PHYSICAL, ..download() }] {
        let rating = rated(&cover(), &terms, 1, "0.70");
        assert_eq!(waiting(&rating, SuspenseReason::NO_MECHANICAL_RULE), "0.7");
    }
    let mut books = cover();
    books.mechanicals[0].row.from = date("2026-02-01");
    assert_eq!(waiting(&rated(&books, &download(), 1, "0.70"), SuspenseReason::NO_MECHANICAL_RULE), "0.7");
    books.mechanicals[0].row.from = date("2025-01-01");
    books.mechanicals[0].row.to = Some(date("2026-01-30"));
    assert_eq!(waiting(&rated(&books, &download(), 1, "0.70"), SuspenseReason::NO_MECHANICAL_RULE), "0.7");
}

#[test]
fn a_line_that_says_no_mechanical_is_in_it_needs_no_rule() {
    let says_so = [
        (Terms { rights: Rights::MASTER, ..download() }, Why::NotInMoney),
        (Terms { flags: UsageFlags::MECHANICALS_WITHHELD, ..download() }, Why::Withheld),
        (Terms { flags: UsageFlags::NOT_ROYALTY_BEARING, ..download() }, Why::NotRoyaltyBearing),
    ];
    let mut books = cover();
    books.mechanicals.clear();
    for (terms, note) in says_so {
        let rating = rated(&books, &terms, 1, "0.70");
        assert_eq!(earned(&rating, ARTIST), "0.63");
        assert_eq!(rating.notes, [note]);
    }
    let with_it = Terms { rights: Rights::MASTER.union(Rights::MECHANICAL), ..download() };
    assert_eq!(earned(&rated(&cover(), &with_it, 1, "0.70"), ARTIST), "0.5121");
}

#[test]
fn the_more_specific_rule_decides() {
    let service = PartyId([9; 16]);
    let payer = |books: &Books, terms: &Terms| rated(books, terms, 1, "0.70").notes.first().copied();
    let mut books = cover();
    books.services.insert(0, service);
    books.mechanicals.clear();
    let row =
        |event, territory, use_type, payer| AdoptedMechanical { event, ..mechanical_row(territory, use_type, payer) };
    let french = Terms { territory: FRANCE, ..download() };

    books.mechanicals.push(row(1, EUROPE, UseType::DOWNLOAD, MechanicalPayer::PAID_AT_SOURCE));
    // Wider places, and uses not named, do not win by coming later.
    books.mechanicals.push(row(2, Territory::WORLD, UseType::DOWNLOAD, MechanicalPayer::NOT_DUE));
    books.mechanicals.push(row(3, EUROPE, UseType::UNKNOWN, MechanicalPayer::NOT_DUE));
    assert_eq!(payer(&books, &french), Some(Why::PaidAtSource { rule: 1 }));
    assert_eq!(payer(&books, &download()), Some(Why::NotDue { rule: 2 }));
    // The same again, later.
    books.mechanicals.push(row(4, EUROPE, UseType::DOWNLOAD, MechanicalPayer::NOT_DUE));
    assert_eq!(payer(&books, &french), Some(Why::NotDue { rule: 4 }));
    // A service of its own, however wide and early the row.
    let mut own = row(5, Territory::WORLD, UseType::UNKNOWN, MechanicalPayer::PAID_AT_SOURCE);
    own.row.service = Some(service);
    books.mechanicals.insert(0, own);
    assert_eq!(payer(&books, &french), Some(Why::PaidAtSource { rule: 5 }));
    books.services.insert(0, PartyId([8; 16]));
    assert_eq!(payer(&books, &french), Some(Why::NotDue { rule: 4 }));
}

#[test]
fn a_rule_for_a_group_of_places_holds_while_a_place_belongs_to_it() {
    // The United Kingdom left the European Union (TIS 2123) at the end of January 2020.
    let (union, kingdom) = (Territory(2123), Territory(826));
    let mut books = cover();
    books.mechanicals = vec![mechanical_row(union, UseType::UNKNOWN, MechanicalPayer::PAID_AT_SOURCE)];
    let sold = |day| Terms { territory: kingdom, from: date(day), to: date(day), ..download() };
    let rating = rated(&books, &sold("2020-01-31"), 1, "0.70");
    assert_eq!(rating.notes, [Why::PaidAtSource { rule: RULE }]);
    let rating = rated(&books, &sold("2020-02-01"), 1, "0.70");
    assert_eq!(waiting(&rating, SuspenseReason::NO_MECHANICAL_RULE), "0.7");
}

#[test]
fn public_domain_waived_and_own_works_owe_nothing() {
    let mut books = cover();
    books.public_domain.insert(WORK);
    let rating = rated(&books, &download(), 1, "0.70");
    assert_eq!(earned(&rating, ARTIST), "0.63");
    assert_eq!(rating.notes, [Why::PublicDomain { work: WORK }]);

    let mut books = cover();
    books.licences.insert(WORK, vec![licence(LICENCE, LicenceRate::Waived)]);
    let rating = rated(&books, &download(), 1, "0.70");
    assert_eq!(earned(&rating, ARTIST), "0.63");
    assert!(rating.notes.contains(&Why::Waived { work: WORK, licence: LICENCE }));

    let mut books = cover();
    books.licences.clear();
    books.shares.insert(WORK, vec![share(SHARE, ARTIST, "1")]);
    let rating = rated(&books, &download(), 1, "0.70");
    assert_eq!(earned(&rating, ARTIST), "0.63");
    assert_eq!(rating.notes, [Why::OwnWork { work: WORK, share: SHARE }]);
}

#[test]
fn of_a_work_written_together_only_the_other_share_is_owed() {
    let mut books = cover();
    books.shares.insert(WORK, vec![share(SHARE, ARTIST, "3/4"), share(SHARE + 1, PUBLISHER, "1/4")]);
    let rating = rated(&books, &download(), 1, "0.70");
    assert_eq!(earned(&rating, PUBLISHER), "0.03275");
    // (0.70 - 0.03275) x 0.9
    assert_eq!(earned(&rating, ARTIST), "0.600525");

    // With another artist in the split, the writer is owed by both.
    let payee = |party, share| Payee { party, contract: 0, share: ratio(share), off_the_top: false };
    books.splits.insert(RECORDING, vec![payee(SECOND_ARTIST, "1/2"), payee(PUBLISHER, "1/2")]);
    let rating = rated(&books, &download(), 1, "0.70");
    assert_eq!(earned(&rating, SECOND_ARTIST), "0.2845");
}

#[test]
fn the_rest_of_a_work_waits_as_contested_as_far_as_it_is_claimed() {
    let mut books = cover();
    books.shares.insert(WORK, vec![share(SHARE, PUBLISHER, "1/2")]);
    books.claims.insert(WORK, vec![claimed(PUBLISHER, "1/2"), claimed(SECOND_PUBLISHER, "1/4")]);
    let rating = rated(&books, &download(), 1, "0.70");
    assert_eq!(earned(&rating, PUBLISHER), "0.0655");
    assert_eq!(waiting(&rating, SuspenseReason::CONTESTED), "0.03275");
    assert_eq!(waiting(&rating, SuspenseReason::UNCLAIMED), "0.03275");
    assert_eq!(earned(&rating, ARTIST), "0.5121");

    // Claims far above the whole, and claims that no sum can hold, harm nobody's agreed share.
    let odd = Ratio::new(1, u64::MAX).unwrap();
    for claims in
        [vec![ratio("1/2"), Ratio::ONE, Ratio::ONE], vec![odd, ratio("1/2"), Ratio::new(1, u64::MAX - 1).unwrap()]]
    {
        let claims = claims.into_iter().map(|share| Claimed { party: SECOND_PUBLISHER, share });
        books.claims.insert(WORK, claims.collect());
        let rating = rated(&books, &download(), 1, "0.70");
        assert_eq!(earned(&rating, PUBLISHER), "0.0655");
        assert_eq!(waiting(&rating, SuspenseReason::CONTESTED), "0.0655");
        assert_eq!(waiting(&rating, SuspenseReason::UNCLAIMED), "0");
    }
}

#[test]
fn no_claim_makes_what_is_held_for_another_less() {
    let mut books = cover();
    let own = |rate| LicenceInForce { licensor: Some(PUBLISHER), ..licence(LICENCE, rate) };
    let cheap = LicenceRate::PerUnit { amount: amount("0.01"), currency: usd() };
    let held = |books: &Books| {
        let rating = rated(books, &download(), 1, "0.70");
        [SuspenseReason::CONTESTED, SuspenseReason::UNCLAIMED].map(|reason| waiting(&rating, reason))
    };
    books.shares.clear();
    books.claims.insert(WORK, vec![claimed(PUBLISHER, "1"), claimed(SECOND_PUBLISHER, "1")]);
    for rate in [cheap, LicenceRate::Waived] {
        books.licences.insert(WORK, vec![own(rate)]);
        assert_eq!(held(&books), ["0.131", "0"], "the other may turn out to own it, and asks for what is due by law");
    }
    let compulsory = licence(LICENCE + 1, statutory("1/2"));
    books.licences.insert(WORK, vec![own(cheap), compulsory]);
    assert_eq!(held(&books), ["0.0655", "0"], "a licence of the whole work covers whoever owns it");

    // With part of it agreed the rest is contested all the same, while somebody else claims of it too.
    books.licences.insert(WORK, vec![own(cheap)]);
    books.shares.insert(WORK, vec![share(SHARE, PUBLISHER, "1/2")]);
    assert_eq!(held(&books), ["0.0655", "0"]);

    // Nobody else claims any of it: what it asks is what it will be paid.
    books.claims.insert(WORK, vec![claimed(PUBLISHER, "1")]);
    assert_eq!(held(&books), ["0.005", "0"]);
    books.claims.insert(WORK, vec![claimed(PUBLISHER, "3/4")]);
    assert_eq!(held(&books), ["0.03275", "0.03275"], "but not of what it does not claim");
}

#[test]
fn nobody_licenses_for_others_on_its_own_word() {
    let mut books = cover();
    let stranger = LicenceInForce { licensor: Some(PartyId([7; 16])), ..licence(LICENCE + 1, LicenceRate::Waived) };
    books.licences.insert(WORK, vec![licence(LICENCE, statutory("1")), LicenceInForce { vouched: false, ..stranger }]);
    assert_eq!(earned(&rated(&books, &download(), 1, "0.70"), PUBLISHER), "0.0655");
    books.licences.insert(WORK, vec![licence(LICENCE, statutory("1")), stranger]);
    assert_eq!(earned(&rated(&books, &download(), 1, "0.70"), PUBLISHER), "0", "an operator says that it acts for all");
}

#[test]
fn never_is_more_than_the_whole_paid() {
    let mut books = cover();
    books.shares.insert(WORK, vec![share(SHARE, PUBLISHER, "2/3"), share(SHARE + 1, SECOND_PUBLISHER, "1/2")]);
    assert_eq!(waiting(&rated(&books, &download(), 1, "0.70"), SuspenseReason::NO_RATE), "0.7");
}

#[test]
fn an_unlicensed_work_waits_at_the_statutory_rate_or_whole() {
    let mut books = cover();
    books.licences.clear();
    let rating = rated(&books, &download(), 1, "0.70");
    assert_eq!(waiting(&rating, SuspenseReason::UNLICENSED), "0.131");
    assert_eq!(earned(&rating, ARTIST), "0.5121");
    books.tables.clear();
    assert_eq!(waiting(&rated(&books, &download(), 1, "0.70"), SuspenseReason::UNLICENSED), "0.7");
    // Nothing is said of the works before it, when all waits for one.
    books.public_domain.insert(SECOND_WORK);
    let free = MatchedWork { work: SECOND_WORK, weight: Ratio::ONE };
    books.works.get_mut(&RECORDING).unwrap().insert(0, free);
    let rating = rated(&books, &download(), 1, "0.70");
    assert_eq!((rating.parts.len(), rating.notes.len()), (1, 0));
    assert_eq!(rating.parts[0].why, Why::Unlicensed { work: WORK });
}

#[test]
fn a_co_owner_licenses_its_own_share_only() {
    let mut books = cover();
    let price = LicenceRate::PerUnit { amount: amount("0.10"), currency: usd() };
    let own = LicenceInForce { licensor: Some(PUBLISHER), ..licence(LICENCE, price) };
    books.licences.insert(WORK, vec![own]);
    let rating = rated(&books, &download(), 1, "0.70");
    assert_eq!(earned(&rating, PUBLISHER), "0.05");
    assert_eq!(earned(&rating, SECOND_PUBLISHER), "0");
    assert_eq!(waiting(&rating, SuspenseReason::UNLICENSED), "0.0655");

    // Its own price goes before the compulsory licence, which covers the rest.
    books.licences.insert(WORK, vec![licence(LICENCE + 9, statutory("1")), LicenceInForce { blanket: true, ..own }]);
    let rating = rated(&books, &download(), 1, "0.70");
    assert_eq!((earned(&rating, PUBLISHER).as_str(), earned(&rating, SECOND_PUBLISHER).as_str()), ("0.05", "0.0655"));

    // An agent who holds no share licenses the whole; of two licences the later counts.
    let agent = LicenceInForce { licensor: Some(PartyId([7; 16])), ..own };
    let dearer = LicenceRate::PerUnit { amount: amount("0.12"), currency: usd() };
    books.licences.insert(WORK, vec![LicenceInForce { event: LICENCE + 1, rate: dearer, ..agent }, agent]);
    let rating = rated(&books, &download(), 1, "0.70");
    assert_eq!((earned(&rating, PUBLISHER).as_str(), earned(&rating, SECOND_PUBLISHER).as_str()), ("0.06", "0.06"));
}

#[test]
fn a_price_that_cannot_be_had_is_not_guessed() {
    let euros = LicenceRate::PerUnit { amount: amount("0.10"), currency: "EUR".parse().unwrap() };
    let gap = |books: &Books, terms: &Terms| {
        let rating = rated(books, terms, 1, "0.70");
        assert_eq!(waiting(&rating, SuspenseReason::NO_RATE), "0.7");
        rating.parts[0].why
    };
    let mut books = cover();
    let next_year = Terms { to: date("2027-01-31"), ..download() };
    assert_eq!(gap(&books, &next_year), Why::NoRate { work: WORK, licence: LICENCE, gap: Gap::NoRow });
    books.recordings.insert(RESOURCE, Identified { recording: RECORDING, by: 0, seconds: None });
    assert_eq!(gap(&books, &download()), Why::NoRate { work: WORK, licence: LICENCE, gap: Gap::NoPlayingTime });
    books.licences.insert(WORK, vec![licence(LICENCE, euros)]);
    assert_eq!(gap(&books, &download()), Why::NoRate { work: WORK, licence: LICENCE, gap: Gap::OtherCurrency });
    // Stream rates are no price of a unit, and the rates of copies are not for streams.
    let mut books = cover();
    books.mechanicals[1].row.payer = MechanicalPayer::PASSED_THROUGH;
    let stream = Terms { use_type: UseType::INTERACTIVE_STREAM, ..download() };
    assert_eq!(gap(&books, &stream), Why::NoRate { work: WORK, licence: LICENCE, gap: Gap::NoRow });
}

#[test]
fn a_use_that_is_not_known_finds_no_statutory_rate() {
    // Its mechanical is ours by a row for every use; what the rate of a copy has to do with it nobody knows.
    let mut books = cover();
    let owed = &mut books.mechanicals[0].row;
    (owed.use_type, owed.payer) = (UseType::UNKNOWN, MechanicalPayer::PASSED_THROUGH);
    let unknown = Terms { use_type: UseType::UNKNOWN, ..download() };
    let rating = rated(&books, &unknown, 1, "0.70");
    assert_eq!(waiting(&rating, SuspenseReason::NO_RATE), "0.7");
    assert_eq!(rating.parts[0].why, Why::NoRate { work: WORK, licence: LICENCE, gap: Gap::NoRow });
    assert_eq!(earned(&rated(&books, &download(), 1, "0.70"), PUBLISHER), "0.0655", "that of a copy is known");
    // A price that its licence names needs no table.
    let price = LicenceRate::PerUnit { amount: amount("0.10"), currency: usd() };
    books.licences.insert(WORK, vec![licence(LICENCE, price)]);
    assert_eq!(earned(&rated(&books, &unknown, 1, "0.70"), PUBLISHER), "0.05");
}

#[test]
fn a_medley_pays_each_work_and_a_rate_per_recording_goes_by_weight() {
    let mut books = cover();
    let work = |work, weight| MatchedWork { work, weight: ratio(weight) };
    books.works.insert(RECORDING, vec![work(WORK, "3/4"), work(SECOND_WORK, "1/4")]);
    books.shares.insert(WORK, vec![share(SHARE, PUBLISHER, "1")]);
    books.shares.insert(SECOND_WORK, vec![share(SHARE + 1, SECOND_PUBLISHER, "1")]);
    books.licences.insert(SECOND_WORK, vec![licence(LICENCE + 1, statutory("1"))]);
    let rating = rated(&books, &download(), 1, "0.70");
    assert_eq!((earned(&rating, PUBLISHER).as_str(), earned(&rating, SECOND_PUBLISHER).as_str()), ("0.131", "0.131"));
    assert_eq!(earned(&rating, ARTIST), "0.3942");

    let percent = LicenceRate::PercentOfNet(ratio("10%"));
    books.licences.insert(WORK, vec![licence(LICENCE, percent)]);
    books.licences.insert(SECOND_WORK, vec![licence(LICENCE + 1, percent)]);
    let rating = rated(&books, &download(), 1, "0.70");
    assert_eq!(earned(&rating, PUBLISHER), "0.0525");
    assert_eq!(earned(&rating, SECOND_PUBLISHER), "0.0175");
    assert_eq!(formula(&rating, accounts::earned(PUBLISHER, 0, usd())), "0.7 x 10 % x 3/4 = 0.0525");
}

#[test]
fn a_publisher_under_a_contract_leaves_its_commission() {
    let mut books = cover();
    let shares = vec![AgreedShare { contract: CONTRACT, ..share(SHARE, PUBLISHER, "1") }];
    books.shares.insert(WORK, shares);
    let rating = rated(&books, &download(), 1, "0.70");
    assert_eq!(of(&rating, accounts::earned(PUBLISHER, CONTRACT, usd())), "0.1179");
    // 0.0131 of the mechanical, 0.0569 of the recording.
    assert_eq!(commission(&rating), "0.07");
    books.contracts.clear();
    assert_eq!(waiting(&rated(&books, &download(), 1, "0.70"), SuspenseReason::NO_RATE), "0.7");
}
