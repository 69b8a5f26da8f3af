//! Money that people wrote by hand goes in once: a process that appends it is killed with SIGKILL, again and again, and
//! the same command is run again, as people do. Payments and adjustments have no name by which a second one could be
//! told, so what is the same in every word is taken for the same.

#![allow(clippy::unwrap_used)]

mod cli_support;

use std::process::{Child, Stdio};
use std::time::Duration;

use cli_support::Home;
use serde_json::Value;

const REPORT: &str = "Reporting Date\tSale Month\tStore\tArtist\tTitle\tISRC\tUPC\tQuantity\tTeam Percentage\tSong/Album\tCountry of Sale\tSongwriter Royalties Withheld\tEarnings (EUR)\n\
2026-04-14\t2026-01\tSpotify\tAnna Berg\tRiver\tQZDEM2600001\t036000291452\t7120\t100\tSong\tNO\t0\t1000\n";

/// A ledger in which a store owes 1,000.
fn home() -> Home {
    let home = Home::with_ledger();
    let party = |code| format!("[[party]]\ncode = '{code}'\ntype = 'service'\n");
    home.write("house.toml", &["store", "anna", "bo"].map(party).concat());
    home.ok(&["append", "house.toml"]);
    home.write("report.tsv", REPORT);
    home.ok(&["import", "report.tsv", "--reporter", "store"]);
    home
}

/// Three payments, two opening balances and an adjustment, of a day of their own.
fn text(day: usize) -> String {
    let payment = |bank: u32| {
        format!(
            "[[payment]]\npayer = 'store'\ndate = 2026-05-{day:02}\ncurrency = 'EUR'\nbank = '{bank}'\n\
             sources = [{{ source = 'report.tsv', amount = '{bank}' }}]\n"
        )
    };
    let opening = |party: &str| {
        format!(
            "[[opening-balance]]\nparty = '{party}'\nas-of = 2025-12-{day:02}\namount = '10'\ncurrency = 'EUR'\n\
             evidence = '{}'\n",
            "5a".repeat(32)
        )
    };
    let adjustment = format!(
        "[[adjustment]]\nreason = 'agreement'\nwhy = 'Studio day {day}.'\nsides = [\n\
         {{ account = 'fees', debit = '2', currency = 'EUR' }},\n\
         {{ account = 'due', party = 'anna', credit = '2', currency = 'EUR' }}]\n"
    );
    [payment(1), payment(2), payment(3), opening("anna"), opening("bo"), adjustment].concat()
}

fn amount(home: &Home, asked: &[&str]) -> Option<String> {
    let rows = home.json(&[&["balances", "--currency", "EUR"], asked].concat());
    rows.first().map(|row| row["amount"].as_str().unwrap().to_owned())
}

/// What the ledger holds after the texts of so many days, each taken in once.
fn assert_once(home: &Home, days: usize, why: &str) {
    let events = |kind| home.json(&["log", "--kind", kind]).len();
    assert_eq!(events("payment-received"), 3 * days, "{why}");
    assert_eq!(events("opening-balance"), 2 * days, "{why}");
    assert_eq!(events("adjustment"), days, "{why}");
    assert_eq!(amount(home, &["--class", "bank"]), Some((6 * days).to_string()), "{why}");
    assert_eq!(amount(home, &["--class", "due", "--party", "bo"]), Some((10 * days).to_string()), "{why}");
    assert_eq!(amount(home, &["--class", "due", "--party", "anna"]), Some((12 * days).to_string()), "{why}");
}

/// Waits until a submission lies in the outbox: it is signed, and may be in the ledger from then on.
fn wait_for_submission(home: &Home, child: &mut Child) {
    let outbox = home.path().join("ledger/outbox");
    let waits = |name: &str| name.ends_with(".submission") || name.ends_with(".new");
    while child.try_wait().unwrap().is_none() {
        let mut files = std::fs::read_dir(&outbox).unwrap();
        if files.any(|file| file.is_ok_and(|file| waits(&file.file_name().to_string_lossy()))) {
            return;
        }
    }
}

#[test]
fn a_killed_append_that_is_run_again_counts_once() {
    const KILLS: usize = 12;
    let home = home();
    home.write("day.toml", &text(1));
    home.ok(&["append", "day.toml"]);

    let (mut lost, mut kept) = (0, 0);
    for kill in 1..=KILLS {
        home.write("day.toml", &text(1 + kill));
        let mut killed = home.command(&["append", "day.toml"]);
        let mut killed = killed.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        // Before it is signed nothing can be in; from there on, a little later every time.
        wait_for_submission(&home, &mut killed);
        std::thread::sleep(Duration::from_micros(700) * u32::try_from(kill - 1).unwrap());
        let _ = killed.kill();
        killed.wait().unwrap();

        let again = home.run(&["append", "day.toml"]);
        assert!([0, 4].contains(&again.code), "{}", again.stderr);
        match again.code {
            4 => assert!(again.stderr.contains("already: nothing was added"), "{}", again.stderr),
            _ => lost += 1,
        }
        kept += usize::from(again.stderr.contains("An interrupted command's submission"));
        assert_once(&home, 1 + kill, &again.stderr);
    }
    assert!(kept > 0, "no kill came between signing and the receipt ({lost} came before)");
    assert_eq!(home.run(&["append", "day.toml"]).code, 4, "and once more");
    assert_once(&home, 1 + KILLS, "run again after it succeeded");
    home.ok(&["verify", "ledger"]);
}

