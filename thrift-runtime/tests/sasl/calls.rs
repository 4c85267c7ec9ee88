//! Calls by those who were let in, over every kind of connection.

use thrift_runtime::{
    BlockingClient, BlockingServer, Bytes, Client, CompactProtocol, Limits, Protocol, Server,
    sasl::ServerSasl,
    tls::{ClientTls, ServerTls},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, DuplexStream},
    task::spawn_blocking,
};

use crate::{
    Who as _, WhoBlocking as _, WhoBlockingClient, WhoClient, alice, certificates::Authority,
    decide, login, options, processor, serve, start, start_blocking, told,
};

/// Calls all that there is.
async fn call(client: Client<impl Protocol>, name: &str) {
    let who = WhoClient::new(client);
    assert_eq!(who.name().await.unwrap(), name);
    let large = Bytes::from(vec![7; 3 << 20]);
    let (one, two, three) = tokio::join!(who.name(), who.echo(large.clone()), who.name());
    assert_eq!((one.unwrap().as_str(), three.unwrap().as_str()), (name, name));
    assert_eq!(two.unwrap(), large);
    let before = who.noted().await.unwrap();
    who.note(3).await.unwrap();
    assert_eq!(who.noted().await.unwrap(), before + 3);
}

/// The same without an async runtime.
async fn call_blocking(
    connect: impl FnOnce() -> BlockingClient + Send + 'static,
    name: &'static str,
) {
    let called = spawn_blocking(move || {
        let who = WhoBlockingClient::new(connect());
        assert_eq!(who.name().unwrap(), name);
        let large = Bytes::from(vec![7; 3 << 20]);
        assert_eq!(who.echo(large.clone()).unwrap(), large);
        let before = who.noted().unwrap();
        who.note(3).unwrap();
        assert_eq!(who.noted().unwrap(), before + 3);
    });
    called.await.unwrap();
}

#[tokio::test]
async fn clients_of_all_kinds_are_known_to_servers_of_all_kinds() {
    let sasl = || ServerSasl::plain(decide).and(PlainTwin);
    let addresses = [
        start(|server| server.sasl(sasl())).await,
        start(|server| server.sasl(sasl()).concurrent_calls(8)).await,
        start_blocking(|server| server.sasl(sasl())),
    ];
    for address in addresses {
        call(Client::builder().sasl(alice()).connect(address).await.unwrap(), "alice").await;
        let builder = Client::builder().protocol(CompactProtocol).sasl(alice().acting_as("bob"));
        let error = builder.connect(address).await.unwrap_err();
        assert!(
            error.to_string().contains("this server does not let users act as others"),
            "{error}"
        );
        let builder = Client::builder().protocol(CompactProtocol).sasl(alice());
        call(builder.connect(address).await.unwrap(), "alice").await;
        let connect = move || BlockingClient::builder().sasl(alice()).connect(address).unwrap();
        call_blocking(connect, "alice").await;
    }
}

/// A second mechanism beside PLAIN, which nobody asks for.
struct PlainTwin;

impl thrift_runtime::sasl::ServerMechanism for PlainTwin {
    fn name(&self) -> &str {
        "X-TWIN"
    }

    fn begin(
        &self,
    ) -> Result<Box<dyn thrift_runtime::sasl::ServerSession>, thrift_runtime::sasl::Refused> {
        Err("nobody asks for this".into())
    }
}

