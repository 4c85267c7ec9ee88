//! Checks annotations whose values are Rust tokens.

use syn::parse::{ParseStream, Parser as _};
use syn::punctuated::Punctuated;
use syn::{Path, Token, Type};

use crate::model::annotation::{RUST_DERIVE, RUST_TYPE};

/// The error about an annotation's value, if it has one.
pub(crate) fn readable(key: &str, value: &str) -> Result<(), String> {
    match key {
        RUST_TYPE if syn::parse_str::<Type>(value).is_err() => {
            Err(format!("`{RUST_TYPE}` takes a Rust type, but `{value}` is not one"))
        }
        RUST_DERIVE if derives.parse_str(value).is_err() => Err(format!(
            "`{RUST_DERIVE}` takes paths of derive macros, but `{value}` is not a list of paths"
        )),
        _ => Ok(()),
    }
}

fn derives(input: ParseStream<'_>) -> syn::Result<()> {
    Punctuated::<Path, Token![,]>::parse_terminated_with(input, Path::parse_mod_style).map(drop)
}
