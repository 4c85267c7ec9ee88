//! A client of a service whose IDL was loaded at run time.

use super::{CallError, Fields, MethodType, ServiceType, StructValue, Value};
#[cfg(feature = "blocking")]
use crate::blocking::BlockingChannel;
use crate::{
    call::{Channel, Request, Response},
    protocol::Protocol,
};

/// Calls a service through a channel: what [`ServiceType::client`] makes.
///
/// It works over any [`Channel`](crate::Channel), middleware included, and, for programs without an
/// async runtime, over any `BlockingChannel`.
#[derive(Debug, Clone)]
pub struct DynamicClient<C> {
    service: ServiceType,
    channel: C,
}

/// The arguments of a call: fields by name, or a struct that is there already.
pub enum CallArguments {
    /// Fields, which have to be all arguments.
    Fields(Fields),
    /// The value of [`MethodType::arguments`].
    Struct(StructValue),
}

impl From<Fields> for CallArguments {
    fn from(fields: Fields) -> Self {
        CallArguments::Fields(fields)
    }
}

impl From<StructValue> for CallArguments {
    fn from(value: StructValue) -> Self {
        CallArguments::Struct(value)
    }
}

impl CallArguments {
    fn of(self, method: &MethodType) -> Result<StructValue, CallError> {
        let arguments = match self {
            CallArguments::Fields(fields) => method.arguments_of(fields)?,
            CallArguments::Struct(value) => value.into_type(&method.arguments())?,
        };
        arguments.check()?;
        Ok(arguments)
    }
}

impl<C> DynamicClient<C> {
    pub(super) fn new(service: ServiceType, channel: C) -> Self {
        DynamicClient { service, channel }
    }

    /// The service that it calls.
    pub fn service(&self) -> &ServiceType {
        &self.service
    }

    /// The channel that it calls through.
    pub fn channel(&self) -> &C {
        &self.channel
    }
}

impl<C: Channel> DynamicClient<C> {
    /// Calls the method of this name, and returns its result: [`Value::Null`] if it is void.
    ///
    /// # Errors
    ///
    /// If the service has no such method, the arguments do not fit, or the call fails.
    pub async fn call(
        &self,
        method: &str,
        arguments: impl Into<CallArguments>,
    ) -> Result<Value, CallError> {
        let method = self.service.method(method)?;
        let arguments = arguments.into().of(&method)?;
        let Some(called) = method.method() else { return Ok(Value::Null) };
        let writing = arguments.writing();
        let response = self.channel.send(Request::new(called, &writing)).await?;
        returned(&method, &response)
    }
}

#[cfg(feature = "blocking")]
impl<C: BlockingChannel> DynamicClient<C> {
    /// As [`call`](DynamicClient::call), in this thread.
    ///
    /// # Errors
    ///
    /// As of [`call`](DynamicClient::call).
    pub fn call_blocking(
        &self,
        method: &str,
        arguments: impl Into<CallArguments>,
    ) -> Result<Value, CallError> {
        let method = self.service.method(method)?;
        let arguments = arguments.into().of(&method)?;
        let Some(called) = method.method() else { return Ok(Value::Null) };
        let writing = arguments.writing();
        let response = self.channel.send(Request::new(called, &writing))?;
        returned(&method, &response)
    }
}

fn returned<P: Protocol>(method: &MethodType, response: &Response<P>) -> Result<Value, CallError> {
    if method.is_oneway() {
        return Ok(Value::Null);
    }
    let of = method.result();
    let mut reading = of.reading();
    response.read_into(&mut reading)?;
    method.returned(reading.finish(&of))
}
