//! `cantus man`: manual pages, made from the same definition as the help.

use std::path::{Path, PathBuf};

use clap::Args;
use clap_mangen::Man;

use super::exit::Exit;
use super::failure::{Failure, Outcome};
use super::{Context, definition};

/// Print the manual page, or write the pages of all commands to a folder.
#[derive(Debug, Args)]
#[command(before_help = "Examples:
  cantus man | man -l -
  cantus man ~/.local/share/man/man1")]
pub struct Arguments {
    /// The folder for the pages of all commands; it is made if it is not there.
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
}

/// Writes the page to standard output, or all pages to a folder.
pub fn run(arguments: &Arguments, context: &mut Context) -> Outcome {
    let Some(folder) = &arguments.folder else {
        let mut page = Vec::new();
        Man::new(definition()).render(&mut page)?;
        context.out.bytes(&page)?;
        return Ok(Exit::Fine);
    };
    write(folder).map_err(|error| Failure::file("write manual pages to", folder.display(), &error))?;
    context.out.note(format_args!("The manual pages are in {}.", folder.display()));
    Ok(Exit::Fine)
}

fn write(folder: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    clap_mangen::generate_to(definition(), folder)
}
