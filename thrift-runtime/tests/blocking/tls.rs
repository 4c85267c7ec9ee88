//! TLS without an async runtime.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use thrift_runtime::{
    ApplicationErrorKind, BlockingClient, BlockingServer, Bytes, ErrorKind, Event, Result,
    Timeouts,
    tls::{ClientTls, ServerTls},
};

use crate::{
    Handler, TestServiceBlocking, TestServiceBlockingClient, TestServiceProcessor,
    certificates::{Authority, Identity},
    raw_tls,
};

const MOMENT: Duration = Duration::from_millis(100);

type TestClient = TestServiceBlockingClient<BlockingClient>;

fn start(tls: ServerTls) -> (String, SocketAddr) {
    start_with(tls, Timeouts::default())
}

fn start_with(tls: ServerTls, timeouts: Timeouts) -> (String, SocketAddr) {
    let server = BlockingServer::bind("127.0.0.1:0").unwrap().tls(tls).timeouts(timeouts);
    let address = server.local_addr().unwrap();
    let processor = TestServiceProcessor::blocking_per_call(|cx| Handler {
        context: Some(cx.clone()),
        ..Handler::default()
    });
    thread::spawn(move || server.serve(processor));
    (format!("localhost:{}", address.port()), address)
}

pub(crate) fn server_tls(authority: &Authority) -> ServerTls {
    let identity = authority.sign("localhost");
    ServerTls::new(&identity.chain, &identity.key).unwrap()
}

fn connect(host: &str, tls: &ClientTls) -> Result<TestClient> {
    Ok(TestServiceBlockingClient::new(BlockingClient::builder().connect_tls(host, tls)?))
}

#[test]
fn one_port_answers_with_and_without_tls() {
    let authority = Authority::new();
    let (host, address) = start(server_tls(&authority).and_plain());
    let trust = ClientTls::with_roots(&authority.pem).unwrap();
    let framed = BlockingClient::builder().framed().connect_tls(&host, &trust).unwrap();
    let buffered = connect(&host, &trust).unwrap();
    let plain = TestServiceBlockingClient::connect(address).unwrap();
    for client in [TestServiceBlockingClient::new(framed), buffered, plain] {
        for length in [0, 1, 20_000, 3 << 20] {
            let bytes = Bytes::from(vec![7; length]);
            assert_eq!(client.echo(bytes.clone()).unwrap(), bytes);
        }
        assert_eq!(client.add(1, 2).unwrap(), 3);
        assert_eq!(client.peer().unwrap(), "0 certificates");
    }
}

#[test]
fn answers_can_be_read_though_more_was_sent_behind_a_fault() {
    let authority = Authority::new();
    let (_, address) = start(server_tls(&authority).and_plain());
    let call = b"\0\0\0\x1e\x80\x01\0\x01\0\0\0\x03add\0\0\0\x07\x08\0\x01\0\0\0\x05\x08\0\x02\0\0\0\x03\0";
    let bytes = [&call[..], &[0x7f; 200_000]].concat();
    // A reset would discard what has come.
    let answer = |mut stream: Box<dyn Read>| {
        thread::sleep(MOMENT);
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        assert!(answer.ends_with(b"\0\0\0\x08\0"), "{}", answer.escape_ascii());
    };
    let mut plain = TcpStream::connect(address).unwrap();
    plain.write_all(&bytes).unwrap();
    answer(Box::new(plain));
    // In records, of which the last comes in pieces.
    let mut secure = raw_tls::connect(address, &authority.pem);
    secure.write_all(&bytes).unwrap();
    secure.flush().unwrap();
    let more = raw_tls::sealed(&mut secure.conn, &[0x7f; 1000]);
    for piece in more.chunks(500) {
        secure.sock.write_all(piece).unwrap();
        thread::sleep(MOMENT / 5);
    }
    answer(Box::new(secure));
}

