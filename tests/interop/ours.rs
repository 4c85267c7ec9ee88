//! Our ends of a combination, in this process.

use std::{net::Ipv4Addr, sync::Arc};

use thrift_runtime::{
    Channel, Client, Framing, HttpClient, Multiplexed, Processor, Result, Server,
    sasl::{Login, Plain, ServerSasl},
};
use tokio::task::JoinSet;

use crate::{
    address::{self, Address},
    calculator, code_first,
    combination::{Combination, Service},
    derived, dynamic, headers, message,
    peer::Peer,
    stack::{LOGIN, Socket, Stack, Transport},
};

/// Serves a combination until the task is dropped, in calls that name the service and others.
///
/// # Errors
///
/// Where there is nowhere to listen.
pub(crate) async fn serve(
    combination: Combination,
    processor: impl Processor,
) -> Result<(Address, JoinSet<()>)> {
    let processor = Arc::new(processor);
    let named = Multiplexed::new().service(combination.service.idl_name(), Arc::clone(&processor));
    let (server, address) = match combination.stack.socket {
        Socket::Unix => {
            let path = address::fresh_path();
            (Server::bind_unix(&path)?, Address::Path(path))
        }
        Socket::Tcp | Socket::Tls | Socket::MutualTls => {
            let server = Server::bind((Ipv4Addr::LOCALHOST, 0)).await?;
            let address = Address::Port(server.local_addr()?.port());
            (server, address)
        }
    };
    let server = match combination.stack.socket {
        socket if socket.is_secure() => server.tls(address::server_tls(socket)?),
        _ => server,
    };
    let server = match combination.stack.transport {
        Transport::Sasl => server.sasl(sasl()),
        _ => server,
    };
    let task = server.serve(named.default_service(processor));
    Ok((address, [task].into_iter().collect()))
}

/// Lets in who has the login.
pub(crate) fn sasl() -> ServerSasl {
    ServerSasl::plain(|login: &Login| match [login.user(), login.password()] == LOGIN {
        true => Ok(login.user().to_owned()),
        false => Err("wrong user or password"),
    })
}

/// That login.
pub(crate) fn login() -> Plain {
    let [user, password] = LOGIN;
    Plain::new(user, password)
}

/// Connects to a server and checks its answers; panics where one is wrong.
///
/// # Errors
///
/// Where there is no connection.
pub(crate) async fn check(combination: Combination, address: Address, number: i32) -> Result<()> {
    let Stack { socket, transport, protocol } = combination.stack;
    let builder = Client::builder().protocol(protocol.ours);
    let builder = match transport {
        Transport::Buffered => builder.buffered(),
        Transport::Framed => builder.framed(),
        Transport::Zlib => builder.zlib(),
        Transport::Header => builder.header(),
        Transport::HeaderZlib => builder.header_with_zlib(),
        Transport::HeaderFramed => builder.framing(Framing::HeaderInFrames),
        Transport::Sasl => builder.sasl(login()),
        Transport::Http | Transport::HeaderHttp => {
            return check_over_http(combination, address, number).await;
        }
    };
    let host = address::host(socket);
    let client = match (address, socket) {
        (Address::Path(path), _) => builder.connect_unix(path).await?,
        (Address::Port(port), socket) if socket.is_secure() => {
            builder.connect_tls(&format!("{host}:{port}"), &address::client_tls(socket)?).await?
        }
        (Address::Port(port), _) => builder.connect((host, port)).await?,
    };
    let client = match protocol.multiplexed {
        true => client.to_service(combination.service.idl_name()),
        false => client,
    };
    match combination.service {
        Service::Headers => {
            headers::check(client, |client, name, value| client.with_header(name, value), number)
                .await
        }
        _ => check_answers(combination, client, number).await,
    }
    Ok(())
}

async fn check_over_http(combination: Combination, address: Address, number: i32) -> Result<()> {
    let Stack { socket, protocol, transport } = combination.stack;
    let Address::Port(port) = address else { panic!("HTTP is not tried over {socket}") };
    let host = address::host(socket);
    let client = match socket {
        socket if socket.is_secure() => {
            HttpClient::new(&format!("https://{host}:{port}/"))?.tls(address::client_tls(socket)?)
        }
        _ => HttpClient::new(&format!("http://{host}:{port}/"))?,
    };
    let client = client.protocol(protocol.ours);
    let client = if transport == Transport::HeaderHttp { client.header() } else { client };
    let client = match protocol.multiplexed {
        true => client.to_service(combination.service.idl_name()),
        false => client,
    };
    if let (Service::Headers, Transport::HeaderHttp) = (combination.service, transport) {
        headers::check(client, |client, name, value| client.with_header(name, value), number).await;
        return Ok(());
    }
    check_answers(combination, client, number).await;
    Ok(())
}

async fn check_answers(
    combination: Combination,
    channel: impl Channel + Clone + 'static,
    number: i32,
) {
    match combination.service {
        service if matches!(combination.client, Peer::Dynamic) => {
            dynamic::check(service, channel, number).await;
        }
        Service::Message if matches!(combination.client, Peer::CodeFirst) => {
            code_first::message::check(channel, number).await;
        }
        Service::Calculator if matches!(combination.client, Peer::CodeFirst) => {
            code_first::calculator::check(channel, number).await;
        }
        Service::Message => message::check(channel, number).await,
        Service::Derived => derived::check(channel, number).await,
        Service::Calculator => {
            // thriftpy2's multiplexed server closes the connection instead.
            if !combination.stack.protocol.multiplexed {
                calculator::check_refusal(channel.clone()).await;
            }
            calculator::check(channel, number).await;
        }
        Service::Headers => unreachable!("no server in Python tells of HTTP's headers"),
        Service::Conformance => unreachable!("it has a program of its own"),
    }
}
