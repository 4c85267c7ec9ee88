//! How to use the library, a page a topic.
//!
//! | to begin | |
//! | --- | --- |
//! | [Getting started](getting_started/index.html) | from an empty folder to a tested service; the features of the crate |
//! | [Types](types) | what an IDL becomes: fields that are left out, enums, unions, names |
//! | [Services](services/index.html) | traits, clients, processors, errors, what a handler learns of a call; without async code |
//! | [Failures](failures) | how calls fail, and what to do then |
//! | [Testing](testing/index.html) | in memory, with doubles, with virtual time, with random values |
//!
//! | to generate code | |
//! | --- | --- |
//! | [Options](options) | all options of [`thrift!`](crate::thrift), and annotations in the IDL |
//! | [Types of your own](mod@derive) | derives that give them their wire form |
//! | [Schema evolution](evolution) | which edits of an IDL break what, and how a build refuses them |
//! | [Build times](build_times) | what costs a build, and what to do about it |
//! | [IDL at run time](dynamic/index.html) | values, clients and servers of a file that is loaded; the tool `thrift-rs` |
//!
//! | on the wire | |
//! | --- | --- |
//! | [Transports](transports/index.html) | transports and protocols, and how a server finds out what its peer speaks |
//! | [HTTP](http) | on a port of its own, in axum, over HTTP/2 |
//! | [Hadoop](hadoop) | Hive, HBase and Impala; SASL and Kerberos |
//! | [Envoy](envoy) | behind Envoy's `thrift_proxy` |
//!
//! | in production | |
//! | --- | --- |
//! | [In production](production/index.html) | the quick start with tokens, deadlines, traces, metrics and retries |
//! | [Middleware](middleware) | code that sees every call |
//! | [Layers of tower](tower/index.html) | middleware of the crate `tower` around clients and servers |
//! | [Observability](observability/index.html) | traces, metrics, health |
//! | [Fleets](fleets/index.html) | clients of several servers |
//! | [Limits](limits) | every bound and timeout, with its default |
//! | [Deployment](deployment/index.html) | signals, containers, restarts, file descriptors, capacity |
//! | [Design](design) | why it is as it is, and how fast |
//!
//! Coming from [ThriftPy](from_thriftpy/index.html), [Apache's generator](from_apache/index.html),
//! [volo and pilota](from_volo/index.html), or [tonic](from_tonic/index.html): both sides' code next to
//! each other.

#[doc = include_str!("build_times.md")]
pub mod build_times {}

#[cfg(feature = "tokio")]
#[doc = include_str!("deployment.md")]
pub mod deployment {}

#[doc = include_str!("derive.md")]
pub mod derive {}

#[doc = include_str!("design.md")]
pub mod design {}

#[cfg(all(feature = "dynamic", feature = "tokio"))]
#[doc = include_str!("dynamic.md")]
pub mod dynamic {}

#[doc = include_str!("envoy.md")]
pub mod envoy {}

#[doc = include_str!("evolution.md")]
pub mod evolution {}

#[doc = include_str!("failures.md")]
pub mod failures {}

#[cfg(all(feature = "blocking", feature = "tower"))]
#[doc = include_str!("fleets.md")]
pub mod fleets {}

#[cfg(feature = "tokio")]
#[doc = include_str!("from_apache.md")]
pub mod from_apache {}

#[cfg(feature = "tokio")]
#[doc = include_str!("from_thriftpy.md")]
pub mod from_thriftpy {}

#[cfg(feature = "tokio")]
#[doc = include_str!("from_tonic.md")]
pub mod from_tonic {}

#[cfg(feature = "tokio")]
#[doc = include_str!("from_volo.md")]
pub mod from_volo {}

#[cfg(feature = "tokio")]
#[doc = include_str!("getting_started.md")]
pub mod getting_started {}

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

#[cfg(feature = "tokio")]
#[doc = include_str!("services.md")]
pub mod services {}

#[cfg(feature = "tokio")]
#[doc = include_str!("testing.md")]
pub mod testing {}

#[cfg(feature = "tower")]
#[doc = include_str!("tower.md")]
pub mod tower {}

#[cfg(feature = "tokio")]
#[doc = include_str!("transports.md")]
pub mod transports {}

#[doc = include_str!("types.md")]
pub mod types {}

#[cfg(all(test, any(feature = "blocking", feature = "tokio")))]
pub(crate) mod rows;
