//! How a file refers to items.

use std::collections::HashMap;

use crate::model::{Const, Item, ItemId, Module, Program, Type, Value};

/// How many typedefs are followed in a chain.
const LONGEST_CHAIN: usize = 64;

/// The names that can be used in one file.
pub(super) struct Names<'p> {
    program: &'p Program,
    module: usize,
    /// The modules that it includes. If two have the same stem, names are looked up in the later one
    /// first.
    included: Vec<usize>,
    /// For a constant, another constant that is only a name for it.
    constants: HashMap<ItemId, ItemId>,
    /// For an enum, a typedef that stands for it.
    enums: HashMap<ItemId, ItemId>,
}

impl<'p> Names<'p> {
    pub(super) fn of(program: &'p Program, module: usize) -> Self {
        let mut included = Vec::new();
        let includes = program.modules.get(module).map(|module| module.includes.as_slice());
        for include in includes.unwrap_or_default() {
            if !included.contains(&include.module) {
                included.push(include.module);
            }
        }
        let mut names =
            Names { program, module, included, constants: HashMap::new(), enums: HashMap::new() };
        [names.constants, names.enums] = names.aliases();
        names
    }

    /// Names that included files give to items of other files: those for constants, and those for
    /// enums.
    fn aliases(&self) -> [HashMap<ItemId, ItemId>; 2] {
        let (mut constants, mut enums) = (HashMap::new(), HashMap::new());
        let included = self.included.iter().filter_map(|&module| {
            Some((module, self.program.modules.get(module)?.items.as_slice()))
        });
        for (module, items) in included {
            for (item, of) in items.iter().enumerate() {
                let alias = ItemId { module, item };
                let (aliases, id) = match of {
                    Item::Const(Const { value: Value::Const(id), .. }) => {
                        (&mut constants, Some(*id))
                    }
                    Item::Typedef(typedef) => (&mut enums, self.stands_for(&typedef.ty)),
                    _ => continue,
                };
                if let Some(id) = id.filter(|_| self.is_visible(alias)) {
                    aliases.entry(id).or_insert(alias);
                }
            }
        }
        [constants, enums]
    }

    /// The enum that a type stands for.
    fn stands_for(&self, ty: &Type) -> Option<ItemId> {
        let mut ty = ty;
        for _ in 0..LONGEST_CHAIN {
            let Type::Named(id) = ty else {
                return None;
            };
            match self.program.get(*id)? {
                Item::Enum(_) => return Some(*id),
                Item::Typedef(typedef) => ty = &typedef.ty,
                _ => return None,
            }
        }
        None
    }

    /// How to refer to a type or service.
    pub(super) fn item(&self, id: ItemId) -> String {
        let name = self.program.get(id).map_or("", Item::name);
        match self.program.modules.get(id.module) {
            Some(module) if id.module != self.module => format!("{}.{name}", module.stem),
            _ => name.to_owned(),
        }
    }

    /// How to refer to a constant. Every constant that was loaded has a name here, although it may be
    /// an alias.
    pub(super) fn constant(&self, id: ItemId) -> String {
        self.item(self.known(id, &self.constants))
    }

    /// The item itself if it is visible here, or else an alias of it that is visible.
    fn known(&self, id: ItemId, aliases: &HashMap<ItemId, ItemId>) -> ItemId {
        match self.is_visible(id) {
            true => id,
            false => aliases.get(&id).copied().unwrap_or(id),
        }
    }

    /// The name of an enum, to be written before one of its members. If none is visible here, the
    /// enum's own name is used all the same, since only the last part of a member's name matters.
    pub(super) fn enumeration(&self, id: ItemId) -> String {
        let id = self.known(id, &self.enums);
        let stem = self.program.modules.get(id.module).map(|module| module.stem.as_str());
        let name = self.program.get(id).map_or("", Item::name);
        // Apache's compiler strips at most two parts, so it does not accept a prefix that itself has a
        // dot.
        let dotted = id.module != self.module && stem.is_some_and(|stem| stem.contains('.'));
        match dotted && !self.own_items().any(|item| item.name() == name) {
            true => name.to_owned(),
            false => self.item(id),
        }
    }

    fn own_items(&self) -> impl Iterator<Item = &'p Item> {
        self.program.modules.get(self.module).into_iter().flat_map(|module| &module.items)
    }

    /// Whether the name of an item refers to that item in this file.
    fn is_visible(&self, id: ItemId) -> bool {
        if id.module == self.module {
            return true;
        }
        let module = |at: &usize| self.program.modules.get(*at);
        let Some(stem) = module(&id.module).map(|module| &module.stem) else {
            return false;
        };
        let mut alike = self.included.iter().rev().copied();
        let same = |at: &usize| module(at).is_some_and(|module| module.stem == *stem);
        alike.by_ref().filter(same).find(|at| self.defines(*at, id)) == Some(id.module)
    }

    /// Whether a module defines the item, or another item that hides it.
    fn defines(&self, module: usize, id: ItemId) -> bool {
        if module == id.module {
            return true;
        }
        let Some(item) = self.program.get(id) else {
            return false;
        };
        let constant = |item: &Item| matches!(item, Item::Const(_));
        let hides = |other: &Item| other.name() == item.name() && constant(other) == constant(item);
        let items = |module: &'p Module| module.items.iter();
        self.program.modules.get(module).into_iter().flat_map(items).any(hides)
    }
}
