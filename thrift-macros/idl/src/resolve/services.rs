//! Services: their parents and functions.

use std::collections::HashMap;

use super::annotations::idempotent;
use super::context::{Context, type_notes};
use super::definitions::{Absent, Table};
use super::fields::{self, Resolved, Role};
use super::graph;
use super::structs;
use crate::diagnostic::{Diagnostic, Location, cut};
use crate::model::{Field, Function, Item, ItemId, Service};
use crate::syntax::ast::{self, Definition, Name};

pub(super) fn resolve(context: &mut Context<'_>) {
    let services: Vec<(ItemId, &ast::Service)> = context
        .definitions
        .all()
        .into_iter()
        .filter_map(|(id, definition)| match definition {
            Definition::Service(service) => Some((id, service)),
            _ => None,
        })
        .collect();
    let numbers: HashMap<ItemId, usize> =
        services.iter().enumerate().map(|(number, (id, _))| (*id, number)).collect();
    let mut parents = Vec::with_capacity(services.len());
    for (id, service) in &services {
        let parent =
            service.parent.as_ref().and_then(|parent| find_parent(context, id.module, parent));
        parents.push(parent.and_then(|parent| numbers.get(&parent).copied()));
    }
    break_cycles(context, &services, &mut parents);
    check_functions(context, &services, &parents);
    for ((id, service), parent) in services.iter().zip(&parents) {
        let parent = parent.and_then(|parent| services.get(parent)).map(|(id, _)| *id);
        resolve_one(context, *id, service, parent);
    }
}

fn find_parent(context: &mut Context<'_>, module: usize, name: &Name) -> Option<ItemId> {
    let at = context.units[module].at(name.span);
    let text = &name.text;
    let found = context.definitions.find(Table::TypesAndServices, module, text);
    match found {
        Ok(id) if matches!(context.definitions.get(id), Definition::Service(_)) => Some(id),
        Ok(_) => {
            context.report(Diagnostic::error(at, format!("`{text}` is not a service")));
            None
        }
        Err(Absent::Silenced) => None,
        Err(Absent::Unknown) => {
            let error = Diagnostic::error(at, format!("undefined service `{text}`"));
            let help = context.suggestion(Table::TypesAndServices, module, text);
            context.report(error.help_if(help));
            None
        }
    }
}

fn parent_place(context: &Context<'_>, id: ItemId, service: &ast::Service) -> Option<Location> {
    let parent = service.parent.as_ref()?;
    Some(context.units[id.module].at(parent.span))
}

/// Removes the parents of services that extend themselves.
fn break_cycles(
    context: &mut Context<'_>,
    services: &[(ItemId, &ast::Service)],
    parents: &mut [Option<usize>],
) {
    let edges: Vec<Vec<usize>> =
        parents.iter().map(|parent| parent.iter().copied().collect()).collect();
    for cycle in graph::cycles(&edges) {
        let mut places = cycle.iter().filter_map(|&at| {
            let (id, service) = services.get(at)?;
            Some((parent_place(context, *id, service)?, &service.name.text))
        });
        if let Some((at, name)) = places.next() {
            let message = format!("recursive service: `{name}` extends itself");
            let error = places.take(8).fold(Diagnostic::error(at, message), |error, (at, name)| {
                error.related(at, format!("through `{name}`"))
            });
            context.report(error);
        }
        for at in cycle {
            if let Some(parent) = parents.get_mut(at) {
                *parent = None;
            }
        }
    }
}

