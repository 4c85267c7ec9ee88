//! The files that path literals in Rust code mean, and telling rustc about each file that was read.

use std::env;
use std::path::{Path, PathBuf};

use proc_macro2::TokenStream;
use quote::quote;
use syn::LitStr;
use thrift_idl::source::{Sources, without_dots, working_dir};

use crate::beside;
use crate::input::{Input, PathText};

/// Tokens that make rustc rebuild when one of the files is edited, or when an environment variable
/// changes from which a path is made.
pub(crate) fn tracked(sources: &Sources, input: &Input) -> TokenStream {
    let files = sources.files().iter().filter(|file| !file.is_text);
    let paths = files.filter_map(|file| file.path.to_str());
    let root = input.root.tracked();
    let folders = input.include_dirs.iter().chain(&input.compatible_with).map(PathText::tracked);
    quote!(#(const _: &[u8] = ::core::include_bytes!(#paths);)* #root #(#folders)*)
}

/// The path that text in the arguments is treated as having: the files that it includes are looked for
/// beside the manifest.
pub(crate) fn inline() -> PathBuf {
    working_dir().join(package()).join("inline.thrift")
}

/// The path that a literal in Rust code means: relative to the source file that it is in if it
/// starts with `./` or `../`, and otherwise to the package, unless it is absolute.
pub(crate) fn path_of(literal: &LitStr) -> PathBuf {
    let written = literal.value();
    let beside = written.starts_with("./") || written.starts_with("../");
    let folder = beside.then(|| folder_of(literal)).flatten().unwrap_or_else(package);
    without_dots(&working_dir().join(folder).join(written))
}

/// If the file is in the other of the two folders that a path may be relative to: the path that should
/// be written, and a phrase for that folder.
pub(crate) fn elsewhere(literal: &LitStr) -> Option<(String, &'static str)> {
    let written = literal.value();
    let (folder, meant, words) = match written.strip_prefix("./") {
        Some(rest) => (package(), rest.to_owned(), "the package's folder"),
        None => (folder_of(literal)?, format!("./{written}"), "the folder of this source file"),
    };
    working_dir().join(folder).join(&written).is_file().then_some((meant, words))
}

fn package() -> PathBuf {
    env::var_os("CARGO_MANIFEST_DIR").map_or_else(PathBuf::new, PathBuf::from)
}

fn folder_of(literal: &LitStr) -> Option<PathBuf> {
    if !proc_macro::is_available() {
        return None;
    }
    match literal.span().unwrap().local_file() {
        Some(file) => file.parent().map(Path::to_owned),
        // An editor may not know which file a literal is in.
        None => beside::folder(&package(), &literal.value()),
    }
}
