//! Constant values: checked against the type that they are for, and shaped like it.

use std::collections::HashMap;

use super::context::Context;
use super::names::{Absent, Table};
use super::types::{Shape, TypeId};
use crate::diagnostic::Diagnostic;
use crate::idl::Span;
use crate::idl::ast::{self, StructKind, ValueKind};
use crate::model::{ItemId, Value};

/// What a value is for.
pub(super) struct Subject {
    pub(super) module: usize,
    /// `the constant `X``, for messages.
    pub(super) what: String,
}

/// Shapes a value for a type; `None` if it does not fit, which is reported.
pub(super) fn shape(
    context: &mut Context<'_>,
    subject: &Subject,
    value: &ast::Value,
    ty: TypeId,
) -> Option<Value> {
    let fits = match &value.kind {
        ValueKind::Integer(number) => from_number(context, *number, ty),
        ValueKind::Double(number) => match context.types.shape(ty) {
            Shape::Double => Ok(Value::Double(*number)),
            _ => Err(Misfit::Kind),
        },
        ValueKind::Text(text) => from_text(context, text, ty),
        ValueKind::Name(name) => return from_name(context, subject, name, value, ty),
        ValueKind::List(values) => match context.types.shape(ty) {
            Shape::List(element) => {
                return all(values.iter().map(|value| shape(context, subject, value, element)))
                    .map(Value::List);
            }
            Shape::Set(element) => {
                return all(values.iter().map(|value| shape(context, subject, value, element)))
                    .map(Value::Set);
            }
            Shape::Map(..) if values.is_empty() => Ok(Value::Map(Vec::new())),
            _ => Err(Misfit::Kind),
        },
        ValueKind::Map(entries) => match context.types.shape(ty) {
            Shape::Map(key, item) => return map(context, subject, entries, key, item),
            Shape::Struct(id) => return structure(context, subject, entries, id),
            // Apache's compiler does not look at the kind of bracket, and real files have `{}`.
            Shape::List(_) if entries.is_empty() => Ok(Value::List(Vec::new())),
            Shape::Set(_) if entries.is_empty() => Ok(Value::Set(Vec::new())),
            _ => Err(Misfit::Kind),
        },
    };
    fits.map_err(|misfit| report(context, subject, value, ty, &misfit)).ok()
}

/// All or nothing, but every one is looked at, so that all errors are found.
fn all<T>(values: impl Iterator<Item = Option<T>>) -> Option<Vec<T>> {
    let values: Vec<Option<T>> = values.collect();
    values.into_iter().collect()
}

/// Why a value does not fit.
enum Misfit {
    /// It is another kind of value.
    Kind,
    Range(i64),
    NoMember(ItemId, i64),
    NotUuid,
    /// A constant of a type that is not this one.
    Constant(TypeId),
}

