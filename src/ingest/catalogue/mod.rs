//! The text format by which people write parties, works, shares, contracts, payments and corrections by hand.
//!
//! Text in, bodies of events out, nothing else: a file is read whole ([`Document::read`]), held against what the
//! ledger knows by name ([`Document::check`]), and translated one submission at a time ([`Document::translate`]).
//! Everything that is wrong is said at once, with file, line and field, and then nothing of the file is taken.
//!
//! What is named in the file may be used anywhere in it: tables are taken in the order of their kinds, those of one
//! kind in the order of the file. FORMAT.md beside this file describes the format.

mod builtin;
mod code;
mod decode;
mod names;
mod problem;
mod tables;
mod tree;
mod values;
mod write;

use ledger_spec::limits;
use ledger_spec::reference::PartyId;

pub use builtin::{BUILTIN, Builtin};
pub use code::check as check_code;
pub use names::{Coded, Names, NoNames};
pub use problem::{Problem, meant};
pub use tables::KINDS;

use names::Scope;
use tables::Table;
use tree::{Record, Value};
use write::{EVENTS_PER_TABLE, Writer};

/// What a submission holds beside each body: class, salt and length.
const SALT_AND_LENGTHS: usize = 1 + 16 + 2;

/// The description of the format, for people.
pub const FORMAT: &str = include_str!("FORMAT.md");

/// How a text is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Syntax {
    /// Arrays of tables.
    Toml,
    /// One object a line, with a field `kind`.
    JsonLines,
}

impl Syntax {
    /// The syntax that a file's name tells: JSON Lines for `.jsonl`, `.ndjson` and `.json`, otherwise TOML.
    pub fn of_file_name(name: &str) -> Syntax {
        let json = [".jsonl", ".ndjson", ".json"].iter().any(|ending| name.ends_with(ending));
        if json { Syntax::JsonLines } else { Syntax::Toml }
    }
}

/// A text that was read: every table has the fields it needs and no others.
#[derive(Debug, Clone)]
pub struct Document {
    file: String,
    entries: Vec<Entry>,
}

/// A table, and the tree it was read from, which knows the lines.
#[derive(Debug, Clone)]
struct Entry {
    record: Record,
    table: Table,
}

/// What a text would add.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// Tables of each kind, in the order in which they are taken.
    pub tables: Vec<(&'static str, usize)>,
    /// Events they make.
    pub events: usize,
    /// What is doubtful but taken as given.
    pub warnings: Vec<Problem>,
}

impl Checked {
    /// How many tables of a kind there are.
    pub fn count(&self, kind: &str) -> usize {
        self.tables.iter().find(|(known, _)| *known == kind).map_or(0, |(_, count)| *count)
    }
}

impl Document {
    /// What messages call it.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// Reads a text; `file` is what messages call it.
    pub fn read(file: &str, text: &str, syntax: Syntax) -> Result<Document, Vec<Problem>> {
        let mut problems = Vec::new();
        let records = match syntax {
            Syntax::Toml => tree::read_toml(text, &mut problems),
            Syntax::JsonLines => tree::read_json_lines(text, &mut problems),
        };
        let mut entries = Vec::with_capacity(records.len());
        for record in records {
            match Table::read(&record) {
                Some(Ok(table)) => entries.push(Entry { record, table }),
                Some(Err(problem)) => problems.push(Problem { kind: record.kind.into(), ..problem }),
                None => problems.push(unknown_kind(&record)),
            }
        }
        if entries.is_empty() && problems.is_empty() {
            problems.push(Problem::at(1, "there is nothing in it").hint("write a table such as [[party]]"));
        }
        // Stable: what is of one kind stays in the order of the file.
        entries.sort_by_key(|entry| KINDS.iter().position(|kind| *kind == entry.record.kind));
        let document = Document { file: file.to_owned(), entries };
        if problems.is_empty() { Ok(document) } else { Err(document.placed(problems)) }
    }

    /// Translates the whole text as a trial, and says all that is wrong with it.
    pub fn check(&self, names: &dyn Names) -> Result<Checked, Vec<Problem>> {
        let mut id = 0u128;
        let mut fresh = || {
            id += 1;
            PartyId(id.to_be_bytes())
        };
        let mut translation = self.translate(names, &mut fresh);
        let (mut problems, mut events) = (Vec::new(), 0);
        while translation.next < self.entries.len() {
            problems.extend(translation.fill());
            events += translation.writer.bodies.len();
            // Nothing is appended, so any index does for what has gone before.
            translation.settle(0);
        }
        if !problems.is_empty() {
            return Err(self.placed(problems));
        }
        let count = |kind: &'static str| (kind, self.entries.iter().filter(|entry| entry.record.kind == kind).count());
        let tables = KINDS.iter().map(|kind| count(kind)).filter(|(_, count)| *count > 0).collect();
        let warnings = self.placed(std::mem::take(&mut translation.writer.warnings));
        Ok(Checked { tables, events, warnings })
    }

