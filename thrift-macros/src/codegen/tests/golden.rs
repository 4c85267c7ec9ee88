//! A few small expansions, as files for people to read.
//!
//! `THRIFT_UPDATE_GOLDEN=1 cargo test -p thrift-macros golden` rewrites them.

use std::{env, fs, path::PathBuf};

use proc_macro2::TokenStream;
use quote::quote;

use super::{calculator, expansion, expansion_with};

const FOLDER: &str = "thrift-macros/src/codegen/tests/golden";

fn check(name: &str) {
    compare(name, expansion(&format!("{FOLDER}/{name}.thrift")));
}

/// Compares an expansion with the stored one.
fn compare(name: &str, tokens: TokenStream) {
    let file: syn::File = syn::parse2(tokens).unwrap();
    let text = prettyplease::unparse(&file);
    // The location of the file differs from one machine to another.
    let tracked = text.find("const _: &[u8]").unwrap_or(text.len());
    let text = &text[..tracked];
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("../{FOLDER}/{name}.rs"));
    if env::var_os("THRIFT_UPDATE_GOLDEN").is_some() {
        fs::write(&path, text).unwrap();
    }
    let golden = fs::read_to_string(&path).unwrap_or_default();
    if golden != text {
        let differing = golden.lines().zip(text.lines()).position(|(a, b)| a != b);
        let line = differing.unwrap_or(golden.lines().count().min(text.lines().count()));
        let [a, b] = [&*golden, text].map(|text| text.lines().nth(line).unwrap_or("(the end)"));
        panic!("{} differs in line {}:\n-{a}\n+{b}", path.display(), line + 1);
    }
}

#[test]
fn structure() {
    check("structure");
}

#[test]
fn union() {
    check("union");
}

#[test]
fn enumeration() {
    check("enumeration");
}

#[test]
fn schema() {
    let options = quote!(, schema: on, services: none);
    compare("schema", expansion_with(&format!("{FOLDER}/schema.thrift"), options));
}

#[test]
fn service() {
    check("service");
}

#[test]
fn code_first() {
    compare("code_first", calculator());
}
