//! The `cantus` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    cantus::cli::run()
}
