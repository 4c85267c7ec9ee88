//! The resolved model: plain data.
//!
//! Names are those of the IDL. References are [`ItemId`]s, so nothing needs to be looked up again.

pub mod annotation;

use std::path::PathBuf;

pub use self::annotation::{Annotation, Annotations};
use crate::source::FileId;

/// A file, and all that it includes. `modules[0]` is the root file.
#[derive(Debug, Default)]
pub struct Program {
    /// The files. The first is the root, the others follow in the order in which they are met.
    pub modules: Vec<Module>,
}

impl Program {
    /// The item that an id stands for.
    pub fn item(&self, id: ItemId) -> &Item {
        &self.modules[id.module].items[id.item]
    }

    /// All items with their ids.
    pub fn items(&self) -> impl Iterator<Item = (ItemId, &Item)> {
        self.modules.iter().enumerate().flat_map(|(module, of)| {
            of.items.iter().enumerate().map(move |(item, of)| (ItemId { module, item }, of))
        })
    }
}

/// A `.thrift` file. It is there once, however many files include it.
#[derive(Debug)]
pub struct Module {
    /// Which file it is.
    pub file: FileId,
    /// Absolute.
    pub path: PathBuf,
    /// The file's name without folder and last extension. It may contain any characters.
    pub stem: String,
    /// The file's own documentation.
    pub doc: Option<Doc>,
    /// The files that this one includes, by their index in [`Program::modules`], in order.
    pub includes: Vec<usize>,
    /// What it defines, in order.
    pub items: Vec<Item>,
}

/// Which item of which module.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ItemId {
    /// The index in [`Program::modules`].
    pub module: usize,
    /// The index in [`Module::items`].
    pub item: usize,
}

/// A definition.
#[derive(Debug)]
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
#[derive(Debug)]
pub struct Typedef {
    /// The name as the IDL spells it.
    pub name: String,
    /// Its doc comment.
    pub doc: Option<Doc>,
    /// Its annotations, and after them those of its type.
    pub annotations: Annotations,
    /// What it stands for.
    pub ty: Type,
}

/// `enum name { ... }`
#[derive(Debug)]
pub struct Enum {
    /// The name as the IDL spells it.
    pub name: String,
    /// Its doc comment.
    pub doc: Option<Doc>,
    /// Its annotations.
    pub annotations: Annotations,
    /// In the order of declaration.
    pub members: Vec<Member>,
}

/// One member of an enum. Two members may have one value.
#[derive(Debug)]
pub struct Member {
    /// The name as the IDL spells it.
    pub name: String,
    /// Its doc comment.
    pub doc: Option<Doc>,
    /// Its annotations.
    pub annotations: Annotations,
    /// Its number, given or counted.
    pub value: i32,
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
#[derive(Debug)]
pub struct Struct {
    /// Which of the three it is.
    pub kind: StructKind,
    /// The name as the IDL spells it.
    pub name: String,
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
#[derive(Debug)]
pub struct Field {
    /// Its id on the wire. One that the IDL leaves out is counted down from -1.
    pub id: i16,
    /// The name as the IDL spells it.
    pub name: String,
    /// Its doc comment.
    pub doc: Option<Doc>,
    /// Its annotations, and after them those of its type.
    pub annotations: Annotations,
    /// Whether it must be there.
    pub requiredness: Requiredness,
    /// Its type.
    pub ty: Type,
    /// Its default value.
    pub default: Option<Value>,
    /// Whether the field is boxed, because it is on a cycle of types without a container in it. (A
    /// boxed field of default requiredness becomes optional.)
    pub boxed: bool,
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

/// `const ty name = value`
#[derive(Debug)]
pub struct Const {
    /// The name as the IDL spells it.
    pub name: String,
    /// Its doc comment.
    pub doc: Option<Doc>,
    /// Its annotations, and after them those of its type.
    pub annotations: Annotations,
    /// Its type.
    pub ty: Type,
    /// Its value.
    pub value: Value,
}

/// A constant value that was checked against its type.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `true` or `false`, or a number that stands for one of them.
    Bool(bool),
    /// In range of the integer type it is for.
    Int(i64),
    /// A double, or an integer for one.
    Double(f64),
    /// The text between the quotes, escapes resolved.
    String(String),
    /// As [`Value::String`], for a `binary`.
    Binary(Vec<u8>),
    /// Its bytes in order.
    Uuid([u8; 16]),
    /// A member of an enum, by index; `of` is the enum itself, typedefs resolved.
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
    /// In order, with only the last of equal keys.
    Map(Vec<(Value, Value)>),
    /// Field index to value; `of` is the struct itself, typedefs resolved.
    Struct {
        /// The enum or struct.
        of: ItemId,
        /// The index in [`Struct::fields`] and the value.
        fields: Vec<(usize, Value)>,
    },
    /// Another constant, whose type is the same up to typedefs. (Where an enum member or a constant
    /// of another type is used as a number, its number stands here instead.)
    Const(ItemId),
}

/// `service name extends parent { ... }`
#[derive(Debug)]
pub struct Service {
    /// The name as the IDL spells it.
    pub name: String,
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
#[derive(Debug)]
pub struct Function {
    /// The name as the IDL spells it.
    pub name: String,
    /// Its doc comment.
    pub doc: Option<Doc>,
    /// Its annotations, and after them those of its result.
    pub annotations: Annotations,
    /// Whether it is `oneway`: never answered.
    pub oneway: bool,
    /// Whether calling it twice does the same as calling it once, so that a call may be repeated.
    pub idempotent: bool,
    /// `None` is void.
    pub returns: Option<Type>,
    /// The arguments, in order.
    pub args: Vec<Field>,
    /// Whether exceptions are declared, even if none of them is without error.
    pub fails: bool,
    /// The declared exceptions, in order.
    pub throws: Vec<Field>,
}
