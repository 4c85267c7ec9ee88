//! What Rust defines: what it refers to, and what it is called in a file of its own.

use std::collections::{HashMap, HashSet};

use thrift_idl::model;

use crate::schema::{Definition, Field, Item, Type, Value, definition::Alone};

/// Tells of everything that an item refers to, in order.
pub(super) fn references(item: &Item, tell: &mut dyn FnMut(Definition)) {
    match item {
        Item::Typedef(of) => named(&of.ty, tell),
        Item::Enum(_) => {}
        Item::Struct(of) => fields(of.fields, tell),
        Item::Const(of) => {
            named(&of.ty, tell);
            value(&of.value, tell);
        }
        Item::Service(of) => {
            of.parent.into_iter().for_each(&mut *tell);
            for function in of.functions {
                function.returns.iter().for_each(|ty| named(ty, tell));
                fields(function.args, tell);
                fields(function.throws.unwrap_or_default(), tell);
            }
        }
    }
}

fn fields(fields: &[Field], tell: &mut dyn FnMut(Definition)) {
    for field in fields {
        named(&field.ty, tell);
        field.default.iter().for_each(|default| value(default, tell));
    }
}

fn named(ty: &Type, tell: &mut dyn FnMut(Definition)) {
    match ty {
        Type::Named(definition) => tell(*definition),
        Type::List(element) | Type::Set(element) => named(element, tell),
        Type::Map(key, value) => {
            named(key, tell);
            named(value, tell);
        }
        _ => {}
    }
}

fn value(of: &Value, tell: &mut dyn FnMut(Definition)) {
    match of {
        Value::Member(of, _) | Value::Const(of) => tell(*of),
        Value::List(values) | Value::Set(values) => values.iter().for_each(|of| value(of, tell)),
        Value::Map(pairs) => pairs.iter().for_each(|(key, of)| {
            value(key, tell);
            value(of, tell);
        }),
        Value::Struct(of, fields) => {
            tell(*of);
            fields.iter().for_each(|(_, of)| value(of, tell));
        }
        _ => {}
    }
}

/// A name for each, none twice.
pub(super) fn names(alone: &[Alone]) -> Vec<String> {
    let mut wanted: HashMap<String, usize> = HashMap::new();
    let mut taken: HashSet<String> = alone.iter().map(full_name).collect();
    let mut names = Vec::with_capacity(alone.len());
    for of in alone {
        let name = full_name(of);
        let count = wanted.entry(name.clone()).or_default();
        *count += 1;
        let mut unique = name.clone();
        while *count > 1 {
            unique = format!("{name}_{count}");
            if taken.insert(unique.clone()) {
                break;
            }
            *count += 1;
        }
        names.push(unique);
    }
    names
}

/// The name of a type with those of its arguments.
fn full_name(of: &Alone) -> String {
    let mut name = of.item.name().to_owned();
    for argument in of.arguments {
        name.push('_');
        type_name(argument, &mut name);
    }
    name
}

fn type_name(ty: &Type, into: &mut String) {
    let word = match ty {
        Type::Bool => "bool",
        Type::I8 => "i8",
        Type::I16 => "i16",
        Type::I32 => "i32",
        Type::I64 => "i64",
        Type::Double => "double",
        Type::String => "string",
        Type::Binary => "binary",
        Type::Uuid => "uuid",
        Type::List(_) => "list_",
        Type::Set(_) => "set_",
        Type::Map(..) => "map_",
        Type::Named(definition) => return into.push_str(&definition.full_name()),
    };
    into.push_str(word);
    match ty {
        Type::List(element) | Type::Set(element) => type_name(element, into),
        Type::Map(key, value) => {
            type_name(key, into);
            into.push('_');
            type_name(value, into);
        }
        _ => {}
    }
}

impl Definition {
    /// The name in the IDL, which for a generic type has those of its arguments in it.
    pub(in crate::schema) fn full_name(&self) -> String {
        match self.found() {
            crate::schema::definition::Found::Filed(..) => self.name().to_owned(),
            crate::schema::definition::Found::Alone(alone) => full_name(&alone),
        }
    }
}

pub(super) fn rename(item: &mut model::Item, name: String) {
    match item {
        model::Item::Typedef(of) => of.name = name,
        model::Item::Enum(of) => of.name = name,
        model::Item::Struct(of) => of.name = name,
        model::Item::Const(of) => of.name = name,
        model::Item::Service(of) => of.name = name,
    }
}
