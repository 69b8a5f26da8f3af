//! The desk's listings answer the questions people come with: what does each report still owe, who is meant by a
//! number, can this month be closed.

#![allow(clippy::unwrap_used)]

mod cli_support;

use cli_support::Home;

const REPORT: &str = "Reporting Date\tSale Month\tStore\tArtist\tTitle\tISRC\tUPC\tQuantity\tTeam Percentage\tSong/Album\tCountry of Sale\tSongwriter Royalties Withheld\tEarnings (EUR)\n\
2026-04-14\t2026-01\tSpotify\tAnna Berg\tRiver\tQZDEM2600001\t036000291452\t7120\t100\tSong\tNO\t0\t24.5\n";

const HOUSE: &str = "[[party]]\ncode = 'store'\ntype = 'service'\nname = 'The Store'\n\
    [[recording]]\ncode = 'river'\nisrc = 'QZDEM2600001'\ntitle = 'River Song'\n\
    [[split]]\nrecording = 'river'\nparts = [{ party = 'store', share = '100%' }]\n";

fn home() -> Home {
    let home = Home::with_ledger();
    home.write("house.toml", HOUSE);
    home.ok(&["append", "house.toml"]);
    for (name, earned) in [("january.tsv", "24.5"), ("february.tsv", "10")] {
        home.write(name, &REPORT.replace("24.5", earned));
        home.ok(&["import", name, "--reporter", "store"]);
    }
    home
}

/// 20 of January, of which 1 was kept as tax.
const PAYMENT: &str = "[[payment]]\npayer = 'store'\ndate = 2026-05-02\ncurrency = 'EUR'\nbank = '19'\ntax = '1'\n\
    sources = [{ source = 'january.tsv', amount = '20' }]\n";

#[test]
fn every_report_says_what_it_still_owes() {
    let home = home();
    home.write("payment.toml", PAYMENT);
    home.ok(&["append", "payment.toml"]);
    home.write(
        "lost.toml",
        "[[adjustment]]\nreason = 'agreement'\nwhy = 'The store keeps 0.5.'\nsides = [\n\
         { account = 'fees', debit = '0.5', currency = 'EUR' },\n\
         { account = 'receivable', source = 'january.tsv', credit = '0.5', currency = 'EUR' }]\n",
    );
    home.ok(&["append", "lost.toml"]);

    let owed = home.json(&["tie"]);
    let amounts = |at: usize| ["reported", "received", "adjusted", "owed"].map(|what| owed[at][what].as_str().unwrap());
    assert_eq!(
        (owed.len(), owed[0]["file"].as_str(), owed[0]["payer"].as_str()),
        (2, Some("january.tsv"), Some("store"))
    );
    assert_eq!(amounts(0), ["24.5", "20", "-0.5", "4"]);
    assert_eq!(amounts(1), ["10", "0", "0", "10"]);
    let table = home.ok(&["tie"]);
    let words: Vec<&str> = table.lines().last().unwrap().split_whitespace().collect();
    assert_eq!(words, ["all", "EUR", "34.5", "34.5", "19", "1", "-0.5", "14"]);

    // What is taken back is received no more, and a report that is taken back owes nothing.
    let index = home.json(&["log", "--kind", "payment-received"])[0]["index"].to_string();
    home.ok(&["reverse", &index, "--reason", "error", "--why", "It was another store's."]);
    home.ok(&["reverse", "february.tsv", "--reason", "error", "--why", "It was another store's."]);
    let owed = home.json(&["tie", "--open"]);
    assert_eq!((owed.len(), owed[0]["received"].as_str(), owed[0]["owed"].as_str()), (1, Some("0"), Some("24")));
    assert_eq!(home.json(&["tie", "--currency", "USD"]).len(), 0);
    assert_eq!(home.json(&["tie", "--payer", "operator"]).len(), 0);
}

#[test]
fn names_stand_beside_numbers_until_they_are_erased() {
    let home = home();
    let split = "river, \"River Song\"): store (The Store) 1";
    let log = home.ok(&["log"]);
    assert!(log.lines().any(|line| line.ends_with(split)), "{log}");
    let index = home.json(&["log", "--kind", "split"])[0]["index"].to_string();
    assert!(home.ok(&["show", &index]).contains(split));
    let details = home.json(&["log", "--kind", "party-details"]);
    let index =
        details.iter().find(|event| event["event"]["details"][0]["text"] == "The Store").unwrap()["index"].to_string();
    home.ok(&["redact", &index, "--reason", "request"]);
    let log = home.ok(&["log"]);
    assert!(log.contains("River Song") && !log.contains("The Store"), "{log}");
}

#[test]
fn an_event_that_was_reversed_says_so_and_amounts_have_the_signs_of_balances() {
    let home = home();
    let opening = "[[opening-balance]]\nparty = 'store'\nas-of = 2025-12-31\namount = '12.50'\ncurrency = 'EUR'\n\
                   evidence = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'\n";
    home.write("opening.toml", opening);
    home.ok(&["append", "opening.toml"]);
    let index = home.json(&["log", "--kind", "opening-balance"])[0]["index"].to_string();
    let balance = home.json(&["balances", "--party", "store", "--class", "due"])[0]["amount"].clone();
    assert_eq!(balance, "12.5");
    assert!(home.ok(&["explain", &index]).contains("due store: 12.5 EUR"), "{}", home.ok(&["explain", &index]));
    assert!(!home.ok(&["log"]).contains("reversed by event"));
    let by = home.json(&["reverse", &index, "--reason", "error", "--why", "A slip."])[0]["event"].to_string();
    let said = format!("reversed by event {by}");
    for arguments in [&["explain", &index][..], &["show", &index], &["log", "--kind", "opening-balance"]] {
        assert!(home.ok(arguments).contains(&said), "{arguments:?}: {}", home.ok(arguments));
    }
}

#[test]
fn a_month_that_is_not_over_is_said_to_be_open() {
    let home = home();
    let ran = home.run(&["close", "2999-12", "--preview"]);
    assert_eq!((ran.code, ran.stderr.contains("warning: 2999-12 is not over: it ends on 2999-12-31")), (0, true));
    let ran = home.run(&["close", "2999-12"]);
    assert_eq!((ran.code, ran.stderr.contains("2999-12 is not over")), (1, true), "{}", ran.stderr);
    assert!(!home.run(&["close", "2026-03", "--preview"]).stderr.contains("not over"));
}

#[test]
fn money_that_waits_says_where_to_look() {
    let home = home();
    let ran = home.run(&["balances"]);
    assert!(ran.stderr.contains("cantus explain --class suspense"), "{}", ran.stderr);
    assert!(home.ok(&["explain", "--class", "suspense"]).contains("january.tsv"));
}