/// The name of a function is taken in its service, and in every service that extends it. The services
/// are visited from parents to children with one table of names, so that long chains take little time.
fn check_functions(
    context: &mut Context<'_>,
    services: &[(ItemId, &ast::Service)],
    parents: &[Option<usize>],
) {
    enum Step {
        Enter(usize),
        Leave(usize),
    }
    let mut children = vec![Vec::new(); services.len()];
    let mut steps = Vec::new();
    for (service, parent) in parents.iter().enumerate().rev() {
        match parent.and_then(|parent| children.get_mut(parent)) {
            Some(children) => children.push(service),
            None => steps.push(Step::Enter(service)),
        }
    }
    let mut names: HashMap<&str, (Location, usize)> = HashMap::new();
    while let Some(step) = steps.pop() {
        let (Step::Enter(at) | Step::Leave(at)) = step;
        let Some((id, service)) = services.get(at) else {
            continue;
        };
        if let Step::Leave(_) = step {
            for function in &service.functions {
                let name = function.name.text.as_str();
                if names.get(name).is_some_and(|(_, owner)| *owner == at) {
                    names.remove(name);
                }
            }
            continue;
        }
        for function in &service.functions {
            let place = context.units[id.module].at(function.name.span);
            let name = function.name.text.as_str();
            match names.get(name) {
                None => {
                    names.insert(name, (place, at));
                }
                Some(&(first, owner)) => {
                    let words = match services.get(owner) {
                        Some((_, parent)) if owner != at => {
                            format!("already defined here, in `{}`", cut(&parent.name.text))
                        }
                        _ => "already defined here".to_owned(),
                    };
                    let message = format!("duplicate function `{name}`");
                    context.report(Diagnostic::error(place, message).related(first, words));
                }
            }
        }
        steps.push(Step::Leave(at));
        steps.extend(children.get(at).into_iter().flatten().copied().map(Step::Enter));
    }
}

fn resolve_one<'a>(
    context: &mut Context<'a>,
    id: ItemId,
    written: &'a ast::Service,
    parent: Option<ItemId>,
) {
    let mut names = std::collections::HashSet::new();
    let mut functions = Vec::with_capacity(written.functions.len());
    for function in &written.functions {
        let resolved = function_of(context, id.module, function);
        if let Some(resolved) = resolved
            && names.insert(function.name.text.as_str())
        {
            functions.push(resolved);
        }
    }
    let item = Service {
        name: written.name.text.clone(),
        place: context.units[id.module].at(written.name.span).into(),
        doc: written.doc.clone(),
        annotations: context.annotations(id.module, &written.annotations, None),
        parent,
        functions,
    };
    context.put(id, Item::Service(item));
}

/// Resolves a function; `None` if its result or an argument has an error. A declared exception with an
/// error is only left out, so that code that implements or calls the function causes no further error.
fn function_of<'a>(
    context: &mut Context<'a>,
    module: usize,
    written: &'a ast::Function,
) -> Option<Function> {
    let returns = match &written.returns {
        Some(ty) => context.ty(module, ty).map(|(ty, _)| Some(ty)),
        None => Some(None),
    };
    let args = field_list(context, module, &written.args, Role::Arguments);
    let throws = throws(context, module, written);
    let annotations = context.annotations(module, &written.annotations, written.returns.as_ref());
    Some(Function {
        name: written.name.text.clone(),
        place: context.units[module].at(written.name.span).into(),
        doc: written.doc.clone(),
        idempotent: idempotent(&annotations),
        annotations,
        oneway: written.oneway,
        returns: returns?,
        type_notes: written
            .returns
            .as_ref()
            .map(|ty| type_notes(&context.units[module], ty))
            .unwrap_or_default(),
        args: args.broken.is_empty().then_some(args.fields)?,
        fails: !written.throws.is_empty(),
        throws,
    })
}

/// The declared exceptions without errors. The result of a method is sent in the same struct, and has
/// the id 0 there.
fn throws<'a>(context: &mut Context<'a>, module: usize, written: &'a ast::Function) -> Vec<Field> {
    let Resolved { mut fields, index, .. } =
        field_list(context, module, &written.throws, Role::Throws);
    let taken = fields.iter().position(|field| field.id == 0);
    if let (Some(returns), Some(at)) = (&written.returns, taken) {
        fields.remove(at);
        let exception = index[at].written;
        let unit = &context.units[module];
        let place = exception.id.map_or(exception.name.span, |id| id.span);
        let error = Diagnostic::error(unit.at(place), "duplicate field id 0")
            .related(unit.at(returns.span), "already taken by the result");
        context.report(error);
    }
    fields
}

fn field_list<'a>(
    context: &mut Context<'a>,
    module: usize,
    list: &'a [ast::Field],
    role: Role,
) -> Resolved<'a> {
    let mut resolved = fields::resolve(context, module, list, role);
    for (field, index) in resolved.fields.iter_mut().zip(&resolved.index) {
        field.default = structs::default(context, module, index);
    }
    resolved
}
