//! Nobody pays more than is due, and nobody pays alone: what one party's key orders, another party's key agrees to.

#![allow(clippy::unwrap_used)]

mod cli_support;

use cli_support::Home;

const HOUSE: &str = r#"
[[party]]
code = "anna"
type = "person"
[[party]]
code = "store"
type = "service"
[[party]]
code = "ines"
type = "person"
[[party]]
code = "otto"
type = "person"
[[opening-balance]]
party = "anna"
as-of = 2025-12-31
amount = "120.505"
currency = "EUR"
evidence = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
"#;

/// A ledger in which Anna is owed 120.505 euros, and Ines and Otto have keys.
fn home(init: &[&str]) -> Home {
    let home = Home::new();
    home.ok(&[&["init", "--name", "example.com/test"], init].concat());
    home.write("house.toml", HOUSE);
    home.ok(&["append", "house.toml"]);
    for name in ["ines", "otto"] {
        home.ok(&["key", "new", name]);
        home.ok(&["key", "enrol", name, "--party", name, "--role", "treasurer"]);
    }
    home.ok(&["close", "2026-03"]);
    home
}

fn due(home: &Home) -> String {
    let rows = home.json(&["balances", "--party", "anna", "--class", "due"]);
    rows.first().map_or("0".into(), |row| row["amount"].as_str().unwrap().to_owned())
}

fn order(home: &Home) -> String {
    let ordered = home.json(&["pay", "instruct", "anna", "--currency", "EUR", "--key", "ines"]);
    assert_eq!(ordered[0]["amount"], "120.5", "whole cents; the rest stays");
    ordered[0]["event"].to_string()
}

#[test]
fn a_payout_is_ordered_by_one_and_agreed_to_by_another() {
    let home = home(&[]);
    let payout = order(&home);
    assert_eq!(due(&home), "0.005");
    let alone = home.run(&["pay", "approve", &payout, "--key", "ines"]);
    assert_eq!(alone.code, 1, "nobody pays alone");
    assert!(alone.stderr.contains(&format!("error: payout {payout} was instructed by party ines")), "{}", alone.stderr);
    let early = home.run(&["pay", "settle", &payout, "--reference", "X", "--key", "ines"]);
    assert_eq!(early.code, 1, "the bank cannot have paid what nobody agreed to");
    home.ok(&["pay", "approve", &payout, "--key", "otto"]);
    home.ok(&["pay", "settle", &payout, "--reference", "SEPA 17", "--key", "ines"]);
    assert_eq!(home.json(&["pay", "list"])[0]["status"], "settled");
    let again = home.run(&["pay", "fail", &payout, "--key", "ines"]);
    assert_eq!(again.code, 1, "what is settled can only be followed");
    assert_eq!(home.json(&["balances", "--class", "bank"])[0]["amount"], "-120.5");
}

#[test]
fn what_the_bank_refuses_is_due_again() {
    let home = home(&[]);
    let payout = order(&home);
    home.ok(&["pay", "approve", &payout, "--key", "otto"]);
    home.ok(&["pay", "fail", &payout, "--key", "ines"]);
    assert_eq!(due(&home), "120.505");
    assert_eq!(home.json(&["pay", "list"])[0]["status"], "failed");
}

#[test]
fn more_than_is_due_cannot_be_paid() {
    let home = home(&[]);
    let over = home.run(&["pay", "instruct", "anna", "--currency", "EUR", "--amount", "120.51", "--key", "ines"]);
    assert_eq!(over.code, 1, "{}", over.stderr);
    let other = home.run(&["pay", "instruct", "anna", "--currency", "USD", "--key", "ines"]);
    assert_eq!(other.code, 1);
    assert!(other.stderr.contains("nothing is due"), "{}", other.stderr);
    assert_eq!(due(&home), "120.505");
}

#[test]
fn one_person_may_pay_alone_only_where_the_ledger_says_so_for_good() {
    let home = home(&["--one-person-pays"]);
    let payout = order(&home);
    home.ok(&["pay", "approve", &payout, "--key", "ines"]);
}

const CONTRACT: &str = "[[contract]]\ncode = \"anna-2026\"\nparty = \"anna\"\ntype = \"distribution\"\n\
                        commission = \"10%\"\ncurrency = \"EUR\"\nfrom = 2026-01-01\n";

/// A ledger in which one person may pay, with that house and a contract of Anna's.
fn under_contract(house: &str) -> Home {
    let home = Home::new();
    home.ok(&["init", "--name", "example.com/test", "--one-person-pays"]);
    home.write("house.toml", &format!("{house}{CONTRACT}"));
    home.ok(&["append", "house.toml"]);
    home.ok(&["close", "2026-03"]);
    home.ok(&["key", "new", "ines"]);
    home.ok(&["key", "enrol", "ines", "--party", "ines", "--role", "treasurer"]);
    home
}

const INSTRUCT: [&str; 7] = ["pay", "instruct", "anna", "--currency", "EUR", "--key", "ines"];
const OPENING: &str = "[[opening-balance]]";

#[test]
fn what_is_due_on_one_account_need_not_be_named() {
    let home = under_contract(&HOUSE.replace(OPENING, "[[opening-balance]]\ncontract = \"anna-2026\""));
    let ran = home.run(&INSTRUCT);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("120.5 EUR to anna under anna-2026"), "{}", ran.stdout);
    assert!(!ran.stderr.contains("Another party"), "one person may approve it: {}", ran.stderr);
    assert_eq!(due(&home), "0.005");
}

