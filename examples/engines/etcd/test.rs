//! A real etcd, servers that come and go, and a client that follows them.

mod discovery;
mod servers;

use std::{
    env,
    io::{BufRead, BufReader},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use etcd_client::GetOptions;
use thrift_runtime::{BinaryProtocol, Channel, Client, layers::Balanced};
use tokio_stream::StreamExt as _;
use tower::discover::Change;

thrift_runtime::thrift! { path: "./names.thrift", services: [client] }

/// More than anything here takes.
const LONG: Duration = Duration::from_secs(30);

/// A process, which ends with the test.
struct Process(Child);

impl Process {
    /// As an operator would stop it, if not at once.
    fn signal(&self, signal: &str) {
        let id = self.0.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        _ = self.0.kill();
        _ = self.0.wait();
    }
}

/// An etcd with a folder of its own, at addresses that nobody has.
struct Etcd {
    _process: Process,
    folder: PathBuf,
    url: String,
}

impl Etcd {
    /// `None` if there is no such program, unless `THRIFT_INTEROP` is `required`.
    fn start() -> Option<Self> {
        let [url, peers] = [(); 2].map(|()| {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            format!("http://{}", listener.local_addr().unwrap())
        });
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("etcd");
        _ = std::fs::remove_dir_all(&folder);
        let spawned = Command::new("etcd")
            .arg("--data-dir")
            .arg(&folder)
            .args(["--listen-client-urls", &url, "--advertise-client-urls", &url])
            .args(["--listen-peer-urls", &peers, "--initial-advertise-peer-urls", &peers])
            .args(["--initial-cluster", &format!("default={peers}")])
            // Which bound how short a lease may be.
            .args(["--heartbeat-interval", "20", "--election-timeout", "200"])
            .stderr(Stdio::null())
            .spawn();
        match spawned {
            Ok(process) => Some(Etcd { _process: Process(process), folder, url }),
            Err(error) => {
                let required = env::var_os("THRIFT_INTEROP").is_some_and(|it| it == "required");
                assert!(!required, "etcd: {error}");
                eprintln!("left out: etcd: {error}");
                None
            }
        }
    }

    /// A connection, once it answers.
    async fn connect(&self) -> etcd_client::Client {
        let begun = Instant::now();
        loop {
            let client = etcd_client::Client::connect([&self.url], None).await;
            if let Ok(mut client) = client
                && client.get("names", None).await.is_ok()
            {
                return client;
            }
            assert!(begun.elapsed() < LONG, "etcd does not answer");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Starts a server, and gives its address.
    fn server(&self, name: &str) -> (Process, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_names-server"));
        let mut process = command.args([name, &self.url]).stdout(Stdio::piped()).spawn().unwrap();
        let mut address = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut address).unwrap();
        (Process(process), address.trim().to_owned())
    }
}

impl Drop for Etcd {
    fn drop(&mut self) {
        _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Calls until the last answers are from these servers, and from no others. None may fail.
async fn settle(names: &NamesClient<impl Channel>, servers: &[&str]) {
    let begun = Instant::now();
    let mut last = Vec::new();
    loop {
        last.push(names.name().await.unwrap());
        if last.len() > 100 {
            last.remove(0);
        }
        let mut different = last.clone();
        different.sort();
        different.dedup();
        if last.len() == 100 && different == servers {
            return;
        }
        assert!(begun.elapsed() < LONG, "{different:?}");
        // They are many, each at once.
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

#[tokio::test]
async fn a_client_follows_the_servers_that_are_registered() {
    let Some(etcd) = Etcd::start() else { return };
    let mut registry = etcd.connect().await;
    let mut changes = discovery::discover(registry.clone(), "names");
    let mut change = async || match tokio::time::timeout(LONG, changes.next()).await {
        Ok(Some(Ok(Change::Insert(key, address)))) => (format!("+{key}"), address.to_string()),
        Ok(Some(Ok(Change::Remove(key)))) => (format!("-{key}"), String::new()),
        other => panic!("{}", if other.is_err() { "nothing changes" } else { "it has ended" }),
    };
    let channel = Balanced::builder(BinaryProtocol::STRICT, Client::connect)
        .discover(discovery::discover(registry.clone(), "names"));
    let names = NamesClient::new(channel);

    // What is no address harms nobody, and neither does another service.
    for (key, value) in [("names/x", "nowhere"), ("namesakes/x", "127.0.0.1:1")] {
        registry.put(key, value, None).await.unwrap();
    }
    let first = {
        let (process, address) = etcd.server("first");
        assert_eq!(change().await, (format!("+names/{address}"), address.clone()));
        settle(&names, &["first"]).await;
        (process, address)
    };
    let (second, second_address) = etcd.server("second");
    assert_eq!(change().await, (format!("+names/{second_address}"), second_address.clone()));
    settle(&names, &["first", "second"]).await;

    // One is killed, and its lease expires.
    first.0.signal("-KILL");
    settle(&names, &["second"]).await;
    assert_eq!(change().await, (format!("-names/{}", first.1), String::new()));

    // Another one takes its place.
    let (third, third_address) = etcd.server("third");
    assert_eq!(change().await, (format!("+names/{third_address}"), third_address.clone()));
    settle(&names, &["second", "third"]).await;

    // One is taken off, and runs on.
    registry.delete(format!("names/{third_address}"), None).await.unwrap();
    assert_eq!(change().await, (format!("-names/{third_address}"), String::new()));
    settle(&names, &["second"]).await;
    let direct = NamesClient::connect(third_address.as_str()).await.unwrap();
    assert_eq!(direct.name().await.unwrap(), "third");
    registry.put(format!("names/{third_address}"), third_address.as_str(), None).await.unwrap();
    assert_eq!(change().await.0, format!("+names/{third_address}"));
    settle(&names, &["second", "third"]).await;

    // One stops, and says so first.
    second.signal("-INT");
    assert_eq!(change().await, (format!("-names/{second_address}"), String::new()));
    settle(&names, &["third"]).await;
    let all = Some(GetOptions::new().with_prefix());
    let there = registry.get("names/1", all).await.unwrap();
    assert_eq!(there.kvs().len(), 1, "{there:?}");
    drop(third);
}
