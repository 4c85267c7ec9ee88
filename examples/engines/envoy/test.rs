//! A real Envoy between our client and three of our servers.

use std::{
    env,
    io::{BufRead, BufReader},
    net::{SocketAddr, TcpListener},
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
    time::{Duration, Instant},
};

use thrift_runtime::{
    AnyProtocol, ApplicationErrorKind, BinaryProtocol, Channel, Client, CompactProtocol, Framing,
};
use tokio::{net::TcpStream, task::JoinSet, time::sleep};

thrift_runtime::thrift! { path: "./notes.thrift", services: [client] }

/// More than anything here takes.
const LONG: Duration = Duration::from_secs(30);

/// A process, which ends with the test.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        _ = self.0.kill();
        _ = self.0.wait();
    }
}

struct Server {
    process: Process,
    printed: BufReader<ChildStdout>,
    port: u16,
}

impl Server {
    fn start(name: &str) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_notes-server"));
        let mut process =
            command.args([name, "127.0.0.1:0"]).stdout(Stdio::piped()).spawn().unwrap();
        let printed = BufReader::new(process.stdout.take().unwrap());
        let mut server = Server { process: Process(process), printed, port: 0 };
        server.port = server.line().parse::<SocketAddr>().unwrap().port();
        server
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.printed.read_line(&mut line).unwrap();
        line.trim().to_owned()
    }
}

/// Envoy, and the servers behind it.
struct Fleet {
    _envoy: Process,
    address: SocketAddr,
    replicas: [Server; 2],
    primary: Server,
}

impl Fleet {
    /// With what Envoy speaks to the servers. `None` if there is no Envoy, in `THRIFT_ENVOY` or on the
    /// path, unless `THRIFT_INTEROP` is `required`.
    async fn start(transport: &str, protocol: &str) -> Option<Self> {
        let replicas = ["one", "two"].map(Server::start);
        let primary = Server::start("primary");
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let mut config = include_str!("envoy.yaml").to_owned();
        for (shown, port) in [
            (9090, address.port()),
            (9091, replicas[0].port),
            (9092, replicas[1].port),
            (9093, primary.port),
        ] {
            config = config.replacen(
                &format!("port_value: {shown} "),
                &format!("port_value: {port} "),
                1,
            );
        }
        let (listener, clusters) = config.split_at(config.find("clusters:").unwrap());
        let clusters = clusters
            .replace("transport: HEADER", &format!("transport: {transport}"))
            .replace("protocol: BINARY", &format!("protocol: {protocol}"));
        let file = format!("envoy-{}.yaml", address.port());
        let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(file);
        std::fs::write(&file, format!("{listener}{clusters}")).unwrap();

        let mut envoy = Command::new(env::var_os("THRIFT_ENVOY").unwrap_or("envoy".into()));
        envoy.arg("--config-path").arg(&file).args(["--log-level", "error", "--concurrency", "1"]);
        envoy.arg("--disable-hot-restart");
        let envoy = match envoy.spawn() {
            Ok(envoy) => Process(envoy),
            Err(error) => {
                let required = env::var_os("THRIFT_INTEROP").is_some_and(|it| it == "required");
                assert!(!required, "envoy: {error}");
                eprintln!("left out: envoy: {error}");
                return None;
            }
        };
        let begun = Instant::now();
        while TcpStream::connect(address).await.is_err() {
            assert!(begun.elapsed() < LONG, "Envoy does not answer");
            sleep(Duration::from_millis(10)).await;
        }
        Some(Fleet { _envoy: envoy, address, replicas, primary })
    }

    async fn client(&self, framing: Framing, protocol: AnyProtocol) -> Client<AnyProtocol> {
        let builder = Client::builder().protocol(protocol).framing(framing);
        builder.connect(self.address).await.unwrap()
    }