/// Integers are for the integer types, booleans, doubles, and enums that have the number.
fn from_number(context: &Context<'_>, number: i64, ty: TypeId) -> Result<Value, Misfit> {
    let within = |fits: bool| match fits {
        true => Ok(Value::Int(number)),
        false => Err(Misfit::Range(number)),
    };
    match context.types.shape(ty) {
        Shape::Bool => Ok(Value::Bool(number != 0)),
        Shape::I8 => within(i8::try_from(number).is_ok()),
        Shape::I16 => within(i16::try_from(number).is_ok()),
        Shape::I32 => within(i32::try_from(number).is_ok()),
        Shape::I64 => within(true),
        Shape::Double => Ok(Value::Double(number as f64)),
        Shape::Enum(of) => {
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

fn from_text(context: &Context<'_>, text: &str, ty: TypeId) -> Result<Value, Misfit> {
    match context.types.shape(ty) {
        Shape::String => Ok(Value::String(text.to_owned())),
        Shape::Binary => Ok(Value::Binary(text.as_bytes().to_vec())),
        Shape::Uuid => uuid(text).map(Value::Uuid).ok_or(Misfit::NotUuid),
        _ => Err(Misfit::Kind),
    }
}

/// `01234567-89ab-cdef-0123-456789abcdef`, in any case, in braces or not.
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

/// What a name in a value's place means.
enum Meaning {
    Constant(ItemId),
    Member { of: ItemId, member: usize },
}

/// A name is a constant's, `Enum.MEMBER`, or, where an enum is expected, a bare member's.
fn from_name(
    context: &mut Context<'_>,
    subject: &Subject,
    name: &str,
    value: &ast::Value,
    ty: TypeId,
) -> Option<Value> {
    let fits = match meaning(context, subject.module, name, ty) {
        Ok(Meaning::Constant(id)) => from_constant(context, id, ty),
        Ok(Meaning::Member { of, member }) => from_member(context, of, member, ty),
        Err(Absent::Silenced) => return None,
        Err(Absent::Unknown) => {
            let found = by_last_part(context, subject, name, value.span, ty);
            if found.is_none() {
                report_unknown(context, subject, name, value.span, ty);
            }
            return found;
        }
    };
    match fits {
        Ok(value) => Some(value),
        Err(misfit) => {
            let found = by_last_part(context, subject, name, value.span, ty);
            if found.is_none() {
                report(context, subject, value, ty, &misfit);
            }
            found
        }
    }
}

/// Apache's compiler compares only the last part of an enum member's name, and real files rely on
/// it: `Other.A`, or even `Nowhere.A`, is the member `A` where an enum that has it is expected.
fn by_last_part(
    context: &mut Context<'_>,
    subject: &Subject,
    name: &str,
    span: Span,
    ty: TypeId,
) -> Option<Value> {
    let (_, last) = name.rsplit_once('.')?;
    let Shape::Enum(of) = context.types.shape(ty) else {
        return None;
    };
    let member = *context.enums.get(&of)?.by_name.get(last)?;
    let meant = format!("{}.{last}", context.name_of(of));
    let at = context.units[subject.module].at(span);
    let warning = Diagnostic::warning(at, format!("`{name}` is taken for `{meant}`"));
    context.report(warning.help(format!("write `{meant}`")));
    Some(Value::Member { of, member })
}

fn meaning(
    context: &mut Context<'_>,
    module: usize,
    name: &str,
    ty: TypeId,
) -> Result<Meaning, Absent> {
    match context.names.find(Table::Constants, module, name) {
        Ok(id) => {
            let known = context.constants.contains_key(&id);
            return if known { Ok(Meaning::Constant(id)) } else { Err(Absent::Silenced) };
        }
        Err(Absent::Silenced) => return Err(Absent::Silenced),
        Err(Absent::Unknown) => {}
    }
    let (of, last) = match name.rsplit_once('.') {
        Some((enum_name, last)) => {
            let id = context.names.find(Table::TypesAndServices, module, enum_name)?;
            let of = match context.names.definition(id) {
                ast::Definition::Enum(_) => id,
                ast::Definition::Typedef(_) => {
                    let ty = context.typedefs.get(&id).ok_or(Absent::Silenced)?;
                    match context.types.shape(*ty) {
                        Shape::Enum(of) => of,
                        _ => return Err(Absent::Unknown),
                    }
                }
                _ => return Err(Absent::Unknown),
            };
            (of, last)
        }
        None => match context.types.shape(ty) {
            Shape::Enum(of) => (of, name),
            _ => return Err(Absent::Unknown),
        },
    };
    let index = context.enums.get(&of).ok_or(Absent::Silenced)?;
    match index.by_name.get(last) {
        Some(&member) => Ok(Meaning::Member { of, member }),
        None if index.broken.contains(last) => Err(Absent::Silenced),
        None => Err(Absent::Unknown),
    }
}

/// An enum's member is for that enum, and a number anywhere else.
fn from_member(
    context: &Context<'_>,
    of: ItemId,
    member: usize,
    ty: TypeId,
) -> Result<Value, Misfit> {
    match context.types.shape(ty) {
        Shape::Enum(expected) if expected == of => Ok(Value::Member { of, member }),
        Shape::Enum(_) => Err(Misfit::Kind),
        _ => {
            let index = context.enums.get(&of);
            let number = index.and_then(|index| index.numbers.get(member));
            from_number(context, number.copied().unwrap_or_default().into(), ty)
        }
    }
}

/// A constant is for its own type; a simple one is its value for another.
fn from_constant(context: &Context<'_>, id: ItemId, ty: TypeId) -> Result<Value, Misfit> {
    let constants = &context.constants;
    let constant = constants.get(&id).ok_or(Misfit::Kind)?;
    // A constant that is only another's name stands for that one, so that no chain has to be
    // walked.
    let (id, value) = match &constant.value {
        Value::Const(first) => (*first, &constants.get(first).ok_or(Misfit::Kind)?.value),
        value => (id, value),
    };
    if constant.ty == ty {
        return Ok(Value::Const(id));
    }
    let value = match value {
        Value::Bool(value) => from_number(context, (*value).into(), ty),
        Value::Int(number) => from_number(context, *number, ty),
        Value::String(text) => from_text(context, text, ty),
        Value::Member { of, member } => from_member(context, *of, *member, ty),
        _ => Err(Misfit::Constant(constant.ty)),
    };
    value.map_err(|misfit| match misfit {
        Misfit::Kind => Misfit::Constant(constant.ty),
        misfit => misfit,
    })
}

/// A map; of equal keys the last one counts.
fn map(
    context: &mut Context<'_>,
    subject: &Subject,
    entries: &[(ast::Value, ast::Value)],
    key: TypeId,
    item: TypeId,
) -> Option<Value> {
    let pairs = all(entries.iter().map(|(written_key, written_item)| {
        let key = shape(context, subject, written_key, key);
        let item = shape(context, subject, written_item, item);
        Some((key?, item?))
    }))?;
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut unique: Vec<(Value, Value)> = Vec::with_capacity(pairs.len());
    for (key, item) in pairs {
        match places.get(&format!("{key:?}")).and_then(|&place| unique.get_mut(place)) {
            Some(known) => known.1 = item,
            None => {
                places.insert(format!("{key:?}"), unique.len());
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
    let mut places: HashMap<usize, usize> = HashMap::new();
    let mut complete = true;
    for (key, written) in entries {
        match struct_entry(context, subject, key, written, of) {
            None => complete = false,
            Some((field, value)) => match places.get(&field).and_then(|&at| fields.get_mut(at)) {
                Some(known) => known.1 = value,
                None => {
                    places.insert(field, fields.len());
                    fields.push((field, value));
                }
            },
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
        return shape(context, subject, written, ty).map(|value| (field, value));
    }
    if index.broken.contains(name.as_str()) {
        return None;
    }
    let near = super::suggest::nearest(name, index.by_name.keys().copied());
    let at = context.units[subject.module].at(key.span);
    let message = format!("no field `{name}` in `{}`", context.name_of(of));
    let error = Diagnostic::error(at, message);
    context.report(match near {
        Some(near) => error.help(format!("did you mean `{near}`?")),
        None => error,
    });
    None
}

fn report_unknown(
    context: &mut Context<'_>,
    subject: &Subject,
    name: &str,
    span: Span,
    ty: TypeId,
) {
    let at = context.units[subject.module].at(span);
    let message = format!("unknown name `{name}` in {}", subject.what);
    let error = Diagnostic::error(at, message);
    let members = |context: &Context<'_>, of: ItemId, wrong: &str| {
        let index = context.enums.get(&of)?;
        let near = super::suggest::nearest(wrong, index.by_name.keys().copied())?;
        Some(format!("did you mean `{}.{near}`?", context.name_of(of)))
    };
    let of = match name.rsplit_once('.') {
        Some((enum_name, _)) => {
            let found = context.names.find(Table::TypesAndServices, subject.module, enum_name);
            found.ok()
        }
        None => None,
    };
    if let (Some(of), Some((_, last))) = (of, name.rsplit_once('.'))
        && context.enums.contains_key(&of)
    {
        let message = format!("the enum `{}` has no member `{last}`", context.name_of(of));
        let error = Diagnostic::error(at, format!("unknown name `{name}`: {message}"));
        let help = members(context, of, last);
        context.report(match help {
            Some(help) => error.help(help),
            None => error,
        });
        return;
    }
    let help = match context.types.shape(ty) {
        Shape::Enum(of) => members(context, of, name),
        _ => None,
    };
    let help = help.or_else(|| context.suggestion(Table::Constants, subject.module, name));
    context.report(match help {
        Some(help) => error.help(help),
        None => error,
    });
}

fn report(
    context: &mut Context<'_>,
    subject: &Subject,
    value: &ast::Value,
    ty: TypeId,
    misfit: &Misfit,
) {
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
        Misfit::Range(number) => format!("{number} is out of the range of {expected}, in {what}"),
        Misfit::NoMember(of, number) => {
            let name = context.name_of(*of);
            format!("the enum `{name}` has no member with the value {number}, in {what}")
        }
        Misfit::NotUuid => format!("not a UUID in its canonical form, in {what}"),
    };
    context.error(subject.module, value.span, message);
}

fn describe(value: &ast::Value) -> String {
    match &value.kind {
        ValueKind::Integer(number) => format!("the integer {number}"),
        ValueKind::Double(number) => format!("the double {number}"),
        ValueKind::Text(_) => "a string".to_owned(),
        ValueKind::Name(name) => format!("`{name}`"),
        ValueKind::List(_) => "a list `[...]`".to_owned(),
        ValueKind::Map(_) => "a map `{...}`".to_owned(),
    }
}
