//! The types of values, typedefs resolved.

use std::{collections::HashMap, sync::Arc};

use thrift_idl::model::{self, Item, ItemId, Program};

use super::{Enumeration, Kind, Schema};
use crate::protocol::TType;

/// The type of a value. Clones share what it consists of.
#[derive(Debug, Clone)]
pub(in crate::dynamic) enum Shape {
    Bool,
    I8,
    I16,
    I32,
    I64,
    Double,
    String,
    Binary,
    Uuid,
    List(Arc<Shape>),
    Set(Arc<Shape>),
    Map(Arc<(Shape, Shape)>),
    Enum(Arc<Enumeration>),
    /// By its place in [`Schema::structs`].
    Struct(u32),
}

impl Shape {
    pub(in crate::dynamic) fn ty(&self) -> TType {
        match self {
            Shape::Bool => TType::Bool,
            Shape::I8 => TType::I8,
            Shape::I16 => TType::I16,
            Shape::I32 | Shape::Enum(_) => TType::I32,
            Shape::I64 => TType::I64,
            Shape::Double => TType::Double,
            Shape::String | Shape::Binary => TType::String,
            Shape::Uuid => TType::Uuid,
            Shape::List(_) => TType::List,
            Shape::Set(_) => TType::Set,
            Shape::Map(_) => TType::Map,
            Shape::Struct(_) => TType::Struct,
        }
    }

    /// The type in words, as the IDL would spell it.
    pub(in crate::dynamic) fn describe(&self, schema: &Schema) -> String {
        match self {
            Shape::Bool => "bool".to_owned(),
            Shape::I8 => "i8".to_owned(),
            Shape::I16 => "i16".to_owned(),
            Shape::I32 => "i32".to_owned(),
            Shape::I64 => "i64".to_owned(),
            Shape::Double => "double".to_owned(),
            Shape::String => "string".to_owned(),
            Shape::Binary => "binary".to_owned(),
            Shape::Uuid => "uuid".to_owned(),
            Shape::List(element) => format!("list<{}>", element.describe(schema)),
            Shape::Set(element) => format!("set<{}>", element.describe(schema)),
            Shape::Map(pair) => {
                format!("map<{}, {}>", pair.0.describe(schema), pair.1.describe(schema))
            }
            Shape::Enum(of) => of.name.to_string(),
            Shape::Struct(at) => {
                schema.structure(*at).map_or_else(String::new, |of| of.name.to_string())
            }
        }
    }
}

/// The shapes of typedefs that were met, which all that have such a type share: a few typedefs make a
/// type of a thousand parts, and a field with it is a few bytes of IDL.
pub(in crate::dynamic) type Typedefs = HashMap<ItemId, Shape>;

impl Schema {
    /// The shape of a type, typedefs resolved. A type is a tree of a bounded depth.
    pub(in crate::dynamic) fn shape(
        &self,
        program: &Program,
        ty: &model::Type,
        met: &mut Typedefs,
    ) -> Shape {
        let mut ty = ty;
        let mut aliases = Vec::new();
        // An alias of an alias is as deep as the first.
        let shape = loop {
            let model::Type::Named(id) = ty else { break self.resolved(program, ty, met) };
            let Item::Typedef(typedef) = program.item(*id) else {
                break self.resolved(program, ty, met);
            };
            if let Some(shape) = met.get(id) {
                break shape.clone();
            }
            aliases.push(*id);
            ty = &typedef.ty;
        };
        met.extend(aliases.into_iter().map(|id| (id, shape.clone())));
        shape
    }

    /// The shape of a type that is no typedef.
    fn resolved(&self, program: &Program, ty: &model::Type, met: &mut Typedefs) -> Shape {
        match ty {
            model::Type::Bool => Shape::Bool,
            model::Type::I8 => Shape::I8,
            model::Type::I16 => Shape::I16,
            model::Type::I32 => Shape::I32,
            model::Type::I64 => Shape::I64,
            model::Type::Double => Shape::Double,
            model::Type::String => Shape::String,
            model::Type::Binary => Shape::Binary,
            model::Type::Uuid => Shape::Uuid,
            model::Type::List(element) => Shape::List(Arc::new(self.shape(program, element, met))),
            model::Type::Set(element) => Shape::Set(Arc::new(self.shape(program, element, met))),
            model::Type::Map(key, value) => {
                let key = self.shape(program, key, met);
                Shape::Map(Arc::new((key, self.shape(program, value, met))))
            }
            model::Type::Named(id) => match self.kind(*id) {
                Kind::Struct(at) => Shape::Struct(at),
                Kind::Enum(at) => match self.enums.get(at as usize) {
                    Some(of) => Shape::Enum(Arc::clone(of)),
                    None => Shape::I32,
                },
                // Nothing else is a type.
                Kind::Service(_) | Kind::Other => Shape::I32,
            },
        }
    }
}