#[test]
fn a_client_certificate_may_be_required_and_is_shown() {
    let authority = Authority::new();
    let identity = authority.sign("localhost");
    let tls = ServerTls::with_client_roots(&identity.chain, &identity.key, &authority.pem).unwrap();
    let (host, _) = start(tls);
    let trust = ClientTls::with_roots(&authority.pem).unwrap();
    let known = authority.sign("client");
    let known = trust.clone().certificate(&known.chain, &known.key).unwrap();
    assert_eq!(connect(&host, &known).unwrap().peer().unwrap(), "1 certificates");

    let stranger = Authority::new().sign("client");
    let stranger = trust.clone().certificate(&stranger.chain, &stranger.key).unwrap();
    for refused in [&trust, &stranger] {
        let called = connect(&host, refused).and_then(|client| client.add(1, 2));
        assert!(!called.unwrap_err().is_application());
    }
}

#[test]
fn a_certificate_of_another_host_or_authority_is_refused() {
    let authority = Authority::new();
    let (host, address) = start(server_tls(&authority));
    let trust = ClientTls::with_roots(&authority.pem).unwrap();
    let other = ClientTls::with_roots(&Authority::new().pem).unwrap();
    for (host, tls) in [(&*address.to_string(), &trust), (&host, &other)] {
        let error = connect(host, tls).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Tls);
        assert!(error.to_string().starts_with("the peer's certificate is refused"), "{error}");
    }
    let named = trust.server_name("localhost").unwrap();
    assert_eq!(connect(&address.to_string(), &named).unwrap().add(1, 2).unwrap(), 3);
}

#[test]
fn a_plain_client_is_told_that_a_port_takes_tls_only() {
    let (_, address) = start(server_tls(&Authority::new()));
    for builder in [BlockingClient::builder(), BlockingClient::builder().framed()] {
        let client = TestServiceBlockingClient::new(builder.connect(address).unwrap());
        let error = client.add(1, 2).unwrap_err();
        let kind = error.as_application().unwrap().kind();
        assert_eq!(kind, ApplicationErrorKind::UNSUPPORTED_CLIENT_TYPE);
    }
}

#[test]
fn a_tls_client_is_told_that_a_port_does_not_speak_it() {
    let trust = ClientTls::with_roots(&Authority::new().pem).unwrap();
    let server = BlockingServer::bind("127.0.0.1:0").unwrap();
    let host = format!("localhost:{}", server.local_addr().unwrap().port());
    thread::spawn(move || server.serve(TestServiceProcessor::blocking(Handler::default())));
    let error = connect(&host, &trust).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Tls);
    assert!(error.to_string().contains("refused the TLS handshake"), "{error}");

    // One that says nothing.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let host = format!("localhost:{}", silent.local_addr().unwrap().port());
    let builder = BlockingClient::builder().connect_timeout(Duration::from_millis(50));
    let error = builder.connect_tls(&host, &trust).unwrap_err();
    assert!(error.is_timeout() && error.kind() == ErrorKind::ConnectTimeout, "{error:?}");
    let text =
        format!("no connection was made within 50ms: {host} did not finish the TLS handshake");
    assert_eq!(error.to_string(), text);
}

#[test]
fn a_handshake_has_a_deadline_and_garbage_harms_nobody() {
    let authority = Authority::new();
    let mut timeouts = Timeouts::default();
    timeouts.handshake = Some(Duration::from_millis(100));
    let (host, address) = start_with(server_tls(&authority), timeouts);
    for bytes in [&b"\x16\x03\x01\x02\x00"[..], &[0x16, 3, 1, 0, 5, 1, 2, 3, 4, 5, 6, 7, 8]] {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        stream.write_all(bytes).unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        assert!(answer.len() < 20);
    }
    let trust = ClientTls::with_roots(&authority.pem).unwrap();
    assert_eq!(connect(&host, &trust).unwrap().add(1, 2).unwrap(), 3);
}

