//! Three servers, the client, and how much of both is not in the quick start.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use thrift_runtime::{ApplicationErrorKind, Client};

thrift_runtime::thrift!("message.thrift");

const README: &str = include_str!("../../../README.md");
const GUIDE: &str = include_str!("../../../thrift-runtime/src/guide/production.md");
const SERVER: &str = include_str!("server.rs");
const CLIENT: &str = include_str!("client.rs");

/// A server in a process of its own, which ends with the test.
struct Server {
    process: Child,
    address: SocketAddr,
    page: SocketAddr,
}

impl Server {
    /// Starts one that can be reached. An address may be taken before it gets to it.
    fn start() -> Self {
        loop {
            let mut server = Self::spawn();
            while server.process.try_wait().unwrap().is_none() {
                if TcpStream::connect(server.address).is_ok() {
                    return server;
                }
                thread::sleep(Duration::from_millis(5));
            }
        }
    }

    fn spawn() -> Self {
        let [address, page] = [(); 2].map(|()| unused_address());
        let process = Command::new(env!("CARGO_BIN_EXE_fleet-server"))
            .env("ADDRESS", address.to_string())
            .env("METRICS", page.to_string())
            .env("NO_COLOR", "1")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        Server { process, address, page }
    }

    fn metrics(&self) -> String {
        let mut stream = TcpStream::connect(self.page).unwrap();
        let request = b"GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
        stream.write_all(request).unwrap();
        let mut page = String::new();
        stream.read_to_string(&mut page).unwrap();
        page
    }

    fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

fn unused_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// Runs the client, which waits for the first server that can be reached.
fn send(servers: &[Server]) {
    let mut client = Command::new(env!("CARGO_BIN_EXE_fleet-client"));
    let output = client.args(servers.iter().map(|it| it.address.to_string())).output().unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    assert_eq!(printed, "sent: true\n", "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn messages_are_sent_whichever_server_is_dead() {
    let mut servers = [(); 3].map(|()| Server::start());
    for dead in 0..3 {
        send(&servers);
        servers[dead].kill();
        for _ in 0..5 {
            send(&servers);
        }
        servers[dead] = Server::start();
    }
}

#[tokio::test]
async fn calls_are_authorised_bounded_traced_and_measured() {
    let mut server = Server::start();
    let channel = Client::builder().header().connect(server.address).await.unwrap();
    let bob = || "bob".to_owned();
    let known = channel.with_header("authorization", "Bearer 7f3a");
    let messages = MessageServiceClient::new(known.clone());
    let message = Message { recipient: bob(), content: "Noon?".into(), ..Message::default() };
    messages.send_message(message).await.unwrap();
    assert_eq!(messages.receive_message(bob()).await.unwrap().content, "Noon?");

    let kind = async |channel| {
        let error = MessageServiceClient::new(channel).receive_message(bob()).await.unwrap_err();
        error.as_application().unwrap_or_else(|| panic!("{error}")).kind()
    };
    assert_eq!(kind(channel).await, ApplicationErrorKind(401));
    let late = known.with_header("client_timeout", "0");
    assert_eq!(kind(late).await, ApplicationErrorKind::TIMEOUT);

    let metrics = server.metrics();
    let counted = |method: &str, status: &str, error: &str| {
        let sample = format!(
            "rpc_server_call_duration_count{{rpc_system_name=\"thrift\",\
             rpc_method=\"MessageService/{method}\",rpc_response_status_code=\"{status}\"{error}}} 1\n"
        );
        assert!(metrics.contains(&sample), "{sample}{metrics}");
    };
    counted("sendMessage", "OK", "");
    counted("receiveMessage", "OK", "");
    counted("receiveMessage", "401", ",error_type=\"401\"");
    counted("receiveMessage", "TIMEOUT", ",error_type=\"TIMEOUT\"");
    assert!(metrics.contains("thrift_server_connections "), "{metrics}");

    let printed = BufReader::new(server.process.stdout.take().unwrap());
    let span = printed.lines().next().unwrap().unwrap();
    assert!(span.contains("otel.name=MessageService/sendMessage"), "{span}");
    assert!(span.contains("rpc.response.status_code=\"OK\""), "{span}");
}

/// The README's first block in a language.
fn quick_start(language: &str) -> &'static str {
    let (_, block) = README.split_once(&format!("\n```{language}")).unwrap();
    let (_, block) = block.split_once('\n').unwrap();
    block.split_once("\n```").unwrap().0
}

/// How many lines of `after` are not in `before`, with those in between in the same order.
fn added(before: &str, after: &str) -> usize {
    let before: Vec<_> = before.lines().filter(|line| !line.is_empty()).collect();
    let after: Vec<_> = after.lines().filter(|line| !line.is_empty()).collect();
    // The longest common subsequence, line by line of what comes after.
    let mut common = vec![0; before.len() + 1];
    for line in &after {
        let mut diagonal = 0;
        for (at, old) in before.iter().enumerate() {
            let longest = if line == old { diagonal + 1 } else { common[at + 1].max(common[at]) };
            diagonal = std::mem::replace(&mut common[at + 1], longest);
        }
    }
    after.len() - common.last().unwrap()
}

#[test]
fn each_has_fewer_than_15_lines_beyond_the_quick_start() {
    assert_eq!(include_str!("message.thrift").trim(), quick_start("thrift"));
    let quick_start = quick_start("rust");
    assert_eq!(added(quick_start, quick_start), 0);
    assert_eq!(added("a\nb\nc", "b\nx\nc\na"), 2);
    for (name, program) in [("server", SERVER), ("client", CLIENT)] {
        let added = added(quick_start, program);
        println!("the {name} has {added} lines beyond the quick start");
        assert!(added < 15, "the {name} has {added} lines beyond the quick start");
    }
}

#[test]
fn the_guide_shows_these_programs_and_what_they_depend_on() {
    for program in [SERVER, CLIENT] {
        assert!(GUIDE.contains(program), "{program}");
    }
    let needed = include_str!("Cargo.toml");
    let features = needed.lines().find_map(|line| line.strip_prefix("thrift-runtime = ")).unwrap();
    let features = features.split('"').skip(1).step_by(2).collect::<Vec<_>>().join(",");
    assert!(GUIDE.contains(&format!("cargo add thrift-runtime --features {features}\n")));
}
