//! What sockets are told.

use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};
use tokio::net::TcpStream;

/// How long a connection rests before the peer's machine is asked whether it is still there.
const ASK_AFTER: Duration = Duration::from_secs(60);

/// Prepares a connected socket for calls; one that takes no options works without.
pub(crate) fn prepare(stream: &TcpStream) {
    // Small messages are not to wait for the acknowledgement of earlier ones.
    let _ = stream.set_nodelay(true);
    // Without this, a connection whose peer has vanished would stay for ever.
    let keepalive = TcpKeepalive::new().with_time(ASK_AFTER);
    let _ = SockRef::from(stream).set_tcp_keepalive(&keepalive);
}
