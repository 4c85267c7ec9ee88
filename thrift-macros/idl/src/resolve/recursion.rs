//! Structs that contain themselves: which of their fields are held in a `Box`.

use std::collections::HashMap;

use super::context::Context;
use super::graph;
use super::types::Underlying;
use crate::diagnostic::Diagnostic;
use crate::model::{Item, ItemId, Requiredness};
use crate::syntax::ast::StructKind;

/// A field that holds a struct, without a container in between.
struct Edge {
    from: usize,
    to: usize,
    field: usize,
    requiredness: Requiredness,
}

/// Boxes fields until no struct contains itself. Fields that can be absent are boxed first, since that
/// changes them least. A cycle that consists of required fields only has no finite value.
pub(super) fn resolve(context: &mut Context<'_>) {
    let mut structs: Vec<ItemId> = context.structs.keys().copied().collect();
    structs.sort_unstable();
    let mut edges = edges(context, &structs);
    for kind in [Requiredness::Optional, Requiredness::Default] {
        let component = components(structs.len(), &edges);
        edges.retain(|edge| {
            let cyclic = component.get(edge.from) == component.get(edge.to);
            let boxed = cyclic && edge.requiredness == kind;
            if boxed
                && let Some(Item::Struct(item)) = context.item_mut(structs[edge.from])
                && let Some(field) = item.fields.get_mut(edge.field)
            {
                field.boxed = true;
            }
            !boxed
        });
    }
    let component = components(structs.len(), &edges);
    edges.retain(|edge| component.get(edge.from) == component.get(edge.to));
    refuse(context, &structs, &edges);
}

fn edges(context: &Context<'_>, structs: &[ItemId]) -> Vec<Edge> {
    let numbers: HashMap<ItemId, usize> = structs.iter().copied().zip(0..).collect();
    let mut edges = Vec::new();
    for (from, id) in structs.iter().enumerate() {
        let Some(index) = context.structs.get(id) else {
            continue;
        };
        for (field, of_field) in index.fields.iter().enumerate() {
            let Underlying::Struct(to) = context.types.underlying(of_field.ty) else {
                continue;
            };
            let requiredness = match of_field.written.requiredness {
                _ if index.kind == StructKind::Union => Requiredness::Optional,
                Some(written) if written.required => Requiredness::Required,
                Some(_) => Requiredness::Optional,
                None => Requiredness::Default,
            };
            if let Some(&to) = numbers.get(&to) {
                edges.push(Edge { from, to, field, requiredness });
            }
        }
    }
    edges
}

/// The component of each struct. Two structs are in the same one if each contains the other.
fn components(count: usize, edges: &[Edge]) -> Vec<usize> {
    let mut successors = vec![Vec::new(); count];
    for edge in edges {
        successors[edge.from].push(edge.to);
    }
    let mut component = vec![0; count];
    for (number, members) in graph::components(&successors).into_iter().enumerate() {
        for member in members {
            component[member] = number;
        }
    }
    component
}

/// Rejects the required fields through which a struct contains itself. They are generated as optional
/// fields, so that rustc reports no further error.
fn refuse(context: &mut Context<'_>, structs: &[ItemId], edges: &[Edge]) {
    for edge in edges {
        let id = structs[edge.from];
        if let Some(Item::Struct(item)) = context.item_mut(id)
            && let Some(field) = item.fields.get_mut(edge.field)
        {
            field.boxed = true;
            field.requiredness = Requiredness::Optional;
        }
        let Some(field) = context.structs.get(&id).and_then(|index| index.fields.get(edge.field))
        else {
            continue;
        };
        let at = context.units[id.module].at(field.written.ty.span);
        let name = context.name_of(id);
        let message = format!("recursive type: `{name}` contains itself and would be infinite");
        let help = format!("make `{}` optional", field.written.name.text);
        context.report(Diagnostic::error(at, message).help(help));
    }
}
