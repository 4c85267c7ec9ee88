//! The syntax tree of one file, as it is written.

use super::problem::Span;

/// One file.
#[derive(Debug, Default)]
pub(crate) struct Document {
    pub(crate) doc: Option<String>,
    pub(crate) includes: Vec<Include>,
    pub(crate) cpp_includes: Vec<String>,
    pub(crate) namespaces: Vec<Namespace>,
    pub(crate) definitions: Vec<Definition>,
    /// Names of definitions that could not be read, so that using them is not a further error.
    pub(crate) unreadable: Vec<String>,
    /// Paths of includes that could not be read, for the same reason.
    pub(crate) unread: Vec<String>,
    /// Whether there are unreadable definitions whose names are unknown.
    pub(crate) lost: bool,
}

/// An identifier; a reference may have dots.
#[derive(Debug, Clone)]
pub(crate) struct Name {
    pub(crate) text: String,
    pub(crate) span: Span,
}

/// `include "path"`
#[derive(Debug)]
pub(crate) struct Include {
    pub(crate) path: String,
    /// The span of the string literal.
    pub(crate) span: Span,
}

/// `namespace language name`
#[derive(Debug)]
pub(crate) struct Namespace {
    /// `*` is for all languages.
    pub(crate) language: String,
    pub(crate) name: String,
    pub(crate) annotations: Vec<Annotation>,
}

/// `(key = "value")`
#[derive(Debug, Clone)]
pub(crate) struct Annotation {
    pub(crate) key: String,
    pub(crate) value: String,
    pub(crate) key_span: Span,
    /// The span of the string literal or, if there is none, of the key.
    pub(crate) value_span: Span,
}

#[derive(Debug)]
pub(crate) enum Definition {
    Const(Const),
    Typedef(Typedef),
    Enum(Enum),
    Struct(Struct),
    Service(Service),
}

impl Definition {
    pub(crate) fn name(&self) -> &Name {
        match self {
            Definition::Const(item) => &item.name,
            Definition::Typedef(item) => &item.name,
            Definition::Enum(item) => &item.name,
            Definition::Struct(item) => &item.name,
            Definition::Service(item) => &item.name,
        }
    }
}

/// `const ty name = value`
#[derive(Debug)]
pub(crate) struct Const {
    pub(crate) doc: Option<String>,
    pub(crate) annotations: Vec<Annotation>,
    pub(crate) ty: Type,
    pub(crate) name: Name,
    pub(crate) value: Value,
}

/// `typedef ty name`
#[derive(Debug)]
pub(crate) struct Typedef {
    pub(crate) doc: Option<String>,
    pub(crate) annotations: Vec<Annotation>,
    pub(crate) ty: Type,
    pub(crate) name: Name,
}

/// `enum name { members }`
#[derive(Debug)]
pub(crate) struct Enum {
    pub(crate) doc: Option<String>,
    pub(crate) annotations: Vec<Annotation>,
    pub(crate) name: Name,
    pub(crate) members: Vec<Member>,
}

/// `name = number`
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) doc: Option<String>,
    pub(crate) annotations: Vec<Annotation>,
    pub(crate) name: Name,
    pub(crate) number: Option<Integer>,
}

/// An integer literal.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Integer {
    pub(crate) value: i64,
    pub(crate) span: Span,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StructKind {
    Struct,
    Union,
    Exception,
}

/// `struct name { fields }`, a union or an exception.
#[derive(Debug)]
pub(crate) struct Struct {
    pub(crate) doc: Option<String>,
    pub(crate) annotations: Vec<Annotation>,
    pub(crate) kind: StructKind,
    pub(crate) name: Name,
    pub(crate) fields: Vec<Field>,
}

/// A field, an argument or a declared exception.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) doc: Option<String>,
    pub(crate) annotations: Vec<Annotation>,
    pub(crate) id: Option<Integer>,
    pub(crate) requiredness: Option<Requiredness>,
    pub(crate) ty: Type,
    /// Whether there is an `&` after the type.
    pub(crate) reference: bool,
    pub(crate) name: Name,
    pub(crate) default: Option<Value>,
    /// The span from its id to its default value.
    pub(crate) span: Span,
}

/// `required` or `optional`, as it is written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Requiredness {
    pub(crate) required: bool,
    pub(crate) span: Span,
}

/// `service name extends parent { functions }`
#[derive(Debug)]
pub(crate) struct Service {
    pub(crate) doc: Option<String>,
    pub(crate) annotations: Vec<Annotation>,
    pub(crate) name: Name,
    pub(crate) parent: Option<Name>,
    pub(crate) functions: Vec<Function>,
}

/// `oneway returns name(args) throws (throws)`
#[derive(Debug)]
pub(crate) struct Function {
    pub(crate) doc: Option<String>,
    pub(crate) annotations: Vec<Annotation>,
    pub(crate) oneway: bool,
    /// The type of the result; `None` for `void`.
    pub(crate) returns: Option<Type>,
    pub(crate) name: Name,
    pub(crate) args: Vec<Field>,
    pub(crate) throws: Vec<Field>,
}

/// A type as it is written.
#[derive(Debug)]
pub(crate) struct Type {
    pub(crate) kind: TypeKind,
    pub(crate) cpp_type: Option<String>,
    pub(crate) annotations: Vec<Annotation>,
    pub(crate) span: Span,
}

#[derive(Debug)]
pub(crate) enum TypeKind {
    Base(Base),
    List(Box<Type>),
    Set(Box<Type>),
    Map(Box<Type>, Box<Type>),
    Named(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Base {
    Bool,
    I8,
    I16,
    I32,
    I64,
    Double,
    String,
    Binary,
    Uuid,
}

/// A constant value as it is written.
#[derive(Debug)]
pub(crate) struct Value {
    pub(crate) kind: ValueKind,
    pub(crate) span: Span,
}

#[derive(Debug)]
pub(crate) enum ValueKind {
    /// Also `true` and `false`.
    Integer(i64),
    Double(f64),
    Text(String),
    /// A string that is not UTF-8.
    Bytes(Vec<u8>),
    /// The name of a constant, or of a member of an enum.
    Name(String),
    List(Vec<Value>),
    Map(Vec<(Value, Value)>),
}
