//! Constants, in the order in which they build on each other; they may stand in any.

use std::collections::HashMap;

use super::context::{Constant, Context, annotations};
use super::graph;
use super::names::Table;
use super::values::{self, Subject};
use crate::diagnostic::Diagnostic;
use crate::idl::ast::{self, Definition, ValueKind};
use crate::model::{self, Item, ItemId};

pub(super) fn resolve(context: &mut Context<'_>) {
    let constants: Vec<(ItemId, &ast::Const)> = context
        .names
        .all()
        .into_iter()
        .filter_map(|(id, definition)| match definition {
            Definition::Const(constant) => Some((id, constant)),
            _ => None,
        })
        .collect();
    let numbers: HashMap<ItemId, usize> =
        constants.iter().enumerate().map(|(number, (id, _))| (*id, number)).collect();
    let edges: Vec<Vec<usize>> = constants
        .iter()
        .map(|(id, constant)| {
            let mut uses = Vec::new();
            names_in(&constant.value, &mut |name| {
                let found = context.names.find(Table::Constants, id.module, name);
                uses.extend(found.ok().and_then(|found| numbers.get(&found)));
            });
            uses
        })
        .collect();
    for component in graph::components(&edges) {
        if graph::is_cycle(&component, &edges) {
            report_cycle(context, &component, &constants);
            continue;
        }
        for (id, constant) in component.into_iter().filter_map(|at| constants.get(at)) {
            resolve_one(context, *id, constant);
        }
    }
}

fn names_in<'a>(value: &'a ast::Value, found: &mut impl FnMut(&'a str)) {
    match &value.kind {
        ValueKind::Integer(_) | ValueKind::Double(_) | ValueKind::Text(_) => {}
        ValueKind::Name(name) => found(name),
        ValueKind::List(values) => values.iter().for_each(|value| names_in(value, found)),
        ValueKind::Map(entries) => entries.iter().for_each(|(key, value)| {
            names_in(key, found);
            names_in(value, found);
        }),
    }
}

fn resolve_one(context: &mut Context<'_>, id: ItemId, written: &ast::Const) {
    let Some((ty, type_id)) = context.ty(id.module, &written.ty) else {
        return;
    };
    let subject =
        Subject { module: id.module, what: format!("the constant `{}`", written.name.text) };
    let Some(value) = values::shape(context, &subject, &written.value, type_id) else {
        return;
    };
    let constant = Constant { ty: type_id, value: value.clone() };
    context.constants.insert(id, constant);
    let item = model::Const {
        name: written.name.text.clone(),
        doc: written.doc.clone(),
        annotations: annotations(&written.annotations, Some(&written.ty)),
        ty,
        value,
    };
    context.put(id, Item::Const(item));
}

fn report_cycle(context: &mut Context<'_>, cycle: &[usize], constants: &[(ItemId, &ast::Const)]) {
    let mut members = cycle.iter().filter_map(|&at| constants.get(at));
    let Some((id, first)) = members.next() else {
        return;
    };
    let at = context.units[id.module].at(first.value.span);
    let message = format!("recursive constant: `{}` is made of itself", first.name.text);
    let error = members.take(8).fold(Diagnostic::error(at, message), |error, (id, next)| {
        let at = context.units[id.module].at(next.value.span);
        error.related(at, format!("through `{}`", next.name.text))
    });
    context.report(error);
}
