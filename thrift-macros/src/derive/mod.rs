//! The derive macros: from an existing type to the model that its impls are generated from.

pub(crate) mod attribute;
mod bounds;
mod enumeration;
pub(crate) mod errors;
mod failures;
pub(crate) mod field;
mod generic;
pub(crate) mod schema;
pub(crate) mod structure;
mod target;
mod union;

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use self::errors::Errors;
use crate::{
    codegen,
    model::wire::{Derived, Shape},
};

/// Which of the derive macros it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Struct,
    Exception,
    Union,
    Enum,
    Error,
}

/// The stages of a derive macro, in order.
pub(crate) fn expand(kind: Kind, input: TokenStream) -> TokenStream {
    let input: DeriveInput = match syn::parse2(input) {
        Ok(input) => input,
        Err(error) => return error.to_compile_error(),
    };
    let errors = Errors::default();
    let shape = match kind {
        Kind::Struct => structure::read(&input, Shape::Struct, &errors),
        Kind::Exception => structure::read(&input, Shape::Exception, &errors),
        Kind::Union => union::read(&input, &errors),
        Kind::Enum => enumeration::read(&input, &errors),
        Kind::Error => failures::read(&input, &errors).map(Shape::Failures),
    };
    let target::Common { krate, default, serde, schema } = target::common(&input, &errors);
    match (errors.finish(), shape) {
        (None, Some(shape)) => {
            let described = schema.then(|| schema::describe(&input, &shape));
            codegen::derived(&Derived { krate, default, serde, described, shape })
        }
        (told, _) => {
            if kind == Kind::Error {
                let fallback = codegen::fallback_failures(&krate, &input.ident);
                return quote!(#told #fallback);
            }
            let target = target::bare(&input, default);
            let fallback = codegen::fallback(&krate, &target, default, kind == Kind::Exception);
            quote!(#told #fallback)
        }
    }
}
