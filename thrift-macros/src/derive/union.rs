//! Unions: Rust enums in which each variant holds one value.

use proc_macro2::Span;
use quote::ToTokens as _;
use syn::{Data, DeriveInput, Field, Fields, Variant, spanned::Spanned as _};

use super::{
    attribute::{
        Attributes, BINARY, BOUND, CLOSED, CRATE, DEFAULT, ID, RENAME, SCHEMA, SERDE, THRIFT,
        UNKNOWN, WITH,
    },
    errors::Errors,
    field::{self, Ids, VARIANT},
    target::{OnWire, target},
};
use crate::model::wire::{Arm, Choice, Shape};

const TYPE: &[&str] = &[CRATE, RENAME, DEFAULT, CLOSED, BOUND, SERDE, SCHEMA];

/// Reads a union, and reports what is wrong with it.
pub(super) fn read(input: &DeriveInput, errors: &Errors) -> Option<Shape> {
    let Data::Enum(data) = &input.data else {
        errors.at(&input.ident, "a union is an `enum` with a variant for each member");
        return None;
    };
    let attributes = Attributes::read(&input.attrs, TYPE, "a union", errors);
    let mut ids = Ids::new("make it the variant for unknown members with `#[thrift(unknown)]`");
    let (mut arms, mut unknown) = (Vec::new(), None);
    let mut on_wire = OnWire::default();
    for variant in &data.variants {
        let attributes = Attributes::read(&variant.attrs, VARIANT, "a union's variant", errors);
        attributes.exclude(UNKNOWN, &[ID, RENAME, WITH, BINARY], errors);
        let held = value(variant, errors);
        if attributes.flag(UNKNOWN, errors) {
            if unknown.replace(variant.ident.clone()).is_some() {
                errors.at(&variant.ident, "only one variant can be `unknown`");
            }
            continue;
        }
        if held.is_some_and(|held| is_misplaced(held, errors)) {
            continue;
        }
        let name = variant.ident.to_string();
        let id = ids.of(&attributes, &variant.ident, &name, errors);
        let with = field::with(&attributes, errors);
        let wire_name = field::wire_name(&attributes, &name, errors);
        let (Some(id), Some(held)) = (id, held) else { continue };
        on_wire.add(&held.ty, with.as_ref());
        let (variant, span) =
            (variant.ident.clone(), held.ty.span().resolved_at(Span::call_site()));
        arms.push(Arm { id, wire_name, variant, checked: with.is_none(), with, span });
    }
    let closed = attributes.flag(CLOSED, errors);
    if let (Some(_), Some(key)) = (&unknown, attributes.key(CLOSED)) {
        errors.at(key, "`closed` cannot be combined with an `unknown` variant");
    } else if unknown.is_none() && !closed {
        let message = "newer peers may send other members: add a variant \
                       `#[thrift(unknown)] Unknown(UnknownMember)` to keep them, or \
                       `#[thrift(closed)]` to reject them";
        errors.at(&input.ident, message);
    }
    let target = target(input, &attributes, &on_wire, errors);
    // Without a variant for unknown members, the default is the first one's.
    let first = on_wire.plain().take(if unknown.is_some() { 0 } else { 1 });
    let default_heap = field::default_heap(first);
    Some(Shape::Union(Choice { target, arms, unknown, default_heap }))
}

/// The one value of a variant.
fn value<'a>(variant: &'a Variant, errors: &Errors) -> Option<&'a Field> {
    if let (Fields::Unnamed(fields), Some(first)) = (&variant.fields, variant.fields.iter().next())
        && fields.unnamed.len() == 1
    {
        return Some(first);
    }
    let name = &variant.ident;
    let message = format!("a union's variant holds one value: `{name}(Type)`");
    match &variant.fields {
        Fields::Unit => errors.at(name, message),
        fields => errors.at(fields.to_token_stream(), message),
    }
    None
}

/// Whether the value has attributes that belong on the variant.
fn is_misplaced(held: &Field, errors: &Errors) -> bool {
    let misplaced = held.attrs.iter().find(|attribute| attribute.path().is_ident(THRIFT));
    misplaced.map(|attribute| errors.at(attribute, "this attribute goes on the variant")).is_some()
}
