//! The values of the arguments.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens as _;
use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::{
    AngleBracketedGenericArguments, Attribute, Ident, LitStr, Path, Token, Type, braced, bracketed,
};

use super::With;
use crate::borrowed;
use crate::options::{
    BinaryType, Key, Kind, LeftOut, MapType, Options, RustType, Selection, Selector, Services,
    SetType, Text, Words,
};
use thrift_idl::suggest::quoted;

/// Reads `{ map: HashMap, set: HashSet, string: Str, binary: Blob, "Log.line": LossyStr }`.
pub(super) fn types(input: ParseStream<'_>, options: &mut Options) -> syn::Result<()> {
    let mut seen = Vec::new();
    braced_list(input, |input| {
        if is_key(input) {
            let selector = selector(input)?;
            let span = input.span();
            match rust_type(input)? {
                Some(chosen) => {
                    if let RustType::Chosen(ty) = &chosen {
                        let ty = ty.to_token_stream();
                        if let Some(error) = borrowed::unknown(ty.clone()) {
                            return Err(error);
                        }
                        options.borrows = borrowed::borrows(ty).then_some(span).or(options.borrows);
                    }
                    options.types.push((selector, chosen));
                }
                None => {
                    let text = text(input, options)?;
                    options.strings.push((selector, text));
                }
            }
            return Ok(());
        }
        let key: Ident = input.parse()?;
        input.parse::<Token![:]>()?;
        if seen.contains(&key) {
            let message = format!("the type of `{key}` is chosen twice");
            return Err(syn::Error::new(key.span(), message));
        }
        match key.to_string().as_str() {
            "map" => {
                let known = [("BTreeMap", MapType::BTreeMap), ("HashMap", MapType::HashMap)];
                options.map = choice(input, &known)?;
                options.map_hasher = hasher(input, options.map == MapType::HashMap, 2)?;
            }
            "set" => {
                let known = [("BTreeSet", SetType::BTreeSet), ("HashSet", SetType::HashSet)];
                options.set = choice(input, &known)?;
                options.set_hasher = hasher(input, options.set == SetType::HashSet, 1)?;
            }
            "string" => options.string = text(input, options)?,
            "binary" => options.binary = binary(input, options)?,
            _ => return Err(unknown(&key, "type", &["map", "set", "string", "binary"])),
        }
        seen.push(key);
        Ok(())
    })?;
    Ok(())
}

/// Reads a type of `string`.
fn text(input: ParseStream<'_>, options: &mut Options) -> syn::Result<Text> {
    if !input.peek(Token![&]) {
        return choice(input, &Text::ALL);
    }
    options.borrows = Some(input.span());
    input.parse::<Token![&]>()?;
    if input.peek(syn::token::Bracket) {
        return Err(input.error(
            "expected `&str`; `&[u8]` can only be chosen for all binaries, by `binary: &[u8]`",
        ));
    }
    choice(input, &[("str", Text::Borrowed)])
}

/// Reads a type of `binary`.
fn binary(input: ParseStream<'_>, options: &mut Options) -> syn::Result<BinaryType> {
    if !input.peek(Token![&]) {
        return choice(input, &BinaryType::ALL);
    }
    options.borrows = Some(input.span());
    input.parse::<Token![&]>()?;
    let bytes;
    bracketed!(bytes in input);
    choice(&bytes, &[("u8", BinaryType::Slice)])
}

/// Reads a Rust type that is not one of those for `string`: a path, or one of the words that have a
/// meaning here.
fn rust_type(input: ParseStream<'_>) -> syn::Result<Option<RustType>> {
    if input.peek(Token![&]) {
        return Ok(None);
    }
    let single = input.peek(Ident::peek_any)
        && !input.peek2(Token![::])
        && !input.peek2(Token![<])
        && !input.peek2(Token![!]);
    if !single {
        return Ok(Some(RustType::Chosen(input.parse()?)));
    }
    let word: Ident = input.fork().call(Ident::parse_any)?;
    let chosen = match word.to_string().as_str() {
        "Box" => RustType::Boxed,
        "Bytes" => RustType::Binary(BinaryType::Bytes),
        "Blob" => RustType::Binary(BinaryType::Blob),
        _ => return Ok(None),
    };
    input.call(Ident::parse_any)?;
    Ok(Some(chosen))
}

/// Reads the hasher after `HashMap`, as in `HashMap<_, _, crate::Hasher>`, if there is one.
fn hasher(input: ParseStream<'_>, hashed: bool, before: usize) -> syn::Result<Option<Type>> {
    if !hashed || !input.peek(Token![<]) {
        return Ok(None);
    }
    input.parse::<Token![<]>()?;
    for _ in 0..before {
        input.parse::<Token![_]>().map_err(|error| {
            let message = "expected `_`, as this type comes from the IDL";
            syn::Error::new(error.span(), message)
        })?;
        input.parse::<Token![,]>()?;
    }
    let hasher = input.parse()?;
    input.parse::<Option<Token![,]>>()?;
    input.parse::<Token![>]>()?;
    Ok(Some(hasher))
}

