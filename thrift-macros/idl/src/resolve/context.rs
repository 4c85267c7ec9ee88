//! The state that the stages of resolution share.

use std::cell::Cell;
use std::collections::{HashMap, HashSet};

use super::definitions::{Absent, Definitions, Table};
use super::load::Unit;
use super::types::{TypeId, Types, Underlying};
use crate::diagnostic::{Diagnostic, Diagnostics, Location, cut};
use crate::model::{self, Item, ItemId, Type};
use crate::source;
use crate::suggest;
use crate::syntax::{MAX_NESTING, Span, ast, dialect, types};

/// How many types a type may be composed of, with typedefs resolved.
const LARGEST_TYPE: usize = 1000;

/// For how many wrong names a similar one is searched; each search goes through all names.
const SUGGESTIONS: usize = 20;

/// How many bytes of constants may be copied to where they are used: so many for each byte of the files,
/// and so many besides.
const COPIED_PER_BYTE: usize = 16;
const COPIED_AT_LEAST: usize = 1 << 20;

/// The state of resolution. Each stage fills in the parts that later stages need.
pub(super) struct Context<'a> {
    pub(super) units: &'a [Unit],
    pub(super) definitions: Definitions<'a>,
    pub(super) types: Types,
    /// The type that each typedef stands for; a typedef with an error is missing.
    pub(super) typedefs: HashMap<ItemId, TypeId>,
    pub(super) enums: HashMap<ItemId, EnumIndex<'a>>,
    pub(super) structs: HashMap<ItemId, StructIndex<'a>>,
    /// The constants; one with an error is missing.
    pub(super) constants: HashMap<ItemId, Constant>,
    /// The model, as far as it has been built; parts with an error are never filled in.
    pub(super) items: Vec<Vec<Option<Item>>>,
    diagnostics: &'a mut Diagnostics,
    /// How many more names may be searched for a similar one.
    suggestions: Cell<usize>,
    /// How many more bytes of constants may be copied.
    copies: Cell<usize>,
}

/// Indexes for finding the members of an enum.
#[derive(Debug, Default)]
pub(super) struct EnumIndex<'a> {
    pub(super) by_name: HashMap<&'a str, usize>,
    pub(super) by_number: HashMap<i32, usize>,
    pub(super) numbers: Vec<i32>,
    /// Names of members with an error.
    pub(super) broken: HashSet<&'a str>,
}

/// Indexes for finding the fields of a struct.
#[derive(Debug)]
pub(super) struct StructIndex<'a> {
    pub(super) kind: ast::StructKind,
    /// In the same order as the fields in the model.
    pub(super) fields: Vec<FieldIndex<'a>>,
    pub(super) by_name: HashMap<&'a str, usize>,
    /// Names of fields with an error.
    pub(super) broken: HashSet<&'a str>,
}

/// The type of a field, and the syntax tree that it comes from.
#[derive(Debug)]
pub(super) struct FieldIndex<'a> {
    pub(super) ty: TypeId,
    pub(super) written: &'a ast::Field,
}

/// A constant that has been evaluated.
#[derive(Debug, Clone)]
pub(super) struct Constant {
    pub(super) ty: TypeId,
    pub(super) value: model::Value,
}

