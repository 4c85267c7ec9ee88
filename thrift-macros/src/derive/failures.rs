//! Enums of declared exceptions: Rust enums with a variant for each exception, and one for all other
//! errors.

use std::collections::HashSet;

use proc_macro2::Span;
use quote::ToTokens as _;
use syn::{Data, DeriveInput, Fields, Type, Variant, spanned::Spanned as _};

use super::{
    attribute::{Attributes, CRATE, ID, NAMES, OTHER, RENAME, SCHEMA},
    errors::Errors,
    field::{self, Ids},
};
use crate::{
    case,
    model::wire::{Failure, Failures},
    service,
};

const TYPE: &[&str] = &[CRATE, NAMES, SCHEMA];
const VARIANT: &[&str] = &[ID, RENAME, OTHER];

/// Reads an enum of declared exceptions, and reports what is wrong with it.
pub(super) fn read(input: &DeriveInput, errors: &Errors) -> Option<Failures> {
    let Data::Enum(data) = &input.data else {
        let message = "`ThriftError` is for an `enum` with a variant for each exception";
        errors.at(&input.ident, message);
        return None;
    };
    if !input.generics.params.is_empty() {
        errors.at(
            &input.generics.params,
            "a type that derives `ThriftError` cannot have generic parameters",
        );
    }
    let attributes = Attributes::read(&input.attrs, TYPE, "an error", errors);
    let camel_case = service::names(&attributes, errors);
    let mut ids = Ids::new("make it the variant for all other errors with `#[thrift(other)]`");
    let (mut arms, mut rest) = (Vec::new(), None);
    for variant in &data.variants {
        let attributes = Attributes::read(&variant.attrs, VARIANT, "an error's variant", errors);
        attributes.exclude(OTHER, &[ID, RENAME], errors);
        let held = held(variant, errors);
        if attributes.flag(OTHER, errors) {
            if rest.replace(variant.ident.clone()).is_some() {
                errors.at(&variant.ident, "only one variant can be `other`");
            }
            continue;
        }
        let name = variant.ident.to_string();
        let id = ids.of(&attributes, &variant.ident, &name, errors);
        if let (Some(0), Some(key)) = (id, attributes.key(ID)) {
            errors.at(key, "the id 0 is reserved for the result of the method");
        }
        let wire_name = match (attributes.key(RENAME), camel_case) {
            (None, true) => case::lower_camel(name.trim_start_matches("r#")),
            _ => field::wire_name(&attributes, &name, errors),
        };
        let (Some(id), Some(ty)) = (id, held) else { continue };
        let span = ty.span().resolved_at(Span::call_site());
        let (variant, ty) = (variant.ident.clone(), ty.to_token_stream());
        arms.push(Failure { id, wire_name, variant, ty, once: true, span });
    }
    if rest.is_none() {
        let message = "calls can fail with other errors, too: add a variant \
                       `#[thrift(other)] Other(thrift_runtime::Error)`";
        errors.at(&input.ident, message);
    }
    mark_once(&mut arms);
    Some(Failures { name: input.ident.clone(), arms, rest: rest? })
}

/// Notes which types appear only once, as far as a macro can see.
fn mark_once(arms: &mut [Failure]) {
    let (mut seen, mut twice) = (HashSet::new(), HashSet::new());
    for Failure { ty, .. } in arms.iter() {
        if !seen.insert(ty.to_string()) {
            twice.insert(ty.to_string());
        }
    }
    for arm in arms {
        arm.once = !twice.contains(&arm.ty.to_string());
    }
}

/// The type that a variant holds.
fn held<'a>(variant: &'a Variant, errors: &Errors) -> Option<&'a Type> {
    let mut fields = variant.fields.iter();
    match (&variant.fields, fields.next(), fields.next()) {
        (Fields::Unnamed(_), Some(only), None) => Some(&only.ty),
        _ => {
            let name = &variant.ident;
            let message = format!("a variant holds one exception: `{name}(Type)`");
            match &variant.fields {
                Fields::Unit => errors.at(name, message),
                fields => errors.at(fields.to_token_stream(), message),
            }
            None
        }
    }
}
