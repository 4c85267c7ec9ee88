//! A server of a service whose IDL was loaded at run time.

use std::{future::Future, pin::pin};

use super::{CallError, MethodType, ServiceType, StructValue, Value};
use crate::{
    call::{Call, Context, Guarded, Method, Outcome, Processed, Processor},
    error::{Error, Result},
    protocol::Protocol,
};

/// Answers calls of a service: what [`ServiceType::processor`] makes.
///
/// Every server, transport and middleware takes it. Calls of methods that the service does not have
/// are refused as unknown, or handed to another processor by [`or`](DynamicProcessor::or).
#[derive(Debug)]
pub struct DynamicProcessor<H, N = UnknownMethods> {
    service: ServiceType,
    handler: H,
    next: N,
}

/// What answers the calls that arrive: a function of an [`Invocation`], as a closure.
pub trait DynamicHandler: Send + Sync {
    /// Answers a call with what the method returns, or [`Value::Null`] if that is nothing.
    ///
    /// # Errors
    ///
    /// With an exception that the method declares, or any other error.
    fn call(&self, invocation: Invocation)
    -> impl Future<Output = Result<Value, CallError>> + Send;
}

impl<F, A> DynamicHandler for F
where
    F: Fn(Invocation) -> A + Send + Sync,
    A: Future<Output = Result<Value, CallError>> + Send,
{
    fn call(
        &self,
        invocation: Invocation,
    ) -> impl Future<Output = Result<Value, CallError>> + Send {
        self(invocation)
    }
}

/// A call that a handler answers.
#[derive(Debug)]
pub struct Invocation {
    method: MethodType,
    arguments: StructValue,
    context: Context,
}

impl Invocation {
    /// The method that is called.
    pub fn method(&self) -> &MethodType {
        &self.method
    }

    /// The arguments.
    pub fn arguments(&self) -> &StructValue {
        &self.arguments
    }

    /// The arguments, to be kept or handed on.
    pub fn into_arguments(self) -> StructValue {
        self.arguments
    }

    /// What else is known of the call: peer, headers, deadline.
    pub fn context(&self) -> &Context {
        &self.context
    }
}

/// A processor without methods.
#[derive(Debug, Clone, Copy, Default)]
pub struct UnknownMethods;

impl Processor for UnknownMethods {
    async fn process<P: Protocol>(&self, mut call: Call<'_, P>) -> Processed {
        call.unknown_method()
    }
}

impl<H> DynamicProcessor<H> {
    pub(super) fn new(service: ServiceType, handler: H) -> Self {
        DynamicProcessor { service, handler, next: UnknownMethods }
    }

    /// Hands the methods that the service does not have to another processor.
    pub fn or<N: Processor>(self, next: N) -> DynamicProcessor<H, N> {
        DynamicProcessor { service: self.service, handler: self.handler, next }
    }
}

impl<H: DynamicHandler, N: Processor> DynamicProcessor<H, N> {
    async fn answer<P: Protocol>(&self, method: MethodType, call: &mut Call<'_, P>) -> Processed {
        if method.is_oneway() {
            call.set_oneway();
        }
        let of = method.arguments();
        let arguments = {
            let mut reading = of.reading();
            match call.read(&mut reading) {
                Ok(()) => reading.finish(&of),
                Err(refused) => return refused,
            }
        };
        let invocation = Invocation { method: method.clone(), arguments, context: call.context() };
        let returned = match self.handler.call(invocation).await {
            Err(CallError::Other(error)) => return call.failed(&error),
            returned => returned,
        };
        let result = method.result_of(returned).and_then(|result| {
            result.check()?;
            Ok(result)
        });
        let written = result.and_then(|result| reply(call, &result));
        written.unwrap_or_else(|error| call.unwritten(&error))
    }
}

fn reply<P: Protocol>(call: &mut Call<'_, P>, result: &StructValue) -> Result<Processed, Error> {
    call.reply_with(&result.writing(), outcome(result))
}

/// What a result is: a value, or a declared exception.
fn outcome(result: &StructValue) -> Outcome {
    let field = result.0.iter().next().and_then(|(at, _)| result.ty().structure()?.field(at));
    match field {
        Some(field) if field.id != 0 => Outcome::Declared { id: field.id, name: "" },
        _ => Outcome::Returned,
    }
}

impl<H: DynamicHandler + 'static, N: Processor + 'static> Processor for DynamicProcessor<H, N> {
    async fn process<P: Protocol>(&self, mut call: Call<'_, P>) -> Processed {
        let name = str::from_utf8(call.method()).ok();
        let Some(method) = name.and_then(|name| self.service.find(name)) else {
            return self.next.process(call).await;
        };
        let answered = Guarded(pin!(self.answer(method, &mut call))).await;
        answered.unwrap_or_else(|| call.panicked())
    }

    fn method(&self, name: &[u8]) -> Option<&Method> {
        self.service.predefined(name).or_else(|| self.next.method(name))
    }
}
