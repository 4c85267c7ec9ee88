//! Servers as processes: this program again, with one test that serves.

use std::{
    env,
    io::{self, BufRead, BufReader, Read},
    process::{Child, Command, Stdio, exit},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use thrift_runtime::{Result, Server};

use super::{
    PATIENCE,
    store::{Store, StoreProcessor},
};

/// Tells the process that it is a server: where it listens, and how many milliseconds its calls take.
const ROLE: &str = "FLEET_SERVER";
/// What begins the lines that are for the test.
const MARK: &str = "@fleet ";

/// A server in a process of its own, which ends with this.
#[derive(Debug)]
pub(crate) struct Running {
    pub(crate) port: u16,
    process: Child,
    /// The ids of what has been written, for as long as all of its kind have lived.
    written: Arc<Mutex<Vec<i64>>>,
}

impl Running {
    pub(crate) fn start(delay: Duration) -> Self {
        Self::start_at(0, delay, Arc::default())
    }

    /// Kills the process, without a word to anybody.
    pub(crate) fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Starts it again, at the same port.
    pub(crate) fn restart(&mut self, delay: Duration) {
        *self = Self::start_at(self.port, delay, Arc::clone(&self.written));
    }

    pub(crate) fn written(&self) -> Vec<i64> {
        self.written.lock().unwrap().clone()
    }

    fn start_at(port: u16, delay: Duration, written: Arc<Mutex<Vec<i64>>>) -> Self {
        let mut process = Command::new(env::current_exe().unwrap())
            .args(["--exact", "servers::a_process_that_serves", "--nocapture"])
            .env(ROLE, format!("{port} {}", delay.as_millis()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let mut told = move || {
            lines.find_map(|line| Some(line.ok()?.strip_prefix(MARK)?.parse::<i64>().unwrap()))
        };
        let port = told().expect("the server tells its port").try_into().unwrap();
        let known = Arc::clone(&written);
        thread::spawn(move || {
            while let Some(id) = told() {
                known.lock().unwrap().push(id);
            }
        });
        Running { port, process, written }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Tells the test a number; a pipe keeps it when this process is killed.
fn tell(number: i64) {
    println!("{MARK}{number}");
}

struct Handler {
    name: String,
    delay: Duration,
}

impl Store for Handler {
    async fn read(&self, _id: i64) -> Result<String> {
        tokio::time::sleep(self.delay).await;
        Ok(self.name.clone())
    }

    async fn write(&self, id: i64) -> Result<String> {
        tell(id);
        // Some are in flight whenever the server is killed.
        tokio::time::sleep(3 * self.delay).await;
        Ok(self.name.clone())
    }
}

#[test]
fn a_process_that_serves() {
    // Among the other tests, it has nothing to do.
    let Ok(role) = env::var(ROLE) else { return };
    thread::spawn(|| {
        // The test has ended, however it did.
        let _ = io::stdin().read(&mut [0]);
        exit(0);
    });
    let (port, delay) = role.split_once(' ').unwrap();
    let delay = Duration::from_millis(delay.parse().unwrap());
    serve(port.parse().unwrap(), delay);
}

#[tokio::main(flavor = "current_thread")]
async fn serve(port: u16, delay: Duration) {
    let begun = Instant::now();
    let server = loop {
        match Server::bind(("127.0.0.1", port)).await {
            Ok(server) => break server,
            // A connection of somebody else may have the port for a moment.
            Err(error) => assert!(begun.elapsed() < PATIENCE, "{error}"),
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    let port = server.local_addr().unwrap().port();
    // The first line is the test's own, without an end.
    println!();
    tell(port.into());
    server.serve(StoreProcessor::new(Handler { name: port.to_string(), delay })).await;
}