#[cfg(feature = "tokio")]
#[test]
fn the_two_kinds_of_clients_and_servers_speak_to_one_another() {
    use thrift_runtime::{Client, Server};

    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let authority = Authority::new();
    let trust = ClientTls::with_roots(&authority.pem).unwrap();
    let server = runtime.block_on(Server::bind("127.0.0.1:0")).unwrap();
    let host = format!("localhost:{}", server.local_addr().unwrap().port());
    let processor = TestServiceProcessor::blocking(Handler::default());
    runtime.spawn(server.tls(server_tls(&authority)).serve(processor));
    assert_eq!(connect(&host, &trust).unwrap().add(1, 2).unwrap(), 3);

    let (host, _) = start(server_tls(&authority));
    runtime.block_on(async {
        use crate::extended::service::{TestService as _, TestServiceClient};
        let client = Client::builder().connect_tls(&host, &trust).await.unwrap();
        assert_eq!(TestServiceClient::new(client).add(1, 2).await.unwrap(), 3);
    });
}

#[test]
fn the_first_byte_after_a_handshake_has_a_time_of_its_own() {
    let authority = Authority::new();
    let mut timeouts = Timeouts::default();
    timeouts.handshake = Some(MOMENT);
    let (host, _) = start_with(server_tls(&authority), timeouts);
    let client = connect(&host, &ClientTls::with_roots(&authority.pem).unwrap()).unwrap();
    thread::sleep(2 * MOMENT);
    assert_eq!(client.add(1, 2).unwrap(), 3);
}

#[test]
fn a_password_in_an_address_is_not_shown() {
    let trust = ClientTls::with_roots(&Authority::new().pem).unwrap();
    for address in ["me:hunter2@nowhere.invalid:1", "me:hunter2@127.0.0.1:1", "me:hunter2@"] {
        let error = connect(address, &trust).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
    }
}

#[test]
fn both_sides_say_that_they_end() {
    let call = b"\x80\x01\0\x01\0\0\0\x03add\0\0\0\0\x08\0\x01\0\0\0\x01\x08\0\x02\0\0\0\x02\0";
    let reply = b"\x80\x01\0\x02\0\0\0\x03add\0\0\0\0\x08\0\0\0\0\0\x03\0";
    let authority = Authority::new();
    let server = BlockingServer::bind("127.0.0.1:0").unwrap().tls(server_tls(&authority));
    let server = server.idle_timeout(Duration::from_millis(100));
    let address = server.local_addr().unwrap();
    let (tell, told) = mpsc::channel();
    let server = server.observer(move |event: &Event<'_>| {
        if let Event::Closed { why, .. } = event {
            let _ = tell.send(why.to_string());
        }
    });
    let shutdown = server.shutdown_handle();
    thread::spawn(move || server.serve(TestServiceProcessor::blocking(Handler::default())));
    let mut peer = raw_tls::connect(address, &authority.pem);
    peer.write_all(call).unwrap();
    raw_tls::read_until(&mut peer, reply);
    assert!(raw_tls::says_goodbye(&mut peer));
    assert_eq!(told.recv().unwrap(), "the connection was idle");

    // A client that does not, between calls, has not failed.
    let mut peer = raw_tls::connect(address, &authority.pem);
    peer.write_all(call).unwrap();
    raw_tls::read_until(&mut peer, reply);
    raw_tls::just_close(peer);
    shutdown.begin();
    assert_eq!(told.iter().collect::<Vec<_>>(), ["by the peer"]);

    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let host = format!("localhost:{}", listener.local_addr().unwrap().port());
    let identity = authority.sign("localhost");
    let serving = thread::spawn(move || {
        let mut peer = raw_tls::accept(&listener, &identity);
        raw_tls::read_until(&mut peer, &call[call.len() - 5..]);
        peer.write_all(reply).unwrap();
        raw_tls::says_goodbye(&mut peer)
    });
    let client = connect(&host, &ClientTls::with_roots(&authority.pem).unwrap()).unwrap();
    assert_eq!(client.add(1, 2).unwrap(), 3);
    drop(client);
    assert!(serving.join().unwrap());
}

