//! Services and methods of an IDL that was loaded at run time.

use std::{collections::HashSet, error::Error as StdError, fmt, sync::Arc};

use thrift_idl::{model::Requiredness, suggest};

use super::{
    DynamicClient, DynamicProcessor, Fields, Idl, Mismatch, StructType, StructValue, UnknownItem,
    Value,
    schema::{Field, Function, Schema, Service, Shape, Structure},
};
use crate::{
    call::{Method, missing_result},
    error::{Error, escaped},
};

/// A service of an [`Idl`].
#[derive(Clone)]
pub struct ServiceType {
    schema: Arc<Schema>,
    at: u32,
}

/// A method of a service.
#[derive(Clone)]
pub struct MethodType {
    schema: Arc<Schema>,
    service: u32,
    at: u32,
}

impl ServiceType {
    pub(super) fn new(schema: &Arc<Schema>, at: u32) -> Self {
        ServiceType { schema: Arc::clone(schema), at }
    }

    /// Its name in the IDL.
    pub fn name(&self) -> &str {
        self.service().map_or("", |of| &of.name)
    }

    /// The IDL that it is of.
    pub fn idl(&self) -> Idl {
        Idl(Arc::clone(&self.schema))
    }

    /// Its methods, and those that it inherits; of two with one name, its own.
    pub fn methods(&self) -> impl Iterator<Item = MethodType> {
        let mut seen = HashSet::new();
        let all = self.schema.lineage(self.at).flat_map(|(service, of)| {
            of.methods.iter().zip(0..).map(move |(function, at)| (service, at, function))
        });
        all.filter(move |(_, _, function)| seen.insert(function.method.name()))
            .map(|(service, at, _)| self.method_of(service, at))
    }

    /// The method that is called so.
    ///
    /// # Errors
    ///
    /// If there is none.
    pub fn method(&self, name: &str) -> Result<MethodType, UnknownItem> {
        self.find(name).ok_or_else(|| self.no_method(name))
    }

    /// A client that calls it through `channel`: an async one, or a blocking one.
    pub fn client<C>(&self, channel: C) -> DynamicClient<C> {
        DynamicClient::new(self.clone(), channel)
    }

    /// A processor that answers calls with what a function makes of method and arguments.
    ///
    /// ```
    /// use thrift_runtime::dynamic::{self, CallError, Invocation, Value};
    ///
    /// let idl = dynamic::parse("service Calculator { i32 add(1: i32 a, 2: i32 b) }")?;
    /// let processor = idl.service("Calculator")?.processor(async |call: Invocation| {
    ///     let number = |name| call.arguments().get(name).and_then(Value::as_i64).unwrap_or(0);
    ///     match call.method().name() {
    ///         "add" => Ok::<_, CallError>(Value::from(number("a") + number("b"))),
    ///         _ => Ok(Value::Null),
    ///     }
    /// });
    /// # let _ = processor;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn processor<H>(&self, handler: H) -> DynamicProcessor<H> {
        DynamicProcessor::new(self.clone(), handler)
    }

    pub(super) fn find(&self, name: &str) -> Option<MethodType> {
        let mut lineage = self.schema.lineage(self.at);
        lineage.find_map(|(service, of)| Some(self.method_of(service, of.position(name)?)))
    }

    pub(super) fn predefined(&self, name: &[u8]) -> Option<&Method> {
        let name = str::from_utf8(name).ok()?;
        let mut lineage = self.schema.lineage(self.at);
        let function = lineage.find_map(|(_, of)| of.methods.get(of.position(name)? as usize))?;
        Some(&function.method)
    }

    #[cold]
    fn no_method(&self, name: &str) -> UnknownItem {
        let names = self.schema.lineage(self.at).flat_map(|(_, of)| &of.methods);
        let near = suggest::nearest(name, names.map(|function| function.method.name()));
        let meant = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
        UnknownItem(format!("`{}` has no method `{}`{meant}", self.name(), escaped(name)))
    }

    fn service(&self) -> Option<&Service> {
        self.schema.services.get(self.at as usize)
    }

    fn method_of(&self, service: u32, at: u32) -> MethodType {
        MethodType { schema: Arc::clone(&self.schema), service, at }
    }
}

impl fmt::Debug for ServiceType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl MethodType {
    /// Its name, as on the wire.
    pub fn name(&self) -> &str {
        self.method().map_or("", Method::name)
    }

    /// The service that declares it.
    pub fn service(&self) -> &str {
        self.method().and_then(Method::service).unwrap_or_default()
    }