impl<'a> Context<'a> {
    pub(super) fn new(units: &'a [Unit], diagnostics: &'a mut Diagnostics) -> Self {
        let definitions = Definitions::collect(units, diagnostics);
        let length: usize = units.iter().map(|unit| unit.length).sum();
        let copies = length.saturating_mul(COPIED_PER_BYTE).saturating_add(COPIED_AT_LEAST);
        let empty = |module| definitions.items(module).iter().map(|_| None).collect();
        Context {
            units,
            types: Types::default(),
            typedefs: HashMap::new(),
            enums: HashMap::new(),
            structs: HashMap::new(),
            constants: HashMap::new(),
            items: (0..units.len()).map(empty).collect(),
            definitions,
            diagnostics,
            suggestions: Cell::new(SUGGESTIONS),
            copies: Cell::new(copies),
        }
    }

    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.add(diagnostic);
    }

    /// Turns the errors at some places into warnings.
    pub(super) fn soften(&mut self, places: &HashSet<Location>) {
        self.diagnostics.soften(places);
    }

    /// Reports an error in `module`.
    pub(super) fn error(&mut self, module: usize, span: Span, message: impl Into<String>) {
        let at = self.units[module].at(span);
        self.report(Diagnostic::error(at, message));
    }

    pub(super) fn put(&mut self, id: ItemId, item: Item) {
        self.items[id.module][id.item] = Some(item);
    }

    pub(super) fn item(&self, id: ItemId) -> Option<&Item> {
        self.items.get(id.module)?.get(id.item)?.as_ref()
    }

    pub(super) fn item_mut(&mut self, id: ItemId) -> Option<&mut Item> {
        self.items.get_mut(id.module)?.get_mut(id.item)?.as_mut()
    }

    /// The name of a definition for messages, shortened if it is absurdly long: many messages may have it.
    pub(super) fn name_of(&self, id: ItemId) -> &'a str {
        cut(&self.definitions.get(id).name().text)
    }

    /// The annotations on a definition or field in `module`, followed by those on its type.
    pub(super) fn annotations(
        &self,
        module: usize,
        own: &[ast::Annotation],
        ty: Option<&ast::Type>,
    ) -> model::Annotations {
        let of_type = ty.map(|ty| ty.annotations.as_slice()).unwrap_or_default();
        let unit = &self.units[module];
        own.iter().chain(of_type).map(|written| unit.annotation(written)).collect()
    }

    /// Resolves a type as it is written in `module`; `None` if it has an error.
    pub(super) fn ty(&mut self, module: usize, written: &ast::Type) -> Option<(Type, TypeId)> {
        let (ty, underlying) = match &written.kind {
            ast::TypeKind::Base(base) => base_type(*base),
            ast::TypeKind::List(element) => {
                let (element, id) = self.ty(module, element)?;
                (Type::List(Box::new(element)), Underlying::List(id))
            }
            ast::TypeKind::Set(element) => {
                let (element, id) = self.ty(module, element)?;
                (Type::Set(Box::new(element)), Underlying::Set(id))
            }
            ast::TypeKind::Map(key, value) => {
                let key = self.ty(module, key);
                let (value, value_id) = self.ty(module, value)?;
                let (key, key_id) = key?;
                let ty = Type::Map(Box::new(key), Box::new(value));
                (ty, Underlying::Map(key_id, value_id))
            }
            ast::TypeKind::Named(name) => return self.named(module, name, written.span),
        };
        let id = self.types.intern(underlying);
        let deep = self.types.depth(id) > MAX_NESTING;
        if deep || self.types.size(id) > LARGEST_TYPE {
            let message = match deep {
                true => {
                    format!(
                        "nested too deep: the limit is {MAX_NESTING} levels, and typedefs count"
                    )
                }
                false => {
                    format!("the type is too large: it consists of more than {LARGEST_TYPE} types")
                }
            };
            self.error(module, written.span, message);
            return None;
        }
        Some((ty, id))
    }

    fn named(&mut self, module: usize, name: &str, span: Span) -> Option<(Type, TypeId)> {
        let id = self.find_type(module, name, span)?;
        let type_id = match self.definitions.get(id) {
            ast::Definition::Typedef(_) => *self.typedefs.get(&id)?,
            ast::Definition::Enum(_) => self.types.intern(Underlying::Enum(id)),
            ast::Definition::Struct(_) => self.types.intern(Underlying::Struct(id)),
            ast::Definition::Const(_) | ast::Definition::Service(_) => {
                self.error(module, span, format!("`{name}` is a service, not a type"));
                return None;
            }
        };
        Some((Type::Named(id), type_id))
    }

    /// The type or service that a name refers to.
    fn find_type(&mut self, module: usize, name: &str, span: Span) -> Option<ItemId> {
        match self.definitions.find(Table::TypesAndServices, module, name) {
            Ok(id) => return Some(id),
            Err(Absent::Silenced) => return None,
            Err(Absent::Unknown) => {}
        }
        let at = self.units[module].at(span);
        if let Some(construct) = dialect::type_name(name) {
            self.report(Diagnostic::of(at.file, dialect::fbthrift(span, construct)));
            return None;
        }
        let help = match name {
            "slist" => Some("`slist` is no longer supported; write `string`".to_owned()),
            _ => self
                .suggestion(Table::TypesAndServices, module, name)
                .or_else(|| types::meant(name).map(|base| format!("did you mean `{base}`?"))),
        };
        let error = Diagnostic::error(at, format!("undefined type `{name}`"));
        self.report(error.help_if(help));
        None
    }

    /// A line of help for an unknown name.
    pub(super) fn suggestion(&self, table: Table, module: usize, name: &str) -> Option<String> {
        if let Some((stem, last)) = name.rsplit_once('.')
            && !self.definitions.includes(module, stem)
        {
            if stem == self.units[module].stem {
                return Some(format!("names in the same file have no prefix: `{last}`"));
            }
            if let Some(unit) = self.units.iter().find(|unit| unit.stem == stem) {
                let path = source::shown(&unit.path);
                return Some(format!("this file does not include `{path}` itself"));
            }
            return Some(match self.nearest(stem, self.definitions.stems(module)) {
                Some(near) => format!("did you mean `{near}.{last}`?"),
                None => format!("no file called `{stem}.thrift` is included"),
            });
        }
        let (prefix, last) = match name.rsplit_once('.') {
            Some((stem, last)) => (format!("{stem}."), last),
            None => (String::new(), name),
        };
        if self.suggestions.get() == 0 {
            return None;
        }
        let visible = self.definitions.visible(table, module, name);
        let near = self.nearest(last, visible.into_iter())?;
        Some(format!("did you mean `{prefix}{near}`?"))
    }

    /// The most similar of `names`. It is searched only for the first few wrong names.
    pub(super) fn nearest<'n>(
        &self,
        wrong: &str,
        names: impl Iterator<Item = &'n str>,
    ) -> Option<&'n str> {
        self.suggestions.set(self.suggestions.get().checked_sub(1)?);
        suggest::nearest(wrong, names)
    }

    /// Counts the bytes of a constant that is copied; `false` if they are more than may be copied.
    pub(super) fn may_copy(&self, bytes: usize) -> bool {
        let left = self.copies.get().checked_sub(bytes);
        self.copies.set(left.unwrap_or(0));
        left.is_some()
    }

    /// A type in words, shortened if it is deeply nested.
    pub(super) fn describe(&self, ty: TypeId) -> String {
        self.describe_to(ty, 3)
    }

    fn describe_to(&self, ty: TypeId, depth: usize) -> String {
        if depth == 0 {
            return "...".to_owned();
        }
        let inner = |ty| self.describe_to(ty, depth - 1);
        match self.types.underlying(ty) {
            Underlying::Bool => "bool".to_owned(),
            Underlying::I8 => "i8".to_owned(),
            Underlying::I16 => "i16".to_owned(),
            Underlying::I32 => "i32".to_owned(),
            Underlying::I64 => "i64".to_owned(),
            Underlying::Double => "double".to_owned(),
            Underlying::String => "string".to_owned(),
            Underlying::Binary => "binary".to_owned(),
            Underlying::Uuid => "uuid".to_owned(),
            Underlying::List(element) => format!("list<{}>", inner(element)),
            Underlying::Set(element) => format!("set<{}>", inner(element)),
            Underlying::Map(key, value) => format!("map<{}, {}>", inner(key), inner(value)),
            Underlying::Enum(id) | Underlying::Struct(id) => self.name_of(id).to_owned(),
        }
    }
}

