//! `#[thrift(...)]`: keys with or without a value, separated by commas.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{
    Attribute, Expr, ExprLit, ExprPath, Ident, Lit, LitStr, Path, Token,
    ext::IdentExt as _,
    parse::{Parse, ParseStream, Parser as _},
    punctuated::Punctuated,
};

use super::errors::Errors;
pub(super) use crate::model::annotation::THRIFT;
use thrift_idl::suggest;

/// `id = 1`: the field's id.
pub(super) const ID: &str = "id";
/// `required`
pub(super) const REQUIRED: &str = "required";
/// What no field takes, as its type says it.
const OPTIONAL: &str = "optional";
/// `default`, `default = 60`
pub(super) const DEFAULT: &str = "default";
/// `rename = "displayName"`
pub(super) const RENAME: &str = "rename";
/// `with = "module"`: how a foreign type is written and read.
pub(super) const WITH: &str = "with";
/// `binary`: a `Vec<u8>` that is no list.
pub(super) const BINARY: &str = "binary";
/// `skip`: not on the wire.
pub(super) const SKIP: &str = "skip";
/// `unknown`: keeps what a newer peer wrote.
pub(super) const UNKNOWN: &str = "unknown";
/// `closed`: what a newer peer wrote is an error.
pub(super) const CLOSED: &str = "closed";
/// `transparent`: written as the one field.
pub(super) const TRANSPARENT: &str = "transparent";
/// `bound = "T: Value"`: in place of the bounds that are inferred.
pub(super) const BOUND: &str = "bound";
/// `serde`: serde's traits as the IDL spells values.
pub(super) const SERDE: &str = "serde";
/// `schema`: the type describes itself.
pub(super) const SCHEMA: &str = "schema";
/// `crate = "path"`: where `thrift-runtime` is.
pub(super) const CRATE: &str = "crate";

/// The attributes of a type, field or variant.
#[derive(Debug)]
pub(super) struct Attributes {
    entries: Vec<Entry>,
    /// Whether some of them are wrong, in which case others may seem to be missing.
    faulty: bool,
}

/// `key` or `key = value`
#[derive(Debug)]
struct Entry {
    key: Ident,
    value: Option<Expr>,
}

impl Parse for Entry {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if !input.peek(Ident::peek_any) {
            return Err(input.error("expected an attribute, such as `id = 1`"));
        }
        // `crate` is a keyword.
        let key = input.call(Ident::parse_any)?;
        let value = match input.parse::<Option<Token![=]>>()? {
            Some(_) => Some(input.parse()?),
            None => None,
        };
        Ok(Entry { key, value })
    }
}

impl Attributes {
    /// Reads our attributes. Only the keys in `known` are allowed; `what` says in words what has them.
    pub(super) fn read(
        attributes: &[Attribute],
        known: &[&str],
        what: &str,
        errors: &Errors,
    ) -> Self {
        let mut entries: Vec<Entry> = Vec::new();
        let mut faulty = false;
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident(THRIFT)) {
            let parser = Punctuated::<Entry, Token![,]>::parse_terminated;
            let list =
                attribute.meta.require_list().and_then(|list| parser.parse2(list.tokens.clone()));
            let list = errors.ok(list);
            faulty |= list.is_none();
            for entry in list.into_iter().flatten() {
                if !known.iter().any(|known| entry.key == known) {
                    errors.at(&entry.key, unknown(&entry.key, known, what));
                    faulty = true;
                } else if entries.iter().any(|earlier| earlier.key == entry.key) {
                    errors.at(&entry.key, format_args!("`{}` is given twice", entry.key));
                } else {
                    entries.push(entry);
                }
            }
        }
        Attributes { entries, faulty }
    }

    /// Whether some attributes are wrong, so that others may seem to be missing.
    pub(super) fn is_faulty(&self) -> bool {
        self.faulty
    }

    fn find(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key == key)
    }

    /// The key itself, if it is there: where an error about it belongs.
    pub(super) fn key(&self, key: &str) -> Option<&Ident> {
        self.find(key).map(|entry| &entry.key)
    }

    /// Whether a key that takes no value is there.
    pub(super) fn flag(&self, key: &str, errors: &Errors) -> bool {
        let Some(entry) = self.find(key) else { return false };
        if let Some(value) = &entry.value {
            errors.at(value, format_args!("`{key}` takes no value"));
        }
        true
    }

    /// The value of a key; `wanted` is an example.
    pub(super) fn value(&self, key: &str, wanted: &str, errors: &Errors) -> Option<&Expr> {
        let entry = self.find(key)?;
        if entry.value.is_none() {
            errors.at(&entry.key, format_args!("`{key}` takes a value: `{wanted}`"));
        }
        entry.value.as_ref()
    }

    /// The value of a key that may go without one.
    pub(super) fn optional_value(&self, key: &str) -> Option<&Expr> {
        self.find(key)?.value.as_ref()
    }

    /// A text.
    pub(super) fn text(&self, key: &str, wanted: &str, errors: &Errors) -> Option<&LitStr> {
        match self.value(key, wanted, errors)? {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text),
            other => {
                errors.at(other, format_args!("`{key}` takes a string: `{wanted}`"));
                None
            }
        }
    }

    /// A path, in quotes or without.
    pub(super) fn path(&self, key: &str, wanted: &str, errors: &Errors) -> Option<Path> {
        match self.value(key, wanted, errors)? {
            Expr::Path(ExprPath { qself: None, path, .. }) => Some(path.clone()),
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => {
                errors.ok(text.parse_with(Path::parse_mod_style))
            }
            other => {
                errors.at(other, format_args!("`{key}` takes a path: `{wanted}`"));
                None
            }
        }
    }

    /// Reports those of `others` that are there, if `key` is there, too.
    pub(super) fn exclude(&self, key: &str, others: &[&str], errors: &Errors) {
        if self.find(key).is_none() {
            return;
        }
        for other in others.iter().filter_map(|other| self.key(other)) {
            errors.at(other, format_args!("`{other}` cannot be combined with `{key}`"));
        }
    }

    /// The path of `thrift-runtime`.
    pub(super) fn krate(&self, errors: &Errors) -> TokenStream {
        match self.path(CRATE, "crate = \"path::to::thrift_runtime\"", errors) {
            Some(path) => path.into_token_stream(),
            None => quote::quote!(::thrift_runtime),
        }
    }
}

fn unknown(key: &Ident, known: &[&str], what: &str) -> String {
    let name = key.to_string();
    if name == OPTIONAL && known.contains(&REQUIRED) {
        return "a field is optional if its type is an `Option`".to_owned();
    }
    if let Some(near) = suggest::nearest(&name, known.iter().copied()) {
        return format!("unknown attribute `{name}`: did you mean `{near}`?");
    }
    format!("unknown attribute `{name}` on {what}: it takes {}", suggest::quoted(known))
}