    /// Translates the text, submission by submission. `fresh` makes the random ids of new parties.
    pub fn translate<'d>(&'d self, names: &'d dyn Names, fresh: &'d mut dyn FnMut() -> PartyId) -> Translation<'d> {
        let writer = Writer { scope: Scope::new(names), fresh, bodies: Vec::new(), warnings: Vec::new() };
        Translation { document: self, next: 0, bytes: 0, made_by: Vec::new(), writer }
    }

    /// Problems in the order of the file, each with its name.
    fn placed(&self, mut problems: Vec<Problem>) -> Vec<Problem> {
        problems.iter_mut().for_each(|problem| problem.file = self.file.as_str().into());
        problems.sort_by_key(|problem| problem.line);
        problems
    }
}

/// A text on its way into the log: call [`Translation::submission`], append what it gives, say where it went with
/// [`Translation::settle`], and so on until there is no more.
pub struct Translation<'d> {
    document: &'d Document,
    next: usize,
    /// Bytes of the submission so far, as its limit counts them.
    bytes: usize,
    /// The entry that made each body of the submission.
    made_by: Vec<usize>,
    writer: Writer<'d>,
}

impl Translation<'_> {
    /// The bodies of the next submission, kind first; `None` after the last.
    pub fn submission(&mut self) -> Result<Option<&[Vec<u8>]>, Vec<Problem>> {
        let problems = self.fill();
        if !problems.is_empty() {
            return Err(self.document.placed(problems));
        }
        Ok(if self.writer.bodies.is_empty() { None } else { Some(&self.writer.bodies) })
    }

    /// The submission is in the log, its first event at this index; later ones cite what is in it by index.
    pub fn settle(&mut self, first: u64) {
        self.writer.scope.settle(first);
        self.writer.bodies.clear();
        self.made_by.clear();
        self.bytes = 0;
    }

    /// What stands against an event of this submission, said at the table that made it.
    pub fn refused(&self, offset: usize, reason: &str) -> Problem {
        let entry = self.made_by.get(offset).and_then(|at| self.document.entries.get(*at));
        let problem = Problem::new(self.writer.scope.named(reason));
        let problem = entry.map_or(problem.clone(), |entry| entry.place(problem));
        Problem { file: self.document.file.as_str().into(), ..problem }
    }

    /// Writes tables while a submission surely has room for one more.
    fn fill(&mut self) -> Vec<Problem> {
        let mut problems = Vec::new();
        while let Some(entry) = self.document.entries.get(self.next).filter(|_| self.has_room()) {
            let at = self.next;
            self.next += 1;
            let (written, warned) = (self.writer.bodies.len(), self.writer.warnings.len());
            problems.extend(self.writer.table(&entry.table).err().map(|problem| entry.place(problem)));
            let warnings = self.writer.warnings.drain(warned..).map(|warning| entry.place(warning)).collect::<Vec<_>>();
            self.writer.warnings.extend(warnings);
            self.made_by.resize(self.writer.bodies.len(), at);
            self.bytes +=
                self.writer.bodies.iter().skip(written).map(|body| body.len() + SALT_AND_LENGTHS).sum::<usize>();
        }
        problems
    }

    fn has_room(&self) -> bool {
        let most = EVENTS_PER_TABLE * (limits::BODY_INLINE + SALT_AND_LENGTHS);
        self.writer.bodies.len() + EVENTS_PER_TABLE <= limits::SUBMISSION_EVENTS as usize
            && self.bytes + most <= limits::SUBMISSION_BYTES
    }
}

impl Entry {
    /// Says where in the file a problem stands: at its field, as far as there is one.
    fn place(&self, problem: Problem) -> Problem {
        let mut line = self.record.line;
        let mut value: Option<&Value> = None;
        for step in problem.field.split('.') {
            let node = match value {
                None => self.record.fields.iter().find(|field| field.name == step).map(|field| &field.node),
                Some(Value::Table(fields)) => fields.iter().find(|field| field.name == step).map(|field| &field.node),
                Some(Value::List(items)) => step.parse::<usize>().ok().and_then(|at| items.get(at.checked_sub(1)?)),
                Some(_) => None,
            };
            let Some(node) = node else { break };
            (line, value) = (node.line, Some(&node.value));
        }
        Problem { kind: self.record.kind.as_str().into(), line, ..problem }
    }
}

fn unknown_kind(record: &Record) -> Problem {
    let problem = Problem::at(record.line, format!("there is no kind of table called \"{}\"", record.kind));
    match meant(&record.kind, KINDS.iter().copied()) {
        Some(meant) => problem.hint(format!("did you mean {meant}?")),
        None => problem.hint(format!("known are {}", KINDS.join(", "))),
    }
}
