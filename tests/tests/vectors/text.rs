//! JSON as text has it: with each pair of an object, even if two have one key.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Number;

/// A JSON value. Of an object nothing is lost, as a pair of a map would be.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Text {
    Null,
    Bool(bool),
    Number(Number),
    String(String),
    Array(Vec<Text>),
    Object(Vec<(String, Text)>),
}

impl Text {
    /// JSON in whose strings control characters may stand as they are, as Python writes them.
    pub(crate) fn lenient(bytes: &[u8]) -> Text {
        let text = str::from_utf8(bytes).unwrap();
        let escaped = text.chars().map(|c| match c {
            '\0'..' ' => format!("\\u{:04x}", u32::from(c)),
            _ => c.to_string(),
        });
        serde_json::from_str(&escaped.collect::<String>()).unwrap()
    }
}

/// Whether two are the same. Numbers are compared as such, 1 is 1.0, and the pairs of an object in any
/// order, but all of them.
pub(crate) fn same(a: &Text, b: &Text) -> bool {
    match (a, b) {
        (Text::Number(a), Text::Number(b)) => {
            a == b || (a.is_f64() || b.is_f64()) && a.as_f64() == b.as_f64()
        }
        (Text::Array(a), Text::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Text::Object(a), Text::Object(b)) => {
            let mut left: Vec<_> = b.iter().collect();
            a.len() == b.len()
                && a.iter().all(|(key, value)| {
                    let at = left.iter().position(|(k, v)| k == key && same(value, v));
                    at.map(|at| left.swap_remove(at)).is_some()
                })
        }
        _ => a == b,
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Texts)
    }
}

struct Texts;

impl<'de> Visitor<'de> for Texts {
    type Value = Text;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Text, E> {
        Ok(Text::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Text, E> {
        Ok(Text::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Text, E> {
        Ok(Text::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Text, E> {
        Ok(Text::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Text, E> {
        Ok(Number::from_f64(value).map_or(Text::Null, Text::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Text, E> {
        Ok(Text::String(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Text, A::Error> {
        let mut all = Vec::new();
        while let Some(element) = elements.next_element()? {
            all.push(element);
        }
        Ok(Text::Array(all))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut pairs: A) -> Result<Text, A::Error> {
        let mut all = Vec::new();
        while let Some(pair) = pairs.next_entry()? {
            all.push(pair);
        }
        Ok(Text::Object(all))
    }
}

#[test]
fn a_pair_that_stands_twice_is_not_one() {
    let read = |text: &str| serde_json::from_str::<Text>(text).unwrap();
    assert!(same(&read(r#"{"a": 1, "b": 2}"#), &read(r#"{"b": 2.0, "a": 1}"#)));
    assert!(!same(&read(r#"{"a": 1, "a": 1}"#), &read(r#"{"a": 1}"#)));
    assert!(!same(&read(r#"{"a": 1, "a": 2}"#), &read(r#"{"a": 2, "a": 2}"#)));
    assert!(same(&read(r#"{"a": 1, "a": 2}"#), &read(r#"{"a": 2, "a": 1}"#)));
}
