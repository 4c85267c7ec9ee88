#![cfg_attr(feature = "tokio", doc = include_str!("../README.md"))]
#![cfg_attr(
    not(feature = "tokio"),
    doc = "Apache Thrift for Rust; with the feature `tokio`, this is the README."
)]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![deny(unsafe_code)]
#![cfg_attr(thrift_runtime_safe, forbid(unsafe_code))]

#[cfg(all(feature = "gssapi", thrift_runtime_safe))]
compile_error!(
    "the feature `gssapi` calls a library of C, for which `thrift_runtime_safe` has no place"
);

#[allow(unused_extern_crates)]
extern crate self as thrift_runtime;

#[cfg(feature = "dynamic")]
pub mod dynamic;
pub mod guide;
#[cfg(feature = "serde")]
pub mod idl;
pub mod middleware;
pub mod protocol;
#[cfg(all(feature = "sasl", any(feature = "blocking", feature = "tokio")))]
pub mod sasl;
pub mod schema;
#[cfg(any(feature = "metrics", feature = "tracing"))]
pub mod telemetry;
#[cfg(all(feature = "tls", any(feature = "blocking", feature = "tokio")))]
pub mod tls;
pub mod value;

#[cfg(feature = "blocking")]
mod blocking;
mod call;
#[cfg(feature = "tokio")]
mod client;
mod error;
mod fast;
mod health;
#[cfg(feature = "tower")]
#[path = "tower/mod.rs"]
pub mod layers;
#[cfg(feature = "tokio")]
mod server;
#[cfg(any(feature = "blocking", feature = "tokio"))]
mod serving;
#[cfg(any(feature = "blocking", feature = "tokio"))]
mod transport;
#[cfg(feature = "header")]
pub mod ttheader;
#[cfg(feature = "tokio")]
mod udp;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

pub use bytes::Bytes;
pub use ordered_float::OrderedFloat;
pub use uuid::Uuid;

/// Generates Rust code for a `.thrift` file: types, constants, and a trait, a client and a processor
/// for each service.
///
/// The file is read while the crate is compiled, and editing it compiles the crate again. What is
/// generated is in the module in which the macro stands; what an included file defines is in a module
/// named after that file.
///
/// ```
/// mod library {
/// #   /*
///     thrift_runtime::thrift!("library.thrift");
/// #   */
/// #   thrift_runtime::thrift!("src/guide/library.thrift");
/// }
/// # fn main() {
/// let book = library::Book { title: "Emma".into(), year: Some(1815) };
/// assert_eq!(book.clone(), book);
/// # }
/// ```
///
/// # Where the file is
///
/// | argument | relative to |
/// | --- | --- |
/// | `"library.thrift"`, `"idl/library.thrift"` | the folder of the crate's `Cargo.toml` |
/// | `"./library.thrift"`, `"../library.thrift"` | the folder of the source file that the macro stands in |
/// | `concat!(env!("OUT_DIR"), "/library.thrift")` | nothing: it is absolute, such as one that a build script writes |
/// | `idl: "struct Point { ... }"` | the text of the IDL, in place of a path |
///
/// Included files are found beside the file that includes them, or in the folders of `include_dirs`.
///
/// # What is generated
///
/// For the struct `Book`, the exception `NoSuchBook`, the enum `Colour`, the union `Payment` and the
/// service `Library`:
///
/// | | |
/// | --- | --- |
/// | `Book`, `NoSuchBook` | a struct with a public field for each of the IDL's; see [`guide::types`] |
/// | `Colour` | a newtype over `i32`, with a constant for each member |
/// | `Payment` | an enum with a variant for each member, and `Unknown` for those of newer peers |
/// | `Library` | a trait with an `async fn` for each method, which handlers and the client implement |
/// | `LibraryClient` | calls the service over a [`Channel`]; with the feature `tokio`, `connect` makes one |
/// | `LibraryProcessor` | has a handler answer calls; a [`Processor`] for any server |
/// | `LibraryFindError` | what the method `find` fails with, if it declares exceptions: one of them, or an [`Error`] |
/// | `LIMIT`, for a constant | a constant, or a static that is made when it is first used |
///
/// Types implement `Clone`, `Debug`, `Default`, `PartialEq`, `Eq`, `PartialOrd`, `Ord` and `Hash`, and
/// their documentation is that of the IDL. All generated code uses full paths, so that no name of yours
/// can be taken for another, and compiles without warnings.
///
/// ```
/// use thrift_runtime::Result;
///
/// # /*
/// thrift_runtime::thrift!("library.thrift");
/// # */
/// # mod library { thrift_runtime::thrift!("src/guide/library.thrift"); }
/// # use library::*;
///
/// struct Empty;
///
/// impl Library for Empty {
///     async fn add(&self, _book: Book) -> Result<()> {
///         Ok(())
///     }
///
///     async fn find(&self, title: String) -> Result<Book, LibraryFindError> {
///         Err(NoSuchBook { title }.into())
///     }
/// }
/// # fn main() {}
/// ```
///
/// # Options
///
/// With options, the macro takes a list of them in any order, of which only `path` or `idl` is
/// required. [`guide::options`] explains each, and the annotations of the IDL that do the same:
///
/// | option | |
/// | --- | --- |
/// | `path: "library.thrift"`, `path: ["one.thrift", "two.thrift"]` | the file, or several, which have a module each |
/// | `idl: "..."` | the IDL itself |
/// | `compatible_with: "library.v1.thrift"` | refuse edits that break the wire |
/// | `include_dirs: ["idl/vendor"]` | more folders to search for included files |
/// | `with: { "shared.thrift": crate::shared }` | a file, or a type, for which code exists already |
/// | `rename: { "Library": Books }`, `names: idl` | other Rust names |
/// | `derive: { "Book": [serde::Serialize] }` | more derives; `"*"` means all types |
/// | `attr: { "Book.title": #[doc(alias = "name")] }` | more attributes |
/// | `serde: idl` | serde's traits, as the IDL spells values |
/// | `types: { map: HashMap, string: Str }` | other types for maps, sets and strings |
/// | `unset: option` | `Option` for all fields and arguments that are not `required` |
/// | `unknown_fields: keep` | keep fields of newer peers, and write them again |
/// | `services: [client, server, blocking, dyn]` | what is generated for services |
/// | `partial: true` | handlers may leave methods out |
/// | `warnings: off` | no warnings about the IDL |
///
/// ```
/// mod library {
///     thrift_runtime::thrift! {
///         idl: "struct Book { 1: required string title, 2: map<string, i32> loans }",
///         types: { map: HashMap },
///         unknown_fields: keep,
///     }
/// }
/// # fn main() {
/// let mut book = library::Book { title: "Emma".into(), ..Default::default() };
/// book.loans.insert("ann".into(), 2);
/// # }
/// ```
///
/// # Errors
///
/// Every mistake in the IDL is a compile error, shown where it is, and all of them are shown at once:
///
/// ```compile_fail
/// thrift_runtime::thrift! { idl: "service Library { bool lend(1: Bok book) }" }
/// ```
///
/// ```text
/// error: undefined type `Bok`
/// ```
///
/// What is wrong is left out, so that the rest of the program gives no errors about it. An option that
/// is unknown, or names what the IDL does not have, is an error, too.
#[macro_export]
macro_rules! thrift {
    ($($arguments:tt)*) => {
        $crate::__private::thrift! { [$crate] $($arguments)* }
    };
}

