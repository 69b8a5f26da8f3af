//! Reports go in whole or as agreed, once each, from the command line; a dry run says everything and adds nothing.

#![allow(clippy::unwrap_used)]

mod cli_support;

use cli_support::Home;

const REPORT: &str = "Reporting Date\tSale Month\tStore\tArtist\tTitle\tISRC\tUPC\tQuantity\tTeam Percentage\tSong/Album\tCountry of Sale\tSongwriter Royalties Withheld\tEarnings (EUR)\n\
2026-04-14\t2026-01\tSpotify\tAnna Berg\tRiver\tQZDEM2600001\t036000291452\t7120\t100\tSong\tNO\t0\t24.118\n\
2026-04-14\t2026-01\tSpotify\tAnna Berg\tRiver\tQZDEM2600001\t036000291452\tmany\t100\tSong\tSE\t0\t3.5\n\
2026-04-14\t2026-01\tSpotify\tAnna Berg\tRiver\tQZDEM2600001\t036000291452\t12\t100\tSong\tFI\t0\tnothing\n";

fn home() -> Home {
    let home = Home::with_ledger();
    home.write("house.toml", "[[party]]\ncode = 'store'\ntype = 'service'\n");
    home.ok(&["append", "house.toml"]);
    home.write("report.tsv", REPORT);
    home
}

#[test]
fn a_dry_run_lists_every_bad_line_and_adds_nothing() {
    let home = home();
    let before = home.ok(&["log"]);
    let ran = home.run(&["import", "report.tsv", "--dry-run"]);
    // As the import would, it refuses.
    assert_eq!(ran.code, 4);
    let lines: Vec<&str> = ran.stderr.lines().collect();
    assert!(lines[0].starts_with("report.tsv:3: column 8 (Quantity), \"many\": "), "{lines:?}");
    assert!(lines[1].starts_with("report.tsv:4: column 13 (Earnings (EUR)), \"nothing\": "), "{lines:?}");
    assert_eq!(home.ok(&["log"]), before);
    // It needs no ledger.
    let elsewhere = Home::new();
    elsewhere.write("report.tsv", REPORT);
    let ran = elsewhere.run(&["import", "report.tsv", "--dry-run"]);
    assert_eq!(ran.code, 4);
    assert!(ran.stdout.contains("2 lines refused") && ran.stderr.contains("2 lines cannot be used"), "{}", ran.stderr);
    let ran = elsewhere.run(&["import", "report.tsv", "--dry-run", "--accept-partial"]);
    assert_eq!(ran.code, 6);
    assert!(!ran.stderr.contains("error"), "{}", ran.stderr);
}

#[test]
fn a_file_with_bad_lines_is_refused_whole_unless_agreed() {
    let home = home();
    let ran = home.run(&["import", "report.tsv", "--reporter", "store"]);
    assert_eq!(ran.code, 4);
    assert!(ran.stderr.contains("2 lines cannot be used"), "{}", ran.stderr);
    assert_eq!(home.json(&["balances"]).len(), 0);
    let ran = home.run(&["import", "report.tsv", "--reporter", "store", "--accept-partial"]);
    assert_eq!(ran.code, 6, "{}", ran.stderr);
    let refused = home.json(&["log", "--kind", "line-refused"]);
    assert_eq!(refused.iter().map(|event| event["event"]["row"].as_u64().unwrap()).collect::<Vec<_>>(), [3, 4]);
    let waits = home.json(&["balances", "--class", "suspense"]);
    assert_eq!(waits[0]["amount"], "24.118");
}

#[test]
fn a_file_goes_in_once_until_it_is_taken_back() {
    let home = home();
    let good: String = REPORT.lines().take(2).map(|line| format!("{line}\n")).collect();
    home.write("report.tsv", &good);
    let source = home.json(&["import", "report.tsv", "--reporter", "store"])[0]["source"].as_u64().unwrap();
    let again = home.run(&["import", "report.tsv", "--reporter", "store"]);
    assert_eq!(again.code, 1);
    assert!(again.stderr.contains(&format!("as source {source}")), "{}", again.stderr);
    home.ok(&["reverse", "report.tsv", "--reason", "error", "--why", "Sent to the wrong ledger."]);
    assert_eq!(home.json(&["balances"]).len(), 0, "nothing of it counts");
    home.ok(&["import", "report.tsv", "--reporter", "store"]);
    assert_eq!(home.json(&["balances", "--class", "suspense"])[0]["amount"], "24.118");
}

/// Three good lines.
fn whole() -> String {
    REPORT.replace("many", "3").replace("nothing", "1")
}

