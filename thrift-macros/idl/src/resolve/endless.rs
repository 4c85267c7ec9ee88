//! Default values that contain themselves: `struct Node { 1: optional Node next = {} }`.

use std::collections::HashMap;

use super::context::Context;
use super::graph;
use super::types::Underlying;
use crate::diagnostic::Diagnostic;
use crate::model::{Field, Item, ItemId, Requiredness, Value};

/// Rejects defaults that would recurse without end, because making a value of the struct makes another
/// one.
pub(super) fn check(context: &mut Context<'_>) {
    let mut nodes: Vec<ItemId> = context.structs.keys().copied().collect();
    nodes.extend(context.constants.keys());
    nodes.sort_unstable();
    let numbers: HashMap<ItemId, usize> = nodes.iter().copied().zip(0..).collect();
    let edges: Vec<Vec<usize>> = nodes
        .iter()
        .map(|id| {
            let mut made = Vec::new();
            match context.item(*id) {
                Some(Item::Struct(item)) if !item.is_union() => {
                    for (at, field) in item.fields.iter().enumerate() {
                        made_with(context, *id, at, field, &mut made);
                    }
                }
                Some(Item::Const(item)) => made_by(&item.value, &mut made),
                _ => {}
            }
            made.iter().filter_map(|id| numbers.get(id).copied()).collect()
        })
        .collect();
    for cycle in graph::cycles(&edges) {
        report(context, cycle.iter().filter_map(|&node| nodes.get(node).copied()));
    }
}

/// Adds the definitions whose values are made along with a field's default value.
fn made_with(context: &Context<'_>, id: ItemId, at: usize, field: &Field, made: &mut Vec<ItemId>) {
    if let Some(value) = &field.default {
        made_by(value, made);
    } else if !field.boxed
        && field.requiredness != Requiredness::Optional
        && let Some(index) = context.structs.get(&id).and_then(|index| index.fields.get(at))
        && let Underlying::Struct(inner) = context.types.underlying(index.ty)
    {
        made.push(inner);
    }
}

fn made_by(value: &Value, made: &mut Vec<ItemId>) {
    match value {
        Value::Const(id) => made.push(*id),
        Value::Struct { of, fields } => {
            made.push(*of);
            fields.iter().for_each(|(_, value)| made_by(value, made));
        }
        Value::List(values) | Value::Set(values) => {
            values.iter().for_each(|value| made_by(value, made));
        }
        Value::Map(entries) => entries.iter().for_each(|(key, value)| {
            made_by(key, made);
            made_by(value, made);
        }),
        Value::Bool(_)
        | Value::Int(_)
        | Value::Double(_)
        | Value::String(_)
        | Value::Binary(_)
        | Value::Uuid(_)
        | Value::Member { .. } => {}
    }
}

/// Reports a cycle at its first default value.
fn report(context: &mut Context<'_>, cycle: impl Iterator<Item = ItemId>) {
    for id in cycle {
        let (Some(Item::Struct(item)), Some(index)) = (context.item(id), context.structs.get(&id))
        else {
            continue;
        };
        let mut fields = item.fields.iter().zip(&index.fields);
        let made = fields.find(|(field, _)| {
            let mut made = Vec::new();
            field.default.iter().for_each(|value| made_by(value, &mut made));
            !made.is_empty()
        });
        if let Some((field, index)) = made
            && let Some(default) = &index.written.default
        {
            let at = context.units[id.module].at(default.span);
            let name = &field.name;
            let message =
                format!("recursive default value: the default of field `{name}` contains itself");
            context.report(Diagnostic::error(at, message));
            return;
        }
    }
}