/// Makes a service of a trait, with its client and its processor; see [`guide::code_first`].
pub use thrift_macros::service;

/// Derives the wire form of an enum whose variants hold nothing, or of a newtype around an `i32`;
/// see [`guide::derive`].
pub use thrift_macros::ThriftEnum;
/// Derives what an enum of declared exceptions is to a method; see [`guide::code_first`].
pub use thrift_macros::ThriftError;
/// Derives the wire form of a struct that is an error; see [`guide::derive`].
pub use thrift_macros::ThriftException;
/// Derives the wire form of a struct; see [`guide::derive`].
pub use thrift_macros::ThriftStruct;
/// Derives the wire form of an enum with one value in each variant; see [`guide::derive`].
pub use thrift_macros::ThriftUnion;

#[cfg(feature = "blocking")]
pub use self::blocking::{
    BlockOn, BlockingChannel, BlockingClient, BlockingClientBuilder, BlockingPool,
    BlockingPoolBuilder, BlockingReconnecting, BlockingServer, BlockingShutdownHandle, NonBlocking,
    serve_blocking,
};
#[cfg(feature = "compact")]
pub use self::protocol::CompactProtocol;
#[cfg(feature = "json")]
pub use self::protocol::JsonProtocol;
#[cfg(any(feature = "blocking", feature = "tokio"))]
pub use self::serving::{ConnectionOptions, Timeouts};
#[cfg(any(feature = "blocking", feature = "tokio"))]
pub use self::transport::{Framing, socket_options::SocketOptions};
#[cfg(feature = "arbitrary")]
pub use self::value::arbitrary::arbitrary_value;
#[cfg(feature = "http")]
pub use self::{
    call::Paths,
    client::HttpClient,
    server::{HttpBody, HttpService},
    transport::media_type::ContentType,
};
pub use self::{
    call::{
        Answered, Arguments, BoxChannel, BoxProcessor, Call, Cancelled, Channel, CloseReason,
        Connection, Context, Encoded, Event, Exchange, Extensions, Headers, Inspect, Method,
        Multiplexed, Observer, Outcome, Overload, PeerAddr, Processed, Processor, Refusal, Request,
        Response,
    },
    error::{ApplicationErrorKind, ApplicationException, Delivery, Error, ErrorKind, Result},
    health::{Health, HealthStatus, WithHealth},
    protocol::{AnyProtocol, BinaryProtocol, Limits, Protocol},
    value::{Blob, ByteStr, Decode, Encode, LossyStr, Str, StrList, Value},
};
#[cfg(feature = "tokio")]
pub use self::{
    client::{Client, ClientBuilder, Reconnecting},
    server::{Server, ShutdownHandle, serve, serve_connection, serve_connection_until},
    udp::{UdpClient, UdpServer, serve_udp},
};
