//! What the values of annotations must be that are tokens of Rust.

use syn::parse::{ParseStream, Parser as _};
use syn::punctuated::Punctuated;
use syn::{Path, Token, Type};

use crate::model::annotation::{RUST_DERIVE, RUST_TYPE};

/// What is wrong with an annotation's value, if anything.
pub(crate) fn readable(key: &str, value: &str) -> Result<(), String> {
    match key {
        RUST_TYPE if syn::parse_str::<Type>(value).is_err() => {
            Err(format!("`{RUST_TYPE}` takes a Rust type, which `{value}` is not"))
        }
        RUST_DERIVE if derives.parse_str(value).is_err() => {
            Err(format!("`{RUST_DERIVE}` takes paths of derive macros, which `{value}` is not"))
        }
        _ => Ok(()),
    }
}

fn derives(input: ParseStream<'_>) -> syn::Result<()> {
    Punctuated::<Path, Token![,]>::parse_terminated_with(input, Path::parse_mod_style).map(drop)
}
