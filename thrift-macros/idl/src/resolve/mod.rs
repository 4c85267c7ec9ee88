//! From the syntax trees of all files to the model: finds what names refer to, and checks rules that
//! involve several constructs.
//!
//! Parts with an error are reported and left out. Whatever refers to them is left out without a
//! report, so that one mistake leads to one error, and everything else is still generated.

mod annotations;
mod composed;
mod constants;
mod context;
mod definitions;
mod endless;
mod enums;
mod fields;
mod graph;
mod load;
mod numbering;
mod prune;
mod recursion;
mod references;
mod services;
mod structs;
mod typedefs;
mod types;
mod values;

pub(crate) use self::load::load;

use self::annotations::Readable;
use self::context::Context;
use self::load::Unit;
use crate::diagnostic::Diagnostics;
use crate::model::{Include, Item, Module, Namespace, Program};
use crate::syntax::ast;

/// Resolves the files; the first one is the root.
pub(crate) fn resolve(
    units: &[Unit],
    readable: Readable<'_>,
    diagnostics: &mut Diagnostics,
) -> Program {
    let mut context = Context::new(units, diagnostics);
    composed::resolve::<ast::Typedef>(&mut context);
    enums::resolve(&mut context);
    structs::resolve(&mut context);
    composed::resolve::<ast::Const>(&mut context);
    structs::resolve_defaults(&mut context);
    services::resolve(&mut context);
    recursion::resolve(&mut context);
    endless::check(&mut context);
    annotations::check(&mut context, readable);
    load::excuse_unused(&mut context);
    program(units, prune::without_holes(context.items))
}

fn program(units: &[Unit], items: Vec<Vec<Item>>) -> Program {
    let modules = units.iter().zip(items).map(|(unit, items)| Module {
        file: unit.file,
        path: unit.path.clone(),
        stem: unit.stem.clone(),
        doc: unit.document.doc.clone(),
        includes: includes(unit),
        cpp_includes: unit.document.cpp_includes.clone(),
        namespaces: unit
            .document
            .namespaces
            .iter()
            .map(|written| namespace(unit, written))
            .collect(),
        items,
    });
    Program { modules: modules.collect() }
}

fn includes(unit: &Unit) -> Vec<Include> {
    let written = unit.document.includes.iter().zip(&unit.includes);
    let read = written.filter_map(|(written, module)| Some((written, (*module)?)));
    read.map(|(written, module)| Include { path: written.path.clone(), module }).collect()
}

fn namespace(unit: &Unit, written: &ast::Namespace) -> Namespace {
    Namespace {
        language: written.language.clone(),
        name: written.name.clone(),
        annotations: written.annotations.iter().map(|written| unit.annotation(written)).collect(),
    }
}
