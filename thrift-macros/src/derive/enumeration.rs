//! Enums: Rust enums without fields, or newtypes over the number.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};
use syn::{Data, DataEnum, DeriveInput, Fields, Index, Member, Type};

use super::{
    attribute::{Attributes, CLOSED, CRATE, RENAME, SCHEMA, SERDE, UNKNOWN},
    errors::Errors,
    field,
    target::{OnWire, target},
};
use crate::model::wire::{Newtype, Number, Numbers, Shape};

/// Reads an enum, and reports what is wrong with it.
pub(super) fn read(input: &DeriveInput, errors: &Errors) -> Option<Shape> {
    match &input.data {
        Data::Enum(data) => Some(Shape::Enum(numbers(input, data, errors))),
        Data::Struct(data) => {
            newtype(input, &data.fields, errors).map(|of| Shape::Newtype(Box::new(of)))
        }
        Data::Union(_) => {
            errors
                .at(&input.ident, "`ThriftEnum` is for an `enum` or a struct that holds one `i32`");
            None
        }
    }
}

fn numbers(input: &DeriveInput, data: &DataEnum, errors: &Errors) -> Numbers {
    let attributes =
        Attributes::read(&input.attrs, &[CRATE, RENAME, CLOSED, SERDE, SCHEMA], "an enum", errors);
    let (mut variants, mut unknown) = (Vec::new(), None);
    // As in Rust, the first is 0, and each of the others is one more than the one before it.
    let mut value = Discriminant { base: None, more: 0 };
    for variant in &data.variants {
        let own = Attributes::read(&variant.attrs, &[RENAME, UNKNOWN], "an enum's variant", errors);
        own.exclude(UNKNOWN, &[RENAME], errors);
        if let Some((_, given)) = &variant.discriminant {
            value = match field::integer(given) {
                Some(number) if i32::try_from(number).is_err() => {
                    errors
                        .at(given, format_args!("the number {number} is out of range of an `i32`"));
                    Discriminant { base: None, more: 0 }
                }
                Some(number) => Discriminant { base: None, more: number as i64 },
                None => Discriminant { base: Some(given.to_token_stream()), more: 0 },
            };
        }
        if own.flag(UNKNOWN, errors) {
            if !is_i32(&variant.fields) {
                let message =
                    format!("the `unknown` variant must hold the number: `{}(i32)`", variant.ident);
                errors.at(&variant.ident, message);
            }
            if unknown.replace(variant.ident.clone()).is_some() {
                errors.at(&variant.ident, "only one variant can be `unknown`");
            }
        } else {
            if !matches!(variant.fields, Fields::Unit) {
                let message = "a variant of a Thrift enum cannot hold a value; for a union, \
                               derive `ThriftUnion`";
                errors.at(&variant.fields, message);
            }
            let name = variant.ident.to_string();
            variants.push(Number {
                wire_name: field::wire_name(&own, &name, errors),
                variant: variant.ident.clone(),
                value: value.tokens(),
            });
        }
        value.more += 1;
    }
    let closed = attributes.flag(CLOSED, errors);
    if let (Some(_), Some(key)) = (&unknown, attributes.key(CLOSED)) {
        errors.at(key, "`closed` cannot be combined with an `unknown` variant");
    } else if unknown.is_none() && !closed {
        let message = "newer peers may send other numbers: add a variant \
                       `#[thrift(unknown)] Other(i32)` to keep them, or `#[thrift(closed)]` to \
                       reject them";
        errors.at(&input.ident, message);
    }
    Numbers { target: target(input, &attributes, &OnWire::default(), errors), variants, unknown }
}

/// The number of a variant.
struct Discriminant {
    /// The expression that the number is counted from, if there is one. Its value is not known here.
    base: Option<TokenStream>,
    more: i64,
}

impl Discriminant {
    fn tokens(&self) -> TokenStream {
        let more = proc_macro2::Literal::i64_unsuffixed(self.more);
        match &self.base {
            Some(base) => quote!(((#base) as i32 + #more)),
            None => quote!(#more),
        }
    }
}

fn newtype(input: &DeriveInput, fields: &Fields, errors: &Errors) -> Option<Newtype> {
    let attributes =
        Attributes::read(&input.attrs, &[CRATE, SERDE, SCHEMA], "an enum that is a struct", errors);
    let held = fields.iter().next().filter(|_| fields.len() == 1 && is_i32(fields));
    let Some(held) = held else {
        errors.at(
            &input.ident,
            "a struct that is a Thrift enum must hold one `i32`: `struct Status(i32);`",
        );
        return None;
    };
    Some(Newtype {
        target: target(input, &attributes, &OnWire::default(), errors),
        member: match &held.ident {
            Some(ident) => Member::Named(ident.clone()),
            None => Member::Unnamed(Index::from(0)),
        },
        ty: held.ty.clone(),
        default: None,
        with: None,
        skipped: Vec::new(),
        default_heap: None,
    })
}

fn is_i32(fields: &Fields) -> bool {
    let mut types = fields.iter().map(|field| field::ungrouped(&field.ty));
    let first = types.next();
    let fits = matches!(first, Some(Type::Path(path)) if path.path.is_ident("i32"));
    fits && types.next().is_none()
}
