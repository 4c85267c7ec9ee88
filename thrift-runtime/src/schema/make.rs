//! How generated code makes descriptions: each begins with what it cannot do without, and the rest is
//! added where there is something to say.

use std::fmt;

use super::{
    Annotations, Const, Definition, Enum, Field, Function, Include, Item, Member, Module,
    Namespace, Requiredness, Service, Struct, StructKind, Type, TypeNotes, Typedef, Value,
};

impl Module {
    /// A file that defines `items`.
    pub const fn new(path: &'static str, items: &'static [Item]) -> Self {
        Module { path, doc: None, includes: &[], cpp_includes: &[], namespaces: &[], items }
    }

    /// The file's name without folder and last extension, which other files name it by.
    pub fn stem(&self) -> &'static str {
        let name = self.path.rsplit(['/', '\\']).next().unwrap_or_default();
        name.rsplit_once('.').map_or(name, |(stem, _)| if stem.is_empty() { name } else { stem })
    }

    /// Adds what it includes.
    pub const fn includes(mut self, includes: &'static [Include]) -> Self {
        self.includes = includes;
        self
    }

    /// Adds what it includes of C++.
    pub const fn cpp_includes(mut self, includes: &'static [&'static str]) -> Self {
        self.cpp_includes = includes;
        self
    }

    /// Adds its namespaces.
    pub const fn namespaces(mut self, namespaces: &'static [Namespace]) -> Self {
        self.namespaces = namespaces;
        self
    }
}

impl Include {
    /// An included file.
    pub const fn new(path: &'static str, module: fn() -> &'static Module) -> Self {
        Include { path, module }
    }
}

impl PartialEq for Include {
    /// Whether files of one name are included, whatever is in them.
    fn eq(&self, other: &Self) -> bool {
        self.path == other.path
    }
}

impl fmt::Debug for Include {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.path.fmt(f)
    }
}

impl Namespace {
    /// A name for a language.
    pub const fn new(language: &'static str, name: &'static str) -> Self {
        Namespace { language, name, annotations: &[] }
    }
}

impl TypeNotes {
    /// Nothing noted.
    pub const NONE: TypeNotes = TypeNotes { annotations: &[], cpp_type: None, inside: &[] };

    /// What is noted.
    pub const fn new(
        annotations: Annotations,
        cpp_type: Option<&'static str>,
        inside: &'static [TypeNotes],
    ) -> Self {
        TypeNotes { annotations, cpp_type, inside }
    }
}

impl Typedef {
    /// A second name for a type.
    pub const fn new(name: &'static str, ty: Type) -> Self {
        Typedef { name, doc: None, annotations: &[], ty, notes: TypeNotes::NONE }
    }
}

impl Enum {
    /// An enum of `members`.
    pub const fn new(name: &'static str, members: &'static [Member]) -> Self {
        Enum { name, doc: None, annotations: &[], members }
    }
}

impl Member {
    /// A member of an enum.
    pub const fn new(name: &'static str, value: i32) -> Self {
        Member { name, value, doc: None, annotations: &[] }
    }
}

impl Struct {
    /// A struct, union or exception of `fields`.
    pub const fn new(kind: StructKind, name: &'static str, fields: &'static [Field]) -> Self {
        Struct { kind, name, doc: None, annotations: &[], fields }
    }
}

impl Field {
    /// A field of default requiredness.
    pub const fn new(id: i16, name: &'static str, ty: Type) -> Self {
        let (doc, annotations, notes) = (None, &[], TypeNotes::NONE);
        let (reference, boxed, default) = (false, false, None);
        let requiredness = Requiredness::Default;
        Field { id, name, doc, annotations, requiredness, ty, notes, reference, boxed, default }
    }

    /// Makes it required.
    pub const fn required(mut self) -> Self {
        self.requiredness = Requiredness::Required;
        self
    }

    /// Makes it optional.
    pub const fn optional(mut self) -> Self {
        self.requiredness = Requiredness::Optional;
        self
    }

    /// Makes it of default requiredness.
    pub const fn plain(mut self) -> Self {
        self.requiredness = Requiredness::Default;
        self
    }

    /// Adds an `&`.
    pub const fn reference(mut self) -> Self {
        self.reference = true;
        self
    }

    /// Says that it is on a cycle.
    pub const fn boxed(mut self) -> Self {
        self.boxed = true;
        self
    }

