//! What is known not to hold yet. A check that depends on one of these is made once it is `true`.

/// A oneway call that was accepted arrives even if its client is dropped at once. If not, that is
/// demanded only while somebody holds the client.
pub(crate) const ONEWAY_CALLS_ARRIVE: bool = false;

/// A client that is dropped reads while it sends what it has accepted. If not, it waits for a server
/// that waits for it to read its answers, and gives up after five seconds.
///
/// Seed 379 shows it.
pub(crate) const CLOSING_CLIENTS_READ: bool = false;
