//! The macro's arguments: `"file.thrift"`, or a list of `key: value`.

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Ident, LitStr, Path, Token, braced, bracketed};

pub(crate) use crate::options::{
    MapType, Options, Selection, Services, SetType, StringType, Target,
};

const PATH: &str = "path";
const INCLUDE_DIRS: &str = "include_dirs";
const WITH: &str = "with";
const DERIVE: &str = "derive";
const ATTR: &str = "attr";
const TYPES: &str = "types";
const UNSET: &str = "unset";
const UNKNOWN_FIELDS: &str = "unknown_fields";
const SERVICES: &str = "services";
const WARNINGS: &str = "warnings";

pub(crate) const KEYS: [&str; 10] =
    [PATH, INCLUDE_DIRS, WITH, DERIVE, ATTR, TYPES, UNSET, UNKNOWN_FIELDS, SERVICES, WARNINGS];

/// All that one `thrift!` was given.
#[derive(Debug)]
pub(crate) struct Input {
    pub(crate) path: LitStr,
    pub(crate) include_dirs: Vec<LitStr>,
    pub(crate) with: Vec<With>,
    pub(crate) options: Options,
    /// Whether the IDL's warnings are shown.
    pub(crate) warnings: bool,
    /// Arguments that were not understood. The others stand, so that the items are generated all
    /// the same and one mistyped key does not make every type unknown.
    pub(crate) errors: Vec<syn::Error>,
}

/// `"shared.thrift": crate::shared` or `"shared.Type": crate::Type`: what exists already.
#[derive(Debug)]
pub(crate) struct With {
    pub(crate) key: LitStr,
    pub(crate) path: Path,
}

impl Parse for Input {
    /// Reads `[$crate]`, which the runtime's `thrift!` puts first, and then the user's arguments.
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let krate;
        bracketed!(krate in input);
        let krate: TokenStream = krate.parse()?;
        if input.peek(LitStr) {
            let path = input.parse()?;
            input.parse::<Option<Token![,]>>()?;
            return match input.is_empty() {
                true => Ok(Arguments::new(krate).finish(path)),
                false => Err(input.error(
                    "only the path may be given in this short form; \
                     with options, write `path: \"...\", key: value`",
                )),
            };
        }
        let mut arguments = Arguments::new(krate);
        let mut path = None;
        while !input.is_empty() {
            if let Err(error) = arguments.entry(input, &mut path) {
                arguments.errors.push(error);
                skip_to_comma(input)?;
            }
            if input.is_empty() {
                break;
            }
            input.parse::<Token![,]>()?;
        }
        match (path, arguments.errors.is_empty()) {
            (Some(path), _) => Ok(arguments.finish(path)),
            (None, true) => Err(syn::Error::new(
                Span::call_site(),
                "expected a path: `thrift!(\"file.thrift\")` or `path: \"file.thrift\"`",
            )),
            (None, false) => Err(combined(arguments.errors)),
        }
    }
}

/// The arguments as they are read.
struct Arguments {
    seen: Vec<String>,
    include_dirs: Vec<LitStr>,
    with: Vec<With>,
    options: Options,
    warnings: bool,
    errors: Vec<syn::Error>,
}

impl Arguments {
    fn new(krate: TokenStream) -> Self {
        Arguments {
            seen: Vec::new(),
            include_dirs: Vec::new(),
            with: Vec::new(),
            options: Options { krate, ..Options::default() },
            warnings: true,
            errors: Vec::new(),
        }
    }

    fn finish(self, path: LitStr) -> Input {
        Input {
            path,
            include_dirs: self.include_dirs,
            with: self.with,
            options: self.options,
            warnings: self.warnings,
            errors: self.errors,
        }
    }

