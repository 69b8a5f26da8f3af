//! The streaming pool from the files a person has: a report of plays, the adopted rates, the figures of the month. What
//! three works are paid, and why, comes out to the digit.

#![allow(clippy::unwrap_used)]

mod cli_support;

use cli_support::Home;

/// Plays in the United States: 1,200,000 of 200 seconds, 300,000 of 301, 50,000 of 611; no money.
const REPORT: &str = "HEAD\tdsrf/3/1.2/1\tBasicAudioProfile\t1.2\tTH-2026-01\t2026-02-06T07:30:00Z\t1\t1\t2026-01-01\t2026-01-31\tPADPIDA2014111801Y\tTunehouse\tTunehouse-Music\tPADPIDA2014999999Z\tHouse\tHOUSE|Residual
SY01.01\t1\t\t\tSubscriptionModel\tOnDemandStream\tUS\tTunehouse-Premium\t1550000\t1000000\tUSD\t10000000\t\t\t
AS02.02\t1\tA1\tt1\tQZDEM2600001\tOne\t\tAnna Berg\t\tPT3M20S\tSoundRecording\t\tAnna Berg\t\t\t\t\t\t\t\t\ttrue
SU02\t1\t1\tS1\t\tA1\ttrue\t1200000\t\t
AS02.02\t2\tA1\tt2\tQZDEM2600002\tTwo\t\tAnna Berg\t\tPT5M1S\tSoundRecording\t\tAnna Berg\t\t\t\t\t\t\t\t\ttrue
SU02\t2\t1\tS1\t\tA1\ttrue\t300000\t\t
AS02.02\t3\tA1\tt3\tQZDEM2600003\tThree\t\tAnna Berg\t\tPT10M11S\tSoundRecording\t\tAnna Berg\t\t\t\t\t\t\t\t\ttrue
SU02\t3\t1\tS1\t\tA1\ttrue\t50000\t\t
FOOT\t9\t9\t1\t3\t3
";

const FILE: &str = "DSR_House_Tunehouse_Tunehouse-Music_2026-01_US_1of1_20260206T073000.tsv";

/// Three works, each wholly its publisher's.
fn catalogue() -> String {
    let mut text = String::from("[[party]]\ncode = 'tunehouse'\ntype = 'service'\n");
    for number in 1..=3 {
        text += &format!(
            "[[party]]\ncode = 'p{number}'\ntype = 'publisher'\n\
             [[work]]\ncode = 'w{number}'\n\
             [[recording]]\ncode = 'r{number}'\nisrc = 'QZDEM260000{number}'\nworks = ['w{number}']\n\
             [[claim]]\nwork = 'w{number}'\nparty = 'p{number}'\nrights = ['mechanical']\nshare = '100%'\nagreed = true\n"
        );
    }
    text
}

/// What the person enters for the kind of offering.
const PORTABLE: &str = r#"
[[rates]]
table = "us-streaming-portable"
territory = "US"
currency = "USD"
rows = [
    { from = 2023-01-01, to = 2027-12-31, measure = "percent-of-content-cost", value = "0.262", citation = { source = "entered-by-user" } },
    { from = 2023-01-01, to = 2027-12-31, measure = "per-subscriber-cap", value = "1.10", citation = { source = "entered-by-user" } },
    { from = 2023-01-01, to = 2027-12-31, measure = "per-subscriber-floor", value = "0.60", citation = { source = "entered-by-user" } },
]
"#;

fn pool() -> String {
    format!(
        "[[pool]]\nsource = '{FILE}'\nmonth = '2026-01'\ntable = 'us-streaming-portable'\ncurrency = 'USD'\n\
         revenue = '10000000'\ncontent-cost = '5200000'\nsubscribers = 1000000\nperformance = '620000'\n\
         plays = '499670000'\n"
    )
}