#[test]
fn of_what_is_due_on_several_accounts_none_is_chosen() {
    let (parties, opening) = HOUSE.split_once(OPENING).unwrap();
    let other = opening.replace("120.505", "1.02");
    let house = format!("{parties}{OPENING}{other}{OPENING}\ncontract = \"anna-2026\"{opening}");
    let home = under_contract(&house);
    let before = home.ok(&["log"]);
    let ran = home.run(&INSTRUCT);
    assert_eq!(ran.code, 2, "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stderr.contains("--contract anna-2026 (120.5 EUR)"), "{}", ran.stderr);
    assert!(ran.stderr.contains("--amount 1.02 (1.02 EUR under no contract)"), "{}", ran.stderr);
    assert_eq!(home.ok(&["log"]), before);
    home.ok(&[&INSTRUCT[..], &["--contract", "anna-2026"]].concat());
    // What is left under the contract is less than a coin.
    let rest = home.ok(&INSTRUCT);
    assert!(rest.contains("1.02 EUR to anna\n"), "{rest}");
}

#[test]
fn a_payout_that_is_ordered_again_is_not_paid_twice() {
    let home = home(&[]);
    let instruct = ["pay", "instruct", "anna", "--currency", "EUR", "--amount", "50", "--key", "ines"];
    let payout = home.json(&instruct)[0]["event"].to_string();
    let again = home.run(&instruct);
    assert_eq!(again.code, 1, "{}", again.stderr);
    assert!(again.stderr.contains(&format!("event {payout} is this very payout already")), "{}", again.stderr);
    let later = home.run(&[&instruct[..], &["--date", "2031-01-01"]].concat());
    assert_eq!(later.code, 1, "nor on another day, which a command takes from the clock: {}", later.stderr);
    home.ok(&["pay", "approve", &payout, "--key", "otto"]);
    assert_eq!(home.run(&instruct).code, 1, "approved, it is still to be paid");
    assert_eq!(due(&home), "70.505");
    home.ok(&["pay", "fail", &payout, "--key", "ines"]);
    home.ok(&instruct);
    assert_eq!(due(&home), "70.505");
}

#[test]
fn all_that_is_due_is_ordered_once() {
    let home = home(&[]);
    let payout = order(&home);
    let again = home.run(&["pay", "instruct", "anna", "--currency", "EUR", "--key", "ines"]);
    assert_eq!(again.code, 1);
    assert!(again.stderr.contains(&format!("payout {payout} of 120.5 EUR")), "{}", again.stderr);
}

const FORM: &str = "[[tax-form]]\nparty = 'anna'\nform = 'w-8ben'\ncountry = 'NO'\nrate = '15%'\narticle = 12\n\
                    from = 2026-01-01\nevidence = '2e7d2c03a9507ae265ecf5b5356885a53393a2029d241394997265a1a25aefc6'\n";

#[test]
fn tax_is_withheld_by_the_form_in_force() {
    let home = home(&[]);
    home.write("form.toml", FORM);
    home.ok(&["append", "form.toml"]);
    let other = home.run(&[&INSTRUCT[..], &["--tax", "18.07"]].concat());
    assert_eq!(other.code, 1);
    assert!(other.stderr.contains("3/20 of 120.5 EUR is withheld, which is 18.08; 18.07 is not"), "{}", other.stderr);
    let ordered = &home.json(&INSTRUCT)[0];
    assert_eq!(
        (&ordered["amount"], &ordered["tax"], &ordered["net"]),
        (&"120.5".into(), &"18.08".into(), &"102.42".into())
    );
    let listed = &home.json(&["pay", "list"])[0];
    assert_eq!(
        (&listed["amount"], &listed["tax"], &listed["net"]),
        (&"120.5".into(), &"18.08".into(), &"102.42".into())
    );
    let payable = home.json(&["balances", "--class", "tax-payable"]);
    assert_eq!(payable[0]["amount"], "18.08");
}

#[test]
fn what_is_not_paid_says_why() {
    let home = home(&[]);
    let why = |home: &Home| home.json(&["pay", "due", "--party", "anna"]);
    let due = why(&home);
    assert_eq!((&due[0]["class"], &due[0]["amount"]), (&"due".into(), &"120.505".into()));
    assert_eq!(due[0]["words"], "no tax form; no bank account");
    let form = FORM.replace("from = 2026", "until = 2026-02-28\nfrom = 2026");
    home.write("form.toml", &format!("{form}[[party-details]]\nparty = 'anna'\nbank-account = 'NO93 8601 1117 947'\n"));
    home.ok(&["append", "form.toml"]);
    let words = why(&home)[0]["words"].as_str().unwrap().to_owned();
    assert!(words.starts_with("tax form ") && words.ends_with(" expired after 2026-02-28"), "{words}");
    // On a day that it holds for, nothing keeps it.
    let then = home.json(&["pay", "due", "--party", "anna", "--date", "2026-02-28"]);
    assert_eq!(
        (&then[0]["words"], &then[0]["why"]),
        (&"not ordered yet: cantus pay instruct".into(), &serde_json::json!([]))
    );
    let refused = home.run(&["pay", "instruct", "anna", "--currency", "EUR", "--key", "ines"]);
    assert!(refused.stderr.contains("ended on 2026-02-28; append the one that holds now"), "{}", refused.stderr);
    home.write("next.toml", &FORM.replace("from = 2026-01-01", "from = 2026-03-01").replace("30%", "0"));
    home.ok(&["append", "next.toml"]);
    let payout = order(&home);
    let left = why(&home);
    assert_eq!(left[0]["amount"], "0.005");
    assert!(left[0]["words"].as_str().unwrap().starts_with("less than the smallest coin"), "{left:?}");
    assert_eq!(left[1]["words"], format!("payout {payout} is ordered, and the bank has not paid it"));
    let table = home.ok(&["pay", "due"]);
    assert!(table.contains("WHY NOT PAID"), "{table}");
}
