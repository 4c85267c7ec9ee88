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
pub(super) enum Shape {
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
    shapes: Vec<Shape>,
    depths: Vec<usize>,
    sizes: Vec<usize>,
    numbers: HashMap<Shape, TypeId>,
}

impl Types {
    pub(super) fn intern(&mut self, shape: Shape) -> TypeId {
        if let Some(&known) = self.numbers.get(&shape) {
            return known;
        }
        let number = TypeId(self.shapes.len());
        let depth = match shape {
            Shape::List(element) | Shape::Set(element) => self.depth(element) + 1,
            Shape::Map(key, value) => self.depth(key).max(self.depth(value)) + 1,
            _ => 1,
        };
        let size = match shape {
            Shape::List(element) | Shape::Set(element) => self.size(element).saturating_add(1),
            Shape::Map(key, value) => {
                self.size(key).saturating_add(self.size(value)).saturating_add(1)
            }
            _ => 1,
        };
        self.shapes.push(shape);
        self.depths.push(depth);
        self.sizes.push(size);
        self.numbers.insert(shape, number);
        number
    }

    pub(super) fn shape(&self, ty: TypeId) -> Shape {
        self.shapes[ty.0]
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
