//! What a close made due in other currencies is converted into those of the contracts: listed first, by the rule of each
//! contract or not at all, and once.

#![allow(clippy::unwrap_used)]

mod cli_support;

use cli_support::Home;

/// Anna and Tom are paid in euros, Anna's contract says by which rate; Kit in pounds; Ida in dollars, as it comes.
const HOUSE: &str = r#"
[[party]]
code = "anna"
type = "person"
[[contract]]
code = "anna-2026"
party = "anna"
type = "artist"
currency = "EUR"
exchange = { source = "central-bank", day = "period-end", within = 3 }
[[party]]
code = "tom"
type = "person"
[[contract]]
code = "tom-2026"
party = "tom"
type = "artist"
currency = "EUR"
[[party]]
code = "kit"
type = "person"
[[contract]]
code = "kit-2026"
party = "kit"
type = "artist"
currency = "GBP"
[[party]]
code = "ida"
type = "person"
[[contract]]
code = "ida-2026"
party = "ida"
type = "artist"
currency = "USD"
"#;

const RATES: &str = "# Reference rates of 31 March.\nUSD/EUR=0.9213\n\nUSD/GBP = 0.7741 # pounds\n";

/// Everybody is owed dollars: 100.50, 20, 30 and 40, Tom 5 euros too; March is closed.
fn home() -> Home {
    let home = Home::with_ledger();
    let balance = |party: &str, amount: &str, currency: &str| {
        format!(
            "[[opening-balance]]\nparty = \"{party}\"\ncontract = \"{party}-2026\"\nas-of = 2025-12-31\n\
             amount = \"{amount}\"\ncurrency = \"{currency}\"\n\
             evidence = \"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\"\n"
        )
    };
    let due = [("anna", "100.50"), ("tom", "20"), ("kit", "30"), ("ida", "40")];
    let due: String = due.map(|(party, amount)| balance(party, amount, "USD")).concat();
    home.write("house.toml", &(HOUSE.to_owned() + &due + &balance("tom", "5", "EUR")));
    home.ok(&["append", "house.toml"]);
    home.write("rates.txt", RATES);
    home.ok(&["close", "2026-03"]);
    home
}

fn due(home: &Home, party: &str) -> Vec<String> {
    let rows = home.json(&["balances", "--party", party, "--class", "due"]);
    rows.iter()
        .map(|row| format!("{} {}", row["amount"].as_str().unwrap(), row["currency"].as_str().unwrap()))
        .collect()
}

fn events(home: &Home) -> usize {
    home.json(&["log"]).len()
}

const CONVERT: [&str; 6] = ["convert", "2026-03", "--source", "central-bank", "--rates", "rates.txt"];

#[test]
fn everything_is_listed_then_converted_once() {
    let home = home();
    let before = events(&home);
    let listed = home.json(&[&CONVERT[..], &["--dry-run"]].concat());
    let told: Vec<_> = listed
        .iter()
        .map(|row| {
            ["party", "currency", "amount", "into", "rate", "comes_to", "date"].map(|name| row[name].as_str().unwrap())
        })
        .collect();
    assert_eq!(
        told,
        [
            ["anna", "USD", "100.5", "EUR", "0.9213", "92.59065", "2026-03-31"],
            ["tom", "USD", "20", "EUR", "0.9213", "18.426", "2026-03-31"],
            ["kit", "USD", "30", "GBP", "0.7741", "23.223", "2026-03-31"],
        ]
    );
    assert_eq!(events(&home), before, "a trial signs nothing");
    let csv = home.ok(&[&CONVERT[..], &["--dry-run", "--csv"]].concat());
    assert!(csv.contains("kit,kit-2026,USD,30,GBP,0.7741,23.223,2026-03-31,central-bank"), "{csv}");

    let why = ["--why", "Euro reference rates of the ECB."];
    assert_eq!(home.json(&[&CONVERT[..], &why].concat()), listed, "what was listed is what is signed");
    assert_eq!(events(&home), before + 6, "each conversion with its sentence");
    assert_eq!(due(&home, "anna"), ["92.59065 EUR"]);
    assert_eq!(due(&home, "tom"), ["23.426 EUR"]);
    assert_eq!(due(&home, "kit"), ["23.223 GBP"]);
    assert_eq!(due(&home, "ida"), ["40 USD"]);
    let last = events(&home) - 1;
    assert!(home.ok(&["explain", &last.to_string()]).contains("Because: \"Euro reference rates of the ECB.\""));

    assert_eq!(home.json(&CONVERT).len(), 0, "a second run has nothing left");
    assert_eq!(events(&home), before + 6);
}

#[test]
fn what_cannot_be_converted_stops_all_of_it() {
    let home = home();
    let before = events(&home);
    for (arguments, says) in [
        (vec!["2026-03", "--rate", "USD/EUR=0.9213"], "money is due that no rate was given for: USD/GBP"),
        (vec!["2026-03", "--rate", "USD/EUR=0"], "a rate of exchange must be above zero, not 0"),
        (vec!["2026-03", "--rate", "USD/EUR=-0.9"], "a rate of exchange must be above zero, not -0.9"),
        (vec!["2026-03", "--rate", "USD/EUR"], "expected FROM/TO=RATE"),
        (vec!["2026-03", "--rates", "rates.txt", "--rate", "USD/EUR=0.93"], "two rates for USD/EUR: 0.93 and 0.9213"),
        (vec!["2026-02", "--rates", "rates.txt"], "2026-02 is not the last period closed"),
        (
            vec!["2026-03", "--rates", "rates.txt", "--date", "2026-03-27"],
            "contract anna-2026: by the contract the rate of exchange is one of 2026-03-28 to 2026-03-31, not of 2026-03-27",
        ),
        (
            vec!["2026-03", "--rates", "rates.txt", "--date", "2026-04-01"],
            "contract anna-2026: by the contract the rate of exchange is one of 2026-03-28 to 2026-03-31, not of 2026-04-01",
        ),
    ] {
        for dry_run in [&["--dry-run"][..], &[]] {
            let ran = home.run(&[&["convert", "--source", "central-bank"], &arguments[..], dry_run].concat());
            assert!(ran.code != 0 && ran.stderr.contains(says), "{arguments:?}\n{}", ran.stderr);
        }
    }
    let ran = home.run(&["convert", "2026-03", "--rates", "rates.txt", "--source", "bank"]);
    assert!(
        ran.stderr.contains("contract anna-2026: by the contract the rate of exchange is from source central-bank")
    );
    assert_eq!(events(&home), before);

    home.ok(&["convert", "2026-03", "--rates", "rates.txt", "--source", "bank", "--contract", "tom-2026"]);
    assert_eq!((due(&home, "tom"), due(&home, "anna")), (vec!["23.426 EUR".into()], vec!["100.5 USD".into()]));
}
