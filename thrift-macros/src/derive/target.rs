//! The type itself: its name, its parameters, and the attributes on the whole type.

use proc_macro2::TokenStream;
use syn::{DeriveInput, Path, Type};

use super::{
    attribute::{Attributes, CRATE, DEFAULT, RENAME, SCHEMA, SERDE},
    bounds::{bounded, default_of_itself},
    errors::Errors,
    generic::{add_to_each, lent},
};
use crate::model::wire::Target;

/// The attributes that all derive macros have.
pub(super) struct Common {
    pub(super) krate: TokenStream,
    pub(super) default: bool,
    pub(super) serde: bool,
    pub(super) schema: bool,
}

/// Reads these attributes. Other attributes are checked elsewhere.
pub(super) fn common(input: &DeriveInput, errors: &Errors) -> Common {
    let unchecked = Errors::default();
    let attributes =
        Attributes::read(&input.attrs, &[CRATE, DEFAULT, SERDE, SCHEMA], "", &unchecked);
    let _ = unchecked.finish();
    Common {
        krate: attributes.krate(errors),
        default: attributes.flag(DEFAULT, errors),
        serde: attributes.flag(SERDE, errors),
        schema: attributes.flag(SCHEMA, errors),
    }
}

/// The types of the fields on the wire.
#[derive(Default)]
pub(super) struct OnWire<'a> {
    /// Those that are written as they are.
    plain: Vec<&'a Type>,
    /// Those that are written and read by a module that `with` names.
    with: Vec<&'a Type>,
}

impl<'a> OnWire<'a> {
    pub(super) fn add(&mut self, ty: &'a Type, with: Option<&Path>) {
        match with {
            None => self.plain.push(ty),
            Some(_) => self.with.push(ty),
        }
    }

    /// Those that are written as they are.
    pub(super) fn plain(&self) -> impl Iterator<Item = &'a Type> {
        self.plain.iter().copied()
    }
}

/// The type with the bounds that its impls need.
pub(super) fn target(
    input: &DeriveInput,
    attributes: &Attributes,
    on_wire: &OnWire<'_>,
    errors: &Errors,
) -> Target {
    let lent = lent(&input.generics, on_wire.plain.iter().chain(&on_wire.with));
    if let (Some(key), Some(lifetime)) = (attributes.key(SERDE), lent.first()) {
        let message = format!(
            "types with `serde` cannot borrow from a message, as a field does here with `{lifetime}`: \
             use owned types or `Cow`",
        );
        errors.at(key, message);
    }
    let rename = attributes.text(RENAME, "rename = \"NameInIdl\"", errors);
    Target {
        name: input.ident.clone(),
        generics: bounded(input, attributes, &on_wire.plain, errors),
        wire_name: match rename {
            Some(name) => name.value(),
            None => input.ident.to_string().trim_start_matches("r#").to_owned(),
        },
        lent,
    }
}

/// The type, if nothing is known about its fields; `default` says whether `Default` is generated for
/// it.
pub(super) fn bare(input: &DeriveInput, default: bool) -> Target {
    let mut generics = input.generics.clone();
    match default {
        true => add_to_each(&mut generics, |_| true, &syn::parse_quote!(__thrift::Value)),
        false => default_of_itself(input, &mut generics),
    }
    Target { name: input.ident.clone(), generics, wire_name: String::new(), lent: Vec::new() }
}
