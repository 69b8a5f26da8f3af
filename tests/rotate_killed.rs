//! Promise: whenever the replacement of a key is killed, an append works afterwards with at most one rerun of the same
//! command, the key is replaced once, and who trusts the old log key can follow.

#![allow(clippy::unwrap_used)]

mod cli_support;

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::Instant;

use cli_support::{Home, Ran};

const KILLS: u32 = 12;

fn copied(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(|entry| entry.unwrap()) {
        let to = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copied(&entry.path(), &to),
            false => fs::copy(entry.path(), to).map(drop).unwrap(),
        }
    }
}

fn copy_of(home: &Home) -> Home {
    let copy = Home::new();
    copied(&home.path().join("ledger"), &copy.path().join("ledger"));
    copy
}

fn append(home: &Home, code: &str) -> Ran {
    home.write("work.toml", &format!("[[work]]\ncode = '{code}'\n"));
    home.run(&["append", "work.toml"])
}

fn begun(home: &Home, name: &str) -> bool {
    home.path().join(format!("ledger/keys/{name}.pem.next")).exists()
}

/// How often something of that kind is in the log.
fn count(home: &Home, kind: &str) -> usize {
    home.json(&["log", "--kind", kind]).len()
}

/// Kills `key rotate NAME` all over its run; `kind` is what a rotation puts into the log once.
fn killed_all_over(name: &str, kind: &str) {
    let origin = Home::with_ledger();
    let vkey = origin.ok(&["key", "show", "log"]);
    let before = count(&origin, kind);
    let started = Instant::now();
    copy_of(&origin).ok(&["key", "rotate", name]);
    let whole = started.elapsed();
    let mut interrupted = 0;
    for kill in 0..KILLS {
        let home = copy_of(&origin);
        let mut rotate = home.command(&["key", "rotate", name]);
        let mut rotate = rotate.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        // A third of the kills over the whole run, the others from when the new key is there.
        let pause = if kill % 3 == 0 {
            whole * kill / KILLS
        } else {
            while !begun(&home, name) && rotate.try_wait().unwrap().is_none() {}
            whole * (kill - 1) / (3 * KILLS)
        };
        std::thread::sleep(pause);
        let _ = rotate.kill();
        rotate.wait().unwrap();
        let in_between = begun(&home, name);
        interrupted += u32::from(in_between);

        // Either whoever writes next finishes it, or a rerun does.
        if kill % 2 == 0 {
            if append(&home, "river").code != 0 {
                home.ok(&["key", "rotate", name]);
                assert_eq!(append(&home, "river").code, 0, "{name}, kill {kill}");
            }
        } else if in_between {
            home.ok(&["key", "rotate", name]);
            assert_eq!(count(&home, kind), before + 1, "{name}, kill {kill}");
        }
        if begun(&home, name) {
            home.ok(&["key", "rotate", name]);
            assert_eq!(count(&home, kind), before + 1, "{name}, kill {kill}");
        }
        assert!(count(&home, kind) <= before + 1, "{name}, kill {kill}: rotated twice");
        assert!(!begun(&home, name));
        assert_eq!(append(&home, "sea").code, 0, "{name}, kill {kill}");
        home.ok(&["verify", "ledger", "--vkey", vkey.trim()]);
        let doctor = home.run(&["doctor"]);
        assert_eq!(doctor.code, 0, "{name}, kill {kill}: {}", doctor.stdout);
        let waits = fs::read_dir(home.path().join("ledger/outbox")).unwrap();
        assert_eq!(waits.filter(|file| file.as_ref().unwrap().path().extension().unwrap() == "submission").count(), 0);
    }
    assert!(interrupted > 0, "no kill came in between");
}

#[test]
fn of_the_log() {
    killed_all_over("log", "log-key-changed");
}

#[test]
fn of_an_author() {
    killed_all_over("operator", "key-enrolled");
}

fn is_waiting(home: &Home) -> bool {
    let files = fs::read_dir(home.path().join("ledger/outbox")).unwrap();
    files.flatten().any(|file| file.path().extension().is_some_and(|extension| extension == "submission"))
}

/// A copy in which that command was killed while its submission waited in the outbox. The log key is lost then.
fn killed_while_waiting(origin: &Home, lost_before: bool, arguments: &[&str]) -> Home {
    for _ in 0..200 {
        let home = copy_of(origin);
        home.write("work.toml", "[[work]]\ncode = 'river'\n");
        let lose = || fs::rename(home.path().join("ledger/keys/log.pem"), home.path().join("lost.pem")).unwrap();
        if lost_before {
            lose();
        }
        let mut killed = home.command(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        while killed.try_wait().unwrap().is_none() && !is_waiting(&home) {}
        let _ = killed.kill();
        killed.wait().unwrap();
        if is_waiting(&home) {
            if !lost_before {
                lose();
            }
            return home;
        }
    }
    panic!("no kill came while a submission waited");
}

#[test]
fn of_a_lost_log_key() {
    let origin = Home::with_ledger();
    let lost = ["key", "rotate", "log", "--lost"];
    for (before, arguments) in [(true, &lost[..]), (false, &["append", "work.toml"])] {
        let home = killed_while_waiting(&origin, before, arguments);
        let refused = append(&home, "sea");
        assert!(refused.code == 0 || refused.stderr.contains("key rotate log --lost"), "{}", refused.stderr);
        if refused.code != 0 {
            home.ok(&lost);
        }
        assert_eq!(count(&home, "log-key-changed"), 1);
        assert!(!is_waiting(&home));
        assert_eq!(append(&home, "lake").code, 0);
        assert_eq!(home.run(&["doctor"]).code, 0);
        home.ok(&["verify", "ledger"]);
    }
}

#[test]
fn a_log_key_under_another_name_is_named_and_is_not_lost() {
    let home = Home::with_ledger();
    home.ok(&["key", "new", "other"]);
    let keys = home.path().join("ledger/keys");
    for extension in ["pem", "pub"] {
        let file = |name: &str| keys.join(format!("{name}.{extension}"));
        fs::rename(file("log"), file("log.123")).unwrap();
        fs::copy(file("other"), file("log")).unwrap();
    }
    let named = "log.123.pem holds the key that signs checkpoints";
    let refused = append(&home, "river");
    assert!(refused.code == 1 && refused.stderr.contains(named), "{}", refused.stderr);
    assert!(home.run(&["doctor"]).stdout.contains(named));
    let refused = home.run(&["key", "rotate", "log", "--lost"]);
    assert!(refused.code == 1 && refused.stderr.contains("is not lost"), "{}", refused.stderr);
    assert_eq!(count(&home, "log-key-changed"), 0);
}
