//! Promise: a slip of the person at the keyboard is named, with what was meant or what to do, and changes nothing.

#![allow(clippy::unwrap_used)]

mod cli_support;

use cli_support::Home;

const REPORT: &str = "Reporting Date\tSale Month\tStore\tArtist\tTitle\tISRC\tUPC\tQuantity\tTeam Percentage\tSong/Album\tCountry of Sale\tSongwriter Royalties Withheld\tEarnings (EUR)\n\
2026-04-14\t2026-01\tSpotify\tAnna Berg\tRiver\tQZDEM2600001\t036000291452\t7120\t100\tSong\tNO\t0\t24.118\n";

fn refused(home: &Home, arguments: &[&str], said: &str) {
    let ran = home.run(arguments);
    assert_ne!(ran.code, 0, "{arguments:?}");
    assert!(ran.stderr.contains(said), "{arguments:?}: {}", ran.stderr);
}

#[test]
fn an_event_that_is_not_there_is_said_with_how_many_there_are() {
    let home = Home::with_ledger();
    let before = home.ok(&["log"]);
    let size = before.lines().count() - 1;
    let said = format!("there is no event {size}; the log holds {size} events (0 to {})", size - 1);
    let index = size.to_string();
    refused(&home, &["show", &index], &said);
    refused(&home, &["explain", &index], &said);
    refused(&home, &["reverse", &index, "--reason", "error", "--why", "A slip."], &said);
    refused(&home, &["pay", "approve", &index], &said);
    refused(&home, &["pay", "fail", &index], &said);
    assert_eq!(home.ok(&["log"]), before);
    let beyond = home.run(&["balances", "--at", "4000"]);
    assert!(beyond.stderr.contains(&format!("The log ends at event {}", size - 1)), "{}", beyond.stderr);
    assert!(home.run(&["balances", "--at", "2999-01-01"]).stderr.contains("The log ends at event"));
    assert!(!home.run(&["balances", "--at", "0"]).stderr.contains("The log ends"));
}

#[test]
fn a_command_names_the_reasons_that_it_takes_and_no_others() {
    let home = Home::with_ledger();
    let ran = home.run(&["reverse", "1", "--reason", "bank-refused", "--why", "A slip."]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.stderr.contains("possible values: error, duplicate, replaced, dispute, agreement, audit"),
        "{}",
        ran.stderr
    );
    refused(&home, &["key", "revoke", "operator", "--reason", "audit"], "values: ");
}

#[test]
fn a_file_name_that_two_sources_have_is_not_guessed_at() {
    let home = Home::with_ledger();
    home.write("house.toml", "[[party]]\ncode = 'store'\ntype = 'service'\n");
    home.ok(&["append", "house.toml"]);
    let import = |text: &str| {
        home.write("report.tsv", text);
        home.json(&["import", "report.tsv", "--reporter", "store"])[0]["source"].to_string()
    };
    let reverse = ["reverse", "report.tsv", "--reason", "duplicate", "--why", "It was sent twice."];
    let first = import(REPORT);
    let second = import(&REPORT.replace("7120", "7121"));
    refused(&home, &reverse, &format!("report.tsv is the name of sources {first}, {second}"));
    home.ok(&["reverse", &second, "--reason", "duplicate", "--why", "It was sent twice."]);
    assert!(home.ok(&reverse).starts_with(&format!("Event {first} ")), "the one that still counts");
    refused(&home, &reverse, &format!("is reversed already: source {first}, {second}"));
}

const OVER: &str = "[[party]]\ncode = 'anna'\ntype = 'person'\n[[work]]\ncode = 'river'\ntitle = 'River'\n\
[[contract]]\ncode = 'anna-2026'\nparty = 'anna'\ntype = 'distribution'\ncommission = '10%'\ncurrency = 'EUR'\nfrom = 2026-01-01\n\
[[opening-balance]]\nparty = 'operator'\ncontract = 'anna-2026'\nas-of = 2025-12-31\namount = '120.50'\ncurrency = 'EUR'\n\
evidence = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'\n";

#[test]
fn a_trial_of_a_text_is_judged_like_the_text_and_names_the_line() {
    let home = Home::with_ledger();
    home.write("house.toml", OVER);
    let before = home.ok(&["log"]);
    for arguments in [&["append", "house.toml", "--dry-run"][..], &["append", "house.toml"]] {
        let ran = home.run(arguments);
        assert_eq!(ran.code, 4, "{}{}", ran.stdout, ran.stderr);
        assert!(ran.stderr.contains("house.toml:14: opening-balance: "), "{}", ran.stderr);
    }
    assert_eq!(home.ok(&["log"]), before);
}

