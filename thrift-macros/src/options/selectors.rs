//! What the keys of `derive` and `attr` mean: `"*"`, `"Message"`, `"Message.content"`,
//! `"shared.Message"`.

use thrift_idl::diagnostic::Diagnostics;
use thrift_idl::suggest;

use crate::input::Input;
use crate::model::{Item, ItemId, Program};
use crate::options::{Existing, Options, Selection};

/// Finds the item of each key. One that means nothing is an error, unless the item may be missing
/// because of another error.
pub(super) fn apply(program: &Program, input: &mut Input, diagnostics: &Diagnostics) {
    let complete = diagnostics.errors().next().is_none();
    let Input { options, errors, .. } = input;
    let Options { derives, attributes, existing, .. } = options;
    let derives = derives.iter_mut().map(|(selector, _)| (selector, false));
    let attributes = attributes.iter_mut().map(|(selector, _)| (selector, true));
    for (selector, attributes) in derives.chain(attributes) {
        let key = selector.key.value();
        selector.selects = select(program, &key, attributes);
        let error = match selector.selects {
            Selection::Everything => None,
            Selection::Nothing => complete.then(|| nameless(program, &key)),
            Selection::Item(id) | Selection::Member(id, _) => {
                meaningless(program, existing, id, &key, attributes)
            }
        };
        if let Some(error) = error {
            selector.selects = Selection::Nothing;
            let message = format!("unused key: {error}");
            errors.push(syn::Error::new(selector.key.span(), message));
        }
    }
}

/// Why a key has no item.
fn nameless(program: &Program, key: &str) -> String {
    let root = program.modules.iter().take(1).flat_map(|module| &module.items);
    let meant = suggest::nearest(key, root.map(item_name));
    let meant = meant.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
    format!("no item of the IDL is called `{key}`{meant}")
}

/// Why an item that a key names gets nothing of it.
fn meaningless(
    program: &Program,
    existing: &Existing,
    id: ItemId,
    key: &str,
    attributes: bool,
) -> Option<String> {
    if existing.item(id).is_some() || existing.module(id.module).is_some() {
        return Some(format!("nothing is generated for `{key}`, which exists already (`with`)"));
    }
    let what = match program.item(id) {
        Item::Struct(_) | Item::Enum(_) => return None,
        _ if attributes => return None,
        Item::Typedef(_) => "a typedef",
        Item::Const(_) => "a constant",
        Item::Service(_) => "a service",
    };
    Some(format!("`{key}` is {what}, which cannot derive anything"))
}

fn select(program: &Program, key: &str, members: bool) -> Selection {
    if key == "*" {
        return Selection::Everything;
    }
    if let Some(id) = find(program, key) {
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
