//! Which structs must implement `Ord`, and which cannot.

use std::collections::HashSet;

use crate::{
    model::{Item, ItemId, Program, Type},
    options::{self, MapType, Options, SetType},
};

/// The structs and unions that are, somewhere, a map's key or a set's element, or part of one.
pub(super) fn keys(program: &Program) -> HashSet<ItemId> {
    let mut keys = HashSet::new();
    let mut waiting = Vec::new();
    for (_, item) in program.items() {
        match item {
            Item::Typedef(typedef) => below_keys(program, &typedef.ty, &mut waiting),
            Item::Const(constant) => below_keys(program, &constant.ty, &mut waiting),
            Item::Struct(of) => {
                of.fields.iter().for_each(|field| below_keys(program, &field.ty, &mut waiting));
            }
            Item::Service(service) => {
                for function in &service.functions {
                    let fields = function.args.iter().chain(&function.throws);
                    let types = fields.map(|field| &field.ty).chain(&function.returns);
                    types.for_each(|ty| below_keys(program, ty, &mut waiting));
                }
            }
            Item::Enum(_) => {}
        }
    }
    while let Some(id) = waiting.pop() {
        if let Item::Struct(of) = program.item(id)
            && keys.insert(id)
        {
            of.fields.iter().for_each(|field| structs_in(program, &field.ty, &mut waiting));
        }
    }
    keys
}

/// Adds the structs in key positions of `ty`.
fn below_keys(program: &Program, ty: &Type, into: &mut Vec<ItemId>) {
    match ty {
        Type::List(element) => below_keys(program, element, into),
        Type::Set(element) => structs_in(program, element, into),
        Type::Map(key, value) => {
            structs_in(program, key, into);
            below_keys(program, value, into);
        }
        _ => {}
    }
}

/// Adds the structs that a value of `ty` holds.
fn structs_in(program: &Program, ty: &Type, into: &mut Vec<ItemId>) {
    match ty {
        Type::List(element) | Type::Set(element) => structs_in(program, element, into),
        Type::Map(key, value) => {
            structs_in(program, key, into);
            structs_in(program, value, into);
        }
        Type::Named(id) => match program.item(*id) {
            Item::Typedef(typedef) => structs_in(program, &typedef.ty, into),
            _ => into.push(*id),
        },
        _ => {}
    }
}

/// The structs and unions that cannot be ordered or hashed, because they hold a `HashMap` or
/// `HashSet`.
pub(super) fn unordered(
    program: &Program,
    options: &Options,
    keys: &HashSet<ItemId>,
) -> HashSet<ItemId> {
    let mut unordered: HashSet<ItemId> = HashSet::new();
    // A struct that holds another without `Ord` has no `Ord` either, so this follows uses backwards.
    let mut users: std::collections::HashMap<ItemId, Vec<ItemId>> = Default::default();
    let mut waiting = Vec::new();
    for (id, item) in program.items() {
        let Item::Struct(of) = item else { continue };
        for field in of.fields.iter().filter(|field| options::left_out(field).is_none()) {
            let mut held = Vec::new();
            structs_in(program, &field.ty, &mut held);
            held.into_iter().for_each(|held| users.entry(held).or_default().push(id));
            let hashed = !keys.contains(&id) && holds_hashed(program, options, &field.ty);
            if hashed || super::annotation::names_hashed(&field.annotations) {
                waiting.push(id);
            }
        }
    }
    while let Some(id) = waiting.pop() {
        if unordered.insert(id) {
            waiting.extend(users.get(&id).into_iter().flatten());
        }
    }
    unordered
}

fn holds_hashed(program: &Program, options: &Options, ty: &Type) -> bool {
    match ty {
        Type::List(element) => holds_hashed(program, options, element),
        Type::Set(_) => options.set == SetType::HashSet,
        Type::Map(_, value) => {
            options.map == MapType::HashMap || holds_hashed(program, options, value)
        }
        Type::Named(id) => match program.item(*id) {
            Item::Typedef(typedef) => {
                super::annotation::names_hashed(&typedef.annotations)
                    || holds_hashed(program, options, &typedef.ty)
            }
            _ => false,
        },
        _ => false,
    }
}
