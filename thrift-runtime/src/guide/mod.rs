//! Guides: the derive macros, IDL at run time, Envoy, calls that fail, clients of several servers, services of
//! Hadoop, HTTP, what bounds servers and clients, middleware, what operators see, the options of `thrift!`,
//! the quick start as it runs in production,
//! and types that know their IDL.

#[doc = include_str!("derive.md")]
pub mod derive {}

#[cfg(all(feature = "dynamic", feature = "tokio"))]
#[doc = include_str!("dynamic.md")]
pub mod dynamic {}

#[doc = include_str!("envoy.md")]
pub mod envoy {}

#[doc = include_str!("failures.md")]
pub mod failures {}

#[cfg(all(feature = "blocking", feature = "tower"))]
#[doc = include_str!("fleets.md")]
pub mod fleets {}

#[doc = include_str!("hadoop.md")]
pub mod hadoop {}

#[doc = include_str!("http.md")]
pub mod http {}

#[doc = include_str!("limits.md")]
pub mod limits {}

#[doc = include_str!("middleware.md")]
pub mod middleware {}

#[cfg(any(feature = "metrics", feature = "tracing"))]
#[doc = include_str!("observability.md")]
pub mod observability {}

#[doc = include_str!("options.md")]
pub mod options {}

#[cfg(all(feature = "metrics", feature = "tower", feature = "tracing"))]
#[doc = include_str!("production.md")]
pub mod production {}

#[cfg(all(feature = "dynamic", feature = "tokio"))]
#[doc = include_str!("schema.md")]
pub mod schema {}

#[cfg(feature = "tower")]
#[doc = include_str!("tower.md")]
pub mod tower {}

#[cfg(all(test, any(feature = "blocking", feature = "tokio")))]
pub(crate) mod rows;
