//! `cantus man`: manual pages, made from the same definition as the help.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::builder::StyledStr;
use clap::{Args, Command};
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
    let mut command = definition().disable_help_subcommand(true);
    command.build();
    let Some(folder) = &arguments.folder else {
        context.out.bytes(&page(&command)?)?;
        return Ok(Exit::Fine);
    };
    fs::create_dir_all(folder)
        .and_then(|()| write(&command, folder))
        .map_err(|error| Failure::file("write manual pages to", folder.display(), &error))?;
    context.out.note(format_args!("The manual pages are in {}.", folder.display()));
    Ok(Exit::Fine)
}

fn write(command: &Command, folder: &Path) -> io::Result<()> {
    for below in command.get_subcommands().filter(|below| !below.is_hide_set()) {
        write(below, folder)?;
    }
    fs::write(folder.join(Man::new(command.clone()).get_filename()), page(command)?)
}

/// The page of a command. Its synopsis is the usage of its help; what stands before and after its help are its examples
/// and notes.
fn page(command: &Command) -> io::Result<Vec<u8>> {
    let usage = command.clone().render_usage().to_string();
    let usage = usage.trim_start_matches("Usage: ").to_owned();
    let man = Man::new(command.clone().override_usage(usage));
    // Without a date the others would take its place.
    let man = man.date(" ").source(concat!("cantus ", env!("CARGO_PKG_VERSION"))).manual("Cantus Manual");
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    if command.has_subcommands() {
        man.render_subcommands_section(&mut page)?;
    }
    let text = |help: Option<&StyledStr>| help.map(ToString::to_string).unwrap_or_default();
    let before = text(command.get_before_help());
    verbatim("EXAMPLES", before.trim_start_matches("Examples:\n"), &mut page)?;
    verbatim("NOTES", &text(command.get_after_help()), &mut page)?;
    Ok(page)
}

/// A section whose lines stay as they are.
fn verbatim(heading: &str, text: &str, page: &mut Vec<u8>) -> io::Result<()> {
    if text.is_empty() {
        return Ok(());
    }
    writeln!(page, ".SH {heading}\n.nf")?;
    for line in text.lines() {
        // A point or quote at the beginning of a line would be a request.
        writeln!(page, r"\&{}", line.replace('\\', r"\e").replace('-', r"\-"))?;
    }
    writeln!(page, ".fi")
}
