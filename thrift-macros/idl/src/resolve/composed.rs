//! Resolves definitions that refer to others of the same kind, in any order.

use std::collections::HashMap;

use super::context::Context;
use super::definitions::Table;
use super::graph;
use crate::diagnostic::Diagnostic;
use crate::model::ItemId;
use crate::syntax::{
    Span,
    ast::{Definition, Name},
};

/// How many members of a cycle are shown besides the first.
const SHOWN: usize = 8;

/// A kind of definition that can be composed of others of the same kind.
pub(super) trait Composed: Sized {
    /// The table in which the names of others are looked up.
    const TABLE: Table;

    /// The definition, if it is one of this kind.
    fn of(definition: &Definition) -> Option<&Self>;

    fn name(&self) -> &Name;

    /// The part that names others.
    fn span(&self) -> Span;

    /// Calls `found` with every name in it.
    fn names<'a>(&'a self, found: &mut impl FnMut(&'a str));

    /// Resolves it. The definitions that it is composed of have been resolved before.
    fn resolve(&self, context: &mut Context<'_>, id: ItemId);

    /// The error message for a definition that is composed of itself.
    fn cycle(name: &str) -> String;
}

/// Resolves all definitions of a kind. Those that are composed of themselves are rejected.
pub(super) fn resolve<'a, D: Composed + 'a>(context: &mut Context<'a>) {
    let all: Vec<(ItemId, &D)> = context
        .definitions
        .all()
        .into_iter()
        .filter_map(|(id, definition)| Some((id, D::of(definition)?)))
        .collect();
    let numbers: HashMap<ItemId, usize> =
        all.iter().enumerate().map(|(number, (id, _))| (*id, number)).collect();
    let edges: Vec<Vec<usize>> = all
        .iter()
        .map(|(id, definition)| {
            let mut uses = Vec::new();
            definition.names(&mut |name| {
                let found = context.definitions.find(D::TABLE, id.module, name);
                uses.extend(found.ok().and_then(|found| numbers.get(&found)));
            });
            uses
        })
        .collect();
    for component in graph::components(&edges) {
        let cyclic = graph::is_cycle(&component, &edges);
        let mut component = component.into_iter().filter_map(|at| all.get(at));
        if cyclic {
            refuse(context, &mut component);
            continue;
        }
        for (id, definition) in component {
            definition.resolve(context, *id);
        }
    }
}

fn refuse<'d, D: Composed + 'd>(
    context: &mut Context<'_>,
    cycle: &mut dyn Iterator<Item = &'d (ItemId, &'d D)>,
) {
    let Some((id, first)) = cycle.next() else {
        return;
    };
    let at = context.units[id.module].at(first.span());
    let error = Diagnostic::error(at, D::cycle(&first.name().text));
    let error = cycle.take(SHOWN).fold(error, |error, (id, next)| {
        let at = context.units[id.module].at(next.span());
        error.related(at, format!("through `{}`", next.name().text))
    });
    context.report(error);
}