#[test]
fn a_report_that_was_saved_again_is_not_imported_twice() {
    let home = home();
    home.write("report.tsv", &whole());
    let source = home.json(&["import", "report.tsv", "--reporter", "store"])[0]["source"].as_u64().unwrap();
    let lines: Vec<&str> = REPORT.lines().collect();
    let reversed = whole().lines().skip(1).collect::<Vec<_>>().into_iter().rev().collect::<Vec<_>>().join("\n");
    for (what, again) in [
        ("a blank line at the end", whole() + "\n"),
        ("a comma for each tab", whole().replace('\t', ",")),
        ("one more space", whole().replacen("River\t", "River \t", 1)),
        ("the rows in another order", format!("{}\n{reversed}\n", lines[0])),
        ("zeros at the end of an amount", whole().replace("24.118", "24.11800")),
    ] {
        home.write("again.tsv", &again);
        let ran = home.run(&["import", "again.tsv", "--reporter", "store"]);
        assert_eq!(ran.code, 1, "{what}: {}", ran.stderr);
        assert!(ran.stderr.contains(&format!("source {source}")), "{what}: {}", ran.stderr);
        assert!(ran.stderr.contains("--not-a-copy"), "{what}: {}", ran.stderr);
    }
    // Another line, another sum, another day, and another reporter are another report.
    home.write("tunehouse.toml", "[[party]]\ncode = 'tunehouse'\ntype = 'service'\n");
    home.ok(&["append", "tunehouse.toml"]);
    for (at, other) in [
        whole() + &lines[1].replace("24.118", "0") + "\n",
        whole().replace("24.118", "24.119"),
        whole().replace("2026-01", "2026-02"),
    ]
    .iter()
    .enumerate()
    {
        let name = format!("other-{at}.tsv");
        home.write(&name, other);
        home.ok(&["import", &name, "--reporter", "store"]);
    }
    home.write("again.tsv", &(whole() + "\n\n"));
    home.ok(&["import", "again.tsv", "--reporter", "store", "--not-a-copy"]);
    home.write("again.tsv", &(whole() + "\n\n\n"));
    home.ok(&["import", "again.tsv", "--reporter", "tunehouse"]);
}

#[test]
fn a_corrected_report_waits_until_the_one_in_part_is_taken_back() {
    let home = home();
    let ran = home.run(&["import", "report.tsv", "--reporter", "store", "--accept-partial"]);
    assert_eq!(ran.code, 6, "{}", ran.stderr);
    let corrected = ["import", "corrected.tsv", "--reporter", "store"];
    for text in [
        whole(),
        whole().replacen(
            "\t2026-01\tSpotify\tAnna Berg\tRiver\tQZDEM2600001\t036000291452\t3\t",
            "\t2026-02\tSpotify\tAnna Berg\tRiver\tQZDEM2600001\t036000291452\t3\t",
            1,
        ),
    ] {
        home.write("corrected.tsv", &text);
        let ran = home.run(&corrected);
        assert_eq!(ran.code, 1, "{}", ran.stderr);
        assert!(ran.stderr.contains("was taken without 2 of its rows"), "{}", ran.stderr);
        assert!(ran.stderr.contains("cantus reverse"), "{}", ran.stderr);
    }
    assert_eq!(home.json(&["balances", "--class", "suspense"])[0]["amount"], "24.118");
    home.write("february.tsv", &whole().replace("2026-01", "2026-02"));
    home.ok(&["import", "february.tsv", "--reporter", "store"]);
    home.ok(&[&corrected[..], &["--not-a-copy"]].concat());
}

