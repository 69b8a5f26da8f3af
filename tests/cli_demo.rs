//! `cantus demo` makes a ledger in which everything happened, within seconds, whose books are what paper and pencil
//! say, and which verifies; a single altered byte is found.

#![allow(clippy::unwrap_used)]

mod cli_support;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::{Duration, Instant};

use cli_support::{Home, Ran};
use ledger_spec::extract::Extract;
use ledger_spec::record::Record;
use serde_json::Value;

/// The demo, made once for all tests of this file.
struct Demo {
    home: Home,
    ran: Ran,
    took: Duration,
    /// A ledger is open in one process at a time.
    turn: Mutex<()>,
}

static DEMO: LazyLock<Demo> = LazyLock::new(|| {
    let home = Home::new();
    let started = Instant::now();
    let ran = home.run(&["demo", "look"]);
    Demo { home, ran, took: started.elapsed(), turn: Mutex::new(()) }
});

impl Demo {
    /// A command within the demo's folder.
    fn run(&self, arguments: &[&str]) -> Ran {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let ledger = self.home.path().join("look/ledger");
        self.home.run(&[&["--ledger", ledger.to_str().unwrap()], arguments].concat())
    }

    fn json(&self, arguments: &[&str]) -> Vec<Value> {
        let ran = self.run(&[&["--json"], arguments].concat());
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// What accounts hold, by class, party, contract, reason and currency.
    fn balances(&self, arguments: &[&str]) -> BTreeMap<String, String> {
        let rows = self.json(&[&["balances"], arguments].concat());
        let text = |row: &Value, field: &str| row[field].as_str().unwrap().to_owned();
        let key = |row: &Value| ["class", "party", "contract", "reason", "currency"].map(|field| text(row, field));
        rows.iter()
            .map(|row| (key(row).join(" ").split_whitespace().collect::<Vec<_>>().join(" "), text(row, "amount")))
            .collect()
    }
}

#[test]
fn it_takes_seconds_and_ends_with_what_to_try_next() {
    let Demo { ran, took, .. } = &*DEMO;
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    // Ten seconds is the promise of a release build; this is one for debugging, on a machine that does other things.
    assert!(*took < Duration::from_secs(30), "{took:?}");
    assert!(ran.stdout.contains("What to try next:"));
    assert!(ran.stdout.contains("demo.example/harbour-lark: verified"), "{}", ran.stdout);
    assert_eq!(ran.stderr, "", "nothing is doubtful");
}

#[test]
fn everything_happened() {
    let log = DEMO.json(&["log"]);
    let kinds: Vec<&str> = log.iter().filter_map(|event| event["event"]["kind"].as_str()).collect();
    for kind in
        ["reversal", "payment-received", "payout-instructed", "payout-approved", "payout-settled", "period-closed"]
    {
        assert!(kinds.contains(&kind), "{kind}");
    }
    let files = kinds.iter().filter(|kind| **kind == "source-opened").count();
    assert_eq!(files, 5);
}

/// The cover, Old Bridge: 121 downloads in the United States net of one refund, at 13.1 cents, in equal halves.
/// Glass City: 49 downloads of 309 seconds, six minutes begun at 2.52 cents, half of it Saltwater's.
#[test]
fn publishers_are_owed_what_the_statutory_rate_says() {
    let due = DEMO.balances(&["--class", "due"]);
    // 121 x 0.131 / 2 = 7.9255, and 49 x 6 x 0.0252 / 2 = 3.7044.
    assert_eq!(due["due saltwater USD"], "11.6299");
    // 7.9255 less 12 %.
    assert_eq!(due["due copperleaf copperleaf-2026 USD"], "6.97444");
    // What the clip service computed for them.
    assert_eq!((due["due copperleaf EUR"].as_str(), due["due saltwater EUR"].as_str()), ("25.6", "7.15"));
}

#[test]
fn what_nobody_can_be_paid_for_waits_and_says_why() {
    let waits = DEMO.balances(&["--class", "suspense"]);
    // 17.3361190442 of January and 20.4551830016 of February, for a recording that nobody knows.
    assert_eq!(waits["suspense unmatched-recording USD"], "37.7913020458");
    assert_eq!(waits["suspense unknown-controller EUR"], "1.55");
    assert_eq!(waits.len(), 2);
}

/// In each currency all that was reported and counts is somewhere: what was reversed is nowhere.
#[test]
fn the_books_balance_and_nothing_is_lost() {
    let mut sums: BTreeMap<String, i128> = BTreeMap::new();
    for row in DEMO.json(&["balances"]) {
        let amount: ledger_spec::money::Amount = row["debit"].as_str().unwrap().parse().unwrap();
        *sums.entry(row["currency"].as_str().unwrap().to_owned()).or_default() += amount.picos();
    }
    assert_eq!(sums, BTreeMap::from([("EUR".to_owned(), 0), ("USD".to_owned(), 0)]));
    let all = DEMO.balances(&[]);
    // 338.179770750595 + 211.9943315927 reported, 338.17 of it paid; each line is rounded to 10^-12.
    assert_eq!(all["receivable USD"], "212.004102343295");
    // 108.6739281 and 34.30.
    assert_eq!(all["receivable EUR"], "142.9739281");
    assert_eq!(all["bank USD"], "42.71", "335.67 came in, 292.96 went out");
}

/// Explained parts, down to the rows, and events sum to the balance; nothing is left unexplained.
#[test]
fn what_is_explained_is_what_is_held() {
    for party in ["mira", "lanterns", "copperleaf", "saltwater"] {
        let mut explained: BTreeMap<String, i128> = BTreeMap::new();
        for line in DEMO.json(&["explain", "--party", party, "--all"]) {
            let of = |field: &str| line[field].as_str().unwrap();
            let key = [of("class"), party, of("contract"), of("currency")].join(" ").replace("  ", " ");
            let amount: ledger_spec::money::Amount = of("amount").parse().unwrap();
            *explained.entry(key).or_default() += amount.picos();
        }
        let held = DEMO.balances(&["--party", party]);
        let held =
            held.into_iter().map(|(key, amount)| (key, amount.parse::<ledger_spec::money::Amount>().unwrap().picos()));
        explained.retain(|_, picos| *picos != 0);
        assert_eq!(explained, held.collect(), "{party}");
    }
}

/// The fifth line of January's report: seventy downloads of the cover.
#[test]
fn a_row_leads_to_everyone_paid_from_it() {
    let postings = DEMO.json(&["explain", "--source", "crestline-2026-01.tsv", "--row", "5"]);
    let parts: Vec<(&str, &str)> =
        postings.iter().map(|part| (part["party"].as_str().unwrap(), part["formula"].as_str().unwrap())).collect();
    assert_eq!(
        parts,
        [
            ("copperleaf", "0.131 x 70 units x 1/2 x (1 - 12 %) = 4.0348"),
            ("", "0.131 x 70 units x 1/2 x 12 % = 0.5502"),
            ("saltwater", "0.131 x 70 units x 1/2 = 4.585"),
            ("mira", "(49 - 9.17) x (1 - 10 %) = 35.847"),
            ("", "(49 - 9.17) x 10 % = 3.983"),
        ]
    );
    let reversed = DEMO.run(&["explain", "--source", "crestline-2026-02.tsv", "--row", "8"]);
    assert!(reversed.stdout.contains("reversed by event"), "{}", reversed.stdout);
    assert!(reversed.stdout.contains("ten times the streams"), "the reason is given as it was written");
}

/// A party's part of the ledger in one file, which anybody can check without the ledger.
#[test]
fn a_partys_extract_proves_itself() {
    let file = DEMO.home.path().join("saltwater.extract");
    let file = file.to_str().unwrap();
    let made = DEMO.json(&["export", "extract", file, "--party", "saltwater"]);
    assert!(made[0]["events"].as_u64().unwrap() > 20, "{made:?}");
    let id = DEMO.json(&["show", "0"])[0]["prev"].as_str().unwrap().to_owned();
    let report = DEMO.json(&["verify", file, "--ledger-id", &id]);
    assert_eq!(report[0]["headline"], "verified");
    assert!(DEMO.run(&["export", "extract", file, "--event", "3"]).code == 1, "no file is replaced");

    let mut bytes = fs::read(file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    let altered = DEMO.home.write("altered.extract", "");
    fs::write(&altered, bytes).unwrap();
    let code = DEMO.run(&["verify", altered.to_str().unwrap(), "--ledger-id", &id]).code;
    assert!([3, 4].contains(&code), "{code}");
}

/// What an extract holds of a party's ledger: its payouts to their end, and the terms of nobody else.
#[test]
fn a_partys_extract_has_its_payouts_and_no_terms_of_others() {
    let file = DEMO.home.path().join("mira.extract");
    DEMO.json(&["export", "extract", file.to_str().unwrap(), "--party", "mira"]);
    let extract = Extract::parse(&fs::read(file).unwrap()).unwrap();
    let entries = extract.submissions.iter().flat_map(|part| &part.entries);
    let held: BTreeMap<u64, bool> =
        entries.map(|entry| (Record::parse(&entry.record).unwrap().index, entry.opening.is_some())).collect();
    let index = |event: &Value| event["index"].as_u64().unwrap();

    for kind in ["payout-instructed", "payout-approved", "payout-settled"] {
        let events = DEMO.json(&["log", "--kind", kind]);
        assert!(!events.is_empty() && events.iter().all(|event| held.get(&index(event)) == Some(&true)), "{kind}");
    }
    let contracts = DEMO.json(&["log", "--kind", "contract"]);
    let [hers, others]: [Vec<_>; 2] =
        [true, false].map(|hers| contracts.iter().filter(|it| (codes(it) == ["mira-2026"]) == hers).collect());
    assert!(hers.len() == 1 && held.get(&index(hers[0])) == Some(&true));
    // The split that she shares with another cites the contract of each: of his there is the record.
    let of_others: Vec<_> = others.iter().filter_map(|it| held.get(&index(it))).collect();
    assert_eq!(of_others, [&false]);
}

/// The codes of what an event brings in.
fn codes(event: &Value) -> Vec<&str> {
    event["event"]["identifiers"].as_array().unwrap().iter().map(|one| one["value"].as_str().unwrap()).collect()
}

#[test]
fn the_past_can_be_asked() {
    let reversal = DEMO.json(&["log", "--kind", "reversal"])[0]["index"].as_u64().unwrap();
    let before = DEMO.balances(&["--at", &(reversal - 2).to_string(), "--party", "lanterns"]);
    let after = DEMO.balances(&["--at", &reversal.to_string(), "--party", "lanterns"]);
    assert_ne!(before, after, "the slipped digit was believed until it was taken back");
    let early = DEMO.balances(&["--at", "2020-01-01"]);
    assert_eq!(early.len(), 0);
}

#[test]
fn a_single_altered_byte_is_found() {
    let copy = tempfile::tempdir().unwrap();
    let segments = DEMO.home.path().join("look/ledger/segments");
    fs::create_dir(copy.path().join("segments")).unwrap();
    for file in fs::read_dir(&segments).unwrap() {
        let file = file.unwrap().path();
        fs::copy(&file, copy.path().join("segments").join(file.file_name().unwrap())).unwrap();
    }
    let verify = || DEMO.home.run(&["verify", copy.path().to_str().unwrap()]);
    assert_eq!(verify().code, 0);
    let longest = fs::read_dir(copy.path().join("segments")).unwrap().map(|file| file.unwrap().path());
    let longest: PathBuf = longest.max_by_key(|file| fs::metadata(file).unwrap().len()).unwrap();
    let file = fs::OpenOptions::new().read(true).write(true).open(longest).unwrap();
    let mut byte = [0];
    file.read_exact_at(&mut byte, 3000).unwrap();
    file.write_all_at(&[byte[0] ^ 1], 3000).unwrap();
    let ran = verify();
    assert!([3, 4].contains(&ran.code), "exit {}\n{}{}", ran.code, ran.stdout, ran.stderr);
}

#[test]
fn a_folder_with_something_in_it_is_left_alone() {
    let home = Home::new();
    fs::create_dir(home.path().join("mine")).unwrap();
    fs::write(home.path().join("mine/file"), "precious").unwrap();
    let ran = home.run(&["demo", "mine"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.starts_with("error: mine is not empty\nhint: name another folder"), "{}", ran.stderr);
    assert_eq!(fs::read_to_string(home.path().join("mine/file")).unwrap(), "precious");
}
