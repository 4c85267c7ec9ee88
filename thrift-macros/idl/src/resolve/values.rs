//! Constant values: checked against the type that they are for, and converted to it.

use std::collections::HashMap;

use super::context::Context;
use super::references;
use super::types::{TypeId, Underlying};
use crate::diagnostic::Diagnostic;
use crate::model::{ItemId, Value};
use crate::syntax::NOT_UTF_8;
use crate::syntax::ast::{self, StructKind, ValueKind};

/// The place where a value is used.
pub(super) struct Subject {
    pub(super) module: usize,
    /// `the constant `X``, for messages.
    pub(super) what: String,
}

/// Converts a value to a type; `None` if it does not fit, which is reported.
pub(super) fn fit(
    context: &mut Context<'_>,
    subject: &Subject,
    value: &ast::Value,
    ty: TypeId,
) -> Option<Value> {
    let fits = match &value.kind {
        ValueKind::Integer(number) => from_number(context, *number, ty),
        ValueKind::Double(number) => match context.types.underlying(ty) {
            Underlying::Double => Ok(Value::Double(*number)),
            _ => Err(Misfit::Kind),
        },
        ValueKind::Text(text) => from_text(context, text, ty),
        ValueKind::Bytes(bytes) => match context.types.underlying(ty) {
            Underlying::Binary => Ok(Value::Binary(bytes.clone())),
            Underlying::String => Err(Misfit::NotUtf8),
            Underlying::Uuid => Err(Misfit::NotUuid),
            _ => Err(Misfit::Kind),
        },
        ValueKind::Name(name) => return references::resolve(context, subject, name, value, ty),
        ValueKind::List(values) => match context.types.underlying(ty) {
            Underlying::List(element) => {
                return all(values.iter().map(|value| fit(context, subject, value, element)))
                    .map(Value::List);
            }
            Underlying::Set(element) => {
                return all(values.iter().map(|value| fit(context, subject, value, element)))
                    .map(Value::Set);
            }
            Underlying::Map(..) if values.is_empty() => Ok(Value::Map(Vec::new())),
            _ => Err(Misfit::Kind),
        },
        ValueKind::Map(entries) => match context.types.underlying(ty) {
            Underlying::Map(key, item) => return map(context, subject, entries, key, item),
            Underlying::Struct(id) => return structure(context, subject, entries, id),
            // Apache's compiler ignores the kind of bracket, and real files use `{}` for an empty
            // list.
            Underlying::List(_) if entries.is_empty() => Ok(Value::List(Vec::new())),
            Underlying::Set(_) if entries.is_empty() => Ok(Value::Set(Vec::new())),
            _ => Err(Misfit::Kind),
        },
    };
    fits.or_else(|misfit| report(context, subject, value, ty, &misfit).ok_or(misfit)).ok()
}

/// All values, or `None` if one is missing. Every one is evaluated, so that all errors are found.
fn all<T>(values: impl Iterator<Item = Option<T>>) -> Option<Vec<T>> {
    let values: Vec<Option<T>> = values.collect();
    values.into_iter().collect()
}

/// Why a value does not fit.
pub(super) enum Misfit {
    /// It is another kind of value.
    Kind,
    /// It is out of range. If its bits fit, also the value that is used all the same.
    Range(i64, Option<Value>),
    NoMember(ItemId, i64),
    NotUuid,
    NotUtf8,
    /// More bytes of constants would be copied than the files may take.
    TooLarge,
    /// A constant of a different type.
    Constant(TypeId),
}

