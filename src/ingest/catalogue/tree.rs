//! A text as a tree of values that know their line, the same for TOML and for JSON Lines.
//!
//! Nothing is interpreted here but syntax. A number with a point stays out of the tree as a number: no share or
//! amount may pass through a float, so it is kept only to be refused where it stands.

use std::fmt;

use serde::de::{self, MapAccess, SeqAccess};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::problem::Problem;

/// A value and the line it begins on.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node {
    pub(super) line: u64,
    pub(super) value: Value,
}

/// A value of the text.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Text(String),
    Whole(i64),
    Fraction,
    Flag(bool),
    List(Vec<Node>),
    Table(Vec<Field>),
    Null,
}

/// A field of a table.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) node: Node,
}

/// A table of the text that says one thing: `[[claim]]`, or a line of JSON with `"kind": "claim"`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Record {
    pub(super) kind: String,
    pub(super) line: u64,
    pub(super) fields: Vec<Field>,
}

/// Reads the arrays of tables of a TOML document, those of one kind in their order.
pub(super) fn read_toml(text: &str, problems: &mut Vec<Problem>) -> Vec<Record> {
    let lines = Lines::of(text);
    let (document, errors) = DeTable::parse_recoverable(text);
    problems.extend(errors.iter().map(|error| {
        let line = error.span().map_or(0, |span| lines.line(span.start));
        Problem::at(line, error.message()).hint("the file must be valid TOML")
    }));
    let mut records = Vec::new();
    for (kind, value) in document.into_inner() {
        let line = lines.line(kind.span().start);
        let kind = kind.into_inner().into_owned();
        match lines.node(value) {
            Node { value: Value::List(items), .. } => {
                for item in items {
                    match item.value {
                        Value::Table(fields) => records.push(Record { kind: kind.clone(), line: item.line, fields }),
                        _ => problems.push(expected_tables(item.line, &kind)),
                    }
                }
            }
            _ => problems.push(expected_tables(line, &kind)),
        }
    }
    records
}

fn expected_tables(line: u64, kind: &str) -> Problem {
    Problem::at(line, format!("{kind} is not a list of tables"))
        .hint(format!("write [[{kind}]] on a line of its own, and the fields below it"))
}

/// Reads one object a line; its field `kind` says what it is. Blank lines are passed over.
pub(super) fn read_json_lines(text: &str, problems: &mut Vec<Problem>) -> Vec<Record> {
    let mut records = Vec::new();
    for (line, text) in (1u64..).zip(text.lines()).filter(|(_, text)| !text.trim().is_empty()) {
        match serde_json::from_str::<Value>(text) {
            Ok(Value::Table(mut fields)) => {
                fields.iter_mut().for_each(|field| field.node.set_line(line));
                let kind = fields.iter().position(|field| field.name == "kind").map(|at| fields.remove(at).node.value);
                match kind {
                    Some(Value::Text(kind)) => records.push(Record { kind, line, fields }),
                    _ => problems.push(
                        Problem::at(line, "the object does not say what it is")
                            .hint("give it a field \"kind\", such as \"kind\": \"party\""),
                    ),
                }
            }
            Ok(_) => problems.push(Problem::at(line, "not an object").hint("write one JSON object a line")),
            Err(error) => problems
                .push(Problem::at(line, format!("not JSON: {error}")).hint("write one whole JSON object on each line")),
        }
    }
    records
}

impl Node {
    /// JSON tells no lines: everything on a line stands on that line.
    fn set_line(&mut self, line: u64) {
        self.line = line;
        match &mut self.value {
            Value::List(items) => items.iter_mut().for_each(|item| item.set_line(line)),
            Value::Table(fields) => fields.iter_mut().for_each(|field| field.node.set_line(line)),
            Value::Text(_) | Value::Whole(_) | Value::Fraction | Value::Flag(_) | Value::Null => {}
        }
    }
}

/// Where the lines of a text begin, to turn byte offsets into line numbers.
struct Lines(Vec<usize>);

impl Lines {
    fn of(text: &str) -> Lines {
        Lines(text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at).collect())
    }

    /// The line, from 1, that the byte at `offset` is on.
    fn line(&self, offset: usize) -> u64 {
        self.0.partition_point(|&end| end < offset) as u64 + 1
    }

    fn node(&self, value: Spanned<DeValue<'_>>) -> Node {
        let line = self.line(value.span().start);
        let value = match value.into_inner() {
            DeValue::String(text) => Value::Text(text.into_owned()),
            DeValue::Integer(number) => {
                i64::from_str_radix(number.as_str(), number.radix()).map_or(Value::Fraction, Value::Whole)
            }
            DeValue::Float(_) => Value::Fraction,
            DeValue::Boolean(flag) => Value::Flag(flag),
            // A date without quotes reads as the text it is.
            DeValue::Datetime(date) => Value::Text(date.to_string()),
            DeValue::Array(items) => Value::List(items.into_iter().map(|item| self.node(item)).collect()),
            DeValue::Table(fields) => Value::Table(
                fields
                    .into_iter()
                    .map(|(name, value)| Field { name: name.into_inner().into_owned(), node: self.node(value) })
                    .collect(),
            ),
        };
        Node { line, value }
    }
}

impl<'de> de::Deserialize<'de> for Value {
    /// From JSON. A field given twice is refused, because one of the two would be lost silently.
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Value, D::Error> {
        struct Visitor;
        impl<'de> de::Visitor<'de> for Visitor {
            type Value = Value;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Value, E> {
                Ok(Value::Text(text.to_owned()))
            }
            fn visit_bool<E: de::Error>(self, flag: bool) -> Result<Value, E> {
                Ok(Value::Flag(flag))
            }
            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Value, E> {
                Ok(Value::Whole(number))
            }
            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Value, E> {
                Ok(i64::try_from(number).map_or(Value::Fraction, Value::Whole))
            }
            #[allow(clippy::float_arithmetic, reason = "the number is dropped, not computed with")]
            fn visit_f64<E: de::Error>(self, _: f64) -> Result<Value, E> {
                Ok(Value::Fraction)
            }
            fn visit_unit<E: de::Error>(self) -> Result<Value, E> {
                Ok(Value::Null)
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
                let mut list = Vec::new();
                while let Some(value) = items.next_element()? {
                    list.push(Node { line: 0, value });
                }
                Ok(Value::List(list))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
                let mut fields: Vec<Field> = Vec::new();
                while let Some((name, value)) = entries.next_entry::<String, Value>()? {
                    if fields.iter().any(|field| field.name == name) {
                        return Err(de::Error::custom(format_args!("the field \"{name}\" is given twice")));
                    }
                    fields.push(Field { name, node: Node { line: 0, value } });
                }
                Ok(Value::Table(fields))
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}
