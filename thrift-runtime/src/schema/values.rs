//! Values of Rust types as dynamic ones and back, and messages with the names of their fields.

use std::{
    collections::HashMap,
    sync::{LazyLock, Mutex, PoisonError},
};

use thrift_idl::model::ItemId;

use super::{Defined, Definition, definition::Found, program::program};
use crate::{
    dynamic::{Idl, ServiceType, StructType, StructValue, UnknownItem},
    error::{ApplicationException, Error, ErrorKind, Result},
    protocol::{BinaryProtocol, Limits, MessageType, Protocol},
    value::Struct,
};

/// A value as a [dynamic](crate::dynamic) one, whose fields have names: to be shown, changed by name, or
/// written as JSON.
///
/// The type's schema is made ready once. Each value is encoded in memory and decoded again, so that it
/// has what a peer would get; unknown fields that the value has kept are in it, too.
///
/// ```
/// use thrift_runtime::{ThriftStruct, schema};
///
/// #[derive(Debug, Default, PartialEq, ThriftStruct)]
/// #[thrift(schema)]
/// struct Car {
///     #[thrift(id = 1, required)]
///     name: String,
///     #[thrift(id = 2)]
///     doors: Option<i32>,
/// }
///
/// let mut value = schema::to_value(&Car { name: "Ant".into(), doors: None })?;
/// value.set("doors", 4)?;
/// assert_eq!(serde_json::to_string(&value)?, r#"{"name":"Ant","doors":4}"#);
/// let car: Car = schema::from_value(&value)?;
/// assert_eq!(car, Car { name: "Ant".into(), doors: Some(4) });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// If the value cannot be encoded, or exceeds the default [`Limits`] of a decoder.
pub fn to_value<T: Struct + Defined>(value: &T) -> Result<StructValue> {
    let of = structure(&T::DEFINITION)?;
    of.decode(BinaryProtocol::STRICT, &BinaryProtocol::STRICT.encode(value)?)
}

/// A value of a Rust type from a dynamic one of that type, whatever IDL that was made of: fields are
/// known by their ids, so the dynamic value may be an older or a newer version's.
///
/// # Errors
///
/// If a required field is missing, or a value is no value of its Rust type.
pub fn from_value<T: Struct + Defined>(value: &StructValue) -> Result<T> {
    BinaryProtocol::STRICT.decode(&value.encode(BinaryProtocol::STRICT)?)
}

impl Definition {
    /// The type of dynamic values, if this is a struct, union or exception.
    ///
    /// # Errors
    ///
    /// If it is something else.
    pub fn structure(&self) -> Result<StructType, UnknownItem> {
        let (idl, id) = loaded(self);
        id.and_then(|id| idl.structure_of(id))
            .ok_or_else(|| UnknownItem::kind(self.name(), "struct"))
    }

    /// The dynamic service, if this is a service.
    ///
    /// # Errors
    ///
    /// If it is something else.
    pub fn service(&self) -> Result<ServiceType, UnknownItem> {
        let (idl, id) = loaded(self);
        id.and_then(|id| idl.service_of(id))
            .ok_or_else(|| UnknownItem::kind(self.name(), "service"))
    }

    /// Shows bytes with the names of their fields: those of a value, if this is a struct, or else those
    /// of a message of the service, as they are in a frame.
    ///
    /// ```
    /// use thrift_runtime::BinaryProtocol;
    ///
    /// thrift_runtime::thrift! {
    ///     idl: "
    ///         struct Car { 1: string name, 2: i32 doors }
    ///         service Garage { Car find(1: string name) }
    ///     ",
    ///     schema: on,
    /// }
    ///
    /// let call = b"\x80\x01\0\x01\0\0\0\x04find\0\0\0\x07\x0b\0\x01\0\0\0\x03Ant\0";
    /// let reply = b"\x80\x01\0\x02\0\0\0\x04find\0\0\0\x07\x0c\0\0\x0b\0\x01\0\0\0\x03Ant\0\0";
    /// assert_eq!(
    ///     Garage.show(BinaryProtocol::STRICT, call)?,
    ///     r#"call 7: Garage.find { name: "Ant" }"#,
    /// );
    /// assert_eq!(
    ///     Garage.show(BinaryProtocol::STRICT, reply)?,
    ///     r#"reply 7: Garage.find { success: Car { name: "Ant" } }"#,
    /// );
    /// # Ok::<(), thrift_runtime::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the bytes are not such a value or message, or exceed the default [`Limits`].
    pub fn show(&self, protocol: impl Protocol, bytes: &[u8]) -> Result<String> {
        match self.service() {
            Ok(service) => show_message(&service, protocol, bytes),
            Err(_) => Ok(format!("{:?}", structure(self)?.decode(protocol, bytes)?)),
        }
    }
}

fn show_message(service: &ServiceType, protocol: impl Protocol, bytes: &[u8]) -> Result<String> {
    let (header, at) = protocol.read_header(bytes, &Limits::default())?;
    let body = protocol.body(bytes, at);
    let name = header.name.escape_ascii();
    let kind = match header.kind {
        Ok(MessageType::Call) => "call",
        Ok(MessageType::Reply) => "reply",
        Ok(MessageType::Exception) => "exception",
        Ok(MessageType::Oneway) => "oneway",
        Err(number) => return Err(Error::malformed(format!("no message is of type {number}"))),
    };
    let about = format!("{kind} {}", header.seqid);
    if header.kind == Ok(MessageType::Exception) {
        let exception: ApplicationException = protocol.decode(body)?;
        return Ok(format!("{about}: {name}: {exception}"));
    }
    // A call of one of several services has the name of that before its own.
    let own = str::from_utf8(&header.name).ok();
    let own = own.map(|name| name.rsplit_once(':').map_or(name, |(_, name)| name));
    let method = own.and_then(|name| service.method(name).ok());
    let Some(method) = method else {
        return Ok(format!("{about}: {name}, which `{}` does not have", service.name()));
    };
    let of = match header.kind {
        Ok(MessageType::Reply) => method.result(),
        _ => method.arguments(),
    };
    Ok(format!("{about}: {:?}", of.decode(protocol, body)?))
}

fn structure(definition: &Definition) -> Result<StructType> {
    let found = definition.structure();
    found.map_err(|error| Error::new(ErrorKind::Unsupported, error.to_string()))
}

/// What tells programs apart: the file, or the type of Rust.
#[derive(PartialEq, Eq, Hash)]
enum Key {
    File(usize),
    Rust(&'static str),
}

/// The programs that were asked for. They are as many as files and types of this program's code.
static LOADED: LazyLock<Mutex<HashMap<Key, (Idl, ItemId)>>> = LazyLock::new(Mutex::default);

/// The program of a definition, made ready once, and where it is in that.
fn loaded(definition: &Definition) -> (Idl, Option<ItemId>) {
    let (key, item) = match definition.found() {
        Found::Filed(module, item) => (Key::File(std::ptr::from_ref(module).addr()), Some(item)),
        Found::Alone(alone) => (Key::Rust(alone.key), None),
    };
    let at = |id: ItemId| ItemId { item: item.unwrap_or(id.item), ..id };
    let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((idl, id)) = loaded.get(&key) {
        return (idl.clone(), Some(at(*id)));
    }
    let (program, ids) = program(&[*definition]);
    let idl = Idl::new(program);
    let id = ids.first().copied();
    if let Some(id) = id {
        loaded.insert(key, (idl.clone(), id));
    }
    (idl, id)
}
