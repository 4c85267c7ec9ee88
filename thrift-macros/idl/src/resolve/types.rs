//! Types by their form on the wire: two types are the same if their ids are equal.
//!
//! Types are interned, so that comparing them and following typedefs is cheap however deeply they are
//! nested.

use std::collections::HashMap;

use crate::model::ItemId;

/// The id of a type, with typedefs resolved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct TypeId(usize);

/// A type, with typedefs resolved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Underlying {
    Bool,
    I8,
    I16,
    I32,
    I64,
    Double,
    String,
    Binary,
    Uuid,
    List(TypeId),
    Set(TypeId),
    Map(TypeId, TypeId),
    Enum(ItemId),
    Struct(ItemId),
}

#[derive(Debug, Default)]
pub(super) struct Types {
    underlying: Vec<Underlying>,
    depths: Vec<usize>,
    sizes: Vec<usize>,
    numbers: HashMap<Underlying, TypeId>,
}

impl Types {
    pub(super) fn intern(&mut self, ty: Underlying) -> TypeId {
        if let Some(&known) = self.numbers.get(&ty) {
            return known;
        }
        let number = TypeId(self.underlying.len());
        let depth = match ty {
            Underlying::List(element) | Underlying::Set(element) => self.depth(element) + 1,
            Underlying::Map(key, value) => self.depth(key).max(self.depth(value)) + 1,
            _ => 1,
        };
        let size = match ty {
            Underlying::List(element) | Underlying::Set(element) => {
                self.size(element).saturating_add(1)
            }
            Underlying::Map(key, value) => {
                self.size(key).saturating_add(self.size(value)).saturating_add(1)
            }
            _ => 1,
        };
        self.underlying.push(ty);
        self.depths.push(depth);
        self.sizes.push(size);
        self.numbers.insert(ty, number);
        number
    }

    pub(super) fn underlying(&self, ty: TypeId) -> Underlying {
        self.underlying[ty.0]
    }

    /// How many levels a type has, including those behind typedefs.
    pub(super) fn depth(&self, ty: TypeId) -> usize {
        self.depths[ty.0]
    }

    /// How many types a type is composed of, including those behind typedefs. A few typedefs, each of
    /// which uses the one before twice, are enough to make it enormous.
    pub(super) fn size(&self, ty: TypeId) -> usize {
        self.sizes[ty.0]
    }
}