/// Reads `["Message.content"]`, or `{ "Message.content": read, "Message.notes": written }`.
pub(super) fn skip(input: ParseStream<'_>) -> syn::Result<Vec<(Selector, LeftOut)>> {
    const KNOWN: [(&str, LeftOut); 2] = [("read", LeftOut::Read), ("written", LeftOut::Written)];
    if input.peek(syn::token::Brace) {
        return braced_list(input, |input| Ok((selector(input)?, choice(input, &KNOWN)?)));
    }
    bracketed_list(input, |input| {
        Ok((Selector { key: key(input)?, selects: Selection::Nothing }, LeftOut::Read))
    })
}

/// Reads `option`, or `{ "Message": option, "Library.find": plain }`.
pub(super) fn unset(input: ParseStream<'_>) -> syn::Result<Vec<(Selector, bool)>> {
    const KNOWN: [(&str, bool); 2] = [("option", true), ("plain", false)];
    if input.peek(syn::token::Brace) {
        return braced_list(input, |input| Ok((selector(input)?, choice(input, &KNOWN)?)));
    }
    let span = input.span();
    let chosen = choice(input, &KNOWN)?;
    Ok(vec![(everything(span), chosen)])
}

/// Reads `{ "Message": Text, "shared.thrift": other }`.
pub(super) fn rename(input: ParseStream<'_>) -> syn::Result<Vec<(Selector, Ident)>> {
    braced_list(input, |input| {
        let selector = selector(input)?;
        let name = input.call(Ident::parse_any).map_err(|error| {
            syn::Error::new(error.span(), "expected a Rust name, without quotes")
        })?;
        match name.to_string().as_str() {
            "self" | "Self" | "super" | "crate" | "_" => {
                Err(syn::Error::new(name.span(), format!("`{name}` cannot be used as a name")))
            }
            text if !text.is_ascii() => {
                Err(syn::Error::new(name.span(), "a name must consist of ASCII characters"))
            }
            _ => Ok((selector, name)),
        }
    })
}

/// Reads `true`, `false`, or `["Library", "shared.Base"]`.
pub(super) fn partial(input: ParseStream<'_>) -> syn::Result<Vec<(Selector, bool)>> {
    if input.peek(syn::token::Bracket) {
        return bracketed_list(input, |input| {
            Ok((Selector { key: key(input)?, selects: Selection::Nothing }, true))
        });
    }
    let span = input.span();
    let chosen = choice(input, &[("true", true), ("false", false)])?;
    Ok(if chosen { vec![(everything(span), true)] } else { Vec::new() })
}

/// Reads `"shared.thrift": crate::shared` or `"shared.Item": crate::shared::Item<'a>`.
pub(super) fn with(input: ParseStream<'_>) -> syn::Result<With> {
    let key = input.parse()?;
    input.parse::<Token![:]>()?;
    let path = input.call(Path::parse_mod_style)?;
    if !input.peek(Token![<]) {
        return Ok(With { key, path, borrows: None });
    }
    let arguments: AngleBracketedGenericArguments = input.parse()?;
    let span = arguments.lt_token.span;
    match arguments.args.len() == 1 && borrowed::borrows(arguments.to_token_stream()) {
        true => Ok(With { key, path, borrows: Some(span) }),
        false => Err(syn::Error::new(
            span,
            "the only parameter that a path may have here is the lifetime of the message, `<'a>`",
        )),
    }
}

/// Reads `"Message": [Hash, serde::Serialize]`.
pub(super) fn derive(input: ParseStream<'_>) -> syn::Result<(Selector, Vec<Path>)> {
    let selector = selector(input)?;
    let derives = bracketed_list(input, Path::parse_mod_style)?;
    Ok((selector, derives))
}

/// Reads `"Message.content": #[serde(rename = "body")]`.
pub(super) fn attribute(input: ParseStream<'_>) -> syn::Result<(Selector, Vec<Attribute>)> {
    let selector = selector(input)?;
    let attributes = input.call(Attribute::parse_outer)?;
    match attributes.is_empty() {
        true => Err(input.error("expected an attribute, `#[...]`")),
        false => Ok((selector, attributes)),
    }
}

/// Whether a key that names parts of the IDL comes next.
fn is_key(input: ParseStream<'_>) -> bool {
    let word: Option<Ident> = input.fork().parse().ok();
    input.peek(LitStr) || word.is_some_and(|word| Kind::ALL.iter().any(|kind| word == kind.word()))
}

