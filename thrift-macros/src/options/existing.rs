//! `with`: files and types whose Rust code exists already.

use std::collections::HashSet;

use syn::Path;
use thrift_idl::diagnostic::{Diagnostics, Severity};
use thrift_idl::source::FileId;

use super::{module_name, selectors};
use crate::identifier::ident;
use crate::input::{Input, With};
use crate::model::{Item, ItemId, Program};

/// A second name for the module of an included file, independent of its first one: another crate's
/// `with` uses it.
pub(crate) fn alias(stem: &str) -> String {
    format!("__thrift_file_{}", module_name(stem))
}

/// Files and individual types whose Rust code exists already: none is generated for them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Existing {
    /// For each module, the path of its items if they exist.
    modules: Vec<Option<Path>>,
    items: Vec<(ItemId, Path)>,
    /// Those among them that have the lifetime of the message.
    lent: Vec<ItemId>,
}

impl Existing {
    /// The path of the module with the items of a file, if it exists.
    pub(crate) fn module(&self, module: usize) -> Option<&Path> {
        self.modules.get(module)?.as_ref()
    }

    /// The types that were named individually, with their paths.
    pub(crate) fn items(&self) -> &[(ItemId, Path)] {
        &self.items
    }

    /// Whether an item that was named individually has the lifetime of the message.
    pub(crate) fn lends(&self, id: ItemId) -> bool {
        self.lent.contains(&id)
    }

    /// Whether the code of an item exists in another crate or module, and cannot be changed from here.
    pub(crate) fn has(&self, id: ItemId) -> bool {
        self.item(id).is_some() || self.module(id.module).is_some()
    }

    /// The path of a type that was named individually.
    pub(crate) fn item(&self, id: ItemId) -> Option<&Path> {
        self.items.iter().find(|(item, _)| *item == id).map(|(_, path)| path)
    }
}

/// Finds the files and types that `with` names. Warnings about existing files are dropped, as they are
/// reported where the code for those files is generated.
pub(super) fn apply(program: &Program, input: &mut Input, diagnostics: &mut Diagnostics) {
    let complete = diagnostics.errors().next().is_none();
    let existing = &mut input.options.existing;
    existing.modules = vec![None; program.modules.len()];
    for with in &input.with {
        let is_file = map_file(program, existing, with);
        let item = selectors::find(program, &with.key.value()).filter(|_| !is_file);
        existing.items.extend(item.map(|id| (id, with.path.clone())));
        if !is_file && item.is_none() && complete {
            let key = with.key.value();
            let message = format!("unused key: no included file or type is called `{key}`");
            input.errors.push(syn::Error::new(with.key.span(), message));
        }
        let Some(span) = with.borrows else { continue };
        let lent = item.filter(|id| may_lend(program, *id));
        existing.lent.extend(lent);
        if lent.is_none() && (is_file || item.is_some()) {
            let message = "only a struct, a union, an exception or a typedef can have a lifetime";
            input.errors.push(syn::Error::new(span, message));
        }
    }
    map_included(program, existing);
    let mapped = program.modules.iter().zip(&existing.modules);
    let mapped = mapped.filter(|(_, path)| path.is_some());
    let mapped: HashSet<FileId> = mapped.map(|(module, _)| module.file).collect();
    diagnostics
        .retain(|found| found.severity == Severity::Error || !mapped.contains(&found.at.file));
}

/// A key maps every included file whose path ends with it.
fn map_file(program: &Program, existing: &mut Existing, with: &With) -> bool {
    let key = with.key.value();
    let mut found = false;
    for (module, path) in program.modules.iter().zip(&mut existing.modules).skip(1) {
        if module.path.ends_with(&key) {
            *path = Some(with.path.clone());
            found = true;
        }
    }
    found
}

/// Whether an item is one that may have the lifetime of the message.
fn may_lend(program: &Program, id: ItemId) -> bool {
    matches!(program.item(id), Item::Struct(_) | Item::Typedef(_))
}

/// A file that is included only by mapped files exists too, as a module beside theirs.
fn map_included(program: &Program, existing: &mut Existing) {
    let includes =
        |module: usize| program.modules[module].includes.iter().map(|include| include.module);
    let mut reached = vec![false; program.modules.len()];
    let mut next = vec![0];
    let mut mapped = Vec::new();
    while let Some(at) = next.pop() {
        if std::mem::replace(&mut reached[at], true) {
            continue;
        }
        match existing.module(at) {
            Some(path) => mapped.push((at, path.clone())),
            None => next.extend(includes(at)),
        }
    }
    for (start, path) in mapped {
        let mut next: Vec<usize> = includes(start).collect();
        while let Some(at) = next.pop() {
            if std::mem::replace(&mut reached[at], true) {
                continue;
            }
            next.extend(includes(at));
            if existing.modules[at].is_none() {
                let mut path = path.clone();
                path.segments.push(ident(&alias(&program.modules[at].stem)).into());
                existing.modules[at] = Some(path);
            }
        }
    }
}