    /// Adds a default value.
    pub const fn default(mut self, default: Value) -> Self {
        self.default = Some(default);
        self
    }
}

impl Const {
    /// A constant.
    pub const fn new(name: &'static str, ty: Type, value: Value) -> Self {
        Const { name, doc: None, annotations: &[], ty, notes: TypeNotes::NONE, value }
    }
}

impl Service {
    /// A service with these methods of its own.
    pub const fn new(name: &'static str, functions: &'static [Function]) -> Self {
        Service { name, doc: None, annotations: &[], parent: None, functions }
    }

    /// Adds the service that it extends.
    pub const fn extends(mut self, parent: Definition) -> Self {
        self.parent = Some(parent);
        self
    }
}

impl Function {
    /// A method that returns nothing.
    pub const fn new(name: &'static str, args: &'static [Field]) -> Self {
        let (doc, annotations, notes) = (None, &[], TypeNotes::NONE);
        let (oneway, idempotent, returns, throws) = (false, false, None, None);
        Function { name, doc, annotations, oneway, idempotent, returns, notes, args, throws }
    }

    /// Adds what it returns.
    pub const fn returns(mut self, ty: Type) -> Self {
        self.returns = Some(ty);
        self
    }

    /// Adds what it throws.
    pub const fn throws(mut self, exceptions: &'static [Field]) -> Self {
        self.throws = Some(exceptions);
        self
    }

    /// Adds what it throws, if that is anything.
    pub const fn throwing(self, exceptions: &'static [Field]) -> Self {
        if exceptions.is_empty() { self } else { self.throws(exceptions) }
    }

    /// Makes it `oneway`.
    pub const fn oneway(mut self) -> Self {
        self.oneway = true;
        self
    }

    /// Makes it idempotent.
    pub const fn idempotent(mut self) -> Self {
        self.idempotent = true;
        self
    }
}

macro_rules! noted {
    (doc: $($of:ident)*) => {$(
        impl $of {
            /// Adds its documentation.
            pub const fn doc(mut self, doc: &'static str) -> Self {
                self.doc = Some(doc);
                self
            }
        }
    )*};
    (annotations: $($of:ident)*) => {$(
        impl $of {
            /// Adds its annotations.
            pub const fn annotations(mut self, annotations: Annotations) -> Self {
                self.annotations = annotations;
                self
            }
        }
    )*};
    (notes: $($of:ident)*) => {$(
        impl $of {
            /// Adds what is noted at parts of its type.
            pub const fn notes(mut self, notes: TypeNotes) -> Self {
                self.notes = notes;
                self
            }
        }
    )*};
}

noted!(doc: Module Typedef Enum Member Struct Field Const Service Function);
noted!(annotations: Namespace Typedef Enum Member Struct Field Const Service Function);
noted!(notes: Typedef Field Const Function);

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Int(a), Value::Int(b)) => a == b,
            (Value::Double(a), Value::Double(b)) => a.to_bits() == b.to_bits(),
            (Value::String(a), Value::String(b)) => a == b,
            (Value::Binary(a), Value::Binary(b)) => a == b,
            (Value::Uuid(a), Value::Uuid(b)) => a == b,
            (Value::Member(a, x), Value::Member(b, y)) => a == b && x == y,
            (Value::List(a), Value::List(b)) | (Value::Set(a), Value::Set(b)) => a == b,
            (Value::Map(a), Value::Map(b)) => a == b,
            (Value::Struct(a, x), Value::Struct(b, y)) => a == b && x == y,
            (Value::Const(a), Value::Const(b)) => a == b,
            (Value::Made(a), Value::Made(b)) => a() == b(),
            _ => false,
        }
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Bool(value) => value.fmt(f),
            Value::Int(value) => value.fmt(f),
            Value::Double(value) => value.fmt(f),
            Value::String(value) => value.fmt(f),
            Value::Binary(value) => value.escape_ascii().fmt(f),
            Value::Uuid(value) => value.fmt(f),
            Value::Member(of, at) => write!(f, "{of:?}.{at}"),
            Value::List(values) => values.fmt(f),
            Value::Set(values) => f.debug_set().entries(values.iter()).finish(),
            Value::Map(pairs) => f.debug_map().entries(pairs.iter().copied()).finish(),
            Value::Struct(of, fields) => f.debug_tuple(of.name()).field(fields).finish(),
            Value::Const(of) => of.fmt(f),
            Value::Made(_) => f.write_str("..."),
        }
    }
}
