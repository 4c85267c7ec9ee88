//! The expansion if there is nothing to generate code from: only the error.

use proc_macro2::TokenStream;
use syn::LitStr;

use thrift_idl::source;

use crate::path;

/// The error for a root file that cannot be read.
pub(crate) fn unreadable(path: &LitStr, error: &std::io::Error) -> syn::Error {
    let path_of_file = path::path_of(path);
    let shown = source::shown(&path_of_file);
    let help = match (path::elsewhere(path), source::neighbour(&path_of_file)) {
        (Some((written, folder)), _) => format!("did you mean `{written}`, in {folder}?"),
        (None, Some(near)) => format!("did you mean `{near}`, in the same folder?"),
        (None, None) => {
            "a path is relative to the package's folder, or, if it starts with `./` or \
                         `../`, to the source file that it stands in"
                .to_owned()
        }
    };
    let message = format!("cannot read `{shown}`: {error}\nhelp: {help}");
    syn::Error::new(path.span(), message)
}

/// The expansion if the arguments cannot be parsed.
pub(crate) fn arguments(error: &syn::Error) -> TokenStream {
    error.to_compile_error()
}
