//! Apache's SimpleJSON, which is written and never read.

use std::fmt::Write as _;

use super::{
    tree::{Tree, base64, hyphenated},
    write,
};
use crate::{
    error::{Error, Result},
    value::Value,
};

/// A value in the JSON of Apache's `TSimpleJSONProtocol`, for logs: fields by their names, enums and
/// bools by their numbers.
///
/// It is what Apache's library for Python writes, byte for byte but for control characters, which JSON
/// wants escaped.
///
/// # Errors
///
/// If there is a map whose keys are containers, or a `double` that is not finite, which JSON does
/// not have, or if the value is nested deeper than [`Limits::MAX_DEPTH`](crate::Limits).
///
/// ```
/// # fn main() -> thrift_runtime::Result<()> {
/// use std::collections::BTreeMap;
///
/// let counts = BTreeMap::from([(1, vec![true, false])]);
/// assert_eq!(thrift_runtime::idl::simple_json(&counts)?, r#"{"1":[1,0]}"#);
/// # Ok(())
/// # }
/// ```
pub fn simple_json<V: Value>(value: &V) -> Result<String> {
    let mut out = String::new();
    match write::tree(value) {
        Some(tree) => write_tree(&tree, &mut out)?,
        None => return Err(Error::limit("the value is nested too deep")),
    }
    Ok(out)
}

fn write_tree(tree: &Tree, out: &mut String) -> Result<()> {
    match tree {
        Tree::Struct(_, fields) => {
            let fields = fields.iter().map(|(name, value)| (*name, value));
            write_all(out, ['{', '}'], fields, |(name, value), out| {
                quote(name, out);
                out.push(':');
                write_tree(value, out)
            })
        }
        Tree::List(elements) => write_all(out, ['[', ']'], elements.iter(), write_tree),
        Tree::Map(pairs) => write_all(out, ['{', '}'], pairs.iter(), |(key, value), out| {
            write_key(key, out)?;
            out.push(':');
            write_tree(value, out)
        }),
        other => write_base(other, out),
    }
}

fn write_all<T>(
    out: &mut String,
    [begin, end]: [char; 2],
    parts: impl Iterator<Item = T>,
    write: impl Fn(T, &mut String) -> Result<()>,
) -> Result<()> {
    out.push(begin);
    for (index, part) in parts.enumerate() {
        if index > 0 {
            out.push(',');
        }
        write(part, out)?;
    }
    out.push(end);
    Ok(())
}

/// A key, which is in quotes.
fn write_key(key: &Tree, out: &mut String) -> Result<()> {
    match key {
        Tree::Text(_) | Tree::Binary(_) | Tree::Uuid(_) => write_base(key, out),
        Tree::Bool(_) | Tree::Int(_) | Tree::Double(_) | Tree::Member(..) => {
            out.push('"');
            write_base(key, out)?;
            out.push('"');
            Ok(())
        }
        _ => Err(Error::malformed("a container cannot be a key in JSON")),
    }
}

fn write_base(tree: &Tree, out: &mut String) -> Result<()> {
    match tree {
        Tree::Bool(value) => out.push(if *value { '1' } else { '0' }),
        Tree::Int(value) => _ = write!(out, "{value}"),
        Tree::Member(value, _) => _ = write!(out, "{value}"),
        Tree::Double(value) if value.is_finite() => write_double(*value, out),
        Tree::Double(_) => return Err(Error::malformed("JSON has no number for this double")),
        Tree::Text(value) => quote(value, out),
        Tree::Binary(value) => quote(&base64(value), out),
        Tree::Uuid(value) => quote(&hyphenated(*value), out),
        _ => {}
    }
    Ok(())
}

/// As Python writes it: `1.0`, `1e+16`, `1e-05`.
fn write_double(value: f64, out: &mut String) {
    let digits = format!("{value:?}");
    let Some((digits, exponent)) = digits.split_once('e') else {
        out.push_str(&digits);
        return;
    };
    let (sign, exponent) = match exponent.strip_prefix('-') {
        Some(exponent) => ('-', exponent),
        None => ('+', exponent),
    };
    _ = write!(out, "{digits}e{sign}{exponent:0>2}");
}

fn quote(text: &str, out: &mut String) {
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            letter if letter < ' ' => _ = write!(out, "\\u{:04x}", u32::from(letter)),
            letter => out.push(letter),
        }
    }
    out.push('"');
}