#[test]
fn certificates_that_their_owners_signed_are_trusted_and_replaced() {
    let [one, two] = [(); 2].map(|()| Identity::self_signed("localhost", 2000..2100));
    let tls = ServerTls::new(&one.chain, &one.key).unwrap();
    let (host, address) = start(tls.clone());
    let roots = [&one, &two].map(|own| ClientTls::with_roots(&own.chain).unwrap());
    assert_eq!(connect(&host, &roots[0]).unwrap().add(1, 2).unwrap(), 3);
    assert_eq!(connect(&host, &roots[1]).unwrap_err().kind(), ErrorKind::Tls);
    let elsewhere = format!("127.0.0.1:{}", address.port());
    assert_eq!(connect(&elsewhere, &roots[0]).unwrap_err().kind(), ErrorKind::Tls);
    tls.set_certificate(&two.chain, &two.key).unwrap();
    assert_eq!(connect(&host, &roots[1]).unwrap().add(1, 2).unwrap(), 3);
    assert_eq!(connect(&host, &roots[0]).unwrap_err().kind(), ErrorKind::Tls);
}

const CALL: &[u8] =
    b"\x80\x01\0\x01\0\0\0\x03add\0\0\0\0\x08\0\x01\0\0\0\x01\x08\0\x02\0\0\0\x02\0";
const REPLY: &[u8] = b"\x80\x01\0\x02\0\0\0\x03add\0\0\0\0\x08\0\0\0\0\0\x03\0";
const SHORT: Duration = Duration::from_millis(150);

/// Sends a record of TLS a byte at a time, none of which is late.
fn trickle(record: &[u8], socket: &mut TcpStream) {
    for byte in record {
        if socket.write_all(&[*byte]).is_err() {
            return;
        }
        thread::sleep(SHORT / 5);
    }
}

#[test]
fn a_call_in_a_record_that_trickles_in_is_left() {
    let authority = Authority::new();
    let mut timeouts = Timeouts::default();
    timeouts.message = Some(SHORT);
    let server = BlockingServer::bind("127.0.0.1:0").unwrap().tls(server_tls(&authority));
    let address = server.local_addr().unwrap();
    let (tell, told) = mpsc::channel();
    let server = server.timeouts(timeouts).observer(move |event: &Event<'_>| {
        if let Event::Closed { why, .. } = event {
            let _ = tell.send(why.to_string());
        }
    });
    thread::spawn(move || server.serve(TestServiceProcessor::blocking(Handler::default())));
    let mut peer = raw_tls::connect(address, &authority.pem);
    // What has come of the call says that there is one.
    peer.write_all(&CALL[..10]).unwrap();
    peer.conn.writer().write_all(&CALL[10..]).unwrap();
    let mut record = Vec::new();
    peer.conn.write_tls(&mut record).unwrap();
    let start = Instant::now();
    thread::spawn(move || trickle(&record, &mut peer.sock));
    assert_eq!(told.recv().unwrap(), "the rest of a call did not arrive in time");
    assert!(start.elapsed() < 5 * SHORT, "{:?}", start.elapsed());
}

#[test]
fn a_reply_in_a_record_that_trickles_in_is_waited_for_no_longer_than_a_call_may_take() {
    let authority = Authority::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let host = format!("localhost:{}", listener.local_addr().unwrap().port());
    let identity = authority.sign("localhost");
    thread::spawn(move || {
        let mut peer = raw_tls::accept(&listener, &identity);
        raw_tls::read_until(&mut peer, &CALL[CALL.len() - 5..]);
        peer.conn.writer().write_all(REPLY).unwrap();
        let mut record = Vec::new();
        peer.conn.write_tls(&mut record).unwrap();
        trickle(&record, &mut peer.sock);
    });
    let builder = BlockingClient::builder().call_timeout(SHORT);
    let client = builder.connect_tls(&host, &ClientTls::with_roots(&authority.pem).unwrap());
    let client = TestServiceBlockingClient::new(client.unwrap());
    let start = Instant::now();
    let error = client.add(1, 2).unwrap_err();
    assert_eq!(error.to_string(), "no reply to add came within 150ms");
    assert!(start.elapsed() < 5 * SHORT, "{:?}", start.elapsed());
}

