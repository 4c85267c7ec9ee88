//! The options of TCP sockets.

use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};

/// How a TCP connection finds out that its peer's machine is gone, for servers and clients alike.
///
/// Keepalive notices it on a connection that is idle, and the user timeout on one that has sent
/// something. By default, both take two minutes. Platforms that lack an option do without it.
///
/// ```
/// use std::time::Duration;
/// use thrift_runtime::SocketOptions;
///
/// let mut options = SocketOptions::default();
/// options.keepalive = Some(Duration::from_secs(10));
/// options.keepalive_interval = Duration::from_secs(5);
/// options.user_timeout = Some(Duration::from_secs(30));
/// // Client::builder().socket_options(options).connect("127.0.0.1:9090")
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct SocketOptions {
    /// How long a connection may be idle before keepalive probes the peer's machine: a minute by
    /// default. `None` never does. The unit is whole seconds, and the least is one.
    pub keepalive: Option<Duration>,
    /// How long keepalive waits for the answer to a probe before the next: 15 seconds by default.
    /// The unit is whole seconds, and the least is one.
    pub keepalive_interval: Duration,
    /// How many probes may stay unanswered: 4 by default.
    pub keepalive_probes: u32,
    /// How long what was sent may stay unacknowledged, and how long a peer that takes no more bytes
    /// may do so: two minutes by default. `None` leaves it to the operating system. On Linux only.
    pub user_timeout: Option<Duration>,
}

impl Default for SocketOptions {
    fn default() -> Self {
        SocketOptions {
            keepalive: Some(Duration::from_secs(60)),
            keepalive_interval: Duration::from_secs(15),
            keepalive_probes: 4,
            user_timeout: Some(Duration::from_secs(120)),
        }
    }
}

impl SocketOptions {
    /// Sets the options of a socket. What fails is left out, since a connection works without it.
    pub(crate) fn apply(&self, socket: SockRef<'_>) {
        // Small messages must not wait for the acknowledgement of earlier ones.
        let _ = socket.set_tcp_nodelay(true);
        let SocketOptions { keepalive, keepalive_interval, keepalive_probes, user_timeout } = *self;
        match keepalive {
            Some(idle) => {
                let whole = |time: Duration| time.max(Duration::from_secs(1));
                let keepalive = TcpKeepalive::new().with_time(whole(idle));
                #[cfg(not(any(target_os = "openbsd", target_os = "haiku")))]
                let keepalive = keepalive.with_interval(whole(keepalive_interval));
                #[cfg(not(any(target_os = "openbsd", target_os = "haiku", windows)))]
                let keepalive = keepalive.with_retries(keepalive_probes.max(1));
                let _ = socket.set_tcp_keepalive(&keepalive);
            }
            None => _ = socket.set_keepalive(false),
        }
        // Not every system has all of them.
        let _ = (keepalive_interval, keepalive_probes, user_timeout);
        #[cfg(any(target_os = "android", target_os = "linux"))]
        let _ = socket.set_tcp_user_timeout(user_timeout);
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::net::{TcpListener, TcpStream};

    use super::*;

    /// What a socket's options are.
    fn read(socket: SockRef<'_>) -> (bool, SocketOptions) {
        let options = SocketOptions {
            keepalive: socket.keepalive().unwrap().then(|| socket.tcp_keepalive_time().unwrap()),
            keepalive_interval: socket.tcp_keepalive_interval().unwrap(),
            keepalive_probes: socket.tcp_keepalive_retries().unwrap(),
            user_timeout: socket.tcp_user_timeout().unwrap(),
        };
        (socket.tcp_nodelay().unwrap(), options)
    }

    #[test]
    #[cfg_attr(miri, ignore = "it does not know these options")]
    fn a_socket_has_the_options_that_it_is_given() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let stream = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let default = SocketOptions::default();
        let other = SocketOptions {
            keepalive: Some(Duration::from_secs(7)),
            keepalive_interval: Duration::from_secs(3),
            keepalive_probes: 2,
            user_timeout: Some(Duration::from_millis(4500)),
        };
        for options in [default, other, SocketOptions { user_timeout: None, ..other }] {
            options.apply(SockRef::from(&stream));
            assert_eq!(read(SockRef::from(&stream)), (true, options));
        }
        SocketOptions { keepalive: None, ..other }.apply(SockRef::from(&stream));
        assert_eq!(read(SockRef::from(&stream)).1.keepalive, None);
        let least = SocketOptions {
            keepalive: Some(Duration::ZERO),
            keepalive_interval: Duration::ZERO,
            keepalive_probes: 0,
            user_timeout: None,
        };
        least.apply(SockRef::from(&stream));
        let second = Duration::from_secs(1);
        let expected = SocketOptions {
            keepalive: Some(second),
            keepalive_interval: second,
            keepalive_probes: 1,
            user_timeout: None,
        };
        assert_eq!(read(SockRef::from(&stream)).1, expected);
    }

    #[cfg(feature = "tokio")]
    #[tokio::test]
    #[cfg_attr(miri, ignore = "it does not know these options")]
    async fn sockets_are_connected_with_their_options() {
        use crate::transport::{
            connect::{ConnectTimeout, tcp},
            socket::Socket,
        };

        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let options = SocketOptions { keepalive_probes: 2, ..SocketOptions::default() };
        let socket = tcp(address, ConnectTimeout::within(None), &options).await.unwrap();
        let Socket::Tcp(stream) = &socket else { panic!("{socket:?}") };
        assert_eq!(read(SockRef::from(stream)), (true, options));
    }
}
