//! The models from which the impls of a type are generated. The two front ends meet here: code
//! generation makes them from definitions of an IDL, and the derive macros read them from existing
//! types.

use proc_macro2::{Ident, Span, TokenStream};
use quote::format_ident;
use syn::{Generics, Lifetime, Member, Path, Type, parse_quote};

/// An existing type that derives its impls.
#[derive(Debug)]
pub(crate) struct Derived {
    /// The path of `thrift-runtime`, which the user may have renamed.
    pub(crate) krate: TokenStream,
    /// Whether `Default` is generated, too.
    pub(crate) default: bool,
    /// Whether serde's traits are generated, with values spelled as in the IDL.
    pub(crate) serde: bool,
    /// The impls that describe the type, if it has a schema.
    pub(crate) described: Option<TokenStream>,
    pub(crate) shape: Shape,
}

/// The shape of a type with a wire form.
#[derive(Debug)]
pub(crate) enum Shape {
    Struct(Record),
    Exception(Record),
    Union(Choice),
    Enum(Numbers),
    Newtype(Box<Newtype>),
    Failures(Failures),
}

/// The type that gets the impls.
#[derive(Debug)]
pub(crate) struct Target {
    pub(crate) name: Ident,
    /// The parameters, with the bounds for the impls.
    pub(crate) generics: Generics,
    /// The name for error messages.
    pub(crate) wire_name: String,
    /// The lifetimes of data that is borrowed from a message.
    pub(crate) lent: Vec<Lifetime>,
}

impl Target {
    /// The parameters of the impls for reading from a message, and the lifetime of that message, which is
    /// the first of them.
    pub(crate) fn decoding(&self) -> (Generics, Lifetime) {
        let mut generics = self.generics.clone();
        let mut message = format_ident!("__de");
        while self.generics.lifetimes().any(|of| of.lifetime.ident == message) {
            message = format_ident!("_{message}");
        }
        let message = Lifetime { apostrophe: Span::call_site(), ident: message };
        generics.params.insert(0, parse_quote!(#message));
        for lifetime in &self.lent {
            generics.make_where_clause().predicates.push(parse_quote!(#message: #lifetime));
        }
        (generics, message)
    }
}

/// A struct with fields.
#[derive(Debug)]
pub(crate) struct Record {
    pub(crate) target: Target,
    /// In the order of declaration.
    pub(crate) slots: Vec<Slot>,
    /// Fields that are not on the wire.
    pub(crate) skipped: Vec<Skipped>,
    /// Fields that are not in the type, and are skipped when reading.
    pub(crate) left_out: Vec<LeftOut>,
    /// The field that keeps fields which only newer peers know.
    pub(crate) unknown: Option<Member>,
    /// An expression for how many bytes the default value allocates, if any.
    pub(crate) default_heap: Option<TokenStream>,
}

/// A field on the wire.
#[derive(Debug)]
pub(crate) struct Slot {
    pub(crate) id: i16,
    /// The name for error messages.
    pub(crate) wire_name: String,
    pub(crate) member: Member,
    pub(crate) held: Held,
    pub(crate) default: Option<TokenStream>,
    pub(crate) with: Option<Path>,
    /// An expression for the size in the binary protocol, if all values have the same.
    pub(crate) size: Option<TokenStream>,
    /// Whether it is a string, which may be an exception's message.
    pub(crate) is_text: bool,
    /// Whether the type might have no wire form; that is reported once, at `span`.
    pub(crate) checked: bool,
    pub(crate) span: Span,
}

/// A field on the wire that the type does not keep.
#[derive(Debug)]
pub(crate) struct LeftOut {
    pub(crate) id: i16,
    pub(crate) wire_name: String,
    /// The variant of `TType`.
    pub(crate) wire_type: Ident,
    /// Whether the type can be written all the same.
    pub(crate) written: bool,
}

/// A field that is not on the wire.
#[derive(Debug)]
pub(crate) struct Skipped {
    pub(crate) member: Member,
    pub(crate) default: Option<TokenStream>,
}

/// How a field holds its type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Held {
    /// `T`, required.
    Required,
    /// `T`, of default requiredness.
    Plain,
    /// `Option<T>`.
    Optional,
}

/// A union: one of several members.
#[derive(Debug)]
pub(crate) struct Choice {
    pub(crate) target: Target,
    /// In the order of declaration.
    pub(crate) arms: Vec<Arm>,
    /// The variant for members that only newer peers know. Without one, they are an error.
    pub(crate) unknown: Option<Ident>,
    /// As in a [`Record`].
    pub(crate) default_heap: Option<TokenStream>,
}

/// A member of a union.
#[derive(Debug)]
pub(crate) struct Arm {
    pub(crate) id: i16,
    /// The name for error messages.
    pub(crate) wire_name: String,
    pub(crate) variant: Ident,
    pub(crate) with: Option<Path>,
    /// As in a [`Slot`].
    pub(crate) checked: bool,
    pub(crate) span: Span,
}

/// An enum: variants without fields, and their numbers.
#[derive(Debug)]
pub(crate) struct Numbers {
    pub(crate) target: Target,
    pub(crate) variants: Vec<Number>,
    /// The variant for other numbers; without one, they are an error.
    pub(crate) unknown: Option<Ident>,
}

/// A variant and its number.
#[derive(Debug)]
pub(crate) struct Number {
    pub(crate) variant: Ident,
    /// Its own name in the IDL.
    pub(crate) wire_name: String,
    /// An expression of type `i32`.
    pub(crate) value: TokenStream,
}

/// A type that is written like its only field.
#[derive(Debug)]
pub(crate) struct Newtype {
    pub(crate) target: Target,
    pub(crate) member: Member,
    pub(crate) ty: Type,
    pub(crate) default: Option<TokenStream>,
    pub(crate) with: Option<Path>,
    /// Fields that are not on the wire.
    pub(crate) skipped: Vec<Skipped>,
    /// As in a [`Record`].
    pub(crate) default_heap: Option<TokenStream>,
}

/// The exceptions that a method declares: an enum with a variant for each, and one for all other
/// errors.
#[derive(Debug)]
pub(crate) struct Failures {
    pub(crate) name: Ident,
    /// In the order of declaration.
    pub(crate) arms: Vec<Failure>,
    /// The variant that holds any other error.
    pub(crate) rest: Ident,
}

/// A declared exception.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) id: i16,
    pub(crate) wire_name: String,
    pub(crate) variant: Ident,
    pub(crate) ty: TokenStream,
    /// Whether no other variant has the same type, so that the type identifies the variant.
    pub(crate) once: bool,
    /// Where an error is reported if the type is not an exception.
    pub(crate) span: Span,
}