    /// Whether it is the same method of the same service.
    pub fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.schema, &other.schema)
            && (self.service, self.at) == (other.service, other.at)
    }

    /// Whether it is never answered.
    pub fn is_oneway(&self) -> bool {
        self.method().is_some_and(Method::is_oneway)
    }

    /// The struct of its arguments.
    pub fn arguments(&self) -> StructType {
        StructType::new(&self.schema, self.function().map_or(u32::MAX, |of| of.arguments))
    }

    /// The struct of its result: what it returns is the field `success`, and the other fields are the
    /// exceptions that it declares.
    pub fn result(&self) -> StructType {
        StructType::new(&self.schema, self.function().map_or(u32::MAX, |of| of.result))
    }

    /// Makes arguments of fields.
    ///
    /// # Errors
    ///
    /// If one has another type, is not an argument, or is missing. [`Value::Null`] leaves an argument
    /// out.
    pub fn arguments_of(&self, fields: Fields) -> Result<StructValue, Mismatch> {
        let mut arguments = StructValue::empty(self.arguments());
        let mut given = Vec::with_capacity(fields.0.len());
        let of = arguments.ty().clone();
        let position = |name: &str| of.structure().and_then(|of| of.position(name));
        for (name, value) in fields.0 {
            given.extend(position(&name));
            arguments.set(&name, value)?;
        }
        if let Some(of) = of.structure() {
            given_all(of, &given)?;
        }
        arguments.complete()?;
        Ok(arguments)
    }

    pub(super) fn method(&self) -> Option<&Method> {
        self.function().map(|of| &of.method)
    }

    fn function(&self) -> Option<&Function> {
        self.schema.services.get(self.service as usize)?.methods.get(self.at as usize)
    }

    /// What a result struct holds.
    pub(super) fn returned(&self, mut result: StructValue) -> Result<Value, CallError> {
        let returns = self.function().is_some_and(|of| of.returns);
        let Some((at, value)) = result.0.take_first() else {
            return match returns {
                true => Err(missing_result(self.name()).into()),
                false => Ok(Value::Null),
            };
        };
        let of = result.ty().structure();
        match (of.and_then(|of| of.field(at)), value) {
            (Some(field), Value::Struct(value)) if field.id != 0 => {
                Err(CallError::Declared { name: field.name.to_string(), value: value.into() })
            }
            (_, value) => Ok(value),
        }
    }

    /// The result struct for what a handler returned.
    pub(super) fn result_of(
        &self,
        returned: Result<Value, CallError>,
    ) -> Result<StructValue, Error> {
        let mut result = StructValue::empty(self.result());
        let returns = self.function().is_some_and(|of| of.returns);
        match returned {
            Ok(value) if returns && !value.is_null() => result.set("success", value)?,
            Ok(_) if returns => return Err(missing_result(self.name())),
            Ok(_) => {}
            Err(CallError::Declared { name, value }) => {
                let name = self.declared(&name, result.ty()).unwrap_or(name);
                result.set(&name, value)?;
            }
            Err(CallError::Other(error)) => return Err(error),
        }
        Ok(result)
    }

    /// The name of the exception in `throws`, if its type was named.
    fn declared(&self, name: &str, result: &StructType) -> Option<String> {
        let of = result.structure()?;
        let is = |field: &&Field| match &field.shape {
            Shape::Struct(at) => {
                field.id != 0 && self.schema.structure(*at).is_some_and(|of| &*of.name == name)
            }
            _ => false,
        };
        match of.position(name) {
            Some(_) => None,
            None => of.fields.iter().find(is).map(|field| field.name.to_string()),
        }
    }
}

/// Checks that no argument was forgotten. `given` has the places of those that were named.
pub(super) fn given_all(of: &Structure, given: &[u16]) -> Result<(), Mismatch> {
    let forgotten = of.fields.iter().zip(0..=u16::MAX).find(|(field, at)| {
        field.default.is_none()
            && field.requiredness != Requiredness::Optional
            && !given.contains(at)
    });
    match forgotten {
        Some((field, _)) => Err(Mismatch::new("the argument is missing (`null` leaves it out)")
            .in_field(&of.name, &field.name)),
        None => Ok(()),
    }
}

impl fmt::Debug for MethodType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.service(), self.name())
    }
}

/// What a call fails with: an exception that the method declares, or anything else.
#[derive(Debug)]
#[non_exhaustive]
pub enum CallError {
    /// An exception that the method declares.
    Declared {
        /// Its name in `throws`. A handler may give the name of its type instead.
        name: String,
        /// The exception.
        value: Value,
    },
    /// Anything else: the connection, the peer, or the handler of its own accord.
    Other(Error),
}

impl CallError {
    /// An exception that a handler's method declares, by its name in `throws` or that of its type.
    ///
    /// ```
    /// use thrift_runtime::{args, dynamic::CallError};
    ///
    /// let error = CallError::declared("NotFound", args! { message: "no such book" });
    /// assert!(matches!(error, CallError::Declared { .. }));
    /// ```
    pub fn declared(name: impl Into<String>, value: impl Into<Value>) -> Self {
        CallError::Declared { name: name.into(), value: value.into() }
    }
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CallError::Declared { name: _, value } => {
                write!(f, "{}", escaped(&format!("{value:?}")))
            }
            CallError::Other(error) => error.fmt(f),
        }
    }
}

impl StdError for CallError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            CallError::Declared { .. } => None,
            CallError::Other(error) => error.source(),
        }
    }
}

impl From<Error> for CallError {
    fn from(error: Error) -> Self {
        CallError::Other(error)
    }
}

impl From<Mismatch> for CallError {
    fn from(mismatch: Mismatch) -> Self {
        CallError::Other(mismatch.into())
    }
}

impl From<UnknownItem> for CallError {
    fn from(unknown: UnknownItem) -> Self {
        let kind = crate::error::ErrorKind::Unsupported;
        CallError::Other(Error::new(kind, unknown.to_string()))
    }
}
