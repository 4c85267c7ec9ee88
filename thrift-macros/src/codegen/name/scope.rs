//! Identifiers in Rust's case, none twice in a scope.

use std::collections::HashSet;

use proc_macro2::Ident;

use crate::{
    case,
    codegen::annotation::RUST_NAME,
    identifier::{ident, valid},
    model::Annotation,
};

/// The names that are taken where one name must not mean two things.
#[derive(Debug, Default)]
pub(super) struct Scope(HashSet<String>);

impl Scope {
    pub(super) fn camel(&mut self, name: &str, annotations: &[Annotation]) -> Ident {
        self.unique(chosen(annotations).unwrap_or_else(|| case::camel(name)))
    }

    /// The name of a type, which is as in the IDL if `idl` says so.
    pub(super) fn ty(&mut self, name: &str, annotations: &[Annotation], idl: bool) -> Ident {
        match idl {
            true => self.unique(chosen(annotations).unwrap_or_else(|| name.to_owned())),
            false => self.camel(name, annotations),
        }
    }

    pub(super) fn snake(&mut self, name: &str, annotations: &[Annotation]) -> Ident {
        self.unique(chosen(annotations).unwrap_or_else(|| case::snake(name)))
    }

    pub(super) fn shouty(&mut self, name: &str, annotations: &[Annotation]) -> Ident {
        self.unique(chosen(annotations).unwrap_or_else(|| case::shouty(name)))
    }

    pub(super) fn reserve(&mut self, name: &Ident) {
        self.0.insert(name.to_string());
    }

    pub(super) fn unique(&mut self, name: String) -> Ident {
        let first = valid(name);
        let mut name = first.clone();
        let mut number = 2_u64;
        while !self.0.insert(name.clone()) {
            name = format!("{first}_{number}");
            number += 1;
        }
        ident(&name)
    }
}

/// The name that an annotation asks for.
pub(super) fn chosen(annotations: &[Annotation]) -> Option<String> {
    annotations.iter().rev().find(|a| a.key == RUST_NAME).map(|a| a.value.clone())
}
