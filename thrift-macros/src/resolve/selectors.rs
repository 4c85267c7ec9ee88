//! The items that keys of `with` name: `"Message"`, `"shared.Message"`.

use crate::model::{Item, ItemId, Program};

/// The item called `Name`, in the root file, or `stem.Name`. A constant may be called like a type;
/// the type is meant then.
pub(super) fn find(program: &Program, key: &str) -> Option<ItemId> {
    let mut modules = program.modules.iter().enumerate();
    let (module, name) = match key.rsplit_once('.') {
        None => (0, key),
        Some((stem, name)) => (modules.find(|(_, module)| module.stem == stem)?.0, name),
    };
    let items = program.modules.get(module)?.items.iter().enumerate();
    let mut named = items.filter(|(_, item)| item.name() == name);
    let first = named.next()?;
    let (item, _) = match first {
        (_, Item::Const(_)) => named.next().unwrap_or(first),
        _ => first,
    };
    Some(ItemId { module, item })
}
