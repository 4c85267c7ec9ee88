//! The processes of a measurement.

use std::{
    fs,
    io::{BufRead, BufReader},
    net::SocketAddr,
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
        let mut process = this_program(SERVER_CORE, &["serve", library, framing])
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
    let output = this_program(CLIENT_CORE, arguments).stderr(Stdio::inherit()).output().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    let (calls, work) = printed.trim().split_once(' ')?;
    Some(Rate { calls_a_second: calls.parse().unwrap(), work_a_call: work.parse().unwrap() })
}

fn this_program(core: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new("taskset");
    command.args(["-c", core]).arg(std::env::current_exe().unwrap()).args(arguments);
    command
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
