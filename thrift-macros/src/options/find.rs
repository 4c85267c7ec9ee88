//! Resolves paths such as `"Message.content"`.

use super::key::Selection;
use crate::model::{Item, ItemId, Module, Program};

/// All that a path may mean: something in the root file or, if it begins with the name of a file, in
/// that file.
pub(super) fn meanings(program: &Program, path: &str) -> Vec<Selection> {
    let mut found: Vec<Selection> = in_module(program, 0, path).into_iter().collect();
    for (module, of) in program.modules.iter().enumerate() {
        let behind = below(of, path).and_then(|rest| in_module(program, module, rest));
        found.extend(behind);
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// The rest of a path after the name of a file, which may have folders before it: `shared.Message` or
/// `idl/shared.Message`.
pub(super) fn below<'p>(module: &Module, path: &'p str) -> Option<&'p str> {
    let (folders, path) = match path.rsplit_once('/') {
        Some((folders, path)) => (Some(folders), path),
        None => (None, path),
    };
    let rest = path.strip_prefix(module.stem.as_str())?.strip_prefix('.')?;
    let folder = module.path.parent();
    let there = |folders| folder.is_some_and(|folder| folder.ends_with(folders));
    folders.is_none_or(there).then_some(rest)
}

/// What a path means in one file.
fn in_module(program: &Program, module: usize, path: &str) -> Option<Selection> {
    let (name, inner) = match path.split_once('.') {
        Some((name, inner)) => (name, Some(inner)),
        None => (path, None),
    };
    let id = item(program, module, name)?;
    let Some(inner) = inner else { return Some(Selection::Item(id)) };
    let (member, argument) = match inner.split_once('.') {
        Some((member, argument)) => (member, Some(argument)),
        None => (inner, None),
    };
    let of = program.item(id);
    let index = members(of).into_iter().position(|known| known == member)?;
    let Some(argument) = argument else { return Some(Selection::Member(id, index)) };
    let Item::Service(service) = of else { return None };
    let function = service.functions.get(index)?;
    let argument_at = function.args.iter().position(|field| field.name == argument);
    let thrown_at = || function.throws.iter().position(|field| field.name == argument);
    argument_at
        .map(|at| Selection::Argument(id, index, at))
        .or_else(|| Some(Selection::Thrown(id, index, thrown_at()?)))
}

/// The item of this name in a file. A constant may have the same name as a type; the type is meant
/// then.
pub(super) fn item(program: &Program, module: usize, name: &str) -> Option<ItemId> {
    let items = program.modules.get(module)?.items.iter().enumerate();
    let mut named = items.filter(|(_, item)| item.name() == name);
    let first = named.next()?;
    let (item, _) = match first {
        (_, Item::Const(_)) => named.next().unwrap_or(first),
        _ => first,
    };
    Some(ItemId { module, item })
}

/// The names of the fields, members or methods of an item.
pub(super) fn members(item: &Item) -> Vec<&str> {
    match item {
        Item::Struct(item) => item.fields.iter().map(|field| field.name.as_str()).collect(),
        Item::Enum(item) => item.members.iter().map(|member| member.name.as_str()).collect(),
        Item::Service(item) => item.functions.iter().map(|it| it.name.as_str()).collect(),
        Item::Typedef(_) | Item::Const(_) => Vec::new(),
    }
}

/// The names of a method's arguments and declared exceptions.
pub(super) fn arguments(item: &Item, method: &str) -> Vec<String> {
    let Item::Service(service) = item else { return Vec::new() };
    let function = service.functions.iter().find(|function| function.name == method);
    let fields =
        function.into_iter().flat_map(|function| function.args.iter().chain(&function.throws));
    fields.map(|field| field.name.clone()).collect()
}

/// The included files whose paths end with `path`.
pub(super) fn files(program: &Program, path: &str) -> Vec<Selection> {
    let included = program.modules.iter().enumerate().skip(1);
    let fitting = included.filter(|(_, module)| module.path.ends_with(path));
    fitting.map(|(module, _)| Selection::File(module)).collect()
}

/// A path that means only this, with as many folders before the file's name as are needed.
pub(super) fn spelled(program: &Program, selection: Selection) -> Option<String> {
    let (id, inner) = match selection {
        Selection::Item(id) => (id, String::new()),
        Selection::Member(id, at) => (id, format!(".{}", members(program.item(id)).get(at)?)),
        Selection::Argument(id, at, argument) | Selection::Thrown(id, at, argument) => {
            let Item::Service(service) = program.item(id) else { return None };
            let function = service.functions.get(at)?;
            let fields = match selection {
                Selection::Argument(..) => &function.args,
                _ => &function.throws,
            };
            (id, format!(".{}.{}", function.name, fields.get(argument)?.name))
        }
        Selection::Nothing | Selection::Everything | Selection::All(_) | Selection::File(_) => {
            return None;
        }
    };
    let of = program.modules.get(id.module)?;
    let rest = format!("{}{inner}", program.item(id).name());
    let means = |path: &String| meanings(program, path) == [selection];
    let short = (id.module == 0).then(|| rest.clone()).filter(means);
    let mut path = format!("{}.{rest}", of.stem);
    let mut folders = of.path.parent();
    short.or_else(|| {
        while !means(&path) {
            let folder = folders?;
            path = format!("{}/{path}", folder.file_name()?.to_str()?);
            folders = folder.parent();
        }
        Some(path)
    })
}
