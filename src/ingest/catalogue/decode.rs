//! From the tree to the structs of [`super::tables`], with serde, so that each table is declared once. What serde
//! says is wrong is given the field and the line where it stands.

use serde::de::value::StringDeserializer;
use serde::de::{self, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, SeqAccess, Unexpected, Visitor};
use serde::forward_to_deserialize_any;

use super::problem::Problem;
use super::tree::{Field, Node, Value};

/// Reads a table. It must have every field that is asked for, and no other.
pub(super) fn table<T: for<'de> de::Deserialize<'de>>(line: u64, fields: &[Field]) -> Result<T, Problem> {
    T::deserialize(Tree { line, value: &Borrowed::Table(fields) }).map_err(|problem| problem.on(line))
}

/// A node, or the fields of a table that has no node of its own.
enum Borrowed<'a> {
    Value(&'a Value),
    Table(&'a [Field]),
}

struct Tree<'a> {
    line: u64,
    value: &'a Borrowed<'a>,
}

fn from_node<'de, T: DeserializeSeed<'de>>(seed: T, node: &Node) -> Result<T::Value, Problem> {
    let value = Borrowed::Value(&node.value);
    seed.deserialize(Tree { line: node.line, value: &value }).map_err(|problem| {
        let problem = match &node.value {
            // The value of an inner field was said already; a table or list is not shown.
            Value::Text(text) => problem.value(text.as_str()),
            Value::Whole(number) => problem.value(number.to_string()),
            _ => problem,
        };
        problem.on(node.line)
    })
}

impl<'de> Deserializer<'de> for Tree<'_> {
    type Error = Problem;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        match self.value {
            Borrowed::Value(Value::Text(text)) => visitor.visit_str(text),
            Borrowed::Value(Value::Whole(number)) => match u64::try_from(*number) {
                Ok(number) => visitor.visit_u64(number),
                Err(_) => visitor.visit_i64(*number),
            },
            Borrowed::Value(Value::Flag(flag)) => visitor.visit_bool(*flag),
            Borrowed::Value(Value::Fraction) => {
                Err(de::Error::invalid_type(Unexpected::Other("a number without quotes"), &visitor))
            }
            Borrowed::Value(Value::Null) => visitor.visit_unit(),
            Borrowed::Value(Value::List(items)) => visitor.visit_seq(Items { rest: items.iter(), at: 0 }),
            Borrowed::Value(Value::Table(fields)) => visitor.visit_map(Fields { rest: fields.iter(), value: None }),
            Borrowed::Table(fields) => visitor.visit_map(Fields { rest: fields.iter(), value: None }),
        }
        .map_err(|problem| problem.on(self.line))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        match self.value {
            Borrowed::Value(Value::Null) => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Problem> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Problem> {
        match self.value {
            Borrowed::Value(Value::Text(text)) => visitor.visit_enum(text.as_str().into_deserializer()),
            _ => Err(de::Error::invalid_type(Unexpected::Other("no word"), &visitor)),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        seq tuple tuple_struct map struct identifier ignored_any
    }
}

/// The items of a list; a problem in one is said to be in its number, counted from 1.
struct Items<'a> {
    rest: std::slice::Iter<'a, Node>,
    at: usize,
}

impl<'de> SeqAccess<'de> for Items<'_> {
    type Error = Problem;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Problem> {
        let Some(node) = self.rest.next() else { return Ok(None) };
        self.at += 1;
        from_node(seed, node).map(Some).map_err(|problem| problem.inside(&self.at.to_string()))
    }
}

/// The fields of a table.
struct Fields<'a> {
    rest: std::slice::Iter<'a, Field>,
    value: Option<&'a Field>,
}

impl<'de> MapAccess<'de> for Fields<'_> {
    type Error = Problem;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Problem> {
        let Some(field) = self.rest.next() else { return Ok(None) };
        self.value = Some(field);
        let name: StringDeserializer<Problem> = field.name.clone().into_deserializer();
        seed.deserialize(name).map(Some).map_err(|problem| problem.on(field.node.line))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Problem> {
        let field = self.value.take().ok_or_else(|| Problem::new("a value without a field"))?;
        from_node(seed, &field.node).map_err(|problem| problem.inside(&field.name))
    }
}