fn base_type(base: ast::Base) -> (Type, Underlying) {
    match base {
        ast::Base::Bool => (Type::Bool, Underlying::Bool),
        ast::Base::I8 => (Type::I8, Underlying::I8),
        ast::Base::I16 => (Type::I16, Underlying::I16),
        ast::Base::I32 => (Type::I32, Underlying::I32),
        ast::Base::I64 => (Type::I64, Underlying::I64),
        ast::Base::Double => (Type::Double, Underlying::Double),
        ast::Base::String => (Type::String, Underlying::String),
        ast::Base::Binary => (Type::Binary, Underlying::Binary),
        ast::Base::Uuid => (Type::Uuid, Underlying::Uuid),
    }
}

/// The notes on a type, and on the types inside it.
pub(super) fn type_notes(unit: &Unit, ty: &ast::Type) -> model::TypeNotes {
    let mut inside = match &ty.kind {
        ast::TypeKind::Base(_) | ast::TypeKind::Named(_) => Vec::new(),
        ast::TypeKind::List(element) | ast::TypeKind::Set(element) => {
            vec![type_notes(unit, element)]
        }
        ast::TypeKind::Map(key, value) => vec![type_notes(unit, key), type_notes(unit, value)],
    };
    if inside.iter().all(model::TypeNotes::is_empty) {
        inside = Vec::new();
    }
    model::TypeNotes {
        annotations: ty.annotations.iter().map(|written| unit.annotation(written)).collect(),
        cpp_type: ty.cpp_type.clone(),
        inside,
    }
}
