//! What a service's trait, clients and processors are generated from. Here, too, the two front ends
//! meet: code generation makes it from a service of an IDL, and `#[service]` reads it off a trait.

use proc_macro2::{Ident, TokenStream};

use super::{ItemId, wire::Record};
use crate::options::Services;

/// A service.
#[derive(Debug)]
pub(crate) struct Service {
    /// How what others can name reaches the runtime: it is no deeper than the service's trait.
    pub(crate) root: TokenStream,
    pub(crate) visibility: TokenStream,
    /// The documentation and the attributes of the trait.
    pub(crate) attributes: TokenStream,
    pub(crate) own: Contract,
    pub(crate) kin: Kin,
    /// Whether a handler may leave methods out.
    pub(crate) partial: bool,
    /// What is generated.
    pub(crate) made: Services,
}

/// A service's methods, and what its parts are called where code is generated now.
#[derive(Debug)]
pub(crate) struct Contract {
    /// The name in the IDL.
    pub(crate) wire_name: String,
    pub(crate) paths: Paths,
    pub(crate) methods: Vec<Method>,
    /// Its line, if it is in one.
    pub(crate) line: Option<Line>,
}

/// A line of services that extend one another, whose traits have one impl each for all clients below.
#[derive(Debug)]
pub(crate) struct Line {
    /// The last service, which tells lines apart.
    pub(crate) end: ItemId,
    /// Whether the service is the last itself.
    pub(crate) is_end: bool,
    /// The hidden trait of the clients of services that extend the last.
    pub(crate) descendant: TokenStream,
    pub(crate) blocking_descendant: TokenStream,
}

/// What the parts of a service are called.
#[derive(Debug)]
pub(crate) struct Paths {
    /// The trait.
    pub(crate) name: TokenStream,
    pub(crate) client: TokenStream,
    pub(crate) processor: TokenStream,
    pub(crate) blocking: TokenStream,
    pub(crate) blocking_client: TokenStream,
    pub(crate) blocking_handler: TokenStream,
    pub(crate) dynamic: TokenStream,
}

/// Which services a service extends.
#[derive(Debug)]
pub(crate) enum Kin {
    /// All of them, nearest first.
    Known(Vec<Contract>),
    /// That which it extends itself, by its name alone, as a trait in Rust says no more.
    Named(Option<Box<Paths>>),
}

impl Kin {
    /// The service that it extends itself.
    pub(crate) fn parent(&self) -> Option<&Paths> {
        match self {
            Kin::Known(ancestors) => ancestors.first().map(|ancestor| &ancestor.paths),
            Kin::Named(parent) => parent.as_deref(),
        }
    }

    /// Those whose methods are known, nearest first.
    pub(crate) fn known(&self) -> &[Contract] {
        match self {
            Kin::Known(ancestors) => ancestors,
            Kin::Named(_) => &[],
        }
    }
}

/// A method.
#[derive(Debug)]
pub(crate) struct Method {
    pub(crate) name: Ident,
    /// The name in the IDL.
    pub(crate) wire_name: String,
    /// `self`, as the author would say it.
    pub(crate) this: Ident,
    /// The documentation and the attributes of the trait's method.
    pub(crate) attributes: TokenStream,
    /// Those of the one that blocks.
    pub(crate) blocking_attributes: TokenStream,
    pub(crate) oneway: bool,
    pub(crate) idempotent: bool,
    /// The arguments, in order.
    pub(crate) arguments: Vec<Argument>,
    /// The struct of them, in the same order: what they travel in, unless the runtime's type will do.
    pub(crate) args: Record,
    /// What it gives: a `Result`.
    pub(crate) output: TokenStream,
    /// The type that the result travels in.
    pub(crate) result: TokenStream,
    /// The error that is generated for it, if exceptions are declared.
    pub(crate) error: Option<ErrorEnum>,
}

/// An argument.
#[derive(Debug)]
pub(crate) struct Argument {
    pub(crate) name: Ident,
    /// Its type, with an `Option` if it is optional.
    pub(crate) ty: TokenStream,
}

/// The enum of a method's declared exceptions.
#[derive(Debug)]
pub(crate) struct ErrorEnum {
    pub(crate) doc: String,
    /// The documentation of each variant but the last.
    pub(crate) docs: Vec<TokenStream>,
    pub(crate) failures: super::wire::Failures,
}

impl Method {
    /// The arguments with their types, as a function takes them.
    pub(crate) fn parameters(&self) -> impl Iterator<Item = TokenStream> {
        self.arguments.iter().map(|Argument { name, ty }| quote::quote!(#name: #ty))
    }

    /// The types that its signature names.
    pub(crate) fn types(&self) -> impl Iterator<Item = &TokenStream> {
        self.arguments.iter().map(|argument| &argument.ty).chain([&self.output])
    }

    /// The names of the arguments.
    pub(crate) fn names(&self) -> impl Iterator<Item = &Ident> {
        self.arguments.iter().map(|argument| &argument.name)
    }
}