/// Integers can be used for the integer types, booleans, doubles, and enums that have the number.
pub(super) fn from_number(context: &Context<'_>, number: i64, ty: TypeId) -> Result<Value, Misfit> {
    // Files that were written for other languages contain unsigned numbers of the same width.
    let within = |bits: u32| {
        let wrapped = number << (i64::BITS - bits) >> (i64::BITS - bits);
        match wrapped == number {
            true => Ok(Value::Int(number)),
            false => {
                let fits = number > 0 && number >> bits == 0;
                Err(Misfit::Range(number, fits.then_some(Value::Int(wrapped))))
            }
        }
    };
    match context.types.underlying(ty) {
        Underlying::Bool => Ok(Value::Bool(number != 0)),
        Underlying::I8 => within(i8::BITS),
        Underlying::I16 => within(i16::BITS),
        Underlying::I32 => within(i32::BITS),
        Underlying::I64 => Ok(Value::Int(number)),
        Underlying::Double => Ok(Value::Double(number as f64)),
        Underlying::Enum(of) => {
            let index = context.enums.get(&of);
            let value = i32::try_from(number).ok();
            match index.zip(value).and_then(|(index, value)| index.by_number.get(&value)) {
                Some(&member) => Ok(Value::Member { of, member }),
                None => Err(Misfit::NoMember(of, number)),
            }
        }
        _ => Err(Misfit::Kind),
    }
}

pub(super) fn from_text(context: &Context<'_>, text: &str, ty: TypeId) -> Result<Value, Misfit> {
    match context.types.underlying(ty) {
        Underlying::String => Ok(Value::String(text.to_owned())),
        Underlying::Binary => Ok(Value::Binary(text.as_bytes().to_vec())),
        Underlying::Uuid => uuid(text).map(Value::Uuid).ok_or(Misfit::NotUuid),
        _ => Err(Misfit::Kind),
    }
}

/// `01234567-89ab-cdef-0123-456789abcdef`, in upper or lower case, with or without braces.
fn uuid(text: &str) -> Option<[u8; 16]> {
    let inside = text.strip_prefix('{').and_then(|text| text.strip_suffix('}'));
    let text = inside.unwrap_or(text).as_bytes();
    let dashes = [8, 13, 18, 23];
    if text.len() != 36 || dashes.iter().any(|&at| text.get(at) != Some(&b'-')) {
        return None;
    }
    let places = text.iter().enumerate().filter(|(at, _)| !dashes.contains(at));
    let digits: Option<Vec<u32>> =
        places.map(|(_, &digit)| char::from(digit).to_digit(16)).collect();
    let mut bytes = [0; 16];
    for (byte, pair) in bytes.iter_mut().zip(digits?.chunks(2)) {
        *byte = pair.iter().fold(0, |high, &digit| high * 16 + digit) as u8;
    }
    Some(bytes)
}

/// A map. If keys are equal, the last one counts.
fn map(
    context: &mut Context<'_>,
    subject: &Subject,
    entries: &[(ast::Value, ast::Value)],
    key: TypeId,
    item: TypeId,
) -> Option<Value> {
    let pairs = all(entries.iter().map(|(written_key, written_item)| {
        let key = fit(context, subject, written_key, key);
        let item = fit(context, subject, written_item, item);
        Some((key?, item?))
    }))?;
    let mut indices: HashMap<String, usize> = HashMap::new();
    let mut unique: Vec<(Value, Value)> = Vec::with_capacity(pairs.len());
    for (key, item) in pairs {
        match indices.get(&format!("{key:?}")).and_then(|&index| unique.get_mut(index)) {
            Some(known) => known.1 = item,
            None => {
                indices.insert(format!("{key:?}"), unique.len());
                unique.push((key, item));
            }
        }
    }
    Some(Value::Map(unique))
}

/// A struct, union or exception, as a map from the names of fields.
fn structure(
    context: &mut Context<'_>,
    subject: &Subject,
    entries: &[(ast::Value, ast::Value)],
    of: ItemId,
) -> Option<Value> {
    let mut fields: Vec<(usize, Value)> = Vec::new();
    let mut indices: HashMap<usize, usize> = HashMap::new();
    let mut complete = true;
    for (key, written) in entries {
        match struct_entry(context, subject, key, written, of) {
            None => complete = false,
            Some((field, value)) => {
                match indices.get(&field).and_then(|&index| fields.get_mut(index)) {
                    Some(known) => known.1 = value,
                    None => {
                        indices.insert(field, fields.len());
                        fields.push((field, value));
                    }
                }
            }
        }
    }
    let union = context.structs.get(&of).is_some_and(|index| index.kind == StructKind::Union);
    if let (true, Some((key, _))) = (union && fields.len() > 1, entries.get(1)) {
        let name = context.name_of(of);
        let message = format!("more than one member of the union `{name}` in {}", subject.what);
        context.error(subject.module, key.span, message);
        return None;
    }
    complete.then_some(Value::Struct { of, fields })
}

