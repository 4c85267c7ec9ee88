//! Structs and exceptions.

use proc_macro2::Span;
use quote::{ToTokens as _, quote};
use syn::{Data, DeriveInput, Field, Fields, Index, Member, Type, spanned::Spanned as _};

use super::{
    attribute::{
        Attributes, BINARY, BOUND, CRATE, DEFAULT, ID, RENAME, REQUIRED, SCHEMA, SERDE, SKIP,
        TRANSPARENT, UNKNOWN, WITH,
    },
    errors::Errors,
    field::{self, FIELD, Ids},
    target::{OnWire, target},
};
use crate::model::wire::{Held, Newtype, Record, Shape, Skipped, Slot};

const TYPE: &[&str] = &[CRATE, RENAME, DEFAULT, TRANSPARENT, BOUND, SERDE, SCHEMA];

/// Reads a struct, or a newtype if it is `transparent`, and reports what is wrong with it.
pub(crate) fn read(
    input: &DeriveInput,
    shape: fn(Record) -> Shape,
    errors: &Errors,
) -> Option<Shape> {
    let Data::Struct(data) = &input.data else {
        let message = "expected a struct; for an enum, derive `ThriftUnion` \
                       or `ThriftEnum`";
        errors.at(&input.ident, message);
        return None;
    };
    let attributes = Attributes::read(&input.attrs, TYPE, "a struct", errors);
    match attributes.flag(TRANSPARENT, errors) {
        true => {
            newtype(input, &data.fields, &attributes, errors).map(|of| Shape::Newtype(Box::new(of)))
        }
        false => Some(shape(record(input, &data.fields, &attributes, errors))),
    }
}

fn record(
    input: &DeriveInput,
    fields: &Fields,
    attributes: &Attributes,
    errors: &Errors,
) -> Record {
    let mut ids = Ids::new("exclude it from the wire with `#[thrift(skip)]`");
    let (mut slots, mut skipped, mut unknown) = (Vec::new(), Vec::new(), None);
    let mut on_wire = OnWire::default();
    for (member, of) in members(fields) {
        let attributes = Attributes::read(&of.attrs, FIELD, "a field", errors);
        attributes.exclude(SKIP, &[ID, REQUIRED, RENAME, WITH, BINARY, UNKNOWN], errors);
        attributes.exclude(UNKNOWN, &[ID, REQUIRED, RENAME, WITH, BINARY, DEFAULT], errors);
        if attributes.flag(SKIP, errors) {
            skipped.push(Skipped { member, default: field::default(&attributes) });
        } else if attributes.flag(UNKNOWN, errors) {
            if unknown.replace(member).is_some() {
                errors.at(attributes.key(UNKNOWN), "only one field can be `unknown`");
            }
        } else if let Some(slot) = slot(member, of, &attributes, &mut ids, errors) {
            on_wire.add(&of.ty, slot.with.as_ref());
            slots.push(slot);
        }
    }
    let target = target(input, attributes, &on_wire, errors);
    let default_heap = field::default_heap(on_wire.plain());
    Record { target, slots, skipped, left_out: Vec::new(), unknown, default_heap }
}

/// A field on the wire.
fn slot(
    member: Member,
    of: &Field,
    attributes: &Attributes,
    ids: &mut Ids,
    errors: &Errors,
) -> Option<Slot> {
    let name = member.to_token_stream().to_string();
    let named: &dyn quote::ToTokens = match &of.ident {
        Some(ident) => ident,
        None => &of.ty,
    };
    let id = ids.of(attributes, named, &name, errors);
    let slot = slot_of(member, &of.ty, id.unwrap_or_default(), attributes, errors);
    id.and(Some(slot))
}

/// A field on the wire, or an argument, with its id.
pub(crate) fn slot_of(
    member: Member,
    ty: &Type,
    id: i16,
    attributes: &Attributes,
    errors: &Errors,
) -> Slot {
    let name = member.to_token_stream().to_string();
    let required = attributes.flag(REQUIRED, errors);
    let inner = field::in_option(ty);
    let held = match (inner, required) {
        (Some(_), true) => {
            let message = "an `Option` is optional: remove either the `Option` or `required`";
            errors.at(attributes.key(REQUIRED), message);
            Held::Optional
        }
        (Some(_), false) => Held::Optional,
        (None, true) => Held::Required,
        (None, false) => Held::Plain,
    };
    let with = field::with(attributes, errors);
    let value = inner.unwrap_or(ty);
    Slot {
        wire_name: field::wire_name(attributes, &name, errors),
        // Without a value, `default` asks for what an absent field becomes anyway.
        default: attributes.optional_value(DEFAULT).map(|value| value.to_token_stream()),
        size: (with.is_none() && field::is_number(value))
            .then(|| quote!(<#value as __thrift::Encode>::FIXED)),
        is_text: with.is_none() && field::is_text(value),
        checked: true,
        span: match attributes.key(WITH).and(with.as_ref()) {
            Some(with) => with.span(),
            None => value.span(),
        }
        .resolved_at(Span::call_site()),
        id,
        member,
        held,
        with,
    }
}

fn newtype(
    input: &DeriveInput,
    fields: &Fields,
    attributes: &Attributes,
    errors: &Errors,
) -> Option<Newtype> {
    const HELD: &[&str] = &[DEFAULT, WITH, BINARY, SKIP];
    let (mut held, mut skipped) = (Vec::new(), Vec::new());
    for (member, of) in members(fields) {
        let attributes =
            Attributes::read(&of.attrs, HELD, "the field of a transparent struct", errors);
        attributes.exclude(SKIP, &[WITH, BINARY], errors);
        match attributes.flag(SKIP, errors) {
            true => skipped.push(Skipped { member, default: field::default(&attributes) }),
            false => held.push((member, &of.ty, attributes)),
        }
    }
    attributes.exclude(TRANSPARENT, &[RENAME], errors);
    if held.len() != 1 {
        let count = held.len();
        let message =
            format!("`transparent` requires exactly one field on the wire, but there are {count}");
        errors.at(attributes.key(TRANSPARENT), message);
    }
    let (member, ty, own) = held.into_iter().next()?;
    let with = field::with(&own, errors);
    let mut on_wire = OnWire::default();
    on_wire.add(ty, with.as_ref());
    let default_heap = field::default_heap(on_wire.plain());
    Some(Newtype {
        target: target(input, attributes, &on_wire, errors),
        member,
        ty: ty.clone(),
        default: field::default(&own),
        with,
        skipped,
        default_heap,
    })
}

fn members(fields: &Fields) -> impl Iterator<Item = (Member, &Field)> {
    fields.iter().enumerate().map(|(index, field)| {
        let member = match &field.ident {
            Some(ident) => Member::Named(ident.clone()),
            None => Member::Unnamed(Index { index: index as u32, span: field.ty.span() }),
        };
        (member, field)
    })
}