#[test]
fn a_word_without_meaning_is_said_with_its_lines_and_money_and_kept() {
    let home = home();
    let line = REPORT.lines().nth(1).unwrap();
    let of = |store: &str, place: &str| line.replace("Spotify", store).replace("\tNO\t", &format!("\t{place}\t"));
    let shares = ["-1", "0", "1000", "0.01"].map(|share| line.replace("\t100\t", &format!("\t{share}\t")));
    let head = REPORT.lines().next().unwrap();
    let lines = [head, line, &of("Groovebox", "NO"), &of("Groovebox", "XQ"), &of("Aria", "OU"), &of("Spotify", "XQ")];
    home.write("words.tsv", &[&lines[..], &shares.each_ref().map(String::as_str)].concat().join("\n"));
    for trial in [&["--dry-run"][..], &["--reporter", "store"]] {
        let ran = home.run(&[&["import", "words.tsv"], trial].concat());
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        let place = "words.tsv:4: territory \"XQ\" is not known (2 lines)";
        assert_eq!(
            (ran.stderr.matches(place).count(), ran.stderr.matches("territory").count()),
            (1, 1),
            "{}",
            ran.stderr
        );
        for (line, share) in [(7, "-1"), (8, "0"), (9, "1000")] {
            assert!(ran.stderr.contains(&format!("words.tsv:{line}: a share of {share} per cent")), "{}", ran.stderr);
        }
        assert_eq!(ran.stderr.matches("per cent").count(), 3, "{}", ran.stderr);
        assert!(ran.stdout.contains("streams or sales is not known of 2 stores"), "{}", ran.stdout);
        assert!(
            ran.stdout.contains("Groovebox  2 lines  48.236 EUR\n    Aria       1 line  24.118 EUR"),
            "{}",
            ran.stdout
        );
        assert!(ran.stderr.contains("value = \"Groovebox\""), "what to do: {}", ran.stderr);
    }
    // It is kept as given, and the source says on which line.
    let names = home.json(&["log", "--kind", "names-reported"]);
    let kept = serde_json::json!({ "role": "country", "text": "XQ" });
    assert!(names.iter().any(|event| event["event"]["names"].as_array().unwrap().contains(&kept)));
    let opened = &home.json(&["log", "--kind", "source-opened"])[0]["event"];
    let rows: Vec<u64> = opened["warnings"].as_array().unwrap().iter().map(|w| w["row"].as_u64().unwrap()).collect();
    assert_eq!(rows, [7, 8, 9, 3, 5, 4]);

    home.write("bad.tsv", &[head, &of("Groovebox", "NO"), &line.replace("7120", "many")].join("\n"));
    let ran = home.run(&["--json", "import", "bad.tsv", "--reporter", "store", "--accept-partial"]);
    let said: serde_json::Value = serde_json::from_str(ran.stdout.trim()).unwrap();
    assert_eq!((ran.code, said["warnings"].as_array().unwrap().len()), (6, 1));
    let store = serde_json::json!([{ "store": "Groovebox", "line": 2, "lines": 1,
        "earned": [{ "currency": "EUR", "amount": "24.118" }] }]);
    assert_eq!(said["unknown_stores"], store);
    assert_eq!((&said["refused_lines"][0]["line"], &said["refused_lines"][0]["value"]), (&3.into(), &"many".into()));
}

#[test]
fn units_that_cannot_be_are_warned_of_and_taken() {
    let home = home();
    let head = REPORT.lines().next().unwrap();
    let of = |units: &str| REPORT.lines().nth(1).unwrap().replace("7120", units);
    let all = ["1000000000", "-999999", "1000000001", "700000000000", "-1000000", "-5000000", "-7000000"].map(of);
    home.write("units.tsv", &[&[head][..], &all.each_ref().map(String::as_str)].concat().join("\n"));
    for trial in [&["--dry-run"][..], &["--reporter", "store"]] {
        let ran = home.run(&[&["import", "units.tsv"], trial].concat());
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        let warnings: Vec<&str> = ran.stderr.lines().filter(|line| line.contains("units")).collect();
        let many = "units.tsv:4: more than 1,000,000,000 units on a line (2 lines, this is the first)";
        let back = "units.tsv:6: 1,000,000 units or more taken back on a line (3 lines, this is the first)";
        assert_eq!(warnings.len(), 2, "{warnings:?}");
        assert!(warnings[0].contains(many) && warnings[1].contains(back), "{warnings:?}");
    }
}

#[test]
fn what_is_advised_for_an_unknown_store_releases_its_money() {
    let home = home();
    let head = REPORT.lines().next().unwrap();
    home.write("store.tsv", &format!("{head}\n{}\n", REPORT.lines().nth(1).unwrap().replace("Spotify", "Groovebox")));
    home.ok(&["import", "store.tsv", "--reporter", "store"]);
    let waits = |home: &Home| home.json(&["balances", "--class", "suspense"])[0]["reason"].clone();
    home.write("river.toml", "[[recording]]\ncode = 'river'\nisrc = 'QZDEM2600001'\n");
    home.ok(&["append", "river.toml"]);
    assert_eq!(waits(&home), "no-mechanical-rule");
    let advice = "[[party]]\ncode = 'groovebox'\ntype = 'service'\n\
        identifiers = [{ scheme = 'service-name', value = 'Groovebox' }]\n\
        [[mechanicals]]\nrows = [{ territory = 'World', use = 'unknown', service = 'groovebox', from = 2020-01-01, \
        payer = 'paid-at-source', citation = { source = 'entered-by-user' } }]\n";
    home.write("advice.toml", advice);
    home.ok(&["append", "advice.toml"]);
    assert_eq!(waits(&home), "no-split", "it is the recording's now");
}

#[test]
fn an_unknown_reporter_is_named_with_what_may_have_been_meant() {
    for (name, hint) in [("stroe", "did you mean store?"), ("nobody", "the ledger knows operator, store")] {
        let ran = home().run(&["import", "report.tsv", "--reporter", name, "--accept-partial"]);
        assert_eq!(ran.code, 2);
        assert!(ran.stderr.ends_with(&format!("error: no party is called {name}\nhint: {hint}\n")), "{}", ran.stderr);
    }
}

