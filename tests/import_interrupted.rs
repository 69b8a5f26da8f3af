//! An import that is asked to stop, by Ctrl-C or SIGTERM, says how many rows are in, and the same command goes on from
//! there.

#![allow(clippy::unwrap_used)]

mod cli_support;

use std::fmt::Write;
use std::process::{Command, Stdio};
use std::time::Duration;

use cli_support::{Home, Ran, ran};

const ROWS: u64 = 60_000;

fn report() -> String {
    let mut text = String::from(
        "Reporting Date\tSale Month\tStore\tArtist\tTitle\tISRC\tUPC\tQuantity\tTeam Percentage\tSong/Album\t\
         Country of Sale\tSongwriter Royalties Withheld\tEarnings (EUR)\n",
    );
    for row in 0..ROWS {
        let isrc = row % 500;
        writeln!(
            text,
            "2026-04-14\t2026-01\tSpotify\tAnna Berg\tRiver\tQZDEM26{isrc:05}\t\t1\t100\tSong\tNO\t0\t0.001"
        )
        .unwrap();
    }
    text
}

/// Imports, and sends a signal after so long.
fn interrupted(home: &Home, signal: &str, after: Duration) -> Ran {
    let mut command = home.command(&["import", "report.tsv", "--reporter", "store"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    std::thread::sleep(after);
    let _ = Command::new("kill").args([signal, &child.id().to_string()]).stderr(Stdio::null()).status();
    ran(child.wait_with_output().unwrap())
}

/// The rows that the command says are in.
fn rows_in(said: &str) -> Option<u64> {
    said.split_once("interrupted: ")?.1.split(' ').next()?.parse().ok()
}

#[test]
fn an_interrupted_import_says_how_far_it_is_and_goes_on() {
    let home = Home::with_ledger();
    home.write("house.toml", "[[party]]\ncode = 'store'\ntype = 'service'\n");
    home.ok(&["append", "house.toml"]);
    home.write("report.tsv", &report());

    let (mut said, mut runs) = (Vec::new(), 0);
    let last = loop {
        let signal = if runs % 2 == 0 { "-INT" } else { "-TERM" };
        let ran = interrupted(&home, signal, Duration::from_millis(100 + 60 * runs));
        runs += 1;
        if let Some(rows) = rows_in(&ran.stderr) {
            assert_eq!(ran.code, 130, "{}", ran.stderr);
            assert!(ran.stderr.contains(&format!("of {ROWS} rows are in, as source")), "{}", ran.stderr);
            assert!(ran.stderr.contains("the same command again goes on where it stopped"), "{}", ran.stderr);
            said.push(rows);
        } else if ran.code == 0 {
            break ran;
        }
        // Otherwise it came before anything was begun, and the signal ended the process.
        assert!(runs < 100);
    };
    assert!(said.iter().any(|rows| (1..ROWS).contains(rows)), "it was never interrupted half way: {said:?}");
    assert!(said.is_sorted(), "what is in stays in: {said:?}");
    assert!(last.stdout.contains("carried on from an interrupted import"), "{}", last.stdout);

    let waits = home.json(&["balances", "--class", "suspense"]);
    assert_eq!((waits.len(), waits[0]["amount"].as_str()), (1, Some("60")), "every row once");
    let again = home.run(&["import", "report.tsv", "--reporter", "store"]);
    assert_eq!(again.code, 1, "{}", again.stderr);
}
