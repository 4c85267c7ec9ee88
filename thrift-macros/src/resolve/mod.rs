//! From the trees of all files to the model: finding what names refer to, and checks that involve
//! several constructs.
//!
//! What is wrong is reported and left out. What refers to it is left out without a report, so that
//! one mistake is one error, and everything else is still generated.

mod annotations;
mod attributes;
mod composed;
mod constants;
mod context;
mod definitions;
mod endless;
mod enums;
mod external;
mod fields;
mod graph;
mod load;
mod numbering;
mod prune;
mod recursion;
mod references;
mod selectors;
mod services;
mod structs;
mod typedefs;
mod types;
mod values;

pub(crate) use load::{Unit, load};

use crate::diagnostic::Diagnostics;
use crate::idl::ast;
use crate::input::Input;
use crate::model::{Item, Module, Program};
use context::Context;

/// Resolves the files of one invocation, of which the first is the root.
pub(crate) fn resolve(units: &[Unit], input: &mut Input, diagnostics: &mut Diagnostics) -> Program {
    let mut context = Context::new(units, diagnostics);
    composed::resolve::<ast::Typedef>(&mut context);
    enums::resolve(&mut context);
    structs::resolve(&mut context);
    composed::resolve::<ast::Const>(&mut context);
    structs::resolve_defaults(&mut context);
    services::resolve(&mut context);
    recursion::resolve(&mut context);
    endless::check(&mut context);
    annotations::check(&mut context);
    load::excuse_unused(&mut context);
    let items = prune::without_holes(context.items);
    let mut program = program(units, items);
    external::apply(units, &mut program, input, diagnostics);
    selectors::apply(&program, input, diagnostics);
    attributes::apply(&mut program, input);
    program
}

fn program(units: &[Unit], items: Vec<Vec<Item>>) -> Program {
    let modules = units.iter().zip(items).map(|(unit, items)| Module {
        stem: unit.stem.clone(),
        doc: unit.document.doc.clone(),
        items,
        external: None,
    });
    Program { modules: modules.collect(), external: Vec::new() }
}
