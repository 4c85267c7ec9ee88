//! Finds the definition that a name refers to, and its file.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use super::load::Unit;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::ItemId;
use crate::syntax::ast::{Definition, Name};

/// The two tables of names. A constant may have the same name as a type; a service may not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Table {
    TypesAndServices,
    Constants,
}

/// Why a name does not refer to anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Absent {
    Unknown,
    /// The definition has an error of its own, which has been reported.
    Silenced,
}

/// The definitions of every file, by name.
pub(super) struct Definitions<'a> {
    files: Vec<File<'a>>,
    /// Includes that could not be read, but whose definitions were looked for: the including file, and
    /// the stem.
    missed: RefCell<HashSet<(usize, &'a str)>>,
}

/// The definitions of one file, and the files that it includes.
#[derive(Default)]
struct File<'a> {
    items: Vec<&'a Definition>,
    types: HashMap<&'a str, usize>,
    constants: HashMap<&'a str, usize>,
    /// Names of definitions with an error.
    broken: HashSet<&'a str>,
    /// Whether there are unreadable definitions whose names are unknown.
    lost: bool,
    /// Included files, by stem. If two have the same stem, the later one is first.
    includes: HashMap<&'a str, Vec<usize>>,
    /// The stems of includes that could not be read.
    unread: HashSet<&'a str>,
}

impl<'a> Definitions<'a> {
    /// Enters all definitions, and reports those whose names are taken.
    pub(super) fn collect(units: &'a [Unit], diagnostics: &mut Diagnostics) -> Self {
        let files = units.iter().map(|unit| File::of(unit, units, diagnostics));
        Definitions { files: files.collect(), missed: RefCell::default() }
    }

    /// Whether a name was looked for in an include of `module` that could not be read.
    pub(super) fn is_missed(&self, module: usize, path: &str) -> bool {
        self.missed.borrow().contains(&(module, stem(path)))
    }

    /// Whether the include with this stem could not be read. If so, it is noted that its definitions
    /// were looked for.
    fn misses(&self, module: usize, stem: &str) -> bool {
        let unread = self.files[module].unread.get(stem);
        if let Some(stem) = unread {
            self.missed.borrow_mut().insert((module, stem));
        }
        unread.is_some()
    }

    /// The definitions of a file, without those whose names were taken.
    pub(super) fn items(&self, module: usize) -> &[&'a Definition] {
        &self.files[module].items
    }

    pub(super) fn get(&self, id: ItemId) -> &'a Definition {
        self.files[id.module].items[id.item]
    }

    /// All definitions, file by file.
    pub(super) fn all(&self) -> Vec<(ItemId, &'a Definition)> {
        let files = self.files.iter().enumerate();
        files
            .flat_map(|(module, file)| {
                let items = file.items.iter().enumerate();
                items.map(move |(item, &definition)| (ItemId { module, item }, definition))
            })
            .collect()
    }

    /// The definition that `name` refers to in `module`: `Name`, or `stem.Name` for one of an included
    /// file.
    pub(super) fn find(&self, table: Table, module: usize, name: &str) -> Result<ItemId, Absent> {
        let own = &self.files[module];
        let Some((stem, rest)) = name.rsplit_once('.') else {
            return self.find_in(table, module, name);
        };
        let Some(included) = own.includes.get(stem) else {
            let silenced = self.misses(module, stem) || own.lost;
            return Err(if silenced { Absent::Silenced } else { Absent::Unknown });
        };
        let mut absent = Absent::Unknown;
        for &included in included.iter().rev() {
            match self.find_in(table, included, rest) {
                Err(Absent::Unknown) => {}
                Err(Absent::Silenced) => absent = Absent::Silenced,
                found => return found,
            }
        }
        Err(match self.misses(module, stem) {
            true => Absent::Silenced,
            false => absent,
        })
    }

    fn find_in(&self, table: Table, module: usize, name: &str) -> Result<ItemId, Absent> {
        let file = &self.files[module];
        let found = match table {
            Table::TypesAndServices => file.types.get(name),
            Table::Constants => file.constants.get(name),
        };
        match found {
            Some(&item) => Ok(ItemId { module, item }),
            None if file.lost || file.broken.contains(name) => Err(Absent::Silenced),
            None => Err(Absent::Unknown),
        }
    }

    /// Every name that can be written in `module` with the same prefix as `name`.
    pub(super) fn visible(&self, table: Table, module: usize, name: &str) -> Vec<&'a str> {
        let own = &self.files[module];
        let names = |file: &File<'a>| -> Vec<&'a str> {
            match table {
                Table::TypesAndServices => file.types.keys().copied().collect(),
                Table::Constants => file.constants.keys().copied().collect(),
            }
        };
        match name.rsplit_once('.') {
            None => names(own),
            Some((stem, _)) => match own.includes.get(stem) {
                Some(included) => {
                    let included = included.iter();
                    included.flat_map(|&module| names(&self.files[module])).collect()
                }
                None => Vec::new(),
            },
        }
    }

    /// Whether `module` includes a file with this stem.
    pub(super) fn includes(&self, module: usize, stem: &str) -> bool {
        self.files[module].includes.contains_key(stem)
    }

    /// The stems of the files that `module` includes.
    pub(super) fn stems(&self, module: usize) -> impl Iterator<Item = &'a str> {
        self.files[module].includes.keys().copied()
    }
}

impl<'a> File<'a> {
    fn of(unit: &'a Unit, units: &'a [Unit], diagnostics: &mut Diagnostics) -> Self {
        let document = &unit.document;
        let mut file = File {
            broken: document.unreadable.iter().map(String::as_str).collect(),
            lost: document.lost,
            ..File::default()
        };
        for (include, &included) in document.includes.iter().zip(&unit.includes) {
            match included {
                Some(included) => {
                    let known = file.includes.entry(&units[included].stem).or_default();
                    if !known.contains(&included) {
                        known.push(included);
                    }
                }
                None => {
                    file.unread.insert(stem(&include.path));
                }
            }
        }
        file.unread.extend(document.unread.iter().map(|path| stem(path)));
        for definition in &document.definitions {
            file.enter(definition, unit, diagnostics);
        }
        file
    }

    fn enter(&mut self, definition: &'a Definition, unit: &Unit, diagnostics: &mut Diagnostics) {
        let name = definition.name();
        let table = match definition {
            Definition::Const(_) => &mut self.constants,
            _ => &mut self.types,
        };
        if let Some(&first) = table.get(name.text.as_str()) {
            let first = self.items[first].name();
            diagnostics.add(duplicate(unit, "definition", name, first));
            return;
        }
        table.insert(&name.text, self.items.len());
        self.items.push(definition);
    }
}

/// The name by which other files refer to the file at a path.
pub(super) fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or_default();
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// The error for a name that is taken in the same file.
pub(super) fn duplicate(unit: &Unit, what: &str, name: &Name, first: &Name) -> Diagnostic {
    let message = format!("duplicate {what} `{}`", name.text);
    Diagnostic::error(unit.at(name.span), message)
        .related(unit.at(first.span), "already defined here")
}
