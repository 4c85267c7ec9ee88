//! Defaults that are expressions of Rust, as values of an IDL.

use thrift_idl::model::{Field, Item, ItemId, Program, Type, Value};

use crate::{
    protocol::{BinaryProtocol, Protocol as _},
    value::{Any, AnyStruct},
};

/// A default that is yet to be made.
pub(super) struct Made {
    pub(super) site: Site,
    pub(super) make: fn() -> Vec<u8>,
}

/// What it is the default of, by indexes.
pub(super) enum Site {
    Field { of: ItemId, field: usize },
    Argument { of: ItemId, function: usize, field: usize },
}

/// Makes defaults. Where the IDL has no words for one, such as a number that an enum does not name,
/// there is none.
pub(super) fn fill(program: &mut Program, made: Vec<Made>) {
    for Made { site, make } in made {
        let decoded: Option<AnyStruct> = BinaryProtocol::STRICT.decode(make().as_slice()).ok();
        let any = decoded.and_then(|AnyStruct(fields)| Some(fields.into_iter().next()?.1));
        let ty = field(program, &site).map(|field| field.ty.clone());
        let value = any.zip(ty).and_then(|(any, ty)| value(program, &any, &ty));
        if let Some(field) = field(program, &site) {
            field.default = value;
        }
    }
}

fn field<'a>(program: &'a mut Program, site: &Site) -> Option<&'a mut Field> {
    let (Site::Field { of, .. } | Site::Argument { of, .. }) = site;
    let item = program.modules.get_mut(of.module)?.items.get_mut(of.item)?;
    match (item, site) {
        (Item::Struct(of), Site::Field { field, .. }) => of.fields.get_mut(*field),
        (Item::Service(of), Site::Argument { function, field, .. }) => {
            of.functions.get_mut(*function)?.args.get_mut(*field)
        }
        _ => None,
    }
}

fn value(program: &Program, any: &Any, ty: &Type) -> Option<Value> {
    let values = |of: &[Any], ty: &Type| {
        of.iter().map(|any| value(program, any, ty)).collect::<Option<Vec<_>>>()
    };
    Some(match (ty, any) {
        (Type::Named(id), any) => match (program.get(*id)?, any) {
            (Item::Typedef(typedef), any) => return value(program, any, &typedef.ty),
            (Item::Enum(of), Any::I32(number)) => {
                let member = of.members.iter().position(|member| member.value == *number)?;
                Value::Member { of: *id, member }
            }
            (Item::Struct(of), Any::Struct(AnyStruct(set))) => {
                let set = set.iter().map(|(id, any)| {
                    let at = of.fields.iter().position(|field| field.id == *id)?;
                    Some((at, value(program, any, &of.fields[at].ty)?))
                });
                Value::Struct { of: *id, fields: set.collect::<Option<_>>()? }
            }
            _ => return None,
        },
        (_, Any::Bool(value)) => Value::Bool(*value),
        (_, Any::I8(value)) => Value::Int((*value).into()),
        (_, Any::I16(value)) => Value::Int((*value).into()),
        (_, Any::I32(value)) => Value::Int((*value).into()),
        (_, Any::I64(value)) => Value::Int(*value),
        // The IDL has no words for what is no number.
        (_, Any::Double(value)) if value.is_nan() => return None,
        (_, Any::Double(value)) => Value::Double(value.0),
        (Type::Binary, Any::String(bytes)) => Value::Binary(bytes.to_vec()),
        (_, Any::String(bytes)) => Value::String(String::from_utf8(bytes.to_vec()).ok()?),
        (_, Any::Uuid(value)) => Value::Uuid(value.into_bytes()),
        (Type::List(element), Any::List(_, of)) => Value::List(values(of, element)?),
        (Type::Set(element), Any::Set(_, of)) => Value::Set(values(of, element)?),
        (Type::Map(key, of), Any::Map(_, _, pairs)) => {
            let pairs =
                pairs.iter().map(|(k, v)| Some((value(program, k, key)?, value(program, v, of)?)));
            Value::Map(pairs.collect::<Option<_>>()?)
        }
        _ => return None,
    })
}
