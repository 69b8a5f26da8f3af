//! `cantus completions`: scripts that complete the command line in a shell.

use clap::Args;
use clap_complete::Shell;

use super::exit::Exit;
use super::failure::Outcome;
use super::{Context, definition};

/// Print a script that completes commands and options in a shell.
#[derive(Debug, Args)]
#[command(before_help = "Examples:
  cantus completions bash > ~/.local/share/bash-completion/completions/cantus
  cantus completions zsh > ~/.zfunc/_cantus
  cantus completions fish > ~/.config/fish/completions/cantus.fish")]
pub struct Arguments {
    /// The shell.
    shell: Shell,
}

/// Writes the script to standard output.
pub fn run(arguments: &Arguments, context: &mut Context) -> Outcome {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut definition(), "cantus", &mut script);
    context.out.bytes(&script)?;
    Ok(Exit::Fine)
}
