//! The model from which a service's trait, clients and processors are generated. The two front ends
//! meet here, too: code generation makes the model from a service of an IDL, and `#[service]` reads it
//! from a trait.

use proc_macro2::{Ident, TokenStream};

use super::{ItemId, wire::Record};
use crate::options::Services;

/// A service.
#[derive(Debug)]
pub(crate) struct Service {
    /// The path of the runtime in the public part of the code, valid in the module of the service's
    /// trait.
    pub(crate) root: TokenStream,
    pub(crate) visibility: TokenStream,
    /// The documentation and the attributes of the trait.
    pub(crate) attributes: TokenStream,
    pub(crate) own: Contract,
    pub(crate) kin: Kin,
    /// Whether a handler may leave methods out.
    pub(crate) partial: bool,
    /// The parts that are generated.
    pub(crate) made: Services,
    /// Whether a value in scope may be called like a parameter of a generated function.
    pub(crate) surrounded: bool,
}

/// The methods of a service, and the paths of its parts as seen from the module that is being
/// generated.
#[derive(Debug)]
pub(crate) struct Contract {
    /// The name in the IDL.
    pub(crate) wire_name: String,
    pub(crate) paths: Paths,
    pub(crate) methods: Vec<Method>,
    /// Its line, if it is in one.
    pub(crate) line: Option<Line>,
}

/// A line of services that extend one another. Each of their traits has a single impl for all clients
/// below the line.
#[derive(Debug)]
pub(crate) struct Line {
    /// The last service, which identifies the line.
    pub(crate) end: ItemId,
    /// Whether this service is the last one.
    pub(crate) is_end: bool,
    /// The hidden trait of the clients of services that extend the last.
    pub(crate) descendant: TokenStream,
    pub(crate) blocking_descendant: TokenStream,
}

/// The paths of the parts of a service.
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
    /// All services that it extends, nearest first.
    Known(Vec<Contract>),
    /// Only the service that it extends directly, by its path, as a trait in Rust tells no more.
    Named(Option<Box<Paths>>),
}

impl Kin {
    /// The service that it extends directly.
    pub(crate) fn parent(&self) -> Option<&Paths> {
        match self {
            Kin::Known(ancestors) => ancestors.first().map(|ancestor| &ancestor.paths),
            Kin::Named(parent) => parent.as_deref(),
        }
    }

    /// The ancestors whose methods are known, nearest first.
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
    /// `self`, with the author's hygiene if needed.
    pub(crate) this: Ident,
    /// The documentation and the attributes of the trait's method.
    pub(crate) attributes: TokenStream,
    /// The same for the method that blocks.
    pub(crate) blocking_attributes: TokenStream,
    pub(crate) oneway: bool,
    pub(crate) idempotent: bool,
    /// The arguments, in order.
    pub(crate) arguments: Vec<Argument>,
    /// The arguments as a struct, in the same order; they are sent in it unless one of the runtime's
    /// types is used.
    pub(crate) args: Record,
    /// The return type: a `Result`.
    pub(crate) output: TokenStream,
    /// The type in which the result is sent.
    pub(crate) result: TokenStream,
    /// The generated error enum, if exceptions are declared.
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
    /// The documentation of each variant except the last.
    pub(crate) docs: Vec<TokenStream>,
    pub(crate) failures: super::wire::Failures,
}

impl Method {
    /// The arguments with their types, as a function takes them.
    pub(crate) fn parameters(&self) -> impl Iterator<Item = TokenStream> {
        self.arguments.iter().map(|Argument { name, ty }| quote::quote!(#name: #ty))
    }

    /// The types in its signature.
    pub(crate) fn types(&self) -> impl Iterator<Item = &TokenStream> {
        self.arguments.iter().map(|argument| &argument.ty).chain([&self.output])
    }

    /// The names of the arguments.
    pub(crate) fn names(&self) -> impl Iterator<Item = &Ident> {
        self.arguments.iter().map(|argument| &argument.name)
    }
}
