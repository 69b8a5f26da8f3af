//! What a command says. Standard output is data: a table for people, with `--json` one object a line, of a listing with
//! `--csv` one record a line. Standard error is narration, which `--quiet` leaves out; progress and colours appear only on a terminal.

use std::cell::RefCell;
use std::fmt::Display;
use std::io::{self, BufWriter, IsTerminal, Stdout, Write};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use anstyle::{AnsiColor, Style};
use comfy_table::{CellAlignment, Table};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;

use super::failure::Failure;
use super::text::{csv_text, visible};

const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const HINT: Style = AnsiColor::Cyan.on_default().bold();

/// A column of a table.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    name: &'static str,
    kind: Kind,
    left_out: LeftOut,
}

/// Where a column is left out, if no row has anything in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LeftOut {
    Nowhere,
    OfTables,
    Everywhere,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Words,
    Numbers,
    Amounts,
}

impl Column {
    /// A column of words.
    pub const fn words(name: &'static str) -> Column {
        Column { name, kind: Kind::Words, left_out: LeftOut::Nowhere }
    }

    /// A column of numbers, which stand right-aligned.
    pub const fn numbers(name: &'static str) -> Column {
        Column { name, kind: Kind::Numbers, left_out: LeftOut::Nowhere }
    }

    /// The same, left out of a table of which no row has anything in it; CSV always has it.
    pub const fn optional(self) -> Column {
        Column { left_out: LeftOut::OfTables, ..self }
    }

    /// The same, there only if an option asks for it: left out of CSV too if no row has anything in it.
    pub const fn if_asked(self) -> Column {
        Column { left_out: LeftOut::Everywhere, ..self }
    }

    /// A column of decimal numbers, whose points stand under each other.
    pub const fn amounts(name: &'static str) -> Column {
        Column { name, kind: Kind::Amounts, left_out: LeftOut::Nowhere }
    }
}

/// A row of a table, and the same as an object of JSON.
pub trait Row: Serialize {
    /// The columns, in order.
    const COLUMNS: &'static [Column];
    /// The text in each column.
    fn cells(&self) -> Vec<String>;
}

/// How data is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// For people.
    Table,
    /// One object a line.
    Json,
    /// A line of names, then one record a line (RFC 4180).
    Csv,
}

/// Where a command writes.
pub struct Out {
    data: RefCell<BufWriter<Stdout>>,
    form: Form,
    quiet: bool,
}

impl Out {
    /// Output in the form that was asked for.
    pub fn new(json: bool, quiet: bool) -> Out {
        let form = if json { Form::Json } else { Form::Table };
        Out { data: RefCell::new(BufWriter::new(io::stdout())), form, quiet }
    }

    /// The listing is to be CSV.
    pub fn as_csv(&mut self) {
        self.form = Form::Csv;
    }

    /// Whether data is to be JSON.
    pub fn is_json(&self) -> bool {
        self.form == Form::Json
    }

    /// Whether data is for people, who read totals and notes with it; a program makes its own.
    pub fn is_table(&self) -> bool {
        self.form == Form::Table
    }

    /// A line of data for people; nothing if data for programs was asked for.
    pub fn line(&mut self, text: impl Display) -> Result<(), Failure> {
        if self.is_table() {
            writeln!(self.data.get_mut(), "{}", visible(&text.to_string()))?;
        }
        Ok(())
    }

    /// A line of data for programs; nothing unless JSON was asked for.
    pub fn json(&mut self, object: &impl Serialize) -> Result<(), Failure> {
        if self.is_json() {
            serde_json::to_writer(self.data.get_mut(), object).map_err(io::Error::from)?;
            writeln!(self.data.get_mut())?;
        }
        Ok(())
    }

    /// What a command has put into the ledger: the event, and what it means.
    pub fn done(&mut self, event: u64, text: impl Display) -> Result<(), Failure> {
        self.json(&serde_json::json!({ "event": event }))?;
        self.line(format_args!("{text} (event {event})"))
    }

    /// Rows, as a table, as one object a line, or as CSV.
    pub fn rows<R: Row>(&mut self, rows: &[R]) -> Result<(), Failure> {
        match self.form {
            Form::Json => rows.iter().try_for_each(|row| self.json(row)),
            Form::Csv => self.csv(rows),
            Form::Table => Ok(write!(self.data.get_mut(), "{}", table(rows))?),
        }
    }

    /// Rows as CSV: the columns of the table, also the optional ones, under their names in lower case.
    fn csv<R: Row>(&mut self, rows: &[R]) -> Result<(), Failure> {
        let mut csv = csv::Writer::from_writer(self.data.get_mut());
        let mut records: Vec<Vec<String>> = rows.iter().map(Row::cells).collect();
        let columns = shown(R::COLUMNS, &mut records, &[LeftOut::Everywhere]);
        let names = columns.iter().map(|column| column.name.to_lowercase().replace(' ', "_"));
        csv.write_record(names).map_err(io::Error::from)?;
        for record in records {
            let cells = record.into_iter().zip(&columns);
            let cells = cells.map(|(cell, column)| if column.kind == Kind::Words { csv_text(cell) } else { cell });
            csv.write_record(cells).map_err(io::Error::from)?;
        }
        Ok(csv.flush()?)
    }

    /// Data that is bytes and the same in every form, such as a checkpoint.
    pub fn bytes(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        Ok(self.data.get_mut().write_all(bytes)?)
    }

