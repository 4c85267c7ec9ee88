//! What is known not to hold yet. A check that depends on one of these is made once it is `true`.

/// A oneway call that was accepted arrives even if its client is dropped at once. If not, that is
/// demanded only while somebody holds the client.
pub(crate) const ONEWAY_CALLS_ARRIVE: bool = false;

/// A client that is dropped reads while it sends what it has accepted. If not, it waits for a server
/// that waits for it to read its answers, and gives up after five seconds.
///
/// Seed 379 shows it.
pub(crate) const CLOSING_CLIENTS_READ: bool = false;

/// A server that closes lets its peer read answers that went out while the handler of a later call
/// was running. If not, calls that arrive meanwhile reset the connection.
///
/// Seed 5669 shows it.
pub(crate) const LAST_ANSWERS_ARE_READ: bool = false;

/// A server that answers one call after another frees the buffer of a large reply when its connection
/// has been idle for a while. If not, it keeps it for as long as the connection lives.
///
/// Seed 1123 shows it.
pub(crate) const REPLY_BUFFERS_ARE_FREED: bool = false;
