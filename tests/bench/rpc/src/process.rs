//! The processes of a measurement.

use std::{
    fs,
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

/// The cores of the server and of the client.
const SERVER_CORE: &str = "0";
const CLIENT_CORE: &str = "1";

/// A server in a process of its own, that ends with this value.
pub struct Server {
    process: Child,
    pub address: SocketAddr,
}

impl Server {
    pub fn start(library: &str, framing: &str) -> Self {
        Server::start_of(&this_program(), library, framing)
    }

    /// Starts a server of another build of this program.
    pub fn start_of(program: &Path, library: &str, framing: &str) -> Self {
        let mut process = on_core(SERVER_CORE, program, &["serve", library, framing])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Server { process, address: line.trim().parse().unwrap() }
    }

    /// The process's id.
    pub fn id(&self) -> u32 {
        self.process.id()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

/// What a run came to.
#[derive(Debug, Clone, Copy)]
pub struct Rate {
    pub calls_a_second: f64,
    /// Nanoseconds.
    pub work_a_call: f64,
}

/// Runs this program as a client, and reads what it prints.
pub fn measure(arguments: &[&str]) -> Option<Rate> {
    measure_of(&this_program(), arguments)
}

/// Runs another build of this program as a client.
pub fn measure_of(program: &Path, arguments: &[&str]) -> Option<Rate> {
    let output =
        on_core(CLIENT_CORE, program, arguments).stderr(Stdio::inherit()).output().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    let (calls, work) = printed.trim().split_once(' ')?;
    Some(Rate { calls_a_second: calls.parse().unwrap(), work_a_call: work.parse().unwrap() })
}

/// The path of this program.
pub fn this_program() -> PathBuf {
    std::env::current_exe().unwrap()
}

/// A program on one core, with as many open files as may be.
fn on_core(core: &str, program: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -n $(ulimit -Hn) && exec taskset -c \"$0\" \"$@\"", core]);
    command.arg(program).args(arguments);
    command
}

/// Connections that rest, held by a process that ends with this value.
pub struct Held(Child);

impl Held {
    pub fn start(address: SocketAddr, count: usize) -> Self {
        let arguments = ["hold", &address.to_string(), &count.to_string()];
        let mut process = on_core(CLIENT_CORE, &this_program(), &arguments)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(line, "held\n");
        Held(process)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

/// The bytes of memory that a process has.
pub fn memory(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() << 10
}

/// How long the threads of a process have worked.
pub fn cpu_time(process: u32) -> Duration {
    let threads = fs::read_dir(format!("/proc/{process}/task")).unwrap();
    let times = threads.map(|thread| {
        let spent =
            fs::read_to_string(thread.unwrap().path().join("schedstat")).unwrap_or_default();
        spent.split(' ').next().and_then(|time| time.parse().ok()).unwrap_or(0)
    });
    Duration::from_nanos(times.sum())
}
