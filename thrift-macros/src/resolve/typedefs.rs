//! Typedefs, in the order in which they build on each other.

use std::collections::HashMap;

use super::context::{Context, annotations};
use super::graph;
use super::names::Table;
use crate::diagnostic::Diagnostic;
use crate::idl::ast::{Definition, Type, TypeKind, Typedef};
use crate::model::{self, Item, ItemId};

pub(super) fn resolve(context: &mut Context<'_>) {
    let typedefs: Vec<(ItemId, &Typedef)> = context
        .names
        .all()
        .into_iter()
        .filter_map(|(id, definition)| match definition {
            Definition::Typedef(typedef) => Some((id, typedef)),
            _ => None,
        })
        .collect();
    let numbers: HashMap<ItemId, usize> =
        typedefs.iter().enumerate().map(|(number, (id, _))| (*id, number)).collect();
    let edges: Vec<Vec<usize>> = typedefs
        .iter()
        .map(|(id, typedef)| {
            let mut uses = Vec::new();
            names_in(&typedef.ty, &mut |name| {
                let found = context.names.find(Table::TypesAndServices, id.module, name);
                uses.extend(found.ok().and_then(|found| numbers.get(&found)));
            });
            uses
        })
        .collect();
    for component in graph::components(&edges) {
        if graph::is_cycle(&component, &edges) {
            report_cycle(context, &component, &typedefs);
            continue;
        }
        for (id, typedef) in component.into_iter().filter_map(|at| typedefs.get(at)) {
            resolve_one(context, *id, typedef);
        }
    }
}

fn names_in<'a>(ty: &'a Type, found: &mut impl FnMut(&'a str)) {
    match &ty.kind {
        TypeKind::Base(_) => {}
        TypeKind::List(element) | TypeKind::Set(element) => names_in(element, found),
        TypeKind::Map(key, value) => {
            names_in(key, found);
            names_in(value, found);
        }
        TypeKind::Named(name) => found(name),
    }
}

fn resolve_one(context: &mut Context<'_>, id: ItemId, typedef: &Typedef) {
    let Some((ty, type_id)) = context.ty(id.module, &typedef.ty) else {
        return;
    };
    context.typedefs.insert(id, type_id);
    let typedef = model::Typedef {
        name: typedef.name.text.clone(),
        doc: typedef.doc.clone(),
        annotations: annotations(&typedef.annotations, Some(&typedef.ty)),
        ty,
    };
    context.put(id, Item::Typedef(typedef));
}

/// A typedef that comes back to itself, through containers too, stands for no type.
fn report_cycle(context: &mut Context<'_>, cycle: &[usize], typedefs: &[(ItemId, &Typedef)]) {
    let mut members = cycle.iter().filter_map(|&at| typedefs.get(at));
    let Some((id, first)) = members.next() else {
        return;
    };
    let at = context.units[id.module].at(first.ty.span);
    let message = format!("recursive typedef: `{}` stands for itself", first.name.text);
    let error = members.take(8).fold(Diagnostic::error(at, message), |error, (id, next)| {
        let at = context.units[id.module].at(next.ty.span);
        error.related(at, format!("through `{}`", next.name.text))
    });
    context.report(error);
}
