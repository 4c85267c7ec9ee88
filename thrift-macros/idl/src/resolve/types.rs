//! Types by what they are on the wire: two are the same if their numbers are equal.
//!
//! Interning keeps comparing them, and following typedefs, cheap however they are nested.

use std::collections::HashMap;

use crate::model::ItemId;

/// The number of a type, typedefs resolved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct TypeId(usize);

/// What a type is, typedefs resolved.
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

    /// How many levels a type has, those behind typedefs too.
    pub(super) fn depth(&self, ty: TypeId) -> usize {
        self.depths[ty.0]
    }

    /// How many types a type is made of, those behind typedefs too. A few typedefs, each naming
    /// the one before twice, make it enormous.
    pub(super) fn size(&self, ty: TypeId) -> usize {
        self.sizes[ty.0]
    }
}
