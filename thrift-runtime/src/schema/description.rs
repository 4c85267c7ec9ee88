//! What an IDL can say, as plain data that needs no memory of its own and no feature: generated code
//! has it in statics.

use super::Definition;

/// A `.thrift` file.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Module {
    /// Its path, as those of all files that were read together lie to each other.
    pub path: &'static str,
    /// The file's own documentation.
    pub doc: Option<&'static str>,
    /// The files that this one includes, in order.
    pub includes: &'static [Include],
    /// What the file includes of C++, in order.
    pub cpp_includes: &'static [&'static str],
    /// The namespaces of its generated code in other languages, in order.
    pub namespaces: &'static [Namespace],
    /// What it defines, in order.
    pub items: &'static [Item],
}

/// `include "path"`
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Include {
    /// The path as it is written.
    pub path: &'static str,
    /// The file.
    pub module: fn() -> &'static Module,
}

/// `namespace language name`
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Namespace {
    /// The language, or `*` for all that have no namespace of their own.
    pub language: &'static str,
    /// The name.
    pub name: &'static str,
    /// Its annotations.
    pub annotations: Annotations,
}

/// `(key = "value", ...)`, in order.
pub type Annotations = &'static [(&'static str, &'static str)];

/// A definition.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Item {
    /// A second name for a type.
    Typedef(Typedef),
    /// An enum.
    Enum(Enum),
    /// A struct, union or exception.
    Struct(Struct),
    /// A constant.
    Const(Const),
    /// A service.
    Service(Service),
}

impl Item {
    /// The name as the IDL spells it.
    pub const fn name(&self) -> &'static str {
        match self {
            Item::Typedef(item) => item.name,
            Item::Enum(item) => item.name,
            Item::Struct(item) => item.name,
            Item::Const(item) => item.name,
            Item::Service(item) => item.name,
        }
    }
}

/// The type of a field, element, argument or result. Typedefs keep their names.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Type {
    /// `bool`
    Bool,
    /// `i8` or `byte`
    I8,
    /// `i16`
    I16,
    /// `i32`
    I32,
    /// `i64`
    I64,
    /// `double`
    Double,
    /// `string`
    String,
    /// `binary`
    Binary,
    /// `uuid`
    Uuid,
    /// `list<element>`
    List(&'static Type),
    /// `set<element>`
    Set(&'static Type),
    /// `map<key, value>`
    Map(&'static Type, &'static Type),
    /// A typedef, an enum or a struct.
    Named(Definition),
}

/// What an IDL says about a type besides the type itself.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct TypeNotes {
    /// The annotations of the type itself, not those of types inside it.
    pub annotations: Annotations,
    /// What stands after `cpp_type`.
    pub cpp_type: Option<&'static str>,
    /// Those of the element of a list or set, or of the key and the value of a map; empty if there is
    /// nothing to say about them.
    pub inside: &'static [TypeNotes],
}

/// `typedef ty name`
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Typedef {
    /// The name.
    pub name: &'static str,
    /// Its doc comment.
    pub doc: Option<&'static str>,
    /// Its annotations, and after them those of its type.
    pub annotations: Annotations,
    /// What it stands for.
    pub ty: Type,
    /// What is noted at parts of its type.
    pub notes: TypeNotes,
}

/// `enum name { ... }`
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Enum {
    /// The name.
    pub name: &'static str,
    /// Its doc comment.
    pub doc: Option<&'static str>,
    /// Its annotations.
    pub annotations: Annotations,
    /// In the order of declaration.
    pub members: &'static [Member],
}

/// One member of an enum.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Member {
    /// The name.
    pub name: &'static str,
    /// Its number, given or counted.
    pub value: i32,
    /// Its doc comment.
    pub doc: Option<&'static str>,
    /// Its annotations.
    pub annotations: Annotations,
}

/// What a struct-like definition is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StructKind {
    /// `struct`
    Struct,
    /// `union`
    Union,
    /// `exception`
    Exception,
}

/// A struct, union or exception.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Struct {
    /// Which of the three it is.
    pub kind: StructKind,
    /// The name.
    pub name: &'static str,
    /// Its doc comment.
    pub doc: Option<&'static str>,
    /// Its annotations.
    pub annotations: Annotations,
    /// In the order of declaration.
    pub fields: &'static [Field],
}

/// `required`, `optional`, or neither: written always, read leniently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Requiredness {
    /// `required`
    Required,
    /// `optional`
    Optional,
    /// Neither.
    Default,
}

/// A field of a struct, an argument, or a declared exception.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Field {
    /// Its id on the wire.
    pub id: i16,
    /// The name.
    pub name: &'static str,
    /// Its doc comment.
    pub doc: Option<&'static str>,
    /// Its annotations, and after them those of its type.
    pub annotations: Annotations,
    /// Whether it must be there.
    pub requiredness: Requiredness,
    /// Its type.
    pub ty: Type,
    /// What is noted at parts of its type.
    pub notes: TypeNotes,
    /// Whether an `&` after its type asks for a pointer.
    pub reference: bool,
    /// Whether it is on a cycle of types without a container in it.
    pub boxed: bool,
    /// Its default value.
    pub default: Option<Value>,
}

/// `const ty name = value`
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Const {
    /// The name.
    pub name: &'static str,
    /// Its doc comment.
    pub doc: Option<&'static str>,
    /// Its annotations, and after them those of its type.
    pub annotations: Annotations,
    /// Its type.
    pub ty: Type,
    /// What is noted at parts of its type.
    pub notes: TypeNotes,
    /// Its value.
    pub value: Value,
}

/// A constant value.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum Value {
    /// `true` or `false`
    Bool(bool),
    /// A number of an integer type.
    Int(i64),
    /// A double.
    Double(f64),
    /// A text.
    String(&'static str),
    /// Bytes.
    Binary(&'static [u8]),
    /// The bytes of a uuid in order.
    Uuid([u8; 16]),
    /// A member of an enum, by index.
    Member(Definition, usize),
    /// The elements of a list.
    List(&'static [Value]),
    /// The elements of a set, in order.
    Set(&'static [Value]),
    /// The pairs of a map, in order.
    Map(&'static [(Value, Value)]),
    /// A struct: indexes of its fields and their values.
    Struct(Definition, &'static [(usize, Value)]),
    /// Another constant.
    Const(Definition),
    /// What an expression of Rust gives: this makes it, in the binary protocol.
    Made(fn() -> Vec<u8>),
}

/// `service name extends parent { ... }`
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Service {
    /// The name.
    pub name: &'static str,
    /// Its doc comment.
    pub doc: Option<&'static str>,
    /// Its annotations.
    pub annotations: Annotations,
    /// The service that it `extends`.
    pub parent: Option<Definition>,
    /// Its own methods, in order.
    pub functions: &'static [Function],
}

/// A method of a service.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Function {
    /// The name.
    pub name: &'static str,
    /// Its doc comment.
    pub doc: Option<&'static str>,
    /// Its annotations, and after them those of its result.
    pub annotations: Annotations,
    /// Whether it is `oneway`: never answered.
    pub oneway: bool,
    /// Whether calling it twice does the same as calling it once.
    pub idempotent: bool,
    /// `None` is void.
    pub returns: Option<Type>,
    /// What is noted at parts of its result's type.
    pub notes: TypeNotes,
    /// The arguments, in order.
    pub args: &'static [Field],
    /// The declared exceptions, in order; `None` if there is no `throws`.
    pub throws: Option<&'static [Field]>,
}