    /// A line of narration, after what was written before it. If that cannot be written, the last flush says so.
    pub fn note(&self, text: impl Display) {
        if !self.quiet {
            let _ = self.data.borrow_mut().flush();
            anstream::eprintln!("{}", visible(&text.to_string()));
        }
    }

    /// Something doubtful. `--quiet` does not hide it.
    pub fn warn(&self, text: impl Display) {
        anstream::eprintln!("{WARNING}warning:{WARNING:#} {}", visible(&text.to_string()));
    }

    /// One of several things that are wrong, with what to do, before the failure that sums them up.
    pub fn problem(&self, problem: &(impl Display + Serialize), hint: Option<&str>) {
        if self.is_json() {
            let line = serde_json::to_string(problem).unwrap_or_default();
            anstream::eprintln!("{line}");
            return;
        }
        anstream::eprintln!("{}", visible(&problem.to_string()));
        if let Some(hint) = hint {
            anstream::eprintln!("  {HINT}hint:{HINT:#} {hint}");
        }
    }

    /// The error that ends the command.
    pub fn failure(&self, failure: &Failure) {
        if failure.message.is_empty() {
            return;
        }
        if self.is_json() {
            let line = serde_json::to_string(&failure.to_json()).unwrap_or_default();
            anstream::eprintln!("{line}");
            return;
        }
        anstream::eprintln!("{ERROR}error:{ERROR:#} {}", visible(&failure.message));
        if let Some(hint) = &failure.hint {
            anstream::eprintln!("{HINT}hint:{HINT:#} {}", visible(hint));
        }
    }

    /// Progress over `total` of something, drawn on a terminal only.
    pub fn progress(&self, what: &'static str, total: Option<u64>) -> Progress {
        let drawn = !self.quiet && io::stderr().is_terminal();
        Progress { what, total, drawn, started: Instant::now(), bar: OnceLock::new() }
    }

    /// Writes out what is buffered.
    pub fn flush(&mut self) -> Result<(), Failure> {
        Ok(self.data.get_mut().flush()?)
    }
}

/// How long something runs before its progress is drawn: a bar that is gone at once only flashes.
const UNDRAWN: Duration = Duration::from_millis(500);

/// The progress of something that may take long.
pub struct Progress {
    what: &'static str,
    total: Option<u64>,
    drawn: bool,
    started: Instant,
    bar: OnceLock<ProgressBar>,
}

impl Progress {
    /// So much of it is done.
    pub fn set_position(&self, done: u64) {
        if self.drawn && self.started.elapsed() >= UNDRAWN {
            self.bar.get_or_init(|| self.draw()).set_position(done);
        }
    }

    /// It is done, and nothing of it stays on the terminal.
    pub fn finish_and_clear(&self) {
        if let Some(bar) = self.bar.get() {
            bar.finish_and_clear();
        }
    }

    fn draw(&self) -> ProgressBar {
        let target = ProgressDrawTarget::stderr_with_hz(10);
        let bar = ProgressBar::with_draw_target(self.total, target).with_message(self.what);
        let template = match self.total {
            Some(_) => "{msg} {wide_bar} {human_pos}/{human_len} {eta}",
            None => "{spinner} {msg} {human_pos} {per_sec}",
        };
        bar.set_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.enable_steady_tick(Duration::from_millis(200));
        bar
    }
}

/// A calm table: a line of names, the rows, no frame, nothing at the ends of lines.
fn table<R: Row>(rows: &[R]) -> String {
    let words = |row: &R| row.cells().iter().map(|cell| visible(cell).replace('\n', " ")).collect();
    let mut cells: Vec<Vec<String>> = rows.iter().map(words).collect();
    let columns = shown(R::COLUMNS, &mut cells, &[LeftOut::OfTables, LeftOut::Everywhere]);
    let mut table = Table::new();
    table.force_no_tty().load_style(comfy_table::presets::NOTHING);
    table.set_header(columns.iter().map(|column| column.name));
    for at in (0..).zip(&columns).filter(|(_, column)| column.kind == Kind::Amounts).map(|(at, _)| at) {
        align_points(cells.iter_mut().filter_map(|row| row.get_mut(at)).collect());
    }
    table.add_rows(cells);
    for (drawn, column) in table.column_iter_mut().zip(&columns) {
        drawn.set_padding((0, 2));
        if column.kind != Kind::Words {
            drawn.set_cell_alignment(CellAlignment::Right);
        }
    }
    table.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

/// The columns that are shown; the cells of the others are taken away.
fn shown(columns: &[Column], cells: &mut [Vec<String>], left_out: &[LeftOut]) -> Vec<Column> {
    let used = |at: usize| cells.iter().any(|row| row.get(at).is_some_and(|cell| !cell.is_empty()));
    let keep: Vec<bool> =
        (0..).zip(columns).map(|(at, column)| !left_out.contains(&column.left_out) || used(at)).collect();
    for row in cells {
        let mut kept = keep.iter();
        row.retain(|_| kept.next().copied().unwrap_or(true));
    }
    columns.iter().zip(keep).filter(|(_, keep)| *keep).map(|(column, _)| *column).collect()
}

/// Fills decimals up with spaces, so that the points of right-aligned numbers stand under each other.
fn align_points(mut numbers: Vec<&mut String>) {
    let decimals = |number: &String| number.find('.').map_or(0, |point| number.len() - point);
    let most = numbers.iter().map(|number| decimals(number)).max().unwrap_or(0);
    for number in &mut numbers {
        let missing = most - decimals(number);
        number.extend(std::iter::repeat_n(' ', missing));
    }
}