#[test]
fn the_first_close_is_of_no_month_before_there_is_usage_and_says_what_else_becomes_due() {
    let home = Home::with_ledger();
    let house = "[[party]]\ncode = 'store'\ntype = 'service'\n[[party]]\ncode = 'anna'\ntype = 'person'\n\
                 [[recording]]\ncode = 'river'\ntitle = 'River'\nisrc = 'QZDEM2600001'\n\
                 [[contract]]\ncode = 'anna-2026'\nparty = 'anna'\ntype = 'distribution'\ncommission = '10%'\n\
                 currency = 'EUR'\nfrom = 2026-01-01\n\
                 [[split]]\nrecording = 'river'\n\
                 parts = [{ party = 'anna', share = '100%', contract = 'anna-2026' }]\n\
                 [[mechanicals]]\nrows = [{ territory = 'World', use = 'interactive-stream', from = 2020-01-01, \
                 payer = 'not-due', citation = { source = 'entered-by-user' } }]\n";
    home.write("house.toml", house);
    home.ok(&["append", "house.toml"]);
    let march = REPORT.lines().nth(1).unwrap().replace("2026-01", "2026-03");
    home.write("report.tsv", &format!("{REPORT}{march}\n"));
    home.ok(&["import", "report.tsv", "--reporter", "store"]);
    let before = home.ok(&["log"]);
    for arguments in [&["close", "2016-01"][..], &["close", "2025-12", "--preview"]] {
        let ran = home.run(arguments);
        assert_eq!(ran.code, 2, "{}", ran.stderr);
        assert!(ran.stderr.contains("before 2026-01, the first month"), "{}", ran.stderr);
    }
    assert_eq!(home.ok(&["log"]), before);
    for arguments in [&["close", "2026-01", "--preview"][..], &["close", "2026-01"]] {
        let ran = home.run(arguments);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        assert!(ran.stderr.contains("later months, up to 2026-03, become due with 2026-01"), "{}", ran.stderr);
    }
    assert!(!home.run(&["close", "2026-02"]).stderr.contains("later months"), "they are due already");
}

#[test]
fn a_file_that_cannot_be_read_is_called_as_it_was_typed() {
    let home = Home::with_ledger();
    refused(&home, &["import", "/nowhere/report.tsv"], "error: /nowhere/report.tsv: ");
    refused(&home, &["import", "."], "error: .: ");
}

#[test]
fn shares_above_the_whole_and_payments_of_what_is_not_owed_are_refused_in_words() {
    let home = Home::with_ledger();
    let claim = "[[claim]]\nwork = 'river'\nparty = 'anna'\nrights = ['mechanical']\nshare = '60%'\n\
                 agreed = true\n";
    let parties = "[[party]]\ncode = 'anna'\ntype = 'person'\n[[party]]\ncode = 'store'\ntype = 'service'\n\
                   [[party]]\ncode = 'tom'\ntype = 'person'\n[[work]]\ncode = 'river'\ntitle = 'River'\n";
    home.write("house.toml", &format!("{parties}{claim}{}", claim.replace("anna", "tom")));
    refused(&home, &["append", "house.toml"], "(mechanical, anywhere, on any day) would be above the whole");
    home.write("house.toml", parties);
    home.ok(&["append", "house.toml"]);
    home.write("report.tsv", REPORT);
    let source = home.json(&["import", "report.tsv", "--reporter", "store"])[0]["source"].to_string();
    let pay = |currency: &str| {
        let text = format!(
            "[[payment]]\npayer = 'store'\ncurrency = '{currency}'\nbank = '24.11'\ndate = 2026-04-15\n\
             sources = [{{ source = {source}, amount = '24.11' }}]\n"
        );
        home.write("paid.toml", &text);
    };
    pay("USD");
    refused(&home, &["append", "paid.toml"], &format!("source {source} reports nothing in USD"));
    home.ok(&["reverse", &source, "--reason", "duplicate", "--why", "It was sent twice."]);
    pay("EUR");
    refused(&home, &["append", "paid.toml"], &format!("source {source} was reversed by event"));
}
