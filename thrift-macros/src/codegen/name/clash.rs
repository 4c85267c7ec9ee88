//! Names chosen with `rename` that are taken by something else.

use std::collections::HashSet;

use proc_macro2::Ident;
use syn::ext::IdentExt as _;

use super::scope::Scope;
use crate::options::{Options, Selection, Selector};

/// A scope of names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Within {
    /// The modules of included files.
    Modules,
    Module(usize),
    /// The fields, members or methods of an item.
    Item(usize, usize),
    /// The arguments of a method, or the variants of its error.
    Method(usize, usize, usize),
}

impl Within {
    /// The scope of the names of a method's arguments and errors; this is the scope of its service.
    pub(super) fn method(self, method: usize) -> Within {
        match self {
            Within::Item(module, item) => Within::Method(module, item, method),
            other => other,
        }
    }

    /// The scope in which the thing that a key selects has its name.
    fn of(selection: Selection) -> Option<Within> {
        Some(match selection {
            Selection::File(_) => Within::Modules,
            Selection::Item(id) => Within::Module(id.module),
            Selection::Member(id, _) => Within::Item(id.module, id.item),
            Selection::Argument(id, method, _) | Selection::Thrown(id, method, _) => {
                Within::Method(id.module, id.item, method)
            }
            Selection::Nothing | Selection::Everything | Selection::All(_) => return None,
        })
    }
}

/// The names that were asked for twice in one scope.
#[derive(Debug, Default)]
pub(super) struct Clashes(HashSet<(Within, String)>);

impl Clashes {
    /// Gives out names in a scope of its own.
    pub(super) fn of<T>(&mut self, within: Within, name: impl FnOnce(&mut Scope<'_>) -> T) -> T {
        self.named(Scope::default(), within, name)
    }

    /// The same in a scope inside another, no name of which may be used either.
    pub(super) fn inside<T>(
        &mut self,
        around: &HashSet<String>,
        within: Within,
        name: impl FnOnce(&mut Scope<'_>) -> T,
    ) -> T {
        self.named(Scope::inside(around), within, name)
    }

    fn named<'a, T>(
        &mut self,
        mut scope: Scope<'a>,
        within: Within,
        name: impl FnOnce(&mut Scope<'a>) -> T,
    ) -> T {
        let named = name(&mut scope);
        self.add(within, scope);
        named
    }

    pub(super) fn add(&mut self, within: Within, scope: Scope<'_>) {
        self.0.extend(scope.into_clashes().into_iter().map(|name| (within, name)));
    }

    /// An error for each name of `rename` that is among them.
    pub(super) fn errors(&self, options: &Options) -> Vec<syn::Error> {
        let error = |(selector, name): &(Selector, Ident)| {
            let within = Within::of(selector.selects)?;
            let plain = name.unraw().to_string();
            let message =
                format!("the name `{name}` is already used in the same scope: choose another");
            self.0.contains(&(within, plain)).then(|| syn::Error::new(name.span(), message))
        };
        options.rename.iter().filter_map(error).collect()
    }
}
