//! A server that tells its own IDL, and who asks it.

mod asked;

use super::{Definition, program::program, text::files};
use crate::{
    call::{Call, Method, OneHandler, Processed, Processor},
    error::Result,
    protocol::Protocol,
};

#[cfg(feature = "blocking")]
pub use self::asked::ask_blocking;
pub use self::asked::{ServedIdl, ask};
use self::thrift::{ServedFile, ServedIdlService, ServedIdlServiceProcessor, ServedInclude};

// Whoever asks has a channel already.
#[allow(dead_code)]
mod thrift {
    crate::thrift! {
        path: "./served.thrift",
        services: [client, server],
    }
}

/// The method that a server answers with its IDL: `getThriftIdl`, without arguments.
///
/// A service must not have a method of this name itself if [`with_idl`] is to tell its IDL.
pub const IDL_METHOD: &str = "getThriftIdl";

/// A processor that tells the IDL of services, and hands all other calls to `inner`: what reflection is
/// to gRPC. It goes around any processor, of any server; who may see the IDL is yours to decide, by
/// middleware around it or by leaving it out.
///
/// It answers the method [`IDL_METHOD`], which [`ask`] calls, and `thrift-rs call --ask`; for other
/// languages, `served.thrift` beside this library's source declares it. With
/// [`Multiplexed`](crate::Multiplexed) within, the method may have the name of any service before its
/// own.
///
/// ```
/// use thrift_runtime::{Processor, schema};
///
/// thrift_runtime::thrift! {
///     idl: "service Calculator { i32 add(1: i32 a, 2: i32 b) }",
///     schema: on,
/// }
///
/// fn telling(calculator: impl Calculator + 'static) -> impl Processor {
///     schema::with_idl([Calculator], CalculatorProcessor::new(calculator))
/// }
/// ```
pub fn with_idl<T: Processor>(
    services: impl IntoIterator<Item = Definition>,
    inner: T,
) -> WithIdl<T> {
    let services: Vec<_> = services.into_iter().collect();
    let (program, _) = program(&services);
    let files = files(program).into_iter().map(|file| ServedFile {
        path: file.path.to_string_lossy().into_owned(),
        text: file.text.into(),
        includes: file.includes.into_iter().map(include).collect(),
    });
    let told = thrift::ServedIdl {
        files: files.collect(),
        services: services.iter().map(|service| service.name().to_owned()).collect(),
    };
    WithIdl { own: ServedIdlServiceProcessor::new(Told(told)), inner }
}

fn include((path, file): (String, usize)) -> ServedInclude {
    ServedInclude { path, file: i32::try_from(file).unwrap_or(i32::MAX) }
}

/// A processor that tells the IDL of services; see [`with_idl`].
#[derive(Debug)]
pub struct WithIdl<T> {
    own: ServedIdlServiceProcessor<OneHandler<Told>>,
    inner: T,
}

/// What is told.
#[derive(Debug)]
struct Told(thrift::ServedIdl);

impl ServedIdlService for Told {
    async fn get_thrift_idl(&self) -> Result<thrift::ServedIdl> {
        Ok(self.0.clone())
    }
}

/// Whether a call is the one for the IDL, of whichever service.
fn asks(name: &[u8]) -> bool {
    let own = name.strip_suffix(IDL_METHOD.as_bytes());
    own.is_some_and(|before| before.is_empty() || before.ends_with(b":"))
}

impl<T: Processor> Processor for WithIdl<T> {
    async fn process<P: Protocol>(&self, call: Call<'_, P>) -> Processed {
        match asks(call.method()) {
            true => self.own.process(call.demultiplexed()).await,
            false => self.inner.process(call).await,
        }
    }

    fn method(&self, name: &[u8]) -> Option<&Method> {
        match asks(name) {
            true => self.own.method(IDL_METHOD.as_bytes()),
            false => self.inner.method(name),
        }
    }

    #[inline]
    fn speculates(&self) -> bool {
        self.inner.speculates()
    }

    fn takes_path(&self, path: &str) -> bool {
        self.inner.takes_path(path)
    }
}
