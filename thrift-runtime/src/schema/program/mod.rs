//! Descriptions as the model of the crate `thrift-idl`, which printing, comparing and dynamic values
//! speak of.

mod alone;
mod defaults;
mod items;

use std::{collections::HashMap, path::PathBuf};

use thrift_idl::{
    model::{self, ItemId, Program},
    source::FileId,
};

use self::items::Ids;
use super::{
    Annotations, Definition, Module,
    definition::{Alone, Found},
};

impl Definition {
    /// The program of which this is a part: the file that defines it with all that it includes, or for
    /// what Rust defines, a file of it and of all that it refers to.
    ///
    /// Of generic types of Rust, each has a name that is made of those of its arguments, such as
    /// `Page_Message`; and of several types of one name, the later ones have a number behind it.
    pub fn program(&self) -> Program {
        program(&[*self]).0
    }
}

impl Module {
    /// The program of this file and of all that it includes.
    pub fn program(&'static self) -> Program {
        let mut collected = Collected::default();
        collected.file(self);
        collected.follow_includes();
        collected.into_program("")
    }
}

/// A program of some definitions, and the ids of these in it. If they are not all of one file, the
/// first file is that of what Rust defines, and includes the others.
pub(super) fn program(definitions: &[Definition]) -> (Program, Vec<ItemId>) {
    let mut collected = Collected::default();
    let files = definitions.iter().filter_map(Definition::module);
    let (mut files, count): (Vec<_>, _) = (files.collect(), definitions.len());
    files.dedup_by(|a, b| same(a, b));
    let is_one_file = files.len() == 1 && definitions.iter().all(|it| it.module().is_some());
    let is_one_file = is_one_file && count > 0;
    if !is_one_file {
        collected.has_own = true;
    }
    for definition in definitions {
        collected.definition(*definition);
        if definition.module().is_none() {
            collected.name_space(definition.given_namespaces());
        }
    }
    collected.follow_includes();
    let ids = definitions.iter().filter_map(|definition| collected.id(*definition)).collect();
    let stem = definitions.first().map_or("idl", Definition::name).to_lowercase();
    (collected.into_program(&stem), ids)
}

/// What belongs to a program.
#[derive(Default)]
struct Collected {
    /// Whether the first file is one of what Rust defines.
    has_own: bool,
    files: Vec<&'static Module>,
    /// Each behind all that it refers to, as some compilers want it.
    alone: Vec<Alone>,
    /// Those of the file of what Rust defines, one a language.
    namespaces: Vec<model::Namespace>,
    /// The places in `alone`, by key; `None` while it is looked at what something refers to.
    places: HashMap<&'static str, Option<usize>>,
}

/// Whether two descriptions are of one file, which may have been read several times.
fn same(a: &'static Module, b: &'static Module) -> bool {
    std::ptr::eq(a, b) || *a == *b
}

impl Collected {
    fn definition(&mut self, definition: Definition) {
        match definition.found() {
            Found::Filed(module, _) => self.file(module),
            Found::Alone(alone) => {
                if self.places.contains_key(alone.key) {
                    return;
                }
                self.places.insert(alone.key, None);
                alone::references(&alone.item, &mut |referred| self.definition(referred));
                self.places.insert(alone.key, Some(self.alone.len()));
                self.alone.push(*alone);
            }
        }
    }

    /// Adds namespaces in languages that have none yet.
    fn name_space(&mut self, namespaces: Annotations) {
        for &(language, name) in namespaces {
            if self.namespaces.iter().all(|known| known.language != language) {
                let (language, name) = (language.to_owned(), name.to_owned());
                self.namespaces.push(model::Namespace { language, name, annotations: Vec::new() });
            }
        }
    }

    fn file(&mut self, module: &'static Module) {
        if !self.files.iter().any(|known| same(known, module)) {
            self.files.push(module);
        }
    }

    /// Adds what files include, in the order in which a file is loaded.
    fn follow_includes(&mut self) {
        let mut next = 0;
        while let Some(module) = self.files.get(next).copied() {
            module.includes.iter().for_each(|include| self.file((include.module)()));
            next += 1;
        }
    }

    fn module_index(&self, module: &'static Module) -> Option<usize> {
        let at = self.files.iter().position(|known| same(known, module))?;
        Some(at + usize::from(self.has_own))
    }

    fn into_program(self, stem: &str) -> Program {
        let file = FileId::default();
        let mut modules = Vec::new();
        let mut made = Vec::new();
        if self.has_own {
            let names = alone::names(&self.alone);
            let items = self.alone.iter().zip(names).enumerate().map(|(at, (alone, name))| {
                let mut item =
                    items::item(&alone.item, &self, ItemId { module: 0, item: at }, &mut made);
                alone::rename(&mut item, name);
                item
            });
            let items = items.collect();
            let includes = self.files.iter().enumerate().filter(|(_, of)| self.is_direct(of));
            let includes = includes.map(|(at, of)| model::Include {
                path: self.path(of).to_string_lossy().into_owned(),
                module: at + 1,
            });
            modules.push(model::Module {
                file,
                path: PathBuf::from(format!("{stem}.thrift")),
                stem: stem.to_owned(),
                doc: None,
                includes: includes.collect(),
                cpp_includes: Vec::new(),
                namespaces: self.namespaces.clone(),
                items,
            });
        }
        for of in &self.files {
            let module = modules.len();
            let items = of.items.iter().enumerate();
            let items =
                items.map(|(item, of)| items::item(of, &self, ItemId { module, item }, &mut made));
            let items = items.collect();
            modules.push(items::module(of, self.path(of), file, items, &self));
        }
        let mut program = Program { modules };
        defaults::fill(&mut program, made);
        program
    }

    /// Whether a file is referred to by what Rust defines, and not only included by another.
    fn is_direct(&self, file: &&'static Module) -> bool {
        let included = self.files.iter().flat_map(|of| of.includes);
        let mut found = false;
        for alone in &self.alone {
            alone::references(&alone.item, &mut |referred| {
                found |= referred.module().is_some_and(|module| same(module, file));
            });
        }
        found || !included.into_iter().any(|include| same((include.module)(), file))
    }

    /// Where a file is, beside others: files of several programs may have one path.
    fn path(&self, file: &'static Module) -> PathBuf {
        let others = self.files.iter().take_while(|of| !same(of, file));
        match others.filter(|of| of.path == file.path).count() {
            0 => PathBuf::from(file.path),
            count => PathBuf::from(format!("{}/{}", count + 1, file.path)),
        }
    }
}

impl Ids for Collected {
    fn id(&self, definition: Definition) -> Option<ItemId> {
        match definition.found() {
            Found::Filed(module, item) => Some(ItemId { module: self.module_index(module)?, item }),
            Found::Alone(alone) => {
                let at = self.places.get(alone.key).copied().flatten()?;
                Some(ItemId { module: 0, item: at })
            }
        }
    }

    fn module(&self, module: &'static Module) -> Option<usize> {
        self.module_index(module)
    }
}
