//! What the impls of a type are generated from. Here the two front ends meet: code generation makes
//! these from definitions of an IDL, and the derive macros read them off existing types.

use proc_macro2::{Ident, Span, TokenStream};
use syn::{Generics, Lifetime, Member, Path, Type, parse_quote};

/// An existing type that derives its impls.
#[derive(Debug)]
pub(crate) struct Derived {
    /// The path of `thrift-runtime`, whatever the user calls it.
    pub(crate) krate: TokenStream,
    /// Generates `Default` too.
    pub(crate) default: bool,
    /// Generates serde's traits as the IDL spells values.
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
    /// The parameters, with the bounds of the impls.
    pub(crate) generics: Generics,
    /// The name in error messages.
    pub(crate) wire_name: String,
    /// The lifetimes of what is borrowed from a message.
    pub(crate) lent: Vec<Lifetime>,
}

impl Target {
    /// The parameters of the impls that read, from a message that lives for `'__de`.
    pub(crate) fn decoding(&self) -> Generics {
        let mut generics = self.generics.clone();
        generics.params.insert(0, parse_quote!('__de));
        for lifetime in &self.lent {
            generics.make_where_clause().predicates.push(parse_quote!('__de: #lifetime));
        }
        generics
    }
}

/// A struct of fields.
#[derive(Debug)]
pub(crate) struct Record {
    pub(crate) target: Target,
    /// In the order of declaration.
    pub(crate) slots: Vec<Slot>,
    /// Fields that are not on the wire.
    pub(crate) skipped: Vec<Skipped>,
    /// Fields that are passed over, as they are not in the type.
    pub(crate) left_out: Vec<LeftOut>,
    /// The field that keeps those which only newer peers know.
    pub(crate) unknown: Option<Member>,
}

/// A field on the wire.
#[derive(Debug)]
pub(crate) struct Slot {
    pub(crate) id: i16,
    /// The name that errors say.
    pub(crate) wire_name: String,
    pub(crate) member: Member,
    pub(crate) held: Held,
    pub(crate) default: Option<TokenStream>,
    pub(crate) with: Option<Path>,
    /// The bytes that every value takes in the binary protocol, where that is known: an expression.
    pub(crate) size: Option<TokenStream>,
    /// Whether it is a string, which may be an exception's message.
    pub(crate) is_text: bool,
    /// Whether the type may lack a wire form, which is reported once, at `span`.
    pub(crate) checked: bool,
    pub(crate) span: Span,
}

/// A field on the wire of which nothing is kept.
#[derive(Debug)]
pub(crate) struct LeftOut {
    pub(crate) id: i16,
    pub(crate) wire_name: String,
    /// The variant of `TType`.
    pub(crate) wire_type: Ident,
    /// Whether the type is written all the same.
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
}

/// A member of a union.
#[derive(Debug)]
pub(crate) struct Arm {
    pub(crate) id: i16,
    /// The name that errors say.
    pub(crate) wire_name: String,
    pub(crate) variant: Ident,
    pub(crate) with: Option<Path>,
    /// As of a [`Slot`].
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
    /// The name that is its own in the IDL.
    pub(crate) wire_name: String,
    /// An expression of type `i32`.
    pub(crate) value: TokenStream,
}

/// A type that is written as its only field.
#[derive(Debug)]
pub(crate) struct Newtype {
    pub(crate) target: Target,
    pub(crate) member: Member,
    pub(crate) ty: Type,
    pub(crate) default: Option<TokenStream>,
    pub(crate) with: Option<Path>,
    /// Fields that are not on the wire.
    pub(crate) skipped: Vec<Skipped>,
}

/// The exceptions that a method declares: an enum with a variant for each, and one for the rest.
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
    /// Whether its type is that of no other, so that it says which variant is meant.
    pub(crate) once: bool,
    /// Where is told that it is no exception.
    pub(crate) span: Span,
}
