//! Services of an IDL that was loaded at run time.

use std::{collections::HashSet, fmt, sync::Arc};

use thrift_idl::suggest;

use super::{
    DynamicClient, DynamicProcessor, Idl, MethodType, UnknownItem,
    schema::{Schema, Service},
};
use crate::{call::Method, error::escaped};

/// A service of an [`Idl`].
#[derive(Clone)]
pub struct ServiceType {
    schema: Arc<Schema>,
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

    /// The method of this name.
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
        MethodType::new(&self.schema, service, at)
    }
}

impl fmt::Debug for ServiceType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