fn home() -> Home {
    let home = Home::with_ledger();
    home.write("catalogue.toml", &catalogue());
    home.ok(&["append", "catalogue.toml"]);
    home.write(FILE, REPORT);
    home.ok(&["import", FILE, "--reporter", "tunehouse"]);
    home.write("pool.toml", &pool());
    home
}

fn earned(home: &Home, party: &str) -> String {
    let rows = home.json(&["balances", "--party", party]);
    rows.first().map_or("0".to_owned(), |row| row["amount"].as_str().unwrap().to_owned())
}

#[test]
fn the_worked_example_comes_out_to_the_digit() {
    let home = home();
    assert_eq!(home.json(&["balances"]).len(), 0, "plays without figures have no money");
    home.ok(&["append", "--builtin", "us-streaming"]);
    let refused = home.run(&["append", "pool.toml"]);
    assert_eq!(refused.code, 4, "{}", refused.stderr);
    assert!(
        refused.stderr.contains("no adopted table us-streaming-portable has a row percent-of-content-cost"),
        "{}",
        refused.stderr
    );
    home.write("portable.toml", PORTABLE);
    home.ok(&["append", "portable.toml"]);
    home.ok(&["append", "pool.toml"]);
    // 1,200,000, 360,000 and 110,000 of 499,670,000 adjusted plays, of 910,000 dollars.
    for (party, sum) in [("p1", "2185.442391978706"), ("p2", "655.632717593612"), ("p3", "200.332219264715")] {
        assert_eq!(earned(&home, party), sum, "{party}");
    }
    let ties = home.json(&["tie", "--currency", "USD"]);
    for (what, sum) in [
        ("reported", "0"),
        ("pooled", "3041.407328837033"),
        ("posted", "3041.407328837033"),
        ("owed", "3041.407328837033"),
        ("difference", "0"),
    ] {
        assert_eq!(ties[0][what], sum, "{what}");
    }
    let rows = home.json(&["tie", "--rows"]);
    let posted = rows.iter().find(|row| row["state"] == "posted").unwrap();
    assert_eq!(posted["rows"], 3, "{rows:?}");

    let told = home.ok(&["explain", "--party", "p2"]);
    for step in [
        "15.3 % of 10000000 = 1530000",
        "26.2 % of 5200000 = 1362400",
        "at most 1.10 x 1000000 subscribers = 1100000",
        "2. payable: 1530000 - 620000 for performances = 910000",
        "3. pool: the larger of 910000 and 0.60 x 1000000 subscribers = 600000",
        "4. a play: 910000 / 499670000 plays = 0.00182120199331558...",
        "300000 plays, each counted 1.2 for 301 seconds: 655.632717593612 USD",
        "300000 units, no money of its own",
    ] {
        assert!(told.contains(step), "{step:?} is not in {told}");
    }
    let row = home.ok(&["explain", "--source", FILE, "--row", "6"]);
    assert!(row.contains("655.632717593612") && row.contains("3. pool:"), "{row}");
}

#[test]
fn a_payment_settles_the_pool_and_a_close_makes_it_due() {
    let home = home();
    home.ok(&["append", "--builtin", "us-streaming"]);
    home.write("portable.toml", PORTABLE);
    home.ok(&["append", "portable.toml"]);
    home.ok(&["append", "pool.toml"]);
    home.write(
        "payment.toml",
        &format!(
            "[[payment]]\npayer = 'tunehouse'\ndate = 2026-03-20\ncurrency = 'USD'\nbank = '3041.407328837033'\n\
             sources = [{{ source = '{FILE}', amount = '3041.407328837033' }}]\n"
        ),
    );
    home.ok(&["append", "payment.toml"]);
    assert_eq!(home.json(&["balances", "--class", "receivable"]).len(), 0);
    home.ok(&["close", "2026-01"]);
    let due = home.json(&["balances", "--party", "p3", "--class", "due"]);
    assert_eq!(due[0]["amount"], "200.332219264715");
    home.ok(&["verify", "ledger"]);
}
