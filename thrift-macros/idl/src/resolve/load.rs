//! Follows includes. Every file is read once, however many include it.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use super::context::Context;
use super::graph;
use crate::diagnostic::{Diagnostic, Diagnostics, Location};
use crate::model;
use crate::source::{self, FileId, Sources, Unread};
use crate::suggest;
use crate::syntax::ast::{Annotation, Document, Include};
use crate::syntax::{self, Span};

/// One file, parsed.
#[derive(Debug)]
pub(crate) struct Unit {
    pub(crate) file: FileId,
    pub(crate) path: std::path::PathBuf,
    /// The name by which other files refer to it.
    pub(crate) stem: String,
    pub(crate) document: Document,
    /// For each include of the document, the index of its unit; `None` if it could not be read.
    pub(crate) includes: Vec<Option<usize>>,
    /// How many bytes the text has.
    pub(super) length: usize,
    /// The indexes of includes that do not exist.
    pub(super) missing: Vec<usize>,
}

impl Unit {
    pub(super) fn at(&self, span: Span) -> Location {
        Location { file: self.file, span }
    }

    pub(super) fn annotation(&self, written: &Annotation) -> model::Annotation {
        model::Annotation {
            key: written.key.clone(),
            value: written.value.clone(),
            at: Some(self.at(written.value_span)),
        }
    }
}

/// Parses the root and everything that it includes, breadth first.
pub(crate) fn load(
    root: FileId,
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) -> Vec<Unit> {
    let mut units = vec![parse(root, sources, diagnostics)];
    let mut known = HashMap::from([(root, 0)]);
    let mut next = 0;
    while let Some(unit) = units.get_mut(next) {
        let file = unit.file;
        let mut found = Vec::new();
        let mut missing = Vec::new();
        for (index, include) in unit.document.includes.iter().enumerate() {
            match sources.open_include(file, &include.path) {
                Ok(included) => {
                    if let Some(other) = sources.shadowed(file, &include.path, included) {
                        let used = &sources.get(included).path;
                        diagnostics.add(shadowing(unit.at(include.span), used, &other));
                    }
                    found.push(Some(included));
                }
                Err(unread) => {
                    let error = unread_include(unit.at(include.span), include, &unread);
                    if let Unread::NotFound(_) = unread {
                        missing.push(index);
                        diagnostics.hold(error);
                    } else {
                        diagnostics.add(error);
                    }
                    found.push(None);
                }
            }
        }
        let mut includes = Vec::new();
        for included in found {
            includes.push(included.map(|included| {
                *known.entry(included).or_insert_with(|| {
                    units.push(parse(included, sources, diagnostics));
                    units.len() - 1
                })
            }));
        }
        if let Some(unit) = units.get_mut(next) {
            unit.includes = includes;
            unit.missing = missing;
        }
        next += 1;
    }
    check_cycles(&units, diagnostics);
    units
}

fn parse(file: FileId, sources: &Sources, diagnostics: &mut Diagnostics) -> Unit {
    let source = sources.get(file);
    let (document, problems) = syntax::parse(&source.text);
    for problem in problems {
        diagnostics.add(Diagnostic::of(file, problem));
    }
    let stem = source.path.file_stem().unwrap_or_default();
    Unit {
        file,
        path: source.path.clone(),
        stem: stem.to_string_lossy().into_owned(),
        document,
        includes: Vec::new(),
        length: source.text.len(),
        missing: Vec::new(),
    }
}

/// Turns the errors about missing files into warnings if nothing in them is used, as Apache's compiler
/// does.
pub(super) fn excuse_unused(context: &mut Context<'_>) {
    let mut unused = HashSet::new();
    for (module, unit) in context.units.iter().enumerate() {
        let missing = unit.missing.iter().filter_map(|&at| unit.document.includes.get(at));
        for include in missing {
            if !unit.document.lost && !context.definitions.is_missed(module, &include.path) {
                unused.insert(unit.at(include.span));
            }
        }
    }
    context.soften(&unused);
}

/// The warning that two folders have a file with the same path. The second file may have been meant,
/// and may have been included until the first one was created.
fn shadowing(at: Location, used: &Path, other: &Path) -> Diagnostic {
    let [used, other] = [used, other].map(source::shown);
    let message = format!("two files have this path: `{used}` is included, and `{other}` is not");
    let help = "folders are searched in order: that of the including file, then `include_dirs`";
    Diagnostic::warning(at, message).help(help)
}

fn unread_include(at: Location, include: &Include, unread: &Unread) -> Diagnostic {
    let path = &include.path;
    match unread {
        Unread::NotFound(folders) => {
            let message = format!("the included file `{path}` was not found");
            let help = match folders.iter().find_map(|folder| meant(folder, path)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => {
                    let folders = folders.iter().map(|folder| source::shown(folder));
                    let folders = suggest::quoted(&folders.collect::<Vec<_>>());
                    format!("looked in: {folders}; to add folders, use `include_dirs` of `thrift!`")
                }
            };
            Diagnostic::error(at, message).help(help)
        }
        Unread::Failed(tried, error) => {
            let tried = source::shown(tried);
            Diagnostic::error(at, format!("cannot include `{path}`: {error} (`{tried}`)"))
        }
    }
}

/// The path that is most similar to that of a missing include, if `folder` contains a file there.
fn meant(folder: &Path, path: &str) -> Option<String> {
    let near = source::neighbour(&folder.join(path))?;
    match path.rsplit_once('/') {
        Some((subfolder, _)) => Some(format!("{subfolder}/{near}")),
        None => Some(near),
    }
}

/// Reports files that include each other, once for each cycle.
fn check_cycles(units: &[Unit], diagnostics: &mut Diagnostics) {
    let edges: Vec<Vec<usize>> =
        units.iter().map(|unit| unit.includes.iter().flatten().copied().collect()).collect();
    for cycle in graph::cycles(&edges) {
        let within = |unit: &Unit| {
            let includes = unit.document.includes.iter().zip(&unit.includes);
            let mut inside =
                includes.filter(|(_, to)| to.is_some_and(|to| cycle.binary_search(&to).is_ok()));
            inside.next().map(|(include, _)| (unit.at(include.span), include.path.clone()))
        };
        let mut places = cycle.iter().filter_map(|&unit| within(&units[unit]));
        if let Some((at, path)) = places.next() {
            let message = format!("recursive include: `{path}` includes this file again");
            let cycle = places.fold(Diagnostic::error(at, message), |error, (at, path)| {
                error.related(at, format!("`{path}` is included here"))
            });
            diagnostics.add(cycle);
        }
    }
}