/// Reads `"Message.content":` or `structs:`.
fn selector(input: ParseStream<'_>) -> syn::Result<Selector> {
    let key = key(input)?;
    input.parse::<Token![:]>()?;
    Ok(Selector { key, selects: Selection::Nothing })
}

fn key(input: ParseStream<'_>) -> syn::Result<Key> {
    if input.peek(Ident::peek_any) {
        let kinds = Kind::ALL.map(|kind| (kind.word(), kind));
        let span = input.span();
        return Ok(Key { span, words: Words::All(named(input, "key", &kinds)?) });
    }
    let path: LitStr = input.parse().map_err(|error| {
        let message = "expected a path in quotes, such as `\"Message.content\"`, or `structs`";
        syn::Error::new(error.span(), message)
    })?;
    Ok(Key { span: path.span(), words: Words::Path(path.value()) })
}

/// The key of an option that applies to everything.
fn everything(span: Span) -> Selector {
    let key = Key { span, words: Words::Path("*".to_owned()) };
    Selector { key, selects: Selection::Nothing }
}

/// Reads `[client, server, blocking, dyn, extended]` or `none`.
pub(super) fn services(input: ParseStream<'_>) -> syn::Result<Services> {
    if !input.peek(syn::token::Bracket) {
        return choice(input, &[("none", Services::NONE)]);
    }
    let mut services = Services::NONE;
    let mut extended = None;
    bracketed_list(input, |input| {
        let word: Ident = input.call(Ident::parse_any)?;
        match word.to_string().as_str() {
            "client" => services.client = true,
            "server" => services.server = true,
            "blocking" => services.blocking = true,
            "dyn" => services.dynamic = true,
            "extended" => services.extended = true,
            _ => {
                let known = ["client", "server", "blocking", "dyn", "extended"];
                return Err(unknown(&word, "part", &known));
            }
        }
        if word == "extended" {
            extended = Some(word);
        }
        Ok(())
    })?;
    match extended {
        Some(word) if !services.client && !services.blocking => {
            let message = "`extended` has an effect only on clients: add `client` or `blocking`";
            Err(syn::Error::new(word.span(), message))
        }
        _ => Ok(services),
    }
}

/// Reads one of the `known` words and returns the value that it stands for.
pub(super) fn choice<T: Copy>(input: ParseStream<'_>, known: &[(&str, T)]) -> syn::Result<T> {
    named(input, "value", known)
}

fn named<T: Copy>(input: ParseStream<'_>, what: &str, known: &[(&str, T)]) -> syn::Result<T> {
    let word: Ident = input.call(syn::ext::IdentExt::parse_any)?;
    match known.iter().find(|(name, _)| word == name) {
        Some((_, value)) => Ok(*value),
        None => {
            let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
            Err(unknown(&word, what, &names))
        }
    }
}

pub(super) fn bracketed_list<T>(
    input: ParseStream<'_>,
    element: impl FnMut(ParseStream<'_>) -> syn::Result<T>,
) -> syn::Result<Vec<T>> {
    if !input.peek(syn::token::Bracket) {
        return Err(input.error("expected a list in square brackets, `[...]`"));
    }
    let content;
    bracketed!(content in input);
    separated(&content, element)
}

pub(super) fn braced_list<T>(
    input: ParseStream<'_>,
    element: impl FnMut(ParseStream<'_>) -> syn::Result<T>,
) -> syn::Result<Vec<T>> {
    if !input.peek(syn::token::Brace) {
        return Err(input.error("expected a list in curly brackets, `{ key: value }`"));
    }
    let content;
    braced!(content in input);
    separated(&content, element)
}

fn separated<T>(
    content: ParseStream<'_>,
    mut element: impl FnMut(ParseStream<'_>) -> syn::Result<T>,
) -> syn::Result<Vec<T>> {
    let mut elements = Vec::new();
    while !content.is_empty() {
        let read = element(content).and_then(|element| {
            elements.push(element);
            if content.is_empty() { Ok(()) } else { content.parse::<Token![,]>().map(drop) }
        });
        if let Err(error) = read {
            // The tokens left over in a group would be an additional error.
            content.parse::<TokenStream>()?;
            return Err(error);
        }
    }
    Ok(elements)
}

pub(super) fn unknown(word: &Ident, what: &str, known: &[&str]) -> syn::Error {
    let message = match known {
        [one] => format!("unknown {what} `{word}`; expected `{one}`"),
        _ => format!("unknown {what} `{word}`; expected one of {}", quoted(known)),
    };
    syn::Error::new(word.span(), message)
}