#[test]
fn a_list_of_payments_that_grew_is_refused_at_the_one_that_is_in() {
    let home = home();
    let payments = |day| text(day).split("[[opening-balance]]").next().unwrap().to_owned();
    home.write("day.toml", &text(1));
    home.ok(&["append", "day.toml"]);
    home.write("day.toml", &format!("{}{}", payments(2), payments(1)));
    let ran = home.run(&["append", "day.toml"]);
    assert_eq!(ran.code, 4);
    let payment = &home.json(&["log", "--kind", "payment-received"])[0]["index"];
    assert!(ran.stderr.contains(&format!("event {payment} is this very payment already")), "{}", ran.stderr);
    assert!(ran.stderr.contains("day.toml:"), "{}", ran.stderr);
    assert_once(&home, 1, "nothing of the rest");
    // What was taken back may be said again.
    let target = payment.to_string();
    home.ok(&["reverse", &target, "--reason", "error", "--why", "Booked to the wrong month."]);
    let first = text(1).split("[[payment]]").nth(1).map(|table| format!("[[payment]]{table}")).unwrap();
    home.write("again.toml", &first);
    home.ok(&["append", "again.toml"]);
    assert_eq!(amount(&home, &["--class", "bank"]), Some("6".to_owned()));
    assert_eq!(home.run(&["append", "again.toml"]).code, 4);
}

#[test]
fn two_adjustments_are_told_apart_by_their_sentence_and_a_claim_is_made_once() {
    let home = home();
    let fee = |month: &str| text(1).rsplit_once("[[adjustment]]").unwrap().1.replace("Studio day 1", month);
    home.write("fees.toml", &format!("[[adjustment]]{}[[adjustment]]{}", fee("March"), fee("April")));
    home.ok(&["append", "fees.toml"]);
    assert_eq!(home.run(&["append", "fees.toml"]).code, 4);
    home.write("twice.toml", &format!("[[adjustment]]{}[[adjustment]]{}", fee("May"), fee("May")));
    let twice = home.run(&["append", "twice.toml"]);
    assert!(twice.stderr.contains("is this very adjustment already"), "{}", twice.stderr);
    assert_eq!(amount(&home, &["--class", "due", "--party", "anna"]), Some("4".to_owned()));

    home.write("work.toml", "[[work]]\ncode = 'river'\n");
    home.ok(&["append", "work.toml"]);
    let claim = "[[claim]]\nwork = 'river'\nparty = 'anna'\nrights = ['mechanical']\nshare = '25%'\nagreed = true\n";
    home.write("claim.toml", claim);
    home.ok(&["append", "claim.toml"]);
    let again = home.run(&["append", "claim.toml"]);
    assert_eq!((again.code, again.stderr.contains("this very claim")), (4, true), "{}", again.stderr);
    let shares: Vec<Value> = home.json(&["log", "--kind", "share"]);
    assert_eq!(shares.len(), 1);
}

/// Receipts of submissions that were taken in.
fn receipts(home: &Home) -> usize {
    let files = std::fs::read_dir(home.path().join("ledger/outbox")).unwrap();
    files.filter(|file| file.as_ref().unwrap().file_name().to_string_lossy().ends_with(".receipt")).count()
}

#[test]
fn a_text_of_several_submissions_goes_on_where_it_was_killed() {
    const WORKS: usize = 9_000;
    let home = Home::with_ledger();
    let parties: String = (0..20).map(|n| format!("[[party]]\ncode = 'p{n}'\ntype = 'person'\n")).collect();
    let works: String = (0..WORKS).map(|n| format!("[[work]]\ncode = 'w{n}'\ntitle = 'Work {n}'\n")).collect();
    let claims: String = (0..20)
        .map(|n| format!("[[claim]]\nwork = 'w{n}'\nparty = 'p{n}'\nrights = ['mechanical']\nshare = '100%'\n"))
        .collect();
    home.write("house.toml", &[parties, works, claims].concat());
    let before = receipts(&home);
    let mut killed = home.command(&["append", "house.toml"]);
    let mut killed = killed.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    while receipts(&home) == before {
        assert!(killed.try_wait().unwrap().is_none(), "it came to its end before its first receipt");
        std::thread::sleep(Duration::from_millis(1));
    }
    let _ = killed.kill();
    killed.wait().unwrap();
    let counted = |kind| home.json(&["log", "--kind", kind]).len();
    assert!(counted("work") < WORKS, "it was killed half way");

    // Somebody says something else with the same key before going on.
    home.write("other.toml", "[[work]]\ncode = 'other'\n");
    home.ok(&["append", "other.toml"]);
    home.ok(&["append", "house.toml"]);
    assert_eq!((counted("party"), counted("work"), counted("claim")), (20 + 1, WORKS + 1, 20));
    assert_eq!(home.run(&["append", "house.toml"]).code, 4, "and once more");
    home.ok(&["verify", "ledger"]);
}
