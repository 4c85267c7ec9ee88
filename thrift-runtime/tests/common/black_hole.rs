//! Listeners with full queues, to which connecting takes for ever.

#![allow(dead_code, unreachable_pub)]

use std::{
    net::{SocketAddr, TcpStream},
    path::Path,
    time::Duration,
};

use socket2::{Domain, SockAddr, Socket, Type};

pub struct BlackHole {
    listener: Socket,
    queued: Vec<Socket>,
}

impl BlackHole {
    pub fn new() -> Self {
        let any: SocketAddr = ([127, 0, 0, 1], 0).into();
        BlackHole::at(Domain::IPV4, &any.into())
    }

    pub fn unix(path: &Path) -> Self {
        let _ = std::fs::remove_file(path);
        BlackHole::at(Domain::UNIX, &SockAddr::unix(path).unwrap())
    }

    fn at(domain: Domain, address: &SockAddr) -> Self {
        let listener = Socket::new(domain, Type::STREAM, None).unwrap();
        listener.bind(address).unwrap();
        listener.listen(0).unwrap();
        let address = listener.local_addr().unwrap();
        let mut queued = Vec::new();
        loop {
            let socket = Socket::new(domain, Type::STREAM, None).unwrap();
            if socket.connect_timeout(&address, Duration::from_millis(200)).is_err() {
                return BlackHole { listener, queued };
            }
            queued.push(socket);
        }
    }

    pub fn address(&self) -> SocketAddr {
        self.listener.local_addr().unwrap().as_socket().unwrap()
    }

    /// Takes one connection out of the queue.
    pub fn accept(&self) -> TcpStream {
        self.listener.accept().unwrap().0.into()
    }
}

/// An address at which nobody listens.
pub fn refusing() -> SocketAddr {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}
