//! The resolved model: plain data, and all that code generation sees.
//!
//! Names are those of the IDL, which `codegen::name` turns into Rust names. References are
//! [`ItemId`]s, so nothing needs to be looked up again.

pub(crate) mod annotation;
pub(crate) mod wire;

use std::path::PathBuf;

pub(crate) use self::annotation::{Annotation, Annotations};

/// What one invocation of the macro generates. `modules[0]` is the root file.
#[derive(Debug, Default)]
pub(crate) struct Program {
    pub(crate) modules: Vec<Module>,
    /// Single items that exist already (`with`), by their path: nothing is generated for them.
    pub(crate) external: Vec<(ItemId, syn::Path)>,
}

impl Program {
    /// The item that an id stands for.
    pub(crate) fn item(&self, id: ItemId) -> &Item {
        &self.modules[id.module].items[id.item]
    }

    /// The item that an id stands for, to be changed.
    pub(crate) fn item_mut(&mut self, id: ItemId) -> Option<&mut Item> {
        self.modules.get_mut(id.module)?.items.get_mut(id.item)
    }

    /// All items with their ids.
    pub(crate) fn items(&self) -> impl Iterator<Item = (ItemId, &Item)> {
        self.modules.iter().enumerate().flat_map(|(module, of)| {
            of.items.iter().enumerate().map(move |(item, of)| (ItemId { module, item }, of))
        })
    }
}

/// A `.thrift` file. It is there once, however many files include it.
#[derive(Debug, Default)]
pub(crate) struct Module {
    /// The file's name without folder and last extension. It may contain any characters.
    pub(crate) stem: String,
    /// Where the file lies.
    pub(crate) path: PathBuf,
    /// The Rust name of the module, where the author chose one.
    pub(crate) name: Option<String>,
    /// The file's own documentation.
    pub(crate) doc: Option<Doc>,
    pub(crate) items: Vec<Item>,
    /// Where this module exists already (`with`): nothing is generated for it, and what refers to
    /// its items names them below this path.
    pub(crate) external: Option<syn::Path>,
}

/// Which item of which module.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct ItemId {
    pub(crate) module: usize,
    pub(crate) item: usize,
}

/// A definition.
#[derive(Debug)]
pub(crate) enum Item {
    Typedef(Typedef),
    Enum(Enum),
    Struct(Struct),
    Const(Const),
    Service(Service),
}

impl Item {
    pub(crate) fn name(&self) -> &str {
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
pub(crate) type Doc = String;

/// The type of a field, element, argument or result. Typedefs keep their names.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Type {
    Bool,
    I8,
    I16,
    I32,
    I64,
    Double,
    String,
    Binary,
    Uuid,
    List(Box<Type>),
    Set(Box<Type>),
    Map(Box<Type>, Box<Type>),
    /// A typedef, an enum or a struct.
    Named(ItemId),
}

/// `typedef ty name`
#[derive(Debug)]
pub(crate) struct Typedef {
    pub(crate) name: String,
    pub(crate) doc: Option<Doc>,
    pub(crate) annotations: Annotations,
    pub(crate) ty: Type,
    /// As of a [`Field`].
    pub(crate) text: Option<Text>,
}

/// `enum name { ... }`
#[derive(Debug)]
pub(crate) struct Enum {
    pub(crate) name: String,
    pub(crate) doc: Option<Doc>,
    pub(crate) annotations: Annotations,
    pub(crate) members: Vec<Member>,
}

/// One member of an enum. Two members may have one value.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) doc: Option<Doc>,
    pub(crate) annotations: Annotations,
    pub(crate) value: i32,
}

/// What a struct-like definition is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StructKind {
    Struct,
    Union,
    Exception,
}

/// A struct, union or exception.
#[derive(Debug)]
pub(crate) struct Struct {
    pub(crate) kind: StructKind,
    pub(crate) name: String,
    pub(crate) doc: Option<Doc>,
    pub(crate) annotations: Annotations,
    /// In the order of declaration.
    pub(crate) fields: Vec<Field>,
}

impl Struct {
    pub(crate) fn is_union(&self) -> bool {
        self.kind == StructKind::Union
    }
}

/// A field of a struct, an argument, or a declared exception.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) id: i16,
    pub(crate) name: String,
    pub(crate) doc: Option<Doc>,
    pub(crate) annotations: Annotations,
    pub(crate) requiredness: Requiredness,
    pub(crate) ty: Type,
    pub(crate) default: Option<Value>,
    /// Whether the field is boxed, because it is on a cycle of types without a container in it. (A
    /// boxed field of default requiredness becomes optional.)
    pub(crate) boxed: bool,
    /// Whether the author chose that it is an `Option` though it is not optional.
    pub(crate) unset_is_none: bool,
    /// What the strings in it are, where the author chose that for it.
    pub(crate) text: Option<Text>,
}

/// The Rust type of `string`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Text {
    /// `std::string::String`
    #[default]
    String,
    /// The runtime's string that may share the message's buffer.
    Str,
    /// Text in which what is not UTF-8 was replaced.
    LossyStr,
    /// Bytes, as they came.
    ByteStr,
}

/// `required`, `optional`, or neither: written always, read leniently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Requiredness {
    Required,
    Optional,
    Default,
}

/// `const ty name = value`
#[derive(Debug)]
pub(crate) struct Const {
    pub(crate) name: String,
    pub(crate) doc: Option<Doc>,
    pub(crate) annotations: Annotations,
    pub(crate) ty: Type,
    pub(crate) value: Value,
}

/// A constant value that was checked against its type.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Bool(bool),
    /// In range of the integer type it is for.
    Int(i64),
    Double(f64),
    String(String),
    Binary(Vec<u8>),
    Uuid([u8; 16]),
    /// A member of an enum, by index; `of` is the enum itself, typedefs resolved.
    Member {
        of: ItemId,
        member: usize,
    },
    List(Vec<Value>),
    Set(Vec<Value>),
    /// In order, with only the last of equal keys.
    Map(Vec<(Value, Value)>),
    /// Field index to value; `of` is the struct itself, typedefs resolved.
    Struct {
        of: ItemId,
        fields: Vec<(usize, Value)>,
    },
    /// Another constant, whose type is the same up to typedefs. (Where an enum member or a constant
    /// of another type is used as a number, its number stands here instead.)
    Const(ItemId),
}

/// `service name extends parent { ... }`
#[derive(Debug)]
pub(crate) struct Service {
    pub(crate) name: String,
    pub(crate) doc: Option<Doc>,
    pub(crate) annotations: Annotations,
    pub(crate) parent: Option<ItemId>,
    pub(crate) functions: Vec<Function>,
    /// Whether a handler may leave methods out.
    pub(crate) partial: bool,
}

/// A method of a service.
#[derive(Debug)]
pub(crate) struct Function {
    pub(crate) name: String,
    pub(crate) doc: Option<Doc>,
    pub(crate) annotations: Annotations,
    pub(crate) oneway: bool,
    /// Whether calling it twice does the same as calling it once, so that a call may be repeated.
    pub(crate) idempotent: bool,
    /// `None` is void.
    pub(crate) returns: Option<Type>,
    /// As of a [`Field`], for what it returns.
    pub(crate) text: Option<Text>,
    pub(crate) args: Vec<Field>,
    /// Whether exceptions are declared, even if none of them is without error.
    pub(crate) fails: bool,
    pub(crate) throws: Vec<Field>,
}
