//! Finds the items that keys of `with` name: `"Message"`, `"shared.Message"`.

use crate::model::{ItemId, Program};

/// The item that is called `Name` in the root file, or `stem.Name` in another. A constant may have the
/// same name as a type; the type is meant then.
pub(super) fn find(program: &Program, key: &str) -> Option<ItemId> {
    let mut modules = program.modules.iter().enumerate();
    let (module, name) = match key.rsplit_once('.') {
        None => (0, key),
        Some((stem, name)) => (modules.find(|(_, module)| module.stem == stem)?.0, name),
    };
    super::find::item(program, module, name)
}
