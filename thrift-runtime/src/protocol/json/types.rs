//! The JSON protocol's names of types.

use crate::{
    error::{Error, Result, escaped},
    protocol::TType,
};

/// The name of a type in headers.
pub(super) const fn name(ty: TType) -> &'static str {
    match ty {
        // An empty container whose element type is unknown, so that any name will do.
        TType::Stop => "tf",
        TType::Bool => "tf",
        TType::I8 => "i8",
        TType::I16 => "i16",
        TType::I32 => "i32",
        TType::I64 => "i64",
        TType::Double => "dbl",
        TType::String => "str",
        TType::Struct => "rec",
        TType::List => "lst",
        TType::Set => "set",
        TType::Map => "map",
        TType::Uuid => "uid",
    }
}

/// The type of a name.
pub(super) fn ttype(name: &[u8]) -> Result<TType> {
    Ok(match name {
        b"tf" => TType::Bool,
        b"i8" => TType::I8,
        b"i16" => TType::I16,
        b"i32" => TType::I32,
        b"i64" => TType::I64,
        b"dbl" => TType::Double,
        b"str" => TType::String,
        b"rec" => TType::Struct,
        b"lst" => TType::List,
        b"set" => TType::Set,
        b"map" => TType::Map,
        b"uid" => TType::Uuid,
        _ => {
            let name = escaped(name).up_to(16);
            return Err(Error::malformed(format!("type name \"{name}\" is unknown")));
        }
    })
}