#[test]
fn a_part_of_a_record_is_no_rest() {
    let authority = Authority::new();
    let mut timeouts = Timeouts::default();
    timeouts.message = Some(SHORT);
    let server = BlockingServer::bind("127.0.0.1:0").unwrap().tls(server_tls(&authority));
    let address = server.local_addr().unwrap();
    let (tell, told) = mpsc::channel();
    let server = server.timeouts(timeouts).observer(move |event: &Event<'_>| {
        if let Event::Closed { why, .. } = event {
            let _ = tell.send(why.to_string());
        }
    });
    thread::spawn(move || server.serve(TestServiceProcessor::blocking(Handler::default())));
    // Behind a whole call, and after its reply.
    for rests in [false, true] {
        for part in [1, 5, 20] {
            let mut peer = raw_tls::connect(address, &authority.pem);
            peer.write_all(CALL).unwrap();
            raw_tls::read_until(&mut peer, REPLY);
            let mut records = raw_tls::sealed(&mut peer.conn, CALL);
            let next = raw_tls::sealed(&mut peer.conn, CALL);
            if rests {
                peer.sock.write_all(&records).unwrap();
                raw_tls::read_until(&mut peer, REPLY);
                records.clear();
            }
            peer.sock.write_all(&[&*records, &next[..part]].concat()).unwrap();
            let closed = told.recv_timeout(Duration::from_secs(10)).expect("it is left");
            assert_eq!(closed, "the rest of a call did not arrive in time");
        }
    }
}

#[test]
fn a_connection_with_a_part_of_a_record_makes_room_for_no_other() {
    let authority = Authority::new();
    let server = BlockingServer::bind("127.0.0.1:0").unwrap();
    let server = server.tls(server_tls(&authority)).max_connections(1);
    let address = server.local_addr().unwrap();
    thread::spawn(move || server.serve(TestServiceProcessor::blocking(Handler::default())));
    let mut client = raw_tls::connect(address, &authority.pem);
    client.write_all(CALL).unwrap();
    raw_tls::read_until(&mut client, REPLY);
    let record = raw_tls::sealed(&mut client.conn, CALL);
    let (part, rest) = record.split_at(20);
    client.sock.write_all(part).unwrap();
    // For longer than a connection has to rest.
    thread::sleep(5 * MOMENT);
    let mut other = TcpStream::connect(address).unwrap();
    other.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    // It is refused.
    assert!(matches!(other.read(&mut [0; 100]), Ok(0) | Err(_)));
    client.sock.write_all(rest).unwrap();
    raw_tls::read_until(&mut client, REPLY);
}

#[test]
fn a_connection_rests_after_a_record_without_content() {
    let authority = Authority::new();
    let mut timeouts = Timeouts::default();
    timeouts.message = Some(Duration::from_secs(1));
    let (_, address) = start_with(server_tls(&authority), timeouts);
    let mut client = raw_tls::connect(address, &authority.pem);
    client.write_all(CALL).unwrap();
    raw_tls::read_until(&mut client, REPLY);
    client.conn.refresh_traffic_keys().unwrap();
    let record = raw_tls::sealed(&mut client.conn, b"");
    let (part, rest) = record.split_at(10);
    client.sock.write_all(part).unwrap();
    thread::sleep(MOMENT);
    client.sock.write_all(rest).unwrap();
    thread::sleep(Duration::from_millis(1500));
    client.write_all(CALL).unwrap();
    raw_tls::read_until(&mut client, REPLY);
}