    /// Reads one `key: value`.
    fn entry(&mut self, input: ParseStream<'_>, path: &mut Option<LitStr>) -> syn::Result<()> {
        let key: Ident = input.call(syn::ext::IdentExt::parse_any)?;
        let name = key.to_string();
        if !KEYS.contains(&name.as_str()) {
            return Err(unknown(&key, "key", &KEYS));
        }
        if self.seen.contains(&name) {
            let message = format!("the key `{name}` is given twice; known keys: {}", list(&KEYS));
            return Err(syn::Error::new(key.span(), message));
        }
        input.parse::<Token![:]>()?;
        match name.as_str() {
            PATH => *path = Some(input.parse()?),
            INCLUDE_DIRS => self.include_dirs = bracketed_list(input, |input| input.parse())?,
            WITH => self.with = braced_list(input, with)?,
            DERIVE => self.options.derives = braced_list(input, derive)?,
            ATTR => self.options.attributes = braced_list(input, attribute)?,
            TYPES => self.types(input)?,
            UNSET => {
                self.options.unset_is_none = choice(input, &[("option", true)])?;
            }
            UNKNOWN_FIELDS => {
                self.options.keep_unknown_fields =
                    choice(input, &[("keep", true), ("skip", false)])?;
            }
            SERVICES => self.options.services = services(input)?,
            WARNINGS => self.warnings = choice(input, &[("off", false), ("on", true)])?,
            _ => return Err(unknown(&key, "key", &KEYS)),
        }
        self.seen.push(name);
        Ok(())
    }

