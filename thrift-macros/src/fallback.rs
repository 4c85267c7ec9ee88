//! What the macro expands to if there is nothing to generate code from: just the error.

use std::{fs, path::Path};

use proc_macro2::TokenStream;
use quote::quote_spanned;
use syn::LitStr;

use crate::{source, suggest};

/// The root file cannot be read.
pub(crate) fn unreadable(path: &LitStr, error: &std::io::Error) -> TokenStream {
    let path_of_file = source::path_of(path);
    let shown = source::shown(&path_of_file);
    let meant = neighbour(&path_of_file);
    let help = match &meant {
        Some(near) => format!("did you mean `{near}`, in the same folder?"),
        None => "a path is relative to the package's folder, or, if it starts with `./` or `../`, \
                 to the source file that it stands in"
            .to_owned(),
    };
    let message = format!("cannot read `{shown}`: {error}\nhelp: {help}");
    quote_spanned!(path.span()=> ::core::compile_error! { #message })
}

/// The file in the same folder whose name is most like that of the missing one.
fn neighbour(missing: &Path) -> Option<String> {
    let stem = missing.file_stem()?.to_str()?;
    let stems: Vec<String> = fs::read_dir(missing.parent()?)
        .ok()?
        .flatten()
        .filter_map(|file| Some(file.file_name().to_str()?.strip_suffix(".thrift")?.to_owned()))
        .collect();
    let near = suggest::nearest(stem, stems.iter().map(String::as_str))?;
    Some(format!("{near}.thrift"))
}

/// The arguments cannot be parsed.
pub(crate) fn arguments(error: &syn::Error) -> TokenStream {
    error.to_compile_error()
}