#[test]
fn a_partial_import_says_how_the_corrected_file_takes_its_place() {
    let home = home();
    let ran = home.run(&["import", "report.tsv", "--reporter", "store", "--accept-partial"]);
    let command = "cantus reverse report.tsv --reason replaced --why \"The corrected file takes its place.\"";
    assert!(ran.stderr.ends_with(&format!("{command}\n")), "{}", ran.stderr);
    let why = "The corrected file takes its place.";
    home.ok(&["reverse", "report.tsv", "--reason", "replaced", "--why", why]);
    home.write("corrected.tsv", &REPORT.replace("many", "3").replace("nothing", "1"));
    home.ok(&["import", "corrected.tsv", "--reporter", "store"]);
    assert_eq!(home.json(&["balances", "--class", "suspense"])[0]["amount"], "28.618");
}

#[test]
fn errors_name_the_file_and_what_can_be_done() {
    let home = home();
    let ran = home.run(&["import", "missing.tsv", "--dry-run"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.starts_with("error: missing.tsv: cannot read"), "{}", ran.stderr);
    let bad: Vec<&str> = [0, 2, 3].into_iter().filter_map(|at| REPORT.lines().nth(at)).collect();
    home.write("bad.tsv", &bad.join("\n"));
    let ran = home.run(&["import", "bad.tsv", "--reporter", "store"]);
    assert_eq!(ran.code, 4);
    assert!(ran.stderr.ends_with("error: bad.tsv: no line could be used: 2 refused\n"), "{}", ran.stderr);
    let good: String = REPORT.lines().take(2).map(|line| format!("{line}\n")).collect();
    home.write("good.tsv", &good);
    home.write("windows.tsv", &good.replace('\n', "\r\n"));
    let source = home.json(&["import", "good.tsv", "--reporter", "store"])[0]["source"].clone();
    let ran = home.run(&["import", "windows.tsv", "--reporter", "store"]);
    assert!(ran.stderr.contains(&format!("error: windows.tsv: this file was imported before, as source {source}")));
    let command = format!("cantus reverse {source} --reason replaced --why \"This file takes its place.\"");
    assert!(ran.stderr.contains(&command), "{}", ran.stderr);
}

#[test]
fn the_sender_of_a_dsr_is_its_reporter() {
    const DSR: &str = "DSR_Quayside_Tidewave_Tidewave-Music_2026-09_multi_1of1_20261006T073000.tsv";
    let home = home();
    let text = std::fs::read_to_string(format!("{}/tests/data/reports/{DSR}", env!("CARGO_MANIFEST_DIR"))).unwrap();
    home.write(DSR, &text);
    let ran = home.run(&["import", DSR]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("--reporter PARTY"), "{}", ran.stderr);
    let dpid = text.lines().find(|line| line.starts_with("HEAD")).unwrap().split('\t').nth(10).unwrap();
    home.write("tidewave.toml", &format!("[[party]]\ncode = 'tidewave'\ntype = 'service'\ndpid = '{dpid}'\n"));
    home.ok(&["append", "tidewave.toml"]);
    let ran = home.run(&["import", DSR, "--reporter", "store"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("is tidewave, not store"), "{}", ran.stderr);
    let ran = home.run(&["import", DSR]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stderr.contains("The reporter is tidewave"), "{}", ran.stderr);
    assert!(ran.stdout.contains("5 summaries"), "{}", ran.stdout);
}

#[test]
fn a_file_name_cannot_write_lines_of_its_own() {
    let home = home();
    let name = "a\nerror: b\u{1b}[2J\t.tsv";
    home.write(name, REPORT);
    let trial = home.run(&["import", name, "--dry-run"]);
    let refused = home.run(&["import", name, "--reporter", "store"]);
    let partial = home.run(&["import", name, "--reporter", "store", "--accept-partial"]);
    let again = home.run(&["import", name, "--reporter", "store", "--accept-partial"]);
    let [log, owed] = [&["log"][..], &["tie"]].map(|arguments| home.run(arguments));
    for (ran, code) in [(trial, 4), (refused, 4), (partial, 6), (again, 1), (log, 0), (owed, 0)] {
        assert_eq!(ran.code, code, "{}", ran.stderr);
        let said = format!("{}{}", ran.stdout, ran.stderr);
        assert!(!said.contains("\nerror: b") && !said.contains('\u{1b}'), "{said:?}");
    }
    assert!(home.ok(&["log", "--kind", "names-reported"]).contains(r"a\nerror: b\u{1b}[2J\t.tsv"));
    let events = home.json(&["log", "--kind", "names-reported"]);
    assert_eq!(events[0]["event"]["names"][0]["text"], name, "programs get it as it is");
}
