//! A close is looked at before it is made: what is missing, not paid, waiting or cannot be paid out is listed, each until
//! it is put right; and what the preview says becomes due is what the close makes due.

#![allow(clippy::unwrap_used)]

mod cli_support;

use cli_support::Home;
use serde_json::{Value, json};

const HEAD: &str = "Reporting Date\tSale Month\tStore\tArtist\tTitle\tISRC\tUPC\tQuantity\tTeam Percentage\tSong/Album\tCountry of Sale\tSongwriter Royalties Withheld\tEarnings (EUR)\n";
const HOUSE: &str = "[[party]]\ncode = 'store'\ntype = 'service'\n[[party]]\ncode = 'anna'\ntype = 'person'\n\
    [[recording]]\ncode = 'river'\nisrc = 'QZDEM2600001'\n\
    [[split]]\nrecording = 'river'\nparts = [{ party = 'anna', share = '100%' }]\n\
    [[mechanicals]]\nrows = [{ territory = 'NO', use = 'unknown', from = 2020-01-01, payer = 'paid-at-source', citation = { source = 'entered-by-user' } }]\n";

fn sale(month: &str, isrc: &str, earned: &str) -> String {
    format!("2026-04-14\t{month}\tSpotify\tAnna Berg\tRiver\t{isrc}\t036000291452\t7\t100\tSong\tNO\t0\t{earned}\n")
}

/// January is closed; its report is paid. February waits in part.
fn home() -> Home {
    let home = Home::with_ledger();
    home.write("house.toml", HOUSE);
    home.ok(&["append", "house.toml"]);
    home.write("january.tsv", &format!("{HEAD}{}", sale("2026-01", "QZDEM2600001", "24.5")));
    home.ok(&["import", "january.tsv", "--reporter", "store"]);
    home
}

fn append(home: &Home, text: &str) {
    home.write("more.toml", text);
    home.ok(&["append", "more.toml"]);
}

/// What there is to look at, and what becomes of what was earned.
fn preview(home: &Home, arguments: &[&str]) -> (Vec<Value>, Vec<Value>) {
    let rows = home.json(&[&["close"], arguments, &["--preview"]].concat());
    let (found, rows): (Vec<Value>, _) = rows.into_iter().partition(|row| row.get("look").is_some());
    (found, rows.into_iter().filter(|row| row.get("becomes").is_some()).collect())
}

fn looks(rows: &[Value]) -> Vec<&str> {
    rows.iter().map(|row| row["look"].as_str().unwrap()).collect()
}

#[test]
fn each_thing_is_listed_until_it_is_put_right() {
    let home = home();
    let (found, _) = preview(&home, &["2026-01"]);
    assert_eq!(looks(&found), ["not tied to cash", "no bank account", "no tax form"]);
    assert_eq!(found[0]["amount"], json!("24.5"));
    append(
        &home,
        "[[payment]]\npayer = 'store'\ndate = 2026-01-30\ncurrency = 'EUR'\nbank = '24.5'\n\
         sources = [{ source = 'january.tsv', amount = '24.5' }]\n\
         [[party-details]]\nparty = 'anna'\nbank-account = 'NO93 8601 1117 947'\n\
         [[tax-form]]\nparty = 'anna'\nform = 'w-8ben'\ncountry = 'NO'\nrate = '0%'\nfrom = 2026-01-01\n\
         evidence = '2e7d2c03a9507ae265ecf5b5356885a53393a2029d241394997265a1a25aefc6'\n",
    );
    let (found, frozen) = preview(&home, &["2026-01"]);
    assert_eq!(found, [] as [Value; 0]);
    assert_eq!((&frozen[0]["becomes"], &frozen[0]["amount"]), (&json!("due"), &json!("24.5")));
    home.ok(&["close", "2026-01"]);
    assert_eq!(home.json(&["balances", "--class", "due"])[0]["amount"], json!("24.5"));

    let (found, frozen) = preview(&home, &["2026-02"]);
    assert_eq!(looks(&found), ["missing report"], "January had one");
    assert_eq!(frozen, [] as [Value; 0], "nothing was earned");
    home.write(
        "february.tsv",
        &format!("{HEAD}{}{}", sale("2026-02", "QZDEM2600001", "3"), sale("2026-02", "QZDEM2600009", "2")),
    );
    home.ok(&["import", "february.tsv", "--reporter", "store"]);
    let (found, _) = preview(&home, &["2026-02"]);
    assert_eq!(looks(&found), ["not tied to cash", "waits"]);
    assert_eq!((&found[1]["what"], &found[1]["amount"]), (&json!("unmatched-recording"), &json!("2")));
    let (found, _) = preview(&home, &["2026-02", "--suspense-limit", "2"]);
    assert_eq!(looks(&found), ["not tied to cash"], "as much is said to be small");
}

#[test]
fn a_preview_writes_nothing() {
    let home = home();
    let size = || home.json(&["log"]).len();
    let before = size();
    preview(&home, &["2026-01"]);
    assert_eq!(size(), before);
    let text = home.ok(&["close", "2026-01", "--preview"]);
    assert!(text.contains("not tied to cash") && text.contains("january.tsv is not paid yet"), "{text}");
}

#[test]
fn only_the_month_that_is_next_is_previewed_or_closed() {
    let home = home();
    let said = home.run(&["close", "2026-01"]);
    assert!(said.stderr.contains("things to look at: not tied to cash (1)"), "{}", said.stderr);
    for (month, why) in [("2026-01", "2026-01 is closed already, by event "), ("2026-03", "2026-01 was closed last")] {
        for arguments in [&["close", month, "--preview"][..], &["close", month]] {
            let refused = home.run(arguments);
            assert_eq!(refused.code, 1, "{arguments:?}");
            assert!(refused.stderr.contains(why), "{}", refused.stderr);
            assert!(refused.stderr.contains("the next one is 2026-02"), "{}", refused.stderr);
        }
    }
}

/// What became of the rows of the reports of a period, and of earlier ones together: file, state, reason, rows.
fn counted(home: &Home, arguments: &[&str]) -> Vec<Value> {
    let rows = home.json(arguments);
    let counted = rows.into_iter().filter(|row| row.get("state").is_some());
    counted.map(|row| json!([row["file"], row["state"], row["reason"], row["rows"]])).collect()
}

#[test]
fn a_preview_counts_what_became_of_every_row() {
    let home = home();
    let january = json!(["january.tsv", "posted", "", 1]);
    assert_eq!(counted(&home, &["close", "2026-01", "--preview"]), std::slice::from_ref(&january));
    home.ok(&["close", "2026-01"]);
    home.write(
        "february.tsv",
        &format!("{HEAD}{}{}", sale("2026-02", "QZDEM2600001", "3"), sale("2026-02", "QZDEM2600009", "2")),
    );
    home.ok(&["import", "february.tsv", "--reporter", "store"]);
    let february =
        [json!(["february.tsv", "posted", "", 1]), json!(["february.tsv", "suspense", "unmatched-recording", 1])];
    let of_all = [february.as_slice(), &[json!(["earlier reports", "posted", "", 1])]].concat();
    assert_eq!(counted(&home, &["close", "2026-02", "--preview"]), of_all);
    assert_eq!(counted(&home, &["tie", "--rows"]), [&[january], february.as_slice()].concat());
    let text = home.ok(&["close", "2026-02", "--preview"]);
    assert!(text.contains("unmatched-recording") && text.contains("earlier reports"), "{text}");
}
