//! The resolved model: plain data.
//!
//! Names are those of the IDL. References are [`ItemId`]s, so nothing needs to be looked up again.

pub mod annotation;
mod place;

use std::path::PathBuf;

pub use self::annotation::{Annotation, Annotations, TypeNotes};
pub use self::place::Place;
use crate::source::FileId;

/// A file, and all that it includes. `modules[0]` is the root file.
#[derive(Debug, Default, PartialEq)]
pub struct Program {
    /// The files. The first is the root; the others follow in the order in which they are found.
    pub modules: Vec<Module>,
}

impl Program {
    /// The item with an id.
    pub fn item(&self, id: ItemId) -> &Item {
        &self.modules[id.module].items[id.item]
    }

    /// The item with an id, if this program has it.
    pub fn get(&self, id: ItemId) -> Option<&Item> {
        self.modules.get(id.module)?.items.get(id.item)
    }

    /// All items with their ids.
    pub fn items(&self) -> impl Iterator<Item = (ItemId, &Item)> {
        self.modules.iter().enumerate().flat_map(|(module, of)| {
            of.items.iter().enumerate().map(move |(item, of)| (ItemId { module, item }, of))
        })
    }
}

/// A `.thrift` file. There is only one module for it, however many files include it.
///
/// Two modules are equal if they define the same things, wherever the files are.
#[derive(Debug)]
pub struct Module {
    /// The file.
    pub file: FileId,
    /// Absolute.
    pub path: PathBuf,
    /// The file's name without folder and last extension. It may contain any characters.
    pub stem: String,
    /// The file's own documentation.
    pub doc: Option<Doc>,
    /// The files that this one includes, in order.
    pub includes: Vec<Include>,
    /// The files of C++ that it includes, in order.
    pub cpp_includes: Vec<String>,
    /// The namespaces for its generated code in other languages, in order.
    pub namespaces: Vec<Namespace>,
    /// The definitions, in order.
    pub items: Vec<Item>,
}

impl PartialEq for Module {
    fn eq(&self, other: &Self) -> bool {
        let Module { file: _, path: _, stem, doc, includes, cpp_includes, namespaces, items } =
            self;
        *stem == other.stem
            && *doc == other.doc
            && *includes == other.includes
            && *cpp_includes == other.cpp_includes
            && *namespaces == other.namespaces
            && *items == other.items
    }
}

/// `include "path"`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Include {
    /// The path as it is written.
    pub path: String,
    /// The index in [`Program::modules`].
    pub module: usize,
}

/// `namespace language name`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Namespace {
    /// The language, or `*` for all languages without a namespace of their own.
    pub language: String,
    /// The name.
    pub name: String,
    /// Its annotations.
    pub annotations: Annotations,
}

/// The id of an item: its module, and its index there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ItemId {
    /// The index in [`Program::modules`].
    pub module: usize,
    /// The index in [`Module::items`].
    pub item: usize,
}

/// A definition.
#[derive(Debug, PartialEq)]
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
    pub fn name(&self) -> &str {
        match self {
            Item::Typedef(item) => &item.name,
            Item::Enum(item) => &item.name,
            Item::Struct(item) => &item.name,
            Item::Const(item) => &item.name,
            Item::Service(item) => &item.name,
        }
    }
}

/// The cleaned-up text of a doc comment, lines joined by `\n`, no trailing newline.
pub type Doc = String;

/// The type of a field, element, argument or result. Typedefs keep their names.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
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
    List(Box<Type>),
    /// `set<element>`
    Set(Box<Type>),
    /// `map<key, value>`
    Map(Box<Type>, Box<Type>),
    /// A typedef, an enum or a struct.
    Named(ItemId),
}

/// `typedef ty name`
#[derive(Debug, PartialEq)]
pub struct Typedef {
    /// The name as the IDL spells it.
    pub name: String,
    /// Its name, in its file.
    pub place: Place,
    /// Its doc comment.
    pub doc: Option<Doc>,
    /// Its annotations, and after them those of its type.
    pub annotations: Annotations,
    /// The type that it stands for.
    pub ty: Type,
    /// The notes on parts of its type.
    pub type_notes: TypeNotes,
}

/// `enum name { ... }`
#[derive(Debug, PartialEq)]
pub struct Enum {
    /// The name as the IDL spells it.
    pub name: String,
    /// Its name, in its file.
    pub place: Place,
    /// Its doc comment.
    pub doc: Option<Doc>,
    /// Its annotations.
    pub annotations: Annotations,
    /// In the order of declaration.
    pub members: Vec<Member>,
}

/// One member of an enum. Two members may have the same value.
#[derive(Debug, PartialEq)]
pub struct Member {
    /// The name as the IDL spells it.
    pub name: String,
    /// Its name, in its file.
    pub place: Place,
    /// Its doc comment.
    pub doc: Option<Doc>,
    /// Its annotations.
    pub annotations: Annotations,
    /// Its number, explicit or counted.
    pub value: i32,
}

