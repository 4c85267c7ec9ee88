//! A directory that knows the names and passwords of a few users, and nothing else.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// A `bindRequest` of LDAP, its response, and what the latter says.
const BIND: u8 = 0x60;
const BOUND: u8 = 0x61;
const SUCCESS: u8 = 0;
const INVALID_CREDENTIALS: u8 = 49;

pub(crate) async fn serve(users: &'static [[&'static str; 2]]) -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(answer(stream, users));
        }
    });
    address
}

/// Requests as short as these have lengths of one byte.
async fn answer(mut stream: TcpStream, users: &[[&str; 2]]) -> io::Result<()> {
    loop {
        // A sequence of an id, which is short too, and an operation.
        let mut head = [0; 2];
        stream.read_exact(&mut head).await?;
        let mut message = vec![0; head[1].into()];
        stream.read_exact(&mut message).await?;
        let [0x02, 0x01, id, BIND, _, bind @ ..] = &*message else { return Ok(()) };
        // Version 3, the name, and the password.
        let known = users.iter().any(|[name, password]| {
            let name = [&[0x02, 0x01, 3, 0x04, name.len() as u8], name.as_bytes()];
            let password = [&[0x80, password.len() as u8], password.as_bytes()];
            *bind == [name.concat(), password.concat()].concat()
        });
        let code = if known { SUCCESS } else { INVALID_CREDENTIALS };
        // The code, a name and a message, which are empty.
        let response = [0x30, 12, 0x02, 1, *id, BOUND, 7, 0x0a, 1, code, 0x04, 0, 0x04, 0];
        stream.write_all(&response).await?;
    }
}
