//! `with`: files and types that exist already.

use std::collections::HashSet;

use heck::ToSnakeCase as _;

use super::load::Unit;
use super::selectors;
use crate::diagnostic::Diagnostics;
use crate::identifier::{ident, valid};
use crate::idl::Severity;
use crate::input::{Input, With};
use crate::model::Program;
use crate::source::FileId;

/// Marks the modules and items that `with` maps, and gives no warnings for files that are mapped:
/// where their code is generated they are given.
pub(super) fn apply(
    units: &[Unit],
    program: &mut Program,
    input: &mut Input,
    diagnostics: &mut Diagnostics,
) {
    let complete = diagnostics.found().iter().all(|found| found.severity != Severity::Error);
    for with in &input.with {
        if !map_file(units, program, with) && !map_item(program, with) && complete {
            let key = with.key.value();
            let message = format!("unused key: no included file or type is called `{key}`");
            input.errors.push(syn::Error::new(with.key.span(), message));
        }
    }
    map_included(units, program);
    let mapped = units.iter().zip(&program.modules);
    let mapped = mapped.filter(|(_, module)| module.external.is_some());
    let mapped: HashSet<FileId> = mapped.map(|(unit, _)| unit.file).collect();
    diagnostics
        .retain(|found| found.severity == Severity::Error || !mapped.contains(&found.at.file));
}

/// A key names every included file whose path ends with it.
fn map_file(units: &[Unit], program: &mut Program, with: &With) -> bool {
    let key = with.key.value();
    let mut found = false;
    for (unit, module) in units.iter().zip(&mut program.modules).skip(1) {
        if unit.path.ends_with(&key) {
            module.external = Some(with.path.clone());
            found = true;
        }
    }
    found
}

fn map_item(program: &mut Program, with: &With) -> bool {
    match selectors::find(program, &with.key.value()) {
        Some(id) => {
            program.external.push((id, with.path.clone()));
            true
        }
        None => false,
    }
}

/// A file that only mapped ones include exists too, as a module beside them.
fn map_included(units: &[Unit], program: &mut Program) {
    let mut reached = vec![false; units.len()];
    let mut next = vec![0];
    let mut mapped = Vec::new();
    while let Some(at) = next.pop() {
        if std::mem::replace(&mut reached[at], true) {
            continue;
        }
        match program.modules[at].external.is_some() {
            true => mapped.push(at),
            false => next.extend(units[at].includes.iter().flatten()),
        }
    }
    for start in mapped {
        let Some(path) = program.modules[start].external.clone() else {
            continue;
        };
        let mut next: Vec<usize> = units[start].includes.iter().flatten().copied().collect();
        while let Some(at) = next.pop() {
            if std::mem::replace(&mut reached[at], true) {
                continue;
            }
            next.extend(units[at].includes.iter().flatten());
            let module = &mut program.modules[at];
            if module.external.is_none() {
                let mut path = path.clone();
                let name = ident(&valid(module.stem.to_snake_case()));
                path.segments.push(name.into());
                module.external = Some(path);
            }
        }
    }
}
