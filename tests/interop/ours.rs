//! Our ends of a combination, in this process.

use std::{net::Ipv4Addr, sync::Arc};

use thrift_runtime::{Channel, Client, HttpClient, Multiplexed, Processor, Result, Server};
use tokio::task::JoinSet;

use crate::{
    calculator,
    cell::{Cell, Service},
    derived, headers, message,
    place::{self, Place},
    way::{Socket, Transport, Way},
};

/// Serves a combination until the task is dropped, in calls that name the service and others.
///
/// # Errors
///
/// Where there is nowhere to listen.
pub(crate) async fn serve(cell: Cell, processor: impl Processor) -> Result<(Place, JoinSet<()>)> {
    let processor = Arc::new(processor);
    let named = Multiplexed::new().service(cell.service.idl_name(), Arc::clone(&processor));
    let (server, place) = match cell.way.socket {
        Socket::Unix => {
            let path = place::fresh_path();
            (Server::bind_unix(&path)?, Place::Path(path))
        }
        Socket::Tcp | Socket::Tls | Socket::MutualTls => {
            let server = Server::bind((Ipv4Addr::LOCALHOST, 0)).await?;
            let place = Place::Port(server.local_addr()?.port());
            (server, place)
        }
    };
    let server = match cell.way.socket {
        socket if socket.is_secure() => server.tls(place::server_tls(socket)?),
        _ => server,
    };
    let task = server.serve(named.default_service(processor));
    Ok((place, [task].into_iter().collect()))
}

/// Connects to a server and checks its answers; panics where one is wrong.
///
/// # Errors
///
/// Where there is no connection.
pub(crate) async fn check(cell: Cell, place: Place, number: i32) -> Result<()> {
    let Way { socket, transport, protocol } = cell.way;
    let builder = Client::builder().protocol(protocol.ours);
    let builder = match transport {
        Transport::Buffered => builder.buffered(),
        Transport::Framed => builder.framed(),
        Transport::Zlib => builder.zlib(),
        Transport::Header => builder.header(),
        Transport::HeaderZlib => builder.header_with_zlib(),
        Transport::Http => return check_over_http(cell, place, number).await,
    };
    let host = place::host(socket);
    let client = match (place, socket) {
        (Place::Path(path), _) => builder.connect_unix(path).await?,
        (Place::Port(port), socket) if socket.is_secure() => {
            builder.connect_tls(&format!("{host}:{port}"), &place::client_tls(socket)?).await?
        }
        (Place::Port(port), _) => builder.connect((host, port)).await?,
    };
    let client = match protocol.multiplexed {
        true => client.to_service(cell.service.idl_name()),
        false => client,
    };
    match cell.service {
        Service::Headers => headers::check(client, number).await,
        _ => check_answers(cell, client, number).await,
    }
    Ok(())
}

async fn check_over_http(cell: Cell, place: Place, number: i32) -> Result<()> {
    let Way { socket, protocol, transport: _ } = cell.way;
    let Place::Port(port) = place else { panic!("HTTP is not tried over {socket}") };
    let host = place::host(socket);
    let client = match socket {
        socket if socket.is_secure() => {
            HttpClient::new(&format!("https://{host}:{port}/"))?.tls(place::client_tls(socket)?)
        }
        _ => HttpClient::new(&format!("http://{host}:{port}/"))?,
    };
    let client = client.protocol(protocol.ours);
    let client = match protocol.multiplexed {
        true => client.to_service(cell.service.idl_name()),
        false => client,
    };
    check_answers(cell, client, number).await;
    Ok(())
}

async fn check_answers(cell: Cell, channel: impl Channel + Clone + 'static, number: i32) {
    match cell.service {
        Service::Message => message::check(channel, number).await,
        Service::Derived => derived::check(channel, number).await,
        Service::Calculator => {
            // thriftpy2's multiplexed server closes the connection instead.
            if !cell.way.protocol.multiplexed {
                calculator::check_refusal(channel.clone()).await;
            }
            calculator::check(channel, number).await;
        }
        Service::Headers => unreachable!("no server in Python tells of HTTP's headers"),
        Service::Conformance => unreachable!("it has a program of its own"),
    }
}
