//! The values of the arguments.

use proc_macro2::TokenStream;
use syn::parse::ParseStream;
use syn::{Attribute, Ident, Path, Token, braced, bracketed};

use super::With;
use crate::options::{MapType, Options, Selection, Selector, Services, SetType, StringType};
use thrift_idl::suggest::quoted;

/// Reads `{ map: HashMap, set: HashSet, string: Str }`.
pub(super) fn types(input: ParseStream<'_>, options: &mut Options) -> syn::Result<()> {
    let mut seen = Vec::new();
    braced_list(input, |input| {
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
            }
            "set" => {
                let known = [("BTreeSet", SetType::BTreeSet), ("HashSet", SetType::HashSet)];
                options.set = choice(input, &known)?;
            }
            "string" => {
                let known = [("String", StringType::String), ("Str", StringType::Str)];
                options.string = choice(input, &known)?;
            }
            _ => return Err(unknown(&key, "type", &["map", "set", "string"])),
        }
        seen.push(key);
        Ok(())
    })?;
    Ok(())
}

/// Reads `"shared.thrift": crate::shared`.
pub(super) fn with(input: ParseStream<'_>) -> syn::Result<With> {
    let key = input.parse()?;
    input.parse::<Token![:]>()?;
    let path = input.call(Path::parse_mod_style)?;
    Ok(With { key, path })
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

fn selector(input: ParseStream<'_>) -> syn::Result<Selector> {
    let key = input.parse()?;
    input.parse::<Token![:]>()?;
    Ok(Selector { key, selects: Selection::Nothing })
}

/// Reads `[client, server, blocking]` or `none`.
pub(super) fn services(input: ParseStream<'_>) -> syn::Result<Services> {
    if !input.peek(syn::token::Bracket) {
        return choice(input, &[("none", Services::NONE)]);
    }
    let mut services = Services::NONE;
    bracketed_list(input, |input| {
        let word: Ident = input.parse()?;
        match word.to_string().as_str() {
            "client" => services.client = true,
            "server" => services.server = true,
            "blocking" => services.blocking = true,
            _ => return Err(unknown(&word, "part", &["client", "server", "blocking"])),
        }
        Ok(())
    })?;
    Ok(services)
}

/// Reads one of the words that are `known` and gives what it stands for.
pub(super) fn choice<T: Copy>(input: ParseStream<'_>, known: &[(&str, T)]) -> syn::Result<T> {
    let word: Ident = input.call(syn::ext::IdentExt::parse_any)?;
    match known.iter().find(|(name, _)| word == name) {
        Some((_, value)) => Ok(*value),
        None => {
            let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
            Err(unknown(&word, "value", &names))
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
            // What is left over in a group would be an error of its own.
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
