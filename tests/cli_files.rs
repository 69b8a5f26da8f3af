//! A file that is none (a folder, a pipe, a device without end) or is far too long is refused with a word, at once and
//! without filling the memory, wherever a command takes one.

#![allow(clippy::unwrap_used)]

mod cli_support;

use std::fs::File;
use std::process::Command;
use std::time::{Duration, Instant};

use cli_support::{Home, Ran, ran};

/// Long enough for any command here, and not for one that waits for a pipe.
const PATIENCE: Duration = Duration::from_secs(20);

/// A ledger, a folder, a pipe that nobody writes to, and a file that seems to have 300 GiB.
fn home() -> Home {
    let home = Home::with_ledger();
    std::fs::create_dir(home.path().join("folder.toml")).unwrap();
    assert!(Command::new("mkfifo").arg(home.path().join("pipe.toml")).status().unwrap().success());
    File::create(home.path().join("long.toml")).unwrap().set_len(300 << 30).unwrap();
    home
}

/// Runs a command that must not wait, in little memory.
fn run(home: &Home, arguments: &[&str]) -> Ran {
    let mut command = home.command(arguments);
    let limited = "ulimit -v 4000000; exec \"$0\" \"$@\"";
    let mut shell = Command::new("bash");
    shell.args(["-c", limited]).arg(command.get_program()).args(command.get_args()).current_dir(home.path());
    command.get_envs().for_each(|(name, value)| match value {
        Some(value) => drop(shell.env(name, value)),
        None => drop(shell.env_remove(name)),
    });
    let (out, err) = (home.path().join("out"), home.path().join("err"));
    command = shell;
    command.stdin(File::open("/dev/zero").unwrap());
    command.stdout(File::create(&out).unwrap()).stderr(File::create(&err).unwrap());
    let mut child = command.spawn().unwrap();
    let started = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if started.elapsed() > PATIENCE {
            child.kill().unwrap();
            child.wait().unwrap();
            panic!("{arguments:?} waits");
        }
        std::thread::sleep(Duration::from_millis(10));
    };
    let (stdout, stderr) = (std::fs::read(out).unwrap(), std::fs::read(err).unwrap());
    ran(std::process::Output { status, stdout, stderr })
}

#[test]
fn what_is_no_file_is_refused_by_every_command_that_takes_one() {
    let home = home();
    let commands: [(&[&str], i32); 8] = [
        (&["append"], 1),
        (&["append", "--dry-run"], 1),
        (&["import", "--reporter", "operator"], 1),
        (&["import", "--dry-run"], 1),
        (&["key", "enrol", "--proof"], 1),
        (&["verify", "ledger", "--policy"], 1),
        (&["verify", "ledger", "--since"], 1),
        (&["verify", "ledger", "--vkey"], 2),
    ];
    for (command, code) in commands {
        for file in ["folder.toml", "pipe.toml", "/dev/zero"] {
            let ran = run(&home, &[command, &[file]].concat());
            assert_eq!(ran.code, code, "{command:?} {file}: {}", ran.stderr);
            assert!(ran.stderr.contains("it is not a regular file"), "{command:?} {file}: {}", ran.stderr);
            assert!(ran.stderr.contains(file.trim_start_matches("/dev/")), "{command:?} {file}: {}", ran.stderr);
        }
    }
}

#[test]
fn what_is_far_too_long_is_not_read_to_its_end() {
    let home = home();
    let commands: [(&[&str], i32, &str); 5] = [
        (&["append", "long.toml"], 1, "cannot read long.toml: it is longer than"),
        (&["append", "-"], 1, "cannot read standard input: it is longer than"),
        (&["key", "enrol", "--proof", "-"], 1, "cannot read -: it is longer than"),
        (&["verify", "ledger", "--policy", "long.toml"], 1, "cannot read long.toml: it is longer than"),
        (&["append", "house.toml", "--passphrase-file", "/dev/zero"], 12, "/dev/zero: it is longer than"),
    ];
    home.write("house.toml", "[[work]]\ncode = 'river'\n");
    for (command, code, says) in commands {
        let ran = run(&home, command);
        assert_eq!(ran.code, code, "{command:?}: {}", ran.stderr);
        assert!(ran.stderr.contains(says), "{command:?}: {}", ran.stderr);
    }
}

#[test]
fn a_source_to_verify_that_is_no_file_is_none() {
    let home = home();
    for source in ["pipe.toml", "/dev/zero", "long.toml", "folder.toml"] {
        let ran = run(&home, &["verify", source]);
        assert_eq!(ran.code, 10, "{source}: {}", ran.stderr);
        assert!(ran.stderr.contains("no extract"), "{source}: {}", ran.stderr);
    }
}

#[test]
fn a_key_that_is_no_file_is_refused() {
    let home = home();
    home.write("house.toml", "[[work]]\ncode = 'river'\n");
    for key in ["./pipe.toml", "./folder.toml", "/dev/zero"] {
        let ran = run(&home, &["append", "house.toml", "--key", key]);
        assert_eq!(ran.code, 1, "{key}: {}", ran.stderr);
        assert!(ran.stderr.contains("it is not a regular file"), "{key}: {}", ran.stderr);
    }
    let ran = run(&home, &["append", "house.toml", "--key", "./long.toml"]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(ran.stderr.contains("it is longer than"), "{}", ran.stderr);
}

#[test]
fn a_passphrase_may_come_through_a_pipe() {
    let home = Home::with_ledger();
    home.write("house.toml", "[[work]]\ncode = 'river'\n");
    let program = env!("CARGO_BIN_EXE_cantus");
    let script = format!("{program} append house.toml --passphrase-file <(echo {})", cli_support::PASSPHRASE);
    let output = Command::new("bash").args(["-c", &script]).current_dir(home.path()).output().unwrap();
    let ran = ran(output);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
}
