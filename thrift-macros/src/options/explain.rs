//! Messages about keys that have no meaning, or more than one.

use super::find;
use super::key::Selection;
use super::target::Target;
use crate::model::{Item, Program};
use thrift_idl::suggest::{nearest, quoted};

/// How many names are listed if none is similar.
const LISTED: usize = 6;

/// Explains why a path means nothing, and suggests what may have been meant.
pub(super) fn nameless(program: &Program, path: &str) -> String {
    if path.ends_with(".thrift") {
        return format!("no included file is called `{path}`");
    }
    let message = format!("no item of the IDL is called `{path}`");
    match meant(program, path) {
        Some(help) => format!("{message}{help}"),
        None => message,
    }
}

fn meant(program: &Program, path: &str) -> Option<String> {
    let did_you_mean = |path: String| format!("; did you mean `{path}`?");
    // Looks for the same name in another file.
    let elsewhere = program.modules.iter().filter_map(|module| {
        let meanings = find::meanings(program, &format!("{}.{path}", module.stem));
        meanings.first().and_then(|meaning| find::spelled(program, *meaning))
    });
    if let Some(path) = elsewhere.take(1).next() {
        return Some(did_you_mean(path));
    }
    // Looks up the correct part of the path, in the file that it names.
    let mut behind = program.modules.iter().enumerate();
    let behind = behind.find_map(|(at, of)| find::below(of, path).map(|rest| (at, rest)));
    let (module, rest) = behind.unwrap_or((0, path));
    let before = path.strip_suffix(rest).unwrap_or_default();
    let (name, inner) = rest.split_once('.').unwrap_or((rest, ""));
    let Some(id) = find::item(program, module, name) else {
        let items = program.modules.get(module)?.items.iter().map(Item::name);
        let dotted =
            |inner: &str| if inner.is_empty() { String::new() } else { format!(".{inner}") };
        if let Some(near) = nearest(name, items) {
            return Some(did_you_mean(format!("{before}{near}{}", dotted(inner))));
        }
        let stems = program.modules.iter().skip(1).map(|module| module.stem.as_str());
        let near = nearest(name, stems).filter(|_| before.is_empty() && !inner.is_empty())?;
        return Some(did_you_mean(format!("{near}.{inner}")));
    };
    let (member, argument) = inner.split_once('.').unwrap_or((inner, ""));
    let members = find::members(program.item(id));
    let before = format!("{before}{name}.");
    if !members.contains(&member) {
        let argument = if argument.is_empty() { String::new() } else { format!(".{argument}") };
        let near = nearest(member, members.iter().copied());
        return match near {
            Some(near) => Some(did_you_mean(format!("{before}{near}{argument}"))),
            None => listed(name, &members),
        };
    }
    let arguments = find::arguments(program.item(id), member);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match nearest(argument, arguments.iter().copied()) {
        Some(near) => Some(did_you_mean(format!("{before}{member}.{near}"))),
        None => listed(member, &arguments),
    }
}

/// Lists the available names, if there are few.
fn listed(name: &str, names: &[&str]) -> Option<String> {
    let few = !names.is_empty() && names.len() <= LISTED;
    few.then(|| format!("; `{name}` has {}", quoted(names)))
}

/// Explains that a path has several meanings.
pub(super) fn ambiguous(program: &Program, path: &str, meanings: &[Selection]) -> String {
    let each = meanings.iter().map(|meaning| {
        let what = Target::of(program, *meaning).map_or("nothing", Target::words);
        match (meaning, find::spelled(program, *meaning)) {
            (_, Some(path)) => format!("{what}, `{path}`"),
            (Selection::File(module), None) => {
                let path = program.modules.get(*module).map(|module| module.path.display());
                path.map_or(what.to_owned(), |path| format!("{what}, `{path}`"))
            }
            (_, None) => what.to_owned(),
        }
    });
    let each: Vec<String> = each.collect();
    format!("ambiguous key: `{path}` may be {}", each.join(", or "))
}