    /// Reads, until the last answers are from these servers.
    async fn readers(notes: &NotesClient<impl Channel>, servers: &[&str]) {
        let begun = Instant::now();
        let mut last = Vec::new();
        while last != servers {
            last.clear();
            for _ in 0..10 {
                match notes.read("milk".into()).await {
                    Ok(note) => last.push(note.server),
                    Err(error) => last.push(error.to_string()),
                }
            }
            last.sort();
            last.dedup();
            assert!(begun.elapsed() < LONG, "{last:?} instead of {servers:?}");
        }
    }
}

/// What Envoy speaks to the servers, whatever it is that clients speak.
const UPSTREAM: [(&str, &str); 6] = [
    ("HEADER", "BINARY"),
    ("FRAMED", "BINARY"),
    ("FRAMED", "COMPACT"),
    ("UNFRAMED", "BINARY"),
    ("UNFRAMED", "COMPACT"),
    ("HEADER", "COMPACT"),
];

#[tokio::test]
async fn envoy_routes_and_balances_over_every_transport_and_in_every_protocol() {
    for (transport, protocol) in UPSTREAM {
        let Some(mut fleet) = Fleet::start(transport, protocol).await else { return };
        for framing in [Framing::Buffered, Framing::Framed, Framing::Header] {
            for spoken in [AnyProtocol::from(BinaryProtocol::STRICT), CompactProtocol.into()] {
                let what = format!("{framing:?}, {spoken:?}, then {transport}, {protocol}");
                eprintln!("{what}");
                let mut channel = fleet.client(framing, spoken).await;
                if framing == Framing::Header {
                    channel = channel.with_header("trace", "7f3a");
                }
                let notes = NotesClient::new(channel.clone());
                Fleet::readers(&notes, &["one", "two"]).await;
                assert_eq!(notes.write("milk".into(), "two".into()).await.unwrap(), "primary");
                notes.forget(what.clone()).await.unwrap();
                assert_eq!(fleet.primary.line(), format!("primary forgot {what}"));
                match notes.read(String::new()).await {
                    Err(NotesReadError::None(NoNote { title })) => assert_eq!(title, ""),
                    other => panic!("{what}: {other:?}"),
                }
                // Headers arrive where there are headers all the way.
                let header_all_the_way = framing == Framing::Header && transport == "HEADER";
                let trace = notes.read("milk".into()).await.unwrap().trace;
                assert_eq!(trace.is_some(), header_all_the_way, "{what}");

                // Many at once, over one connection.
                let mut reads = JoinSet::new();
                for number in 0..50 {
                    let notes = NotesClient::new(channel.clone());
                    let title = format!("note {number}");
                    reads.spawn(async move { (notes.read(title.clone()).await, title) });
                }
                while let Some(Ok((note, title))) = reads.join_next().await {
                    assert_eq!(note.unwrap().text, title, "{what}");
                }
            }
        }
    }
}

#[tokio::test]
async fn a_replica_that_is_gone_gets_no_calls() {
    let Some(mut fleet) = Fleet::start("HEADER", "BINARY").await else { return };
    let notes = NotesClient::new(fleet.client(Framing::Framed, CompactProtocol.into()).await);
    Fleet::readers(&notes, &["one", "two"]).await;
    fleet.replicas[0].process.0.kill().unwrap();
    Fleet::readers(&notes, &["two"]).await;
    fleet.replicas[1].process.0.kill().unwrap();
    // The proxy answers itself.
    let error = loop {
        match notes.read("milk".into()).await {
            Err(NotesReadError::Other(error)) => break error,
            other => _ = other.unwrap(),
        }
    };
    let exception = error.as_application().unwrap();
    assert_eq!(exception.kind(), ApplicationErrorKind::INTERNAL_ERROR);
    assert_eq!(notes.write("milk".into(), "two".into()).await.unwrap(), "primary");
}

#[test]
fn the_guide_shows_the_settings() {
    let guide = include_str!("../../../thrift-runtime/src/guide/envoy.md");
    assert!(guide.contains(include_str!("envoy.yaml")));
}
