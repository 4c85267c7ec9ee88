//! The arguments of `#[service]`.

use proc_macro2::TokenStream;
use syn::{Expr, ItemTrait, ext::IdentExt as _};
use thrift_idl::suggest;

use crate::{
    case,
    derive::{
        attribute::{Attributes, CRATE, NAMES, PARTIAL, RENAME, SCHEMA, SERVICES},
        errors::Errors,
    },
    options::Services,
};

const KEYS: &[&str] = &[NAMES, SERVICES, PARTIAL, SCHEMA, RENAME, CRATE];
const CAMEL_CASE: &str = "camelCase";
const AS_WRITTEN: &str = "as written";
const MADE: [&str; 4] = ["client", "server", "blocking", "dyn"];

/// The options of a service.
pub(super) struct Options {
    pub(super) krate: TokenStream,
    /// The name in the IDL.
    pub(super) wire_name: String,
    /// Whether names in the IDL have its usual case, camelCase.
    pub(super) camel_case: bool,
    pub(super) made: Services,
    pub(super) partial: bool,
    /// Whether a description of the service is generated.
    pub(super) schema: bool,
}

impl Options {
    pub(super) fn read(arguments: TokenStream, of: &ItemTrait, errors: &Errors) -> Self {
        let attributes = Attributes::arguments(arguments, KEYS, "a service", errors);
        let wire_name = name(&attributes, &of.ident.unraw().to_string(), errors);
        Options {
            krate: attributes.krate(errors),
            wire_name,
            camel_case: names(&attributes, errors),
            made: made(&attributes, errors),
            partial: attributes.flag(PARTIAL, errors),
            schema: attributes.flag(SCHEMA, errors),
        }
    }

    /// A method's or an argument's name in the IDL.
    pub(super) fn name(&self, attributes: &Attributes, in_rust: &str, errors: &Errors) -> String {
        let in_rust = in_rust.trim_start_matches("r#");
        match self.camel_case {
            true => name(attributes, &case::lower_camel(in_rust), errors),
            false => name(attributes, in_rust, errors),
        }
    }
}

/// The name that `rename` gives, or `otherwise`.
fn name(attributes: &Attributes, otherwise: &str, errors: &Errors) -> String {
    let Some(text) = attributes.text(RENAME, "rename = \"nameInIdl\"", errors) else {
        return otherwise.to_owned();
    };
    let name = text.value();
    if !is_name(&name) {
        let message = format!("`{name}` is not a name in an IDL: use letters, digits, `_` and `.`");
        errors.at(text, message);
    }
    name
}

fn is_name(name: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
    name.chars().all(fits) && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
}

/// Whether names have the IDL's usual case, camelCase.
pub(crate) fn names(attributes: &Attributes, errors: &Errors) -> bool {
    let Some(text) = attributes.text(NAMES, "names = \"camelCase\"", errors) else { return false };
    match text.value().as_str() {
        CAMEL_CASE => true,
        AS_WRITTEN => false,
        other => {
            let message = match suggest::nearest(other, [CAMEL_CASE, AS_WRITTEN].into_iter()) {
                Some(near) => format!("unknown value `{other}`: did you mean `{near}`?"),
                None => {
                    format!(
                        "unknown value `{other}`; expected one of `{CAMEL_CASE}`, `{AS_WRITTEN}`"
                    )
                }
            };
            errors.at(text, message);
            false
        }
    }
}

fn made(attributes: &Attributes, errors: &Errors) -> Services {
    let wanted = "services = [client, server]";
    let Some(value) = attributes.value(SERVICES, wanted, errors) else {
        return Services::default();
    };
    let Expr::Array(list) = value else {
        errors.at(value, format_args!("`{SERVICES}` takes a list: `{wanted}`"));
        return Services::default();
    };
    let mut made = Services::NONE;
    for word in &list.elems {
        let Expr::Path(path) = word else { continue };
        let name = path.path.get_ident().map(|ident| ident.unraw().to_string());
        let asked = match name.as_deref() {
            Some("client") => &mut made.client,
            Some("server") => &mut made.server,
            Some("blocking") => &mut made.blocking,
            Some("dyn") => &mut made.dynamic,
            name => {
                let name = name.unwrap_or_default();
                let message = match suggest::nearest(name, MADE.into_iter()) {
                    Some(near) => format!("unknown value `{name}`: did you mean `{near}`?"),
                    None => format!(
                        "unknown value `{name}`; expected one of {}",
                        suggest::quoted(&MADE)
                    ),
                };
                errors.at(word, message);
                continue;
            }
        };
        if std::mem::replace(asked, true) {
            errors.at(word, "this value is given twice");
        }
    }
    made
}