    /// Reads `{ map: HashMap, set: HashSet, string: Str }`.
    fn types(&mut self, input: ParseStream<'_>) -> syn::Result<()> {
        let mut seen = Vec::new();
        braced_list(input, |input| {
            let key: Ident = input.parse()?;
            input.parse::<Token![:]>()?;
            if seen.contains(&key) {
                let message = format!("the type of `{key}` is chosen twice");
                return Err(syn::Error::new(key.span(), message));
            }
            let options = &mut self.options;
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
}

/// Reads `"shared.thrift": crate::shared`.
fn with(input: ParseStream<'_>) -> syn::Result<With> {
    let key = input.parse()?;
    input.parse::<Token![:]>()?;
    let path = input.call(Path::parse_mod_style)?;
    Ok(With { key, path })
}

/// Reads `"Message": [Hash, serde::Serialize]`.
fn derive(input: ParseStream<'_>) -> syn::Result<(Target, Vec<Path>)> {
    let target = target(input)?;
    let derives = bracketed_list(input, Path::parse_mod_style)?;
    Ok((target, derives))
}

/// Reads `"Message.content": #[serde(rename = "body")]`.
fn attribute(input: ParseStream<'_>) -> syn::Result<(Target, Vec<Attribute>)> {
    let target = target(input)?;
    let attributes = input.call(Attribute::parse_outer)?;
    match attributes.is_empty() {
        true => Err(input.error("expected an attribute, `#[...]`")),
        false => Ok((target, attributes)),
    }
}

fn target(input: ParseStream<'_>) -> syn::Result<Target> {
    let key = input.parse()?;
    input.parse::<Token![:]>()?;
    Ok(Target { key, selects: Selection::Nothing })
}

/// Reads `[client, server, blocking]` or `none`.
fn services(input: ParseStream<'_>) -> syn::Result<Services> {
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
fn choice<T: Copy>(input: ParseStream<'_>, known: &[(&str, T)]) -> syn::Result<T> {
    let word: Ident = input.call(syn::ext::IdentExt::parse_any)?;
    match known.iter().find(|(name, _)| word == name) {
        Some((_, value)) => Ok(*value),
        None => {
            let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
            Err(unknown(&word, "value", &names))
        }
    }
}

fn bracketed_list<T>(
    input: ParseStream<'_>,
    element: impl FnMut(ParseStream<'_>) -> syn::Result<T>,
) -> syn::Result<Vec<T>> {
    let content;
    bracketed!(content in input);
    separated(&content, element)
}

fn braced_list<T>(
    input: ParseStream<'_>,
    element: impl FnMut(ParseStream<'_>) -> syn::Result<T>,
) -> syn::Result<Vec<T>> {
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

fn unknown(word: &Ident, what: &str, known: &[&str]) -> syn::Error {
    let message = match known {
        [one] => format!("unknown {what} `{word}`; the only one is `{one}`"),
        _ => format!("unknown {what} `{word}`; known are {}", list(known)),
    };
    syn::Error::new(word.span(), message)
}

fn list(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}

fn skip_to_comma(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<TokenTree>()?;
    }
    Ok(())
}

fn combined(errors: Vec<syn::Error>) -> syn::Error {
    let mut errors = errors.into_iter();
    let mut first = match errors.next() {
        Some(first) => first,
        None => syn::Error::new(Span::call_site(), "expected the arguments of `thrift!`"),
    };
    for error in errors {
        first.combine(error);
    }
    first
}

#[cfg(test)]
mod tests {
    use super::*;
    use quote::quote;

    fn parse(tokens: TokenStream) -> syn::Result<Input> {
        syn::parse2(quote!([krate] #tokens))
    }

    fn first_error(tokens: TokenStream) -> String {
        match parse(tokens) {
            Ok(input) => match input.errors.first() {
                Some(error) => error.to_string(),
                None => "no error".to_owned(),
            },
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn a_path_alone() {
        let input = parse(quote!("a.thrift",)).unwrap();
        assert_eq!(input.path.value(), "a.thrift");
        assert_eq!(input.options.krate.to_string(), "krate");
        assert!(input.warnings && input.options.services.client);
    }

    #[test]
    fn every_key() {
        let input = parse(quote! {
            path: "idl/message.thrift",
            include_dirs: ["idl/vendor", "x",],
            with: { "shared.thrift": crate::shared, "a.B": other::B },
            derive: { "*": [serde::Serialize], "Message": [Hash,], },
            attr: { "Message.content": #[serde(rename = "body")] #[doc(hidden)] },
            types: { map: HashMap, set: HashSet, string: Str },
            unset: option,
            unknown_fields: keep,
            services: [client, blocking],
            warnings: off,
        })
        .unwrap();
        assert!(input.errors.is_empty());
        assert_eq!(input.include_dirs.len(), 2);
        assert_eq!(input.with.len(), 2);
        let options = input.options;
        assert_eq!(options.derives.len(), 2);
        assert_eq!(options.attributes[0].1.len(), 2);
        assert_eq!(options.map, MapType::HashMap);
        assert_eq!(options.set, SetType::HashSet);
        assert_eq!(options.string, StringType::Str);
        assert!(options.unset_is_none && options.keep_unknown_fields && !input.warnings);
        assert!(!options.services.server && options.services.blocking);
    }

    #[test]
    fn no_services() {
        let input = parse(quote!(path: "a.thrift", services: none)).unwrap();
        assert_eq!(input.options.services, Services::NONE);
    }

    #[test]
    fn an_unknown_key_is_named_and_the_rest_still_counts() {
        let input = parse(quote!(pth: "b", path: "a.thrift", unset: maybe, warnings: off)).unwrap();
        let errors: Vec<String> = input.errors.iter().map(syn::Error::to_string).collect();
        assert_eq!(errors.len(), 2);
        assert!(errors[0].starts_with("unknown key `pth`; known are `path`"));
        assert_eq!(errors[1], "unknown value `maybe`; the only one is `option`");
        assert!(!input.warnings);
    }

    #[test]
    fn mistakes() {
        assert!(first_error(quote!(path: "a", path: "b")).contains("given twice"));
        assert!(first_error(quote!("a", warnings: off)).contains("short form"));
        assert!(first_error(quote!()).contains("expected a path"));
        assert!(first_error(quote!(warnings: off)).contains("expected a path"));
        assert!(first_error(quote!(path: "a", attr: { "A": })).contains("expected an attribute"));
    }
}
