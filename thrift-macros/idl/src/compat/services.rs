//! Compares the old and the new version of services.

use std::collections::{HashMap, HashSet};

use super::fields::{self, Owner, Role};
use super::judge::Judge;
use super::types::written;
use super::ways::Ways;
use super::{Work, get};
use crate::diagnostic::cut;
use crate::model::{Function, Item, ItemId, Program, Service};
use crate::suggest::quoted;

/// A service and those that it extends, the nearest first.
pub(super) fn line<'a>(
    program: &'a Program,
    id: ItemId,
    work: &Work,
) -> Vec<(ItemId, &'a Service)> {
    let mut line = Vec::new();
    let mut seen = HashSet::new();
    let mut next = Some(id);
    while let Some(id) = next
        && let Some(Item::Service(service)) = get(program, id)
        && seen.insert(id)
        && work.goes_on()
    {
        line.push((id, service));
        next = service.parent;
    }
    line
}

/// The methods that a service has, with those of the services that it extends.
pub(super) fn methods<'a>(
    line: &[(ItemId, &'a Service)],
    work: &Work,
) -> HashMap<&'a str, &'a Function> {
    let mut methods = HashMap::new();
    for (_, service) in line {
        for function in service.functions.iter().take_while(|_| work.goes_on()) {
            methods.entry(function.name.as_str()).or_insert(function);
        }
    }
    methods
}

/// Compares services: what matters is that each method can still be called, whether it is the
/// service's own or inherited.
pub(super) fn judge(judge: &mut Judge<'_>, (old_id, new_id): (ItemId, ItemId)) {
    let work = &judge.sides.work;
    let old_line = line(judge.sides.old, old_id, work);
    let new_line = line(judge.sides.new, new_id, work);
    let methods = methods(&new_line, work);
    if work.is_done() {
        // Not all methods are known in this case.
        return;
    }
    let (Some((_, old)), Some((_, new))) = (old_line.first(), new_line.first()) else {
        return;
    };
    let places = (old.place, new.place);
    for function in &old.functions {
        match methods.get(function.name.as_str()) {
            Some(new) => function_pair(judge, function, new),
            None => {
                let message =
                    format!("method `{}` of `{}` was removed", function.name, cut(&old.name));
                judge.error((function.place, new.place), message);
            }
        }
    }
    let ancestors: HashSet<ItemId> = new_line.iter().skip(1).map(|(id, _)| *id).collect();
    let mut complete = true;
    for (id, parent) in old_line.iter().skip(1) {
        if judge.sides.pairs.of(*id).is_some_and(|new| ancestors.contains(&new)) {
            // That service is compared by itself.
            continue;
        }
        let mut missing = Vec::new();
        for function in &parent.functions {
            match methods.get(function.name.as_str()) {
                Some(new) => function_pair(judge, function, new),
                None => missing.push(function.name.as_str()),
            }
        }
        if !missing.is_empty() {
            complete = false;
            missing.truncate(10);
            let (service, parent, missing) = (&old.name, &parent.name, quoted(&missing));
            let message =
                format!("`{service}` no longer extends `{parent}`, and so no longer has {missing}");
            judge.error(places, message);
        }
    }
    let parent_name = |line: &[(ItemId, &Service)]| line.get(1).map(|(_, of)| of.name.clone());
    if let (Some(was), is) = (parent_name(&old_line), parent_name(&new_line))
        && complete
        && is.as_ref() != Some(&was)
    {
        let message =
            format!("`{}` no longer extends `{was}`, but still has all of its methods", old.name);
        judge.warning(places, message);
    }
}

fn function_pair(judge: &mut Judge<'_>, old: &Function, new: &Function) {
    if !judge.sides.work.goes_on() {
        return;
    }
    let name = cut(&old.name);
    let places = (old.place, new.place);
    match (old.oneway, new.oneway) {
        (false, true) => {
            let harm = "old clients wait for replies that new servers do not send";
            judge.error(places, format!("method `{name}` became oneway: {harm}"));
        }
        (true, false) => {
            let harm = "old clients do not expect the replies of new servers";
            judge.error(places, format!("method `{name}` is no longer oneway: {harm}"));
        }
        _ => {}
    }
    let what = format!("the result of `{name}`");
    match (&old.returns, &new.returns) {
        (Some(was), Some(is)) => {
            let verdict = judge.types(was, is, Ways::RESULTS);
            judge.type_changed(&what, (was, is), places, verdict);
        }
        (None, None) => {}
        (was, is) => {
            let was = written(judge.sides.old, was.as_ref());
            let is = written(judge.sides.new, is.as_ref());
            judge.error(places, format!("{what} changed from `{was}` to `{is}`"));
        }
    }
    let arguments = Owner { name, places, role: Role::Arguments, ways: Ways::ARGUMENTS };
    fields::judge(judge, &arguments, &old.args, &new.args);
    let role = Role::Exceptions { void: old.returns.is_none() };
    let exceptions = Owner { name, places, role, ways: Ways::RESULTS };
    fields::judge(judge, &exceptions, &old.throws, &new.throws);
}
