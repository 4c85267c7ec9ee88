//! What the keys of `derive` and `attr` mean: `"*"`, `"Message"`, `"Message.content"`,
//! `"shared.Message"`.

use crate::diagnostic::Diagnostics;
use crate::idl::Severity;
use crate::input::{Input, Selection, Target};
use crate::model::{Item, ItemId, Program};

/// Finds the item of each key. One that means nothing is an error, unless the item may be missing
/// because of another error.
pub(super) fn apply(program: &Program, input: &mut Input, diagnostics: &Diagnostics) {
    let complete = diagnostics.found().iter().all(|found| found.severity != Severity::Error);
    let options = &mut input.options;
    let derives = options.derives.iter_mut().map(|(target, _)| (target, false));
    let attributes = options.attributes.iter_mut().map(|(target, _)| (target, true));
    for (target, members) in derives.chain(attributes) {
        target.selects = select(program, target, members);
        if target.selects == Selection::Nothing && complete {
            input.errors.push(unused(target));
        }
    }
}

fn unused(target: &Target) -> syn::Error {
    let key = target.key.value();
    let message = format!("unused key: no item of the IDL is called `{key}`");
    syn::Error::new(target.key.span(), message)
}

fn select(program: &Program, target: &Target, members: bool) -> Selection {
    let key = target.key.value();
    if key == "*" {
        return Selection::Everything;
    }
    if let Some(id) = find(program, &key) {
        return Selection::Item(id);
    }
    match key.rsplit_once('.') {
        Some((item, member)) if members => match find(program, item) {
            Some(id) => find_member(program, id, member),
            None => Selection::Nothing,
        },
        _ => Selection::Nothing,
    }
}

/// The item called `Name`, in the root file, or `stem.Name`. A constant may be called like a type;
/// the type is meant then.
pub(super) fn find(program: &Program, key: &str) -> Option<ItemId> {
    let mut modules = program.modules.iter().enumerate();
    let (module, name) = match key.rsplit_once('.') {
        None => (0, key),
        Some((stem, name)) => (modules.find(|(_, module)| module.stem == stem)?.0, name),
    };
    let items = program.modules.get(module)?.items.iter().enumerate();
    let mut named = items.filter(|(_, item)| item_name(item) == name);
    let first = named.next()?;
    let (item, _) = match first {
        (_, Item::Const(_)) => named.next().unwrap_or(first),
        _ => first,
    };
    Some(ItemId { module, item })
}

fn find_member(program: &Program, id: ItemId, member: &str) -> Selection {
    let item = program.modules.get(id.module).and_then(|module| module.items.get(id.item));
    let index = match item {
        Some(Item::Struct(item)) => item.fields.iter().position(|field| field.name == member),
        Some(Item::Enum(item)) => item.members.iter().position(|it| it.name == member),
        Some(Item::Service(item)) => item.functions.iter().position(|it| it.name == member),
        Some(Item::Typedef(_) | Item::Const(_)) | None => None,
    };
    index.map_or(Selection::Nothing, |index| Selection::Member(id, index))
}

fn item_name(item: &Item) -> &str {
    match item {
        Item::Typedef(item) => &item.name,
        Item::Enum(item) => &item.name,
        Item::Struct(item) => &item.name,
        Item::Const(item) => &item.name,
        Item::Service(item) => &item.name,
    }
}