#[tokio::test]
async fn sasl_is_spoken_within_tls() {
    let authority = Authority::new();
    let identity = authority.sign("localhost");
    let tls = || ServerTls::new(&identity.chain, &identity.key).unwrap();
    let trust = ClientTls::with_roots(&authority.pem).unwrap();
    let sasl = || ServerSasl::plain(decide);
    for address in [
        start(|server| server.sasl(sasl()).tls(tls())).await,
        start_blocking(|server| server.sasl(sasl()).tls(tls())),
    ] {
        let host = format!("localhost:{}", address.port());
        let builder = Client::builder().sasl(alice());
        call(builder.connect_tls(&host, &trust).await.unwrap(), "alice").await;
        let ours = trust.clone();
        let connect =
            move || BlockingClient::builder().sasl(alice()).connect_tls(&host, &ours).unwrap();
        call_blocking(connect, "alice").await;
        // No password is asked for where everybody can listen.
        let error = Client::builder().sasl(alice()).connect(address).await.unwrap_err();
        assert!(error.to_string().contains("\"this server takes TLS only\""), "{error}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn sasl_is_spoken_over_unix_sockets() {
    let folder = std::env::temp_dir();
    let path = |name: &str| folder.join(format!("thrift-sasl-{}-{name}", std::process::id()));
    let server = Server::bind_unix(path("one")).unwrap().sasl(ServerSasl::plain(decide));
    tokio::spawn(server.serve(processor()));
    let server = BlockingServer::bind_unix(path("two")).unwrap().sasl(ServerSasl::plain(decide));
    std::thread::spawn(move || server.serve(processor()));
    for name in ["one", "two"] {
        let path = path(name);
        let client = Client::builder().sasl(alice()).connect_unix(&path).await.unwrap();
        call(client, "alice").await;
        let connect = move || {
            let client = BlockingClient::builder().sasl(alice()).connect_unix(&path).unwrap();
            let _ = std::fs::remove_file(path);
            client
        };
        call_blocking(connect, "alice").await;
    }
}

/// A call of `name`: its type and name, its sequence id, and no arguments.
fn call_of_name(seqid: i32) -> Vec<u8> {
    [b"\x80\x01\0\x01\0\0\0\x04name", &seqid.to_be_bytes()[..], b"\0"].concat()
}

/// The contents of the next frame.
async fn frame(stream: &mut DuplexStream) -> Vec<u8> {
    let mut content = vec![0; stream.read_u32().await.unwrap() as usize];
    stream.read_exact(&mut content).await.unwrap();
    content
}

fn framed(content: &[u8]) -> Vec<u8> {
    [&(content.len() as u32).to_be_bytes()[..], content].concat()
}

#[tokio::test(start_paused = true)]
async fn frames_may_have_any_part_of_calls_and_replies_have_one_each() {
    let calls = [call_of_name(1), call_of_name(2), call_of_name(3)].concat();
    for piece in [1, 5, 40, 1000] {
        let (mut stream, serving) = serve();
        stream.write_all(&login()).await.unwrap();
        assert_eq!(told(&mut stream).await, (5, String::new()));
        for piece in calls.chunks(piece) {
            stream.write_all(&[framed(piece), framed(b"")].concat()).await.unwrap();
        }
        for seqid in 1..=3 {
            let reply = frame(&mut stream).await;
            assert!(reply.starts_with(b"\x80\x01\0\x02\0\0\0\x04name"), "{reply:02x?}");
            assert_eq!(reply[12..16], i32::to_be_bytes(seqid));
            assert!(reply.ends_with(b"\0\0\0\x05alice\0"), "{reply:02x?}");
        }
        stream.shutdown().await.unwrap();
        serving.await.unwrap().unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn calls_may_come_right_behind_the_login_and_each_has_a_frame() {
    let (mut stream, _serving) = serve();
    let calls = [login(), framed(&call_of_name(1)), framed(&call_of_name(2))].concat();
    stream.write_all(&calls).await.unwrap();
    assert_eq!(told(&mut stream).await, (5, String::new()));
    assert_eq!(frame(&mut stream).await.len(), 29);
    assert_eq!(frame(&mut stream).await.len(), 29);

    let (ours, mut theirs) = tokio::io::duplex(1 << 16);
    let client = tokio::spawn(Client::builder().sasl(alice()).negotiate_over(ours));
    let mut sent = vec![0; login().len()];
    theirs.read_exact(&mut sent).await.unwrap();
    assert_eq!(sent, login());
    theirs.write_all(b"\x05\0\0\0\0").await.unwrap();
    let client = client.await.unwrap().unwrap();
    for _ in 0..3 {
        let who = WhoClient::new(client.clone());
        tokio::spawn(async move { who.name().await });
    }
    for _ in 0..3 {
        assert_eq!(frame(&mut theirs).await.len(), call_of_name(1).len());
    }
}

#[tokio::test(start_paused = true)]
async fn limits_are_those_of_messages() {
    let mut limits = Limits::default();
    (limits.message_size, limits.frame_size) = (2000, 100);
    let mut options = options(ServerSasl::plain(decide));
    options.limits = limits;
    let (stream, serving) = crate::serve_with(options);
    let client = Client::builder().sasl(alice()).negotiate_over(stream).await.unwrap();
    let who = WhoClient::new(client);
    let fits = Bytes::from(vec![7; 1000]);
    assert_eq!(who.echo(fits.clone()).await.unwrap(), fits);
    who.echo(Bytes::from(vec![7; 3000])).await.unwrap_err();
    let error = serving.await.unwrap().unwrap_err();
    assert!(error.is_limit(), "{error}");
}