/// The kind of a struct-like definition.
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
#[derive(Debug, PartialEq)]
pub struct Struct {
    /// Which of the three it is.
    pub kind: StructKind,
    /// The name as the IDL spells it.
    pub name: String,
    /// Its name, in its file.
    pub place: Place,
    /// Its doc comment.
    pub doc: Option<Doc>,
    /// Its annotations.
    pub annotations: Annotations,
    /// In the order of declaration.
    pub fields: Vec<Field>,
}

impl Struct {
    /// Whether it is a union.
    pub fn is_union(&self) -> bool {
        self.kind == StructKind::Union
    }
}

/// A field of a struct, an argument, or a declared exception.
#[derive(Debug, PartialEq)]
pub struct Field {
    /// Its id on the wire. If the IDL gives none, ids are counted down from -1.
    pub id: i16,
    /// The name as the IDL spells it.
    pub name: String,
    /// The whole field, from the id to the default value, in its file.
    pub place: Place,
    /// Its doc comment.
    pub doc: Option<Doc>,
    /// Its annotations, and after them those of its type.
    pub annotations: Annotations,
    /// Whether it must be present.
    pub requiredness: Requiredness,
    /// Its type.
    pub ty: Type,
    /// The notes on parts of its type.
    pub type_notes: TypeNotes,
    /// Whether an `&` after its type asks for a pointer. Only C++ code uses this.
    pub reference: bool,
    /// Its default value.
    pub default: Option<Value>,
    /// Whether the field is boxed, because it is on a cycle of types without a container in between.
    /// (A boxed field of default requiredness becomes optional.)
    pub boxed: bool,
}

/// `required`, `optional`, or neither: then it is always written, but may be missing when read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Requiredness {
    /// `required`
    Required,
    /// `optional`
    Optional,
    /// Neither.
    Default,
}

/// `const ty name = value`
#[derive(Debug, PartialEq)]
pub struct Const {
    /// The name as the IDL spells it.
    pub name: String,
    /// Its name, in its file.
    pub place: Place,
    /// Its doc comment.
    pub doc: Option<Doc>,
    /// Its annotations, and after them those of its type.
    pub annotations: Annotations,
    /// Its type.
    pub ty: Type,
    /// The notes on parts of its type.
    pub type_notes: TypeNotes,
    /// Its value.
    pub value: Value,
}

/// A constant value that has been checked against its type.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `true` or `false`, or a number that was given for one of them.
    Bool(bool),
    /// An integer, in the range of the type that it is for.
    Int(i64),
    /// A double; it may have been given as an integer.
    Double(f64),
    /// The text between the quotes, with escapes resolved.
    String(String),
    /// Like [`Value::String`], for a `binary`.
    Binary(Vec<u8>),
    /// Its bytes in order.
    Uuid([u8; 16]),
    /// A member of an enum. `of` is the enum itself, with typedefs resolved.
    Member {
        /// The enum or struct.
        of: ItemId,
        /// The index in [`Enum::members`].
        member: usize,
    },
    /// The elements.
    List(Vec<Value>),
    /// The elements, in order.
    Set(Vec<Value>),
    /// The entries in order. If keys are equal, only the last one is kept.
    Map(Vec<(Value, Value)>),
    /// The values of fields. `of` is the struct itself, with typedefs resolved.
    Struct {
        /// The enum or struct.
        of: ItemId,
        /// The index in [`Struct::fields`] and the value.
        fields: Vec<(usize, Value)>,
    },
    /// Another constant, whose type is the same except for typedefs. (If an enum member, or a constant
    /// of another type, is used as a number, the number itself is stored instead.)
    Const(ItemId),
}

/// `service name extends parent { ... }`
#[derive(Debug, PartialEq)]
pub struct Service {
    /// The name as the IDL spells it.
    pub name: String,
    /// Its name, in its file.
    pub place: Place,
    /// Its doc comment.
    pub doc: Option<Doc>,
    /// Its annotations.
    pub annotations: Annotations,
    /// The service that it `extends`.
    pub parent: Option<ItemId>,
    /// Its own methods, in order.
    pub functions: Vec<Function>,
}

/// A method of a service.
#[derive(Debug, PartialEq)]
pub struct Function {
    /// The name as the IDL spells it.
    pub name: String,
    /// Its name, in its file.
    pub place: Place,
    /// Its doc comment.
    pub doc: Option<Doc>,
    /// Its annotations, and after them those of its result.
    pub annotations: Annotations,
    /// Whether it is `oneway`: it is never answered.
    pub oneway: bool,
    /// Whether calling it twice has the same effect as calling it once, so that a call may be
    /// repeated.
    pub idempotent: bool,
    /// The type of the result; `None` for `void`.
    pub returns: Option<Type>,
    /// The notes on parts of its result's type.
    pub type_notes: TypeNotes,
    /// The arguments, in order.
    pub args: Vec<Field>,
    /// Whether exceptions are declared, even if all of them have errors and are left out.
    pub fails: bool,
    /// The declared exceptions, in order.
    pub throws: Vec<Field>,
}
