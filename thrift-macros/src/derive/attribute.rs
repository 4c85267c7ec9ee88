//! `#[thrift(...)]`: keys with or without a value, separated by commas.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{
    Attribute, Expr, ExprArray, ExprLit, ExprPath, Ident, Lit, LitStr, Path, Token, bracketed,
    ext::IdentExt as _,
    parse::{Parse, ParseStream, Parser as _},
    punctuated::Punctuated,
    token,
};

use super::errors::Errors;
pub(crate) use crate::model::annotation::THRIFT;
use thrift_idl::suggest;

/// `id = 1`: the field's id.
pub(crate) const ID: &str = "id";
/// `required`
pub(crate) const REQUIRED: &str = "required";
/// Rejected on every field: its type says whether it is optional.
const OPTIONAL: &str = "optional";
/// `default`, `default = 60`
pub(crate) const DEFAULT: &str = "default";
/// `rename = "displayName"`
pub(crate) const RENAME: &str = "rename";
/// `with = "module"`: how a foreign type is written and read.
pub(crate) const WITH: &str = "with";
/// `binary`: the `Vec<u8>` is a `binary` rather than a list.
pub(crate) const BINARY: &str = "binary";
/// `skip`: not on the wire.
pub(crate) const SKIP: &str = "skip";
/// `unknown`: keeps what a newer peer has sent.
pub(crate) const UNKNOWN: &str = "unknown";
/// `closed`: unknown values, which a newer peer may send, are an error.
pub(crate) const CLOSED: &str = "closed";
/// `transparent`: written like its only field.
pub(crate) const TRANSPARENT: &str = "transparent";
/// `bound = "T: Value"`: replaces the inferred bounds.
pub(crate) const BOUND: &str = "bound";
/// `serde`: implements serde's traits with values spelled as in the IDL.
pub(crate) const SERDE: &str = "serde";
/// `schema`: the type describes itself.
pub(crate) const SCHEMA: &str = "schema";
/// `crate = "path"`: the path of `thrift-runtime`.
pub(crate) const CRATE: &str = "crate";

/// `oneway`: never answered.
pub(crate) const ONEWAY: &str = "oneway";
/// `idempotent`: a call may be repeated.
pub(crate) const IDEMPOTENT: &str = "idempotent";
/// `other`: the variant of an error for everything that is not a declared exception.
pub(crate) const OTHER: &str = "other";
/// `names = "camelCase"`: the case of names in the IDL that are not given individually.
pub(crate) const NAMES: &str = "names";
/// `services = [client, server]`: the parts of a service to generate.
pub(crate) const SERVICES: &str = "services";
/// `partial`: a handler may leave methods out.
pub(crate) const PARTIAL: &str = "partial";

/// The attributes of a type, field or variant.
#[derive(Debug)]
pub(crate) struct Attributes {
    entries: Vec<Entry>,
    /// Whether some of them are wrong. Then others may only seem to be missing.
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
            Some(_) if key == SERVICES && input.peek(token::Bracket) => Some(words(input)?),
            Some(_) => Some(input.parse()?),
            None => None,
        };
        Ok(Entry { key, value })
    }
}

/// Words in brackets. They may be keywords, such as `dyn`.
fn words(input: ParseStream<'_>) -> syn::Result<Expr> {
    let list;
    let bracket_token = bracketed!(list in input);
    let words = Punctuated::<Ident, Token![,]>::parse_terminated_with(&list, Ident::parse_any)?;
    let elems = words.into_iter().map(|word| {
        // Keywords are not expressions.
        let word = crate::identifier::ident_at(&word.to_string(), word.span());
        Expr::Path(ExprPath { attrs: Vec::new(), qself: None, path: word.into() })
    });
    Ok(Expr::Array(ExprArray { attrs: Vec::new(), bracket_token, elems: elems.collect() }))
}

impl Attributes {
    /// Reads our attributes. Only the keys in `known` are allowed; `what` names the thing that has
    /// them, for messages.
    pub(crate) fn read(
        attributes: &[Attribute],
        known: &[&str],
        what: &str,
        errors: &Errors,
    ) -> Self {
        let mut read = Attributes { entries: Vec::new(), faulty: false };
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident(THRIFT)) {
            match errors.ok(attribute.meta.require_list()) {
                Some(list) => read.add(list.tokens.clone(), known, what, errors),
                None => read.faulty = true,
            }
        }
        read
    }

    /// Reads the arguments of an attribute macro.
    pub(crate) fn arguments(
        arguments: TokenStream,
        known: &[&str],
        what: &str,
        errors: &Errors,
    ) -> Self {
        let mut read = Attributes { entries: Vec::new(), faulty: false };
        read.add(arguments, known, what, errors);
        read
    }

    fn add(&mut self, list: TokenStream, known: &[&str], what: &str, errors: &Errors) {
        let parser = Punctuated::<Entry, Token![,]>::parse_terminated;
        let list = errors.ok(parser.parse2(list));
        self.faulty |= list.is_none();
        for entry in list.into_iter().flatten() {
            if !known.iter().any(|known| entry.key == known) {
                errors.at(&entry.key, unknown(&entry.key, known, what));
                self.faulty = true;
            } else if self.entries.iter().any(|earlier| earlier.key == entry.key) {
                errors.at(&entry.key, format_args!("`{}` is given twice", entry.key));
            } else {
                self.entries.push(entry);
            }
        }
    }

    /// Whether some attributes are wrong, so that others may only seem to be missing.
    pub(crate) fn is_faulty(&self) -> bool {
        self.faulty
    }

    fn find(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key == key)
    }

    /// The key itself, if it is present; errors about it are reported there.
    pub(crate) fn key(&self, key: &str) -> Option<&Ident> {
        self.find(key).map(|entry| &entry.key)
    }

    /// Whether a key is present that takes no value.
    pub(crate) fn flag(&self, key: &str, errors: &Errors) -> bool {
        let Some(entry) = self.find(key) else { return false };
        if let Some(value) = &entry.value {
            errors.at(value, format_args!("`{key}` takes no value"));
        }
        true
    }

    /// The value of a key; `wanted` is an example.
    pub(crate) fn value(&self, key: &str, wanted: &str, errors: &Errors) -> Option<&Expr> {
        let entry = self.find(key)?;
        if entry.value.is_none() {
            errors.at(&entry.key, format_args!("`{key}` takes a value: `{wanted}`"));
        }
        entry.value.as_ref()
    }

    /// The value of a key that may have none.
    pub(crate) fn optional_value(&self, key: &str) -> Option<&Expr> {
        self.find(key)?.value.as_ref()
    }

    /// A text.
    pub(crate) fn text(&self, key: &str, wanted: &str, errors: &Errors) -> Option<&LitStr> {
        match self.value(key, wanted, errors)? {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text),
            other => {
                errors.at(other, format_args!("`{key}` takes a string: `{wanted}`"));
                None
            }
        }
    }

    /// A path, in quotes or without.
    pub(crate) fn path(&self, key: &str, wanted: &str, errors: &Errors) -> Option<Path> {
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

    /// Reports those of `others` that are present together with `key`.
    pub(crate) fn exclude(&self, key: &str, others: &[&str], errors: &Errors) {
        if self.find(key).is_none() {
            return;
        }
        for other in others.iter().filter_map(|other| self.key(other)) {
            errors.at(other, format_args!("`{other}` cannot be combined with `{key}`"));
        }
    }

    /// The path of `thrift-runtime`.
    pub(crate) fn krate(&self, errors: &Errors) -> TokenStream {
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
