//! The types of values, typedefs resolved.

use std::sync::Arc;

use thrift_idl::model::{self, Item, Program};

use super::{Enumeration, Kind, Schema};
use crate::protocol::TType;

/// The type of a value.
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
    List(Box<Shape>),
    Set(Box<Shape>),
    Map(Box<(Shape, Shape)>),
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

impl Schema {
    /// The shape of a type, typedefs resolved. A type is a tree of a bounded depth.
    pub(in crate::dynamic) fn shape(&self, program: &Program, ty: &model::Type) -> Shape {
        let mut ty = ty;
        // An alias of an alias is as deep as the first.
        while let model::Type::Named(id) = ty
            && let Item::Typedef(typedef) = program.item(*id)
        {
            ty = &typedef.ty;
        }
        let boxed = |ty| Box::new(self.shape(program, ty));
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
            model::Type::List(element) => Shape::List(boxed(element)),
            model::Type::Set(element) => Shape::Set(boxed(element)),
            model::Type::Map(key, value) => {
                Shape::Map(Box::new((self.shape(program, key), self.shape(program, value))))
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
