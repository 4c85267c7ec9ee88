//! Compares the old and the new version of types, by their form on the wire.

use super::pairs::{Pairs, name_of};
use super::{Edge, Work, get};
use crate::diagnostic::cut;
use crate::model::{Item, Program, Type};

/// How deep types are compared or shown: deeper than any type that can be read from a file.
const DEEPEST: usize = 200;

/// The result of comparing types, except for the definitions of the structs and enums in them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Outcome {
    Same,
    /// `string` and `binary` are the same bytes, except in JSON.
    Text,
    Other,
}

/// Compares two types. Typedefs, structs and enums that are in corresponding places are added to
/// `met`, so that they are compared in turn.
pub(super) fn compare(sides: &Sides<'_>, old: &Type, new: &Type, met: &mut Vec<Edge>) -> Outcome {
    within(sides, old, new, met, DEEPEST)
}

/// The two programs, and what is known about them.
#[derive(Debug)]
pub(super) struct Sides<'a> {
    pub(super) old: &'a Program,
    pub(super) new: &'a Program,
    pub(super) pairs: Pairs,
    pub(super) work: Work,
}

fn within(sides: &Sides<'_>, old: &Type, new: &Type, met: &mut Vec<Edge>, depth: usize) -> Outcome {
    let Some(depth) = depth.checked_sub(1).filter(|_| sides.work.goes_on()) else {
        return Outcome::Same;
    };
    if let Some(edge) = typedefs(sides, old, new) {
        met.push(edge);
        return Outcome::Same;
    }
    let mut inner = |old, new| within(sides, old, new, met, depth);
    let (old, new) = (underlying(sides, sides.old, old), underlying(sides, sides.new, new));
    if sides.work.is_done() {
        return Outcome::Same;
    }
    match (old, new) {
        (Type::String, Type::Binary) | (Type::Binary, Type::String) => Outcome::Text,
        (Type::List(old), Type::List(new)) | (Type::Set(old), Type::Set(new)) => inner(old, new),
        (Type::Map(old_key, old), Type::Map(new_key, new)) => {
            inner(old_key, new_key).max(inner(old, new))
        }
        (Type::I32, Type::Named(id)) => number(get(sides.new, *id)),
        (Type::Named(id), Type::I32) => number(get(sides.old, *id)),
        (Type::Named(old), Type::Named(new)) => {
            match (get(sides.old, *old), get(sides.new, *new)) {
                (Some(Item::Enum(_)), Some(Item::Enum(_)))
                | (Some(Item::Struct(_)), Some(Item::Struct(_))) => {
                    met.push((*old, *new));
                    Outcome::Same
                }
                _ => Outcome::Other,
            }
        }
        (old, new) if old == new => Outcome::Same,
        _ => Outcome::Other,
    }
}

/// The two versions of a typedef, so that an edit to it is reported only once.
fn typedefs(sides: &Sides<'_>, old: &Type, new: &Type) -> Option<Edge> {
    let (Type::Named(old), Type::Named(new)) = (old, new) else {
        return None;
    };
    let (Item::Typedef(_), Item::Typedef(_)) = (get(sides.old, *old)?, get(sides.new, *new)?)
    else {
        return None;
    };
    (sides.pairs.of(*old) == Some(*new)).then_some((*old, *new))
}

/// An enum is a number on the wire.
fn number(item: Option<&Item>) -> Outcome {
    match item {
        Some(Item::Enum(_)) => Outcome::Same,
        _ => Outcome::Other,
    }
}

/// The type, with typedefs resolved.
fn underlying<'a>(sides: &Sides<'_>, program: &'a Program, mut ty: &'a Type) -> &'a Type {
    while let Type::Named(id) = ty
        && let Some(Item::Typedef(typedef)) = get(program, *id)
        && sides.work.goes_on()
    {
        ty = &typedef.ty;
    }
    ty
}

/// A type as the IDL writes it.
pub(super) fn written(program: &Program, ty: Option<&Type>) -> String {
    let mut text = String::new();
    match ty {
        Some(ty) => write(program, ty, &mut text, DEEPEST),
        None => text.push_str("void"),
    }
    text
}

fn write(program: &Program, ty: &Type, text: &mut String, depth: usize) {
    let Some(depth) = depth.checked_sub(1) else {
        return;
    };
    let (word, inner): (&str, &[&Type]) = match ty {
        Type::Bool => ("bool", &[]),
        Type::I8 => ("i8", &[]),
        Type::I16 => ("i16", &[]),
        Type::I32 => ("i32", &[]),
        Type::I64 => ("i64", &[]),
        Type::Double => ("double", &[]),
        Type::String => ("string", &[]),
        Type::Binary => ("binary", &[]),
        Type::Uuid => ("uuid", &[]),
        Type::List(element) => ("list", &[element]),
        Type::Set(element) => ("set", &[element]),
        Type::Map(key, value) => ("map", &[key, value]),
        Type::Named(id) => (get(program, *id).map_or("?", |item| cut(name_of(item).1)), &[]),
    };
    text.push_str(word);
    for (at, inner) in inner.iter().enumerate() {
        text.push_str(if at == 0 { "<" } else { ", " });
        write(program, inner, text, depth);
    }
    if !inner.is_empty() {
        text.push('>');
    }
}
