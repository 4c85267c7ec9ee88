//! A call, as both sides see it.
//!
//! A client's call is a [`Request`], which goes through a [`Channel`] and comes back as a
//! [`Response`]. A server's is a [`Call`], which goes through a [`Processor`] and leaves an
//! [`Outcome`]. Middleware wraps a channel or a processor, and sees each call once.

#[cfg(any(feature = "blocking", feature = "tower"))]
mod again;
mod answer;
mod arguments;
mod boxed;
mod channel;
mod connection;
mod context;
mod exchange;
mod extensions;
mod guard;
mod handlers;
mod headers;
#[cfg(any(feature = "blocking", feature = "tokio"))]
mod held;
mod incoming;
mod inspect;
mod kin;
mod left_out;
mod load;
mod message;
mod method;
mod multiplexed;
mod observer;
#[cfg(any(feature = "blocking", feature = "tokio"))]
mod oneways;
mod outcome;
#[cfg(feature = "http")]
mod paths;
mod peer_addr;
mod presence;
mod processor;
mod request;
mod response;
mod result;
#[cfg(any(feature = "blocking", feature = "tokio"))]
mod settings;
mod signature;
mod throws;

#[cfg(any(feature = "blocking", feature = "tower"))]
pub(crate) use self::again::{ended, is_overload, may_be_sent_again};
#[cfg(feature = "tokio")]
pub(crate) use self::arguments::LARGE;
#[cfg(feature = "blocking")]
pub use self::kin::CallsBlocking;
#[cfg(feature = "http")]
pub use self::paths::Paths;
#[cfg(feature = "dynamic")]
pub(crate) use self::result::missing_result;
pub(crate) use self::{
    answer::Answer,
    context::Peer,
    guard::Guarded,
    message::{Completeness, Head, Message, Origin},
    method::SERVICE_SEPARATOR,
};
#[cfg(any(feature = "blocking", feature = "tokio"))]
pub(crate) use self::{
    answer::Step,
    connection::{About, tell},
    held::Held,
    load::Load,
    oneways::SentOneways,
    response::{Reply, ReplyLimits},
    settings::{CallSettings, call_settings},
};
pub use self::{
    arguments::{Arguments, Encoded},
    boxed::{BoxChannel, BoxProcessor},
    channel::{Channel, call, call_oneway},
    connection::Connection,
    context::Context,
    exchange::{Answered, Exchange},
    extensions::Extensions,
    handlers::{BlockingHandler, Dispatch, Handle, Handlers, OneHandler, PerCall, process},
    headers::Headers,
    incoming::Call,
    inspect::Inspect,
    kin::{Behind, Calls, Kin, Line, Nobody, Open, Reached, Under, extends},
    left_out::{left_out, left_out_blocking},
    load::Overload,
    method::Method,
    multiplexed::Multiplexed,
    observer::{CloseReason, Event, Observer, Refusal},
    outcome::Outcome,
    peer_addr::PeerAddr,
    presence::Cancelled,
    processor::{Processed, Processor},
    request::Request,
    response::Response,
    result::{MethodResult, Returned, Void},
    signature::{Args, Declared, Signature, results},
    throws::{ReturnedOr, Throws, VoidOr},
};
#[cfg(feature = "tokio")]
pub(crate) use self::{
    connection::Known, guard::Watched, load::InProgress, method::MethodName, response::is_named,
};
#[cfg(feature = "tower")]
pub use self::{incoming::OwnedCall, request::OwnedRequest};
