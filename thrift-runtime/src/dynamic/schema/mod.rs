//! A program of an IDL, made ready for reading and writing values: names by hash, fields by id,
//! typedefs resolved.

mod build;
mod enumeration;
mod shape;

use std::{collections::HashMap, sync::Arc};

use thrift_idl::model::{self, ItemId, Program, Requiredness, StructKind};

pub(super) use self::{enumeration::Enumeration, shape::Shape, shape::Typedefs};
use crate::{call::Method, protocol::TType};

/// All types, constants and services of an IDL. Those of the root file go by their names, and all
/// also by `stem.Name`.
#[derive(Debug)]
pub(super) struct Schema {
    pub(super) program: Program,
    pub(super) structs: Vec<Structure>,
    pub(super) services: Vec<Service>,
    enums: Vec<Arc<Enumeration>>,
    /// What an item is, by module and item.
    kinds: Vec<Vec<Kind>>,
    names: HashMap<String, ItemId>,
    /// The sizes of the constants that are too large to be made.
    pub(super) large_constants: HashMap<ItemId, usize>,
}

/// What an item is, by its place among those of its kind.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    Struct(u32),
    Enum(u32),
    Service(u32),
    Other,
}

/// A struct, union or exception, or the arguments or the result of a method.
#[derive(Debug)]
pub(super) struct Structure {
    pub(super) kind: StructKind,
    pub(super) name: Arc<str>,
    /// In ascending order of ids, as they are written.
    pub(super) fields: Vec<Field>,
    /// Whether a field has a default or is required.
    pub(super) demanding: bool,
    /// How many fields are set at most.
    pub(super) width: usize,
    /// How many bytes an empty value takes.
    pub(super) size: usize,
    /// How many bytes the defaults take.
    pub(super) defaults: usize,
    names: HashMap<Arc<str>, u16>,
}

/// A field.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) id: i16,
    pub(super) name: Arc<str>,
    pub(super) requiredness: Requiredness,
    pub(super) shape: Shape,
    /// The wire type of that.
    pub(super) ty: TType,
    pub(super) default: Option<model::Value>,
    /// How many bytes that takes, besides its place.
    pub(super) default_size: usize,
}

/// A service.
#[derive(Debug)]
pub(super) struct Service {
    pub(super) name: Arc<str>,
    /// The service that it extends.
    parent: Option<u32>,
    /// Its own methods.
    pub(super) methods: Vec<Function>,
    names: HashMap<Arc<str>, u32>,
}

/// A method of a service.
#[derive(Debug)]
pub(super) struct Function {
    pub(super) method: Method,
    /// The structs of its arguments and of its result.
    pub(super) arguments: u32,
    pub(super) result: u32,
    /// Whether field 0 of the result is due.
    pub(super) returns: bool,
}

impl Structure {
    pub(super) fn position(&self, name: &str) -> Option<u16> {
        self.names.get(name).copied()
    }

    /// The field with an id, and its place; `guess` is where it is or what it stands behind if ids
    /// come in order.
    #[inline]
    pub(super) fn by_id(&self, id: i16, guess: u16) -> Option<(u16, &Field)> {
        for at in [guess, guess.saturating_add(1)] {
            if let Some(field) = self.field(at)
                && field.id == id
            {
                return Some((at, field));
            }
        }
        let at = self.fields.binary_search_by_key(&id, |field| field.id).ok()?;
        let at = u16::try_from(at).ok()?;
        Some((at, self.field(at)?))
    }

    pub(super) fn field(&self, at: u16) -> Option<&Field> {
        self.fields.get(usize::from(at))
    }

    pub(super) fn is_union(&self) -> bool {
        self.kind == StructKind::Union
    }
}

impl Service {
    pub(super) fn position(&self, name: &str) -> Option<u32> {
        self.names.get(name).copied()
    }
}

impl Schema {
    pub(super) fn structure(&self, at: u32) -> Option<&Structure> {
        self.structs.get(at as usize)
    }

    pub(super) fn kind(&self, id: ItemId) -> Kind {
        let of_module = self.kinds.get(id.module);
        of_module.and_then(|items| items.get(id.item)).copied().unwrap_or(Kind::Other)
    }

    /// The item that is called so.
    pub(super) fn find(&self, name: &str) -> Option<ItemId> {
        self.names.get(name).copied()
    }

    /// All names by which items can be found, for suggestions.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.keys().map(String::as_str)
    }

    /// The services whose methods a service has: itself, and those that it extends.
    pub(super) fn lineage(&self, service: u32) -> impl Iterator<Item = (u32, &Service)> {
        let of = |at: u32| Some((at, self.services.get(at as usize)?));
        let next = move |(_, service): &(u32, &Service)| of(service.parent?);
        // A service is never its own ancestor: the resolver has seen to that.
        std::iter::successors(of(service), next).take(self.services.len())
    }
}
