//! Values as the IDL spells them: fields by their names, enums by their members, for formats that
//! people and other programs read.
//!
//! `serde: idl` among the options of `thrift!`, or `#[thrift(serde)]` on a type that derives its wire
//! form, implements serde's traits by this module. Its functions do the same for a field of another
//! type, with `#[serde(with = "thrift_runtime::idl")]`.
//!
//! | Thrift | in JSON |
//! | --- | --- |
//! | struct, exception | an object with the IDL's names of the fields that are set |
//! | union | an object with the one member that is set |
//! | enum | the member's name, or the number of one without a name; both are read |
//! | `binary` | in Base64; bytes in formats that have them and are not for people |
//! | `uuid` | its usual form with hyphens; 16 bytes in such formats |
//! | `double` | a number; `"NaN"`, `"Infinity"` and `"-Infinity"` |
//! | map | an object; a list of pairs if its keys are neither texts nor numbers |
//!
//! What is read may lack fields that are not `required`, or have null in their place, and have others
//! that the IDL does not know. A number may be in quotes, as it is where it is a key. The format has to
//! say what its values are, as JSON, YAML, TOML and CBOR do.
//!
//! [`simple_json`] writes what Apache's `TSimpleJSONProtocol` does.

mod de;
mod read;
mod ser;
mod simple;
mod tree;
mod write;

pub use self::simple::simple_json;
pub use self::{de::deserialize, ser::serialize};
