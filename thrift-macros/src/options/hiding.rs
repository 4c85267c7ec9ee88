//! Included files whose modules would hide something from the code around `thrift!`.

use crate::case;
use crate::crates::Crates;
use crate::identifier::valid;
use crate::input::Input;
use crate::model::Program;

/// The suffix that such a module's name gets.
const SUFFIX: &str = "_idl";

/// Renames the modules of included files that would hide a crate or a primitive type, and warns of it.
pub(super) fn apply(program: &Program, input: &mut Input) {
    if program.modules.len() > 1 {
        avoid(program, input, &Crates::of_package());
    }
}

fn avoid(program: &Program, input: &mut Input, crates: &Crates) {
    let Input { options, warned, .. } = input;
    for (at, module) in program.modules.iter().enumerate().skip(1) {
        let name = module_name(&module.stem);
        let chosen = options.module_name(at).is_some();
        if chosen || options.existing.module(at).is_some() || !crates.has(&name) {
            continue;
        }
        let stem = &module.stem;
        let other = format!("{name}{SUFFIX}");
        warned.push(format!(
            "the module of `{stem}.thrift` is called `{other}`, as a module `{name}` would \
             shadow the crate or \
             type `{name}` in the code around this macro\n\
             help: `rename: {{ \"{stem}.thrift\": {other} }}` chooses a name and removes this warning",
        ));
        if let Some(chosen) = options.modules.get_mut(at) {
            *chosen = Some(other);
        }
    }
}

/// The name of a file's module, if nothing else has that name.
pub(crate) fn module_name(stem: &str) -> String {
    valid(case::snake(stem))
}
