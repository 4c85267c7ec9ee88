//! Fields: whether a field is on the wire, its id, and how it is written.

use std::collections::HashMap;

use proc_macro2::TokenStream;
use quote::quote;
use syn::{
    Expr, ExprLit, ExprUnary, GenericArgument, Lit, Path, PathArguments, Type, UnOp, parse_quote,
};

use super::{
    attribute::{Attributes, BINARY, DEFAULT, ID, RENAME, REQUIRED, SKIP, UNKNOWN, WITH},
    errors::Errors,
};

/// The keys that a field of a struct may have.
pub(crate) const FIELD: &[&str] = &[ID, REQUIRED, DEFAULT, RENAME, WITH, BINARY, SKIP, UNKNOWN];
/// The keys that an argument may have.
pub(crate) const ARGUMENT: &[&str] = &[ID, REQUIRED, DEFAULT, RENAME, WITH, BINARY];
/// The keys that a union's variant may have.
pub(crate) const VARIANT: &[&str] = &[ID, RENAME, WITH, BINARY, UNKNOWN];

/// The ids that are taken, each with the name of the field that has it.
#[derive(Debug)]
pub(crate) struct Ids {
    taken: HashMap<i16, String>,
    /// For messages: the alternative to giving an id.
    otherwise: &'static str,
    /// The id of the last argument, after which the next one counts on.
    last: i16,
}

impl Ids {
    pub(crate) fn new(otherwise: &'static str) -> Self {
        Ids { taken: HashMap::new(), otherwise, last: 0 }
    }

    /// The id of an argument: the one it gives, or one more than that of the argument before.
    pub(crate) fn next(
        &mut self,
        attributes: &Attributes,
        argument: &dyn quote::ToTokens,
        name: &str,
        errors: &Errors,
    ) -> Option<i16> {
        let id = match attributes.key(ID) {
            Some(_) => self.of(attributes, argument, name, errors),
            None => {
                let id = self.last.checked_add(1);
                match id.filter(|id| !self.taken.contains_key(id)) {
                    Some(id) => {
                        self.taken.insert(id, name.to_owned());
                        Some(id)
                    }
                    None => {
                        let first = id.and_then(|id| self.taken.get(&id));
                        let message = match (id, first) {
                            (Some(id), Some(first)) => format!(
                                "`{name}` would get the id {id}, the next after the previous \
                                 argument, but it is taken \
                                 by `{first}`: give `{name}` another id with `#[thrift(id = ...)]`"
                            ),
                            _ => format!(
                                "the previous argument has the largest id, {}: give `{name}` an id \
                                 with `#[thrift(id = ...)]`",
                                i16::MAX
                            ),
                        };
                        errors.at(argument.to_token_stream(), message);
                        None
                    }
                }
            }
        };
        self.last = id.unwrap_or_else(|| self.last.saturating_add(1));
        id
    }

    /// The id of a field, which must be unique; if there is none, the error is reported at `field`.
    pub(crate) fn of(
        &mut self,
        attributes: &Attributes,
        field: &dyn quote::ToTokens,
        name: &str,
        errors: &Errors,
    ) -> Option<i16> {
        if attributes.key(ID).is_none() {
            if !attributes.is_faulty() {
                let otherwise = self.otherwise;
                let message = format!(
                    "`{name}` has no id: give it one with `#[thrift(id = 1)]`, or {otherwise}",
                );
                errors.at(field.to_token_stream(), message);
            }
            return None;
        }
        let value = attributes.value(ID, "id = 1", errors)?;
        let Some(number) = integer(value) else {
            errors.at(value, "an id is a number: `id = 1`");
            return None;
        };
        let Ok(id) = i16::try_from(number) else {
            let (least, most) = (i16::MIN, i16::MAX);
            let message = format!("the id {number} is out of range: ids are {least} to {most}");
            errors.at(value, message);
            return None;
        };
        match self.taken.get(&id) {
            Some(first) => {
                errors.at(value, format_args!("the id {id} is taken by `{first}`"));
                None
            }
            None => {
                self.taken.insert(id, name.to_owned());
                Some(id)
            }
        }
    }
}

