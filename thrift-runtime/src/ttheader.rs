//! The names of what TTHeader carries.
//!
//! TTHeader, the transport of CloudWeGo's Kitex and Volo, has headers with names and headers with
//! numbers. Those with numbers are known here by the names below; others are `ttheader-42`, by their
//! number. All are read and set like any header:
//!
//! ```no_run
//! # async fn run() -> thrift_runtime::Result<()> {
//! use thrift_runtime::{Client, Framing, ttheader};
//!
//! let client = Client::builder()
//!     .framing(Framing::TtHeader)
//!     .connect("127.0.0.1:8888")
//!     .await?
//!     .with_header(ttheader::FROM_SERVICE, "shop.front")
//!     .with_header(ttheader::TO_SERVICE, "shop.stock")
//!     .with_header(ttheader::LOG_ID, "02173");
//! # Ok(())
//! # }
//! ```
//!
//! A client sends [`TO_METHOD`] and, if the call has a timeout or a deadline, [`RPC_TIMEOUT`] by itself,
//! unless they are set. In a server, [`Deadline`](crate::middleware::Deadline) makes a call's deadline of
//! it. What is to be passed on to further servers, [`passed_on`] tells.

use crate::call::Headers;

macro_rules! names {
    ($($number:literal $constant:ident $name:literal $text:literal)*) => {
        $(
            #[doc = concat!($text, " Its number is ", $number, ".")]
            pub const $constant: &str = concat!("ttheader-", $name);
        )*

        /// The numbered keys that have names.
        pub(crate) const NAMES: &[(u16, &str)] = &[$(($number, $constant)),*];
    };
}

names! {
    0 MESH_VERSION "mesh-version" "The version of the service mesh."
    1 TRANSPORT_TYPE "transport-type" "The kind of transport."
    2 LOG_ID "log-id" "The log id, which all calls that one request causes have in common."
    3 FROM_SERVICE "from-service" "The service that calls."
    4 FROM_CLUSTER "from-cluster" "Its cluster."
    5 FROM_IDC "from-idc" "Its data centre."
    6 TO_SERVICE "to-service" "The service that is called."
    7 TO_CLUSTER "to-cluster" "Its cluster."
    8 TO_IDC "to-idc" "Its data centre."
    9 TO_METHOD "to-method" "The method that is called."
    10 ENV "env" "The environment, such as staging."
    11 DEST_ADDRESS "dest-address" "The address that is called."
    12 RPC_TIMEOUT "rpc-timeout" "How many milliseconds the caller waits, or 0 if for ever."
    13 READ_TIMEOUT "read-timeout" "How many milliseconds a read may take."
    14 RING_HASH_KEY "ring-hash-key" "The key by which an instance is chosen."
    15 DDP_TAG "ddp-tag" "A tag for routing."
    16 WITH_MESH_HEADER "with-mesh-header" "Which header a mesh's proxy is to use."
    17 CONNECT_TIMEOUT "connect-timeout" "How many milliseconds connecting may take."
    18 SPAN_CONTEXT "span-context" "The context of a trace's span."
    19 SHORT_CONNECTION "short-connection" "Whether the connection is for one call."
    20 FROM_METHOD "from-method" "The method from within which the call is made."
    21 STRESS_TAG "stress-tag" "The tag of a stress test."
    22 MSG_TYPE "msg-type" "The message's type."
    23 HTTP_CONTENT_TYPE "http-content-type" "The content type of the original HTTP request."
    24 RAW_RING_HASH_KEY "raw-ring-hash-key" "The key by which an instance is chosen, before hashing."
    25 LB_TYPE "lb-type" "How the load is balanced."
}

/// The start of the names of other numbered headers.
pub(crate) const OTHERS: &str = "ttheader-";

/// The token for access control, which has neither name nor number.
pub const ACL_TOKEN: &str = "ttheader-acl-token";

/// The name of the service in the IDL, for servers that have several.
pub const IDL_SERVICE_NAME: &str = "isn";

/// With a reply: the status of a business error, a decimal number other than 0. The reply itself is
/// then empty.
pub const BIZ_STATUS: &str = "biz-status";
/// The text of a business error.
pub const BIZ_MESSAGE: &str = "biz-message";
/// More about a business error, as a JSON object of strings.
pub const BIZ_EXTRA: &str = "biz-extra";

/// With a reply: the server will close the connection.
pub const CONNECTION_READY_TO_RESET: &str = "crrst";

/// The start of the names of headers that are passed on from hop to hop.
pub const PERSISTENT: &str = "RPC_PERSIST_";
/// The start of the names of headers that are for the next hop alone.
pub const TRANSIENT: &str = "RPC_TRANSIT_";
/// The start of the names of headers that a reply carries to the hop before.
pub const BACKWARD: &str = "RPC_BACKWARD_";

/// The headers that a server passes on to the servers that it calls: those that are
/// [`PERSISTENT`]. [`TRANSIENT`] ones end here.
///
/// A handler made by `per_call(|cx| ...)` does so with those of its call:
///
/// ```
/// use thrift_runtime::{Client, Context, ttheader};
///
/// fn onward(client: &Client, cx: &Context) -> Client {
///     let headers = ttheader::passed_on(cx.headers());
///     headers.iter().fold(client.clone(), |client, (name, value)| client.with_header(name, value))
/// }
/// ```
///
/// Which those are:
///
/// ```
/// use thrift_runtime::{Headers, ttheader};
///
/// let call = [("RPC_PERSIST_TENANT", "blue"), ("RPC_TRANSIT_RETRY", "1"), ("trace", "7f3a")];
/// let call: Headers = call.into_iter().collect();
/// let onward = ttheader::passed_on(&call);
/// assert_eq!(onward.iter().collect::<Vec<_>>(), [("RPC_PERSIST_TENANT", "blue")]);
/// ```
pub fn passed_on(headers: &Headers) -> Headers {
    let persists = |name: &str| {
        name.split_at_checked(PERSISTENT.len())
            .is_some_and(|(start, _)| start.eq_ignore_ascii_case(PERSISTENT))
    };
    headers.iter().filter(|(name, _)| persists(name)).collect()
}
