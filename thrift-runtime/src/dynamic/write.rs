//! Writing values by the types that an IDL gives them, as they are [read](super::read).

use std::convert::Infallible;

use super::{
    StructValue, Value,
    schema::{Schema, Shape},
};
use crate::{
    protocol::TType,
    value::{Encode, EncodeContainer, EncodeStruct, Field, StructWriter, ValueWriter},
};

impl StructValue {
    pub(super) fn writing(&self) -> WriteStruct<'_> {
        WriteStruct(Some(self))
    }
}

/// Makes a type a value of a wire type.
macro_rules! wire {
    ($name:ident, $ty:ident, $method:ident) => {
        impl Encode for $name<'_> {
            const TYPE: TType = TType::$ty;

            fn encode<W: ValueWriter>(&self, w: &mut W) {
                w.$method(self);
            }
        }
    };
}

/// A struct that is written.
#[derive(Default)]
pub(super) struct WriteStruct<'v>(Option<&'v StructValue>);

wire!(WriteStruct, Struct, structure);

impl EncodeStruct for WriteStruct<'_> {
    const NAME: &'static str = "";
    const FIELDS: &'static [Field] = &[];

    fn write<W: StructWriter>(&self, w: &mut W) {
        let Some(value) = self.0 else { return };
        let schema = value.ty().schema();
        let Some(of) = value.ty().structure() else { return };
        let mut unknown = value.0.unknown().iter_to_write();
        let Ok(()) = value.0.each(of, |field, value| {
            unknown.before(field.id, w);
            write_field(w, field.id, value, schema, &field.shape);
            Ok::<(), Infallible>(())
        });
        unknown.rest(w);
    }
}

fn write_field<W: StructWriter>(w: &mut W, id: i16, value: &Value, schema: &Schema, shape: &Shape) {
    match value {
        Value::Null => {}
        Value::Bool(value) => w.field(id, value),
        Value::I8(value) => w.field(id, value),
        Value::I16(value) => w.field(id, value),
        Value::I32(value) => w.field(id, value),
        Value::I64(value) => w.field(id, value),
        Value::Double(value) => w.field(id, value),
        Value::String(value) => w.field(id, value),
        Value::Binary(value) => w.field(id, value),
        Value::Uuid(value) => w.field(id, value),
        Value::Enum(value) => w.field(id, &value.number),
        Value::List(_) => w.field(id, &WriteList(Some((value, schema, shape)))),
        Value::Set(_) => w.field(id, &WriteSet(Some((value, schema, shape)))),
        Value::Map(_) => w.field(id, &WriteMap(Some((value, schema, shape)))),
        Value::Struct(value) => w.field(id, &WriteStruct(Some(value))),
    }
}

macro_rules! write_container {
    ($($name:ident $ty:ident),*) => {$(
        #[derive(Default)]
        struct $name<'v>(Option<(&'v Value, &'v Schema, &'v Shape)>);

        wire!($name, $ty, container);

        impl EncodeContainer for $name<'_> {
            fn write<W: ValueWriter>(&self, w: &mut W) {
                if let Some((value, schema, shape)) = self.0 {
                    write_container(w, value, schema, shape);
                }
            }
        }

    )*};
}

write_container!(WriteList List, WriteSet Set, WriteMap Map);

fn write_value<W: ValueWriter>(w: &mut W, value: &Value, schema: &Schema, shape: &Shape) {
    match value {
        Value::Null => {}
        Value::Bool(value) => w.bool(*value),
        Value::I8(value) => w.i8(*value),
        Value::I16(value) => w.i16(*value),
        Value::I32(value) => w.i32(*value),
        Value::I64(value) => w.i64(*value),
        Value::Double(value) => w.double(*value),
        Value::String(value) => w.string(value),
        Value::Binary(value) => w.bytes(value),
        Value::Uuid(value) => w.uuid(value.as_bytes()),
        Value::Enum(value) => w.i32(value.number),
        Value::List(_) | Value::Set(_) | Value::Map(_) => {
            w.container(&WriteList(Some((value, schema, shape))));
        }
        Value::Struct(value) => w.structure(&WriteStruct(Some(value))),
    }
}

/// Writes a list, set or map.
fn write_container<W: ValueWriter>(w: &mut W, value: &Value, schema: &Schema, shape: &Shape) {
    match (value, shape) {
        (Value::List(elements), Shape::List(element)) => {
            w.list(element.ty(), elements.len());
            write_elements(w, elements, schema, element);
        }
        (Value::Set(elements), Shape::Set(element)) => {
            w.set(element.ty(), elements.len());
            write_elements(w, elements, schema, element);
        }
        (Value::Map(pairs), Shape::Map(pair)) => {
            w.map(pair.0.ty(), pair.1.ty(), pairs.len());
            for (key, value) in pairs {
                if w.has_failed() {
                    break;
                }
                write_value(w, key, schema, &pair.0);
                write_value(w, value, schema, &pair.1);
            }
        }
        _ => return,
    }
    w.end();
}

fn write_elements<W: ValueWriter>(w: &mut W, elements: &[Value], schema: &Schema, shape: &Shape) {
    for element in elements {
        if w.has_failed() {
            return;
        }
        write_value(w, element, schema, shape);
    }
}