fn struct_entry(
    context: &mut Context<'_>,
    subject: &Subject,
    key: &ast::Value,
    written: &ast::Value,
    of: ItemId,
) -> Option<(usize, Value)> {
    if matches!(key.kind, ValueKind::Bytes(_)) {
        context.error(subject.module, key.span, NOT_UTF_8);
        return None;
    }
    let ValueKind::Text(name) = &key.kind else {
        let what = &subject.what;
        let message = format!("expected a field's name in quotes as the key, in {what}");
        context.error(subject.module, key.span, message);
        return None;
    };
    let index = context.structs.get(&of)?;
    if let Some((&field, ty)) = index.by_name.get(name.as_str()).and_then(|field| {
        let of_field = index.fields.get(*field)?;
        Some((field, of_field.ty))
    }) {
        return fit(context, subject, written, ty).map(|value| (field, value));
    }
    if index.broken.contains(name.as_str()) {
        return None;
    }
    let near = context.nearest(name, index.by_name.keys().copied());
    let help = near.map(|near| format!("did you mean `{near}`?"));
    let at = context.units[subject.module].at(key.span);
    let message = format!("no field `{name}` in `{}`", context.name_of(of));
    context.report(Diagnostic::error(at, message).help_if(help));
    None
}

/// Reports that a value does not fit. If that is only a warning, returns the value that is used
/// instead.
pub(super) fn report(
    context: &mut Context<'_>,
    subject: &Subject,
    value: &ast::Value,
    ty: TypeId,
    misfit: &Misfit,
) -> Option<Value> {
    let what = &subject.what;
    let expected = context.describe(ty);
    let message = match misfit {
        Misfit::Kind => {
            let found = describe(value);
            format!("mismatched types in {what}: expected {expected}, found {found}")
        }
        Misfit::Constant(found) => {
            let found = context.describe(*found);
            format!(
                "mismatched types in {what}: expected {expected}, found a constant of type {found}"
            )
        }
        Misfit::Range(number, _) => {
            format!("{number} is out of the range of {expected}, in {what}")
        }
        Misfit::NoMember(of, number) => {
            let name = context.name_of(*of);
            format!("the enum `{name}` has no member with the value {number}, in {what}")
        }
        Misfit::NotUtf8 => NOT_UTF_8.to_owned(),
        Misfit::TooLarge => format!("the constants are too large, in {what}"),
        Misfit::NotUuid => format!("not a UUID in its canonical form, in {what}"),
    };
    let quoted = matches!(value.kind, ValueKind::Text(_));
    let help = match context.types.underlying(ty) {
        Underlying::Enum(_) if quoted => {
            let help =
                "write the member without quotes; only fbthrift, Meta's dialect, allows them";
            Some(help.to_owned())
        }
        _ if matches!(misfit, Misfit::TooLarge) => {
            Some("a string is copied to each place where it is used as `binary`".to_owned())
        }
        _ => None,
    };
    let at = context.units[subject.module].at(value.span);
    if let Misfit::Range(_, Some(taken)) = misfit {
        let warning = Diagnostic::warning(at, message);
        context.report(match taken {
            Value::Int(taken) => {
                warning.help(format!("it becomes {taken}, which has the same bits"))
            }
            _ => warning,
        });
        return Some(taken.clone());
    }
    context.report(Diagnostic::error(at, message).help_if(help));
    None
}

fn describe(value: &ast::Value) -> String {
    match &value.kind {
        ValueKind::Integer(number) => format!("the integer {number}"),
        ValueKind::Double(number) => format!("the double {number}"),
        ValueKind::Text(_) | ValueKind::Bytes(_) => "a string".to_owned(),
        ValueKind::Name(name) => format!("`{name}`"),
        ValueKind::List(_) => "a list `[...]`".to_owned(),
        ValueKind::Map(_) => "a map `{...}`".to_owned(),
    }
}