/// The value of an integer literal.
pub(crate) fn integer(expr: &Expr) -> Option<i128> {
    match expr {
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => number.base10_parse().ok(),
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => {
            integer(expr).map(|number| -number)
        }
        Expr::Group(group) => integer(&group.expr),
        Expr::Paren(paren) => integer(&paren.expr),
        _ => None,
    }
}

/// How a foreign type is written and read: by a module that the author names, or as `binary`.
pub(crate) fn with(attributes: &Attributes, errors: &Errors) -> Option<Path> {
    attributes.exclude(WITH, &[BINARY], errors);
    match attributes.flag(BINARY, errors) {
        true => Some(parse_quote!(__thrift::binary)),
        false => attributes.path(WITH, "with = \"module\"", errors),
    }
}

/// The default that an attribute gives: its expression, or without one the default of the type.
pub(crate) fn default(attributes: &Attributes) -> Option<TokenStream> {
    attributes.key(DEFAULT)?;
    Some(match attributes.optional_value(DEFAULT) {
        Some(value) => quote!(#value),
        None => quote!(__thrift::Default::default()),
    })
}

/// The name in the IDL: given by the attribute, or the same as in Rust.
pub(crate) fn wire_name(attributes: &Attributes, name: &str, errors: &Errors) -> String {
    match attributes.text(RENAME, "rename = \"nameInIdl\"", errors) {
        Some(name) => name.value(),
        None => name.trim_start_matches("r#").to_owned(),
    }
}

/// The `T` of an `Option<T>`, as far as a macro can see.
pub(crate) fn in_option(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ungrouped(ty) else { return None };
    let names: Vec<String> =
        path.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    if !matches!(names[..], ["Option"] | ["std" | "core", "option", "Option"]) {
        return None;
    }
    match &path.path.segments.last()?.arguments {
        PathArguments::AngleBracketed(arguments) => match arguments.args.first()? {
            GenericArgument::Type(ty) => Some(ty),
            _ => None,
        },
        _ => None,
    }
}

/// Whether a type is, as far as a macro can see, the string type of this name.
pub(crate) fn is_text(ty: &Type) -> bool {
    match ungrouped(ty) {
        Type::Path(path) => path.path.segments.last().is_some_and(|last| last.ident == "String"),
        _ => false,
    }
}

/// Whether a type has the name of a base type whose values all have the same size.
pub(crate) fn is_number(ty: &Type) -> bool {
    const NAMES: [&str; 6] = ["bool", "i8", "i16", "i32", "i64", "f64"];
    match ungrouped(ty) {
        Type::Path(path) => NAMES.iter().any(|name| path.path.is_ident(name)),
        _ => false,
    }
}

/// What the defaults of these types allocate, as an expression; `None` if it is known from their names
/// that they allocate nothing. A type without a wire form counts as nothing: that is reported elsewhere.
pub(super) fn default_heap<'t>(types: impl Iterator<Item = &'t Type>) -> Option<TokenStream> {
    const EMPTY: [&str; 12] = [
        "Option", "String", "Vec", "BTreeMap", "BTreeSet", "HashMap", "HashSet", "Bytes", "Str",
        "Blob", "StrList", "Uuid",
    ];
    let types = types.filter(|ty| match ungrouped(ty) {
        Type::Path(path) => path
            .path
            .segments
            .last()
            .is_some_and(|last| !EMPTY.iter().any(|name| last.ident == name) && !is_number(ty)),
        Type::Array(_) => true,
        _ => false,
    });
    let parts: Vec<_> =
        types.map(|ty| quote!((1, __thrift::Probe::<#ty>::DEFAULT_HEAP),)).collect();
    (!parts.is_empty()).then(|| {
        quote!({
            #[allow(unused_imports)]
            use __thrift::Lacks as _;
            __thrift::sum_of(&[#(#parts)*])
        })
    })
}

/// A type without the invisible brackets that a `macro_rules!` macro puts around it.
pub(crate) fn ungrouped(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => ungrouped(&group.elem),
        Type::Paren(paren) => ungrouped(&paren.elem),
        _ => ty,
    }
}
