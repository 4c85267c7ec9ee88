//! Identifiers in Rust's case, each only once in a scope.

use std::collections::{HashMap, HashSet};

use proc_macro2::Ident;

use crate::{
    case,
    codegen::annotation::RUST_NAME,
    identifier::{ident, valid},
    model::Annotation,
};

/// The names that are taken, in a scope in which no two things may have the same name.
#[derive(Debug, Default)]
pub(super) struct Scope<'a> {
    /// For each name, whether the author chose it.
    taken: HashMap<String, bool>,
    /// Names that the author chose for one thing although another has or wants the same name.
    clashes: Vec<String>,
    /// Names that are taken around it.
    around: Option<&'a HashSet<String>>,
}

impl<'a> Scope<'a> {
    /// A scope in which no name of the scope around it may be used, either.
    pub(super) fn inside(around: &'a HashSet<String>) -> Self {
        Scope { around: Some(around), ..Scope::default() }
    }

    pub(super) fn camel(&mut self, name: &str, annotations: &[Annotation]) -> Ident {
        self.named(annotations, || case::camel(name))
    }

    /// The name of a type; if `idl` is set, it is spelled as in the IDL.
    pub(super) fn ty(&mut self, name: &str, annotations: &[Annotation], idl: bool) -> Ident {
        match idl {
            true => self.named(annotations, || name.to_owned()),
            false => self.camel(name, annotations),
        }
    }

    pub(super) fn snake(&mut self, name: &str, annotations: &[Annotation]) -> Ident {
        self.named(annotations, || case::snake(name))
    }

    pub(super) fn shouty(&mut self, name: &str, annotations: &[Annotation]) -> Ident {
        self.named(annotations, || case::shouty(name))
    }

    pub(super) fn reserve(&mut self, name: &Ident) {
        self.taken.insert(name.to_string(), false);
    }

    fn named(&mut self, annotations: &[Annotation], otherwise: impl FnOnce() -> String) -> Ident {
        match chosen(annotations) {
            Some(name) => self.chosen(name),
            None => self.unique(otherwise()),
        }
    }

    /// A name that the author chose.
    pub(super) fn chosen(&mut self, name: String) -> Ident {
        self.add(name, true)
    }

    /// A name that the author did not choose.
    pub(super) fn unique(&mut self, name: String) -> Ident {
        self.add(name, false)
    }

    fn add(&mut self, name: String, is_chosen: bool) -> Ident {
        let first = valid(name);
        let mut name = first.clone();
        let mut number = 2_u64;
        while let Some(other_is_chosen) = self.taken(&name) {
            if name == first && (is_chosen || other_is_chosen) {
                self.clashes.push(name);
            }
            name = format!("{first}_{number}");
            number += 1;
        }
        self.taken.insert(name.clone(), is_chosen);
        ident(&name)
    }

    /// Whether the author chose the name for what has it; `None` if it is free.
    fn taken(&self, name: &str) -> Option<bool> {
        let around = || self.around.is_some_and(|around| around.contains(name)).then_some(false);
        self.taken.get(name).copied().or_else(around)
    }

    /// The names that two things were to have because the author chose them for at least one.
    pub(super) fn into_clashes(self) -> Vec<String> {
        self.clashes
    }
}

/// The name that an annotation asks for.
pub(super) fn chosen(annotations: &[Annotation]) -> Option<String> {
    annotations.iter().rev().find(|a| a.key == RUST_NAME).map(|a| a.value.clone())
}
