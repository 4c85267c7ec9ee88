//! The macro's arguments: `"file.thrift"`, or a list of `key: value`.

mod root;
#[cfg(test)]
mod tests;
mod value;

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::parse::{Parse, ParseStream};
use syn::{Ident, LitStr, Path, Token, bracketed};

pub(crate) use self::root::{Layout, PathText, Root};
use self::value::{
    attribute, braced_list, bracketed_list, choice, derive, partial, rename, services, skip, types,
    unknown, unset, with,
};
use crate::options::Options;

const PATH: &str = "path";
const IDL: &str = "idl";
const COMPATIBLE_WITH: &str = "compatible_with";
const INCLUDE_DIRS: &str = "include_dirs";
const WITH: &str = "with";
const DERIVE: &str = "derive";
const ATTR: &str = "attr";
const SERDE: &str = "serde";
const TYPES: &str = "types";
const SKIP: &str = "skip";
const UNSET: &str = "unset";
const RENAME: &str = "rename";
const NAMES: &str = "names";
const SCHEMA: &str = "schema";
const UNKNOWN_FIELDS: &str = "unknown_fields";
const SERVICES: &str = "services";
const PARTIAL: &str = "partial";
const WARNINGS: &str = "warnings";

pub(crate) const KEYS: [&str; 18] = [
    PATH,
    IDL,
    COMPATIBLE_WITH,
    INCLUDE_DIRS,
    WITH,
    RENAME,
    NAMES,
    DERIVE,
    ATTR,
    SERDE,
    TYPES,
    SKIP,
    UNSET,
    UNKNOWN_FIELDS,
    SCHEMA,
    SERVICES,
    PARTIAL,
    WARNINGS,
];

/// The arguments of one `thrift!`.
#[derive(Debug)]
pub(crate) struct Input {
    pub(crate) root: Root,
    /// An old version that this one must be compatible with.
    pub(crate) compatible_with: Option<PathText>,
    pub(crate) include_dirs: Vec<PathText>,
    pub(crate) with: Vec<With>,
    pub(crate) options: Options,
    /// Whether the IDL's warnings are shown.
    pub(crate) warnings: bool,
    /// Errors in individual arguments. The other arguments still count, so that items are generated
    /// anyway and one mistyped key does not make every type unknown.
    pub(crate) errors: Vec<syn::Error>,
    /// Consequences of the arguments that the author is warned of, if warnings are shown.
    pub(crate) warned: Vec<String>,
}

/// `"shared.thrift": crate::shared` or `"shared.Type": crate::Type`, where the Rust side exists
/// already.
#[derive(Debug)]
pub(crate) struct With {
    pub(crate) key: LitStr,
    pub(crate) path: Path,
    /// Where it is said that the type has the lifetime of the message, if it is.
    pub(crate) borrows: Option<Span>,
}

impl Parse for Input {
    /// Reads `[$crate]`, which the runtime's `thrift!` puts first, and then the user's arguments.
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let krate;
        bracketed!(krate in input);
        let krate: TokenStream = krate.parse()?;
        if root::is_path(input) {
            let path = root::path(input)?;
            input.parse::<Option<Token![,]>>()?;
            let root = Root::Files(vec![path], Layout::Flat);
            return match input.is_empty() {
                true => Ok(Arguments::new(krate).finish(root)),
                false => Err(input.error(
                    "only the path may be given in this short form; \
                     with options, write `path: \"...\", key: value`",
                )),
            };
        }
        let mut arguments = Arguments::new(krate);
        let mut root = None;
        while !input.is_empty() {
            if let Err(error) = arguments.entry(input, &mut root) {
                arguments.errors.push(error);
                skip_to_comma(input)?;
            }
            if input.is_empty() {
                break;
            }
            input.parse::<Token![,]>()?;
        }
        match (root, arguments.errors.is_empty()) {
            (Some(root), _) => Ok(arguments.finish(root)),
            (None, true) => Err(syn::Error::new(
                Span::call_site(),
                "expected a path: `thrift!(\"file.thrift\")` or `path: \"file.thrift\"`",
            )),
            (None, false) => Err(combined(arguments.errors)),
        }
    }
}

/// The arguments, while they are being read.
struct Arguments {
    seen: Vec<String>,
    compatible_with: Option<PathText>,
    include_dirs: Vec<PathText>,
    with: Vec<With>,
    options: Options,
    warnings: bool,
    errors: Vec<syn::Error>,
}

impl Arguments {
    fn new(krate: TokenStream) -> Self {
        Arguments {
            seen: Vec::new(),
            compatible_with: None,
            include_dirs: Vec::new(),
            with: Vec::new(),
            options: Options { krate, ..Options::default() },
            warnings: true,
            errors: Vec::new(),
        }
    }

    fn finish(self, root: Root) -> Input {
        Input {
            root,
            compatible_with: self.compatible_with,
            include_dirs: self.include_dirs,
            with: self.with,
            options: self.options,
            warnings: self.warnings,
            errors: self.errors,
            warned: Vec::new(),
        }
    }

    /// Reads one `key: value`.
    fn entry(&mut self, input: ParseStream<'_>, root: &mut Option<Root>) -> syn::Result<()> {
        let key: Ident = input.call(syn::ext::IdentExt::parse_any)?;
        let name = key.to_string();
        if !KEYS.contains(&name.as_str()) {
            return Err(match input.peek(Token![:]) {
                true => unknown(&key, "key", &KEYS),
                false => syn::Error::new(
                    key.span(),
                    "expected the path as a string literal, `\"file.thrift\"`, or `key: value`",
                ),
            });
        }
        if self.seen.contains(&name) {
            let message = format!("the key `{name}` is given twice");
            return Err(syn::Error::new(key.span(), message));
        }
        input.parse::<Token![:]>()?;
        match name.as_str() {
            PATH | IDL if root.is_some() => {
                let message = format!("`{PATH}` and `{IDL}` cannot be combined");
                return Err(syn::Error::new(key.span(), message));
            }
            PATH => {
                let (paths, layout) = root::paths(input)?;
                *root = Some(Root::Files(paths, layout));
            }
            IDL => *root = Some(Root::Text(input.parse()?)),
            COMPATIBLE_WITH => self.compatible_with = Some(root::path(input)?),
            INCLUDE_DIRS => self.include_dirs = bracketed_list(input, root::path)?,
            WITH => {
                self.with = braced_list(input, with)?;
                let borrows = self.with.iter().find_map(|with| with.borrows);
                self.options.borrows = self.options.borrows.or(borrows);
            }
            DERIVE => self.options.derives = braced_list(input, derive)?,
            ATTR => self.options.attributes = braced_list(input, attribute)?,
            TYPES => types(input, &mut self.options)?,
            SKIP => self.options.skip = skip(input)?,
            UNSET => self.options.unset = unset(input)?,
            RENAME => self.options.rename = rename(input)?,
            NAMES => self.options.idl_types = choice(input, &[("idl", true), ("rust", false)])?,
            SERDE => self.options.idl_serde = choice(input, &[("idl", true)])?,
            PARTIAL => self.options.partial = partial(input)?,
            UNKNOWN_FIELDS => {
                self.options.keep_unknown_fields =
                    choice(input, &[("keep", true), ("skip", false)])?;
            }
            SCHEMA => self.options.schema = choice(input, &[("on", true), ("off", false)])?,
            SERVICES => self.options.services = services(input)?,
            WARNINGS => self.warnings = choice(input, &[("off", false), ("on", true)])?,
            _ => return Err(unknown(&key, "key", &KEYS)),
        }
        self.seen.push(name);
        Ok(())
    }
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
