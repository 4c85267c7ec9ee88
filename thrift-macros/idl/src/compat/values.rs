//! Compares the old and the new version of constants and defaults.

use std::borrow::Cow;

use super::get;
use super::types::Sides;
use crate::model::{Item, ItemId, Program, Value};

/// How deep values are compared: deeper than any value that can be read from a file.
const DEEPEST: usize = 200;

/// Whether a default is the same. If both versions name the same constant, it is: the constant is
/// compared by itself.
pub(super) fn same(sides: &Sides<'_>, old: &Value, new: &Value) -> bool {
    within(sides, old, new, DEEPEST)
}

fn within(sides: &Sides<'_>, old: &Value, new: &Value, depth: usize) -> bool {
    let Some(depth) = depth.checked_sub(1).filter(|_| sides.work.goes_on()) else {
        return true;
    };
    let inner = |old: &Value, new: &Value| within(sides, old, new, depth);
    match (old, new) {
        (Value::Const(old), Value::Const(new)) if sides.pairs.of(*old) == Some(*new) => true,
        (Value::Const(old), new) => constant(sides.old, *old).is_none_or(|old| inner(old, new)),
        (old, Value::Const(new)) => constant(sides.new, *new).is_none_or(|new| inner(old, new)),
        (Value::List(old), Value::List(new)) => {
            old.len() == new.len() && old.iter().zip(new).all(|(old, new)| inner(old, new))
        }
        (Value::Set(old), Value::Set(new)) => unordered(old, new, inner),
        (Value::Map(old), Value::Map(new)) => {
            unordered(old, new, |old, new| inner(&old.0, &new.0) && inner(&old.1, &new.1))
        }
        (Value::Struct { of: old_of, fields: old }, Value::Struct { of: new_of, fields: new }) => {
            let id = |program: &Program, of: ItemId, at: usize| match get(program, of) {
                Some(Item::Struct(of)) => of.fields.get(at).map(|field| field.id),
                _ => None,
            };
            unordered(old, new, |old, new| {
                id(sides.old, *old_of, old.0) == id(sides.new, *new_of, new.0)
                    && inner(&old.1, &new.1)
            })
        }
        (Value::Double(old), Value::Double(new)) => old == new || (old.is_nan() && new.is_nan()),
        (old, new) => as_number(sides.old, old) == as_number(sides.new, new),
    }
}

/// Whether both have the same elements. They are usually in the same order, which is tried first.
fn unordered<T>(old: &[T], new: &[T], same: impl Fn(&T, &T) -> bool) -> bool {
    old.len() == new.len()
        && old.iter().enumerate().all(|(at, old)| {
            new.get(at).is_some_and(|new| same(old, new)) || new.iter().any(|new| same(old, new))
        })
}

fn constant(program: &Program, id: ItemId) -> Option<&Value> {
    match get(program, id) {
        Some(Item::Const(constant)) => Some(&constant.value),
        _ => None,
    }
}

/// Replaces a member of an enum with its number, and text with its bytes.
fn as_number<'a>(program: &Program, value: &'a Value) -> Cow<'a, Value> {
    match value {
        Value::Member { of, member } => match get(program, *of) {
            Some(Item::Enum(of)) => match of.members.get(*member) {
                Some(member) => Cow::Owned(Value::Int(i64::from(member.value))),
                None => Cow::Borrowed(value),
            },
            _ => Cow::Borrowed(value),
        },
        Value::String(text) => Cow::Owned(Value::Binary(text.as_bytes().to_vec())),
        _ => Cow::Borrowed(value),
    }
}
