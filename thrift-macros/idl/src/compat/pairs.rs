//! Finds, for each definition of the old files, the corresponding one in the new files.

use std::collections::HashMap;

use super::{Edge, get};
use crate::model::{Item, ItemId, Program, Struct, Type};

/// How many typedefs are followed in a chain.
const LONGEST: usize = 100;

/// The namespaces in which names are looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Table {
    Types,
    Services,
    Constants,
}

pub(super) fn name_of(item: &Item) -> (Table, &str) {
    match item {
        Item::Typedef(item) => (Table::Types, &item.name),
        Item::Enum(item) => (Table::Types, &item.name),
        Item::Struct(item) => (Table::Types, &item.name),
        Item::Service(item) => (Table::Services, &item.name),
        Item::Const(item) => (Table::Constants, &item.name),
    }
}

/// Definitions of the old files, with the corresponding ones of the new files.
#[derive(Debug, Default)]
pub(super) struct Pairs {
    to_new: HashMap<ItemId, ItemId>,
    to_old: HashMap<ItemId, ItemId>,
    /// The new file for each old one, if there is one.
    modules: Vec<Option<usize>>,
}

impl Pairs {
    /// Pairs definitions that have the same name, in the same file or else in any other. Of those that
    /// are left, structs with the same fields are taken for a renamed struct.
    pub(super) fn new(old: &Program, new: &Program) -> Self {
        let mut pairs = Pairs { modules: modules(old, new), ..Pairs::default() };
        let mut in_file = HashMap::new();
        let mut anywhere: HashMap<_, Vec<ItemId>> = HashMap::new();
        for (id, item) in new.items() {
            in_file.entry((id.module, name_of(item))).or_insert(id);
            anywhere.entry(name_of(item)).or_default().push(id);
        }
        let mut aliases = Vec::new();
        for (id, item) in old.items() {
            let file = pairs.file(id.module);
            let same = file.and_then(|file| in_file.get(&(file, name_of(item)))).copied();
            let moved = || match anywhere.get(&name_of(item)).map(Vec::as_slice) {
                Some(&[moved]) => Some(moved),
                _ => None,
            };
            let Some(found) = same.or_else(moved) else { continue };
            match (item, get(new, found)) {
                (Item::Typedef(_), Some(Item::Typedef(_))) => pairs.enter(id, found),
                (Item::Typedef(_), _) | (_, Some(Item::Typedef(_))) => aliases.push((id, found)),
                _ => pairs.enter(id, found),
            }
        }
        // If a typedef has taken over a name, or given it up, the type that it stands for is paired.
        for (id, found) in aliases {
            if let (Some(id), Some(found)) = (target(old, id), target(new, found)) {
                pairs.enter(id, found);
            }
        }
        pairs.renamed_structs(old, new);
        pairs
    }

    fn enter(&mut self, old: ItemId, new: ItemId) {
        if !self.to_new.contains_key(&old) && !self.to_old.contains_key(&new) {
            self.to_new.insert(old, new);
            self.to_old.insert(new, old);
        }
    }

    fn renamed_structs(&mut self, old: &Program, new: &Program) {
        let mut shapes: HashMap<Vec<(i16, &str)>, Vec<ItemId>> = HashMap::new();
        for (id, item) in new.items() {
            if let (Item::Struct(of), false) = (item, self.to_old.contains_key(&id)) {
                shapes.entry(shape(of)).or_default().push(id);
            }
        }
        for (id, item) in old.items() {
            let Item::Struct(of) = item else { continue };
            if let Some(&[renamed]) = shapes.get(&shape(of)).map(Vec::as_slice)
                && !of.fields.is_empty()
            {
                self.enter(id, renamed);
            }
        }
    }

    /// The new file that corresponds to an old one.
    pub(super) fn file(&self, module: usize) -> Option<usize> {
        self.modules.get(module).copied().flatten()
    }

    /// The new definition that corresponds to an old one.
    pub(super) fn of(&self, old: ItemId) -> Option<ItemId> {
        self.to_new.get(&old).copied()
    }

    /// Whether the two are versions of the same definition. Two with different names also count as
    /// such if the old name exists only in the old version, and the new name only in the new version.
    pub(super) fn are(&self, (old, new): Edge) -> bool {
        match self.of(old) {
            Some(paired) => paired == new,
            None => !self.to_old.contains_key(&new),
        }
    }
}

/// The root files are a pair whatever their names. Other files are paired if they are the same file,
/// or else by their names.
fn modules(old: &Program, new: &Program) -> Vec<Option<usize>> {
    let mut by_file = HashMap::new();
    let mut by_stem: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, module) in new.modules.iter().enumerate().skip(1).rev() {
        by_file.insert(module.file, at);
        by_stem.entry(&module.stem).or_default().push(at);
    }
    let paired = old.modules.iter().enumerate().map(|(at, module)| match at {
        0 => (!new.modules.is_empty()).then_some(0),
        // If several files have the same name, each is paired with a different one.
        _ => by_file.get(&module.file).copied().or_else(|| by_stem.get_mut(&*module.stem)?.pop()),
    });
    paired.collect()
}

/// The definition that a typedef stands for; any other definition stands for itself.
fn target(program: &Program, mut id: ItemId) -> Option<ItemId> {
    for _ in 0..LONGEST {
        match get(program, id)? {
            Item::Typedef(of) => match of.ty {
                Type::Named(named) => id = named,
                _ => return None,
            },
            _ => return Some(id),
        }
    }
    None
}

fn shape(of: &Struct) -> Vec<(i16, &str)> {
    let mut shape: Vec<_> = of.fields.iter().map(|field| (field.id, field.name.as_str())).collect();
    shape.sort_unstable();
    shape
}

/// The definitions of a pair.
pub(super) fn both<'a>(
    old: &'a Program,
    new: &'a Program,
    edge: Edge,
) -> Option<(&'a Item, &'a Item)> {
    Some((get(old, edge.0)?, get(new, edge.1)?))
}
