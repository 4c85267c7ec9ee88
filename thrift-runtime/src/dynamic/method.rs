//! Methods of an IDL that was loaded at run time, their arguments and their results.

use std::{fmt, sync::Arc};

use thrift_idl::model::Requiredness;

use super::{
    CallError, Fields, Mismatch, StructType, StructValue, Value,
    defaults::Budget,
    schema::{Field, Function, Schema, Shape, Structure},
};
use crate::{
    call::{Method, missing_result},
    error::Error,
};

/// A method of a service.
#[derive(Clone)]
pub struct MethodType {
    schema: Arc<Schema>,
    service: u32,
    at: u32,
}

impl MethodType {
    pub(super) fn new(schema: &Arc<Schema>, service: u32, at: u32) -> Self {
        MethodType { schema: Arc::clone(schema), service, at }
    }

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
    /// If one has another type, is not an argument, or is missing; or if the defaults of all that is left
    /// out, here and within, take more than 64 MiB. [`Value::Null`] leaves an argument out.
    pub fn arguments_of(&self, fields: Fields) -> Result<StructValue, Mismatch> {
        let mut arguments = StructValue::empty(self.arguments());
        let mut given = Vec::with_capacity(fields.0.len());
        let budget = Budget::new();
        let of = arguments.ty().clone();
        let position = |name: &str| of.structure().and_then(|of| of.position(name));
        for (name, value) in fields.0 {
            given.extend(position(&name));
            arguments.fit(&name, value, &budget)?;
        }
        if let Some(of) = of.structure() {
            given_all(of, &given)?;
        }
        arguments.complete(&budget)?;
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

impl fmt::Debug for MethodType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.service(), self.name())
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
