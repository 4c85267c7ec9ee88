//! Programs that a test runs beside itself; none outlives the test, and none is waited for in vain.

use std::{
    process::Stdio,
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader},
    process::{Child, ChildStdin, Command},
    time::timeout,
};

/// How long a program may take to start, and to do all of its work.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Runs a program to its end.
///
/// # Errors
///
/// If it cannot be run, fails, or takes too long; the text has what it printed.
pub async fn run(command: &mut Command) -> Result<String, String> {
    let shown = format!("{:?}", command.as_std());
    let output = command.stdin(Stdio::null()).kill_on_drop(true).output();
    let output = timeout(PATIENCE, output)
        .await
        .map_err(|_| format!("{shown} has not ended within {PATIENCE:?}"))?
        .map_err(|error| format!("{shown} cannot be run: {error}"))?;
    let printed = [output.stdout, output.stderr].concat();
    let printed = String::from_utf8_lossy(&printed).into_owned();
    match output.status.success() {
        true => Ok(printed),
        false => Err(format!("{shown} ended with {}\n{printed}", output.status)),
    }
}

/// A program that serves; it is killed when this is dropped.
#[derive(Debug)]
pub struct ServerProgram {
    listening: String,
    complaints: Arc<Mutex<Vec<u8>>>,
    /// Programs that end with their input do so even if this process is killed.
    _stdin: Option<ChildStdin>,
    _child: Child,
}

impl ServerProgram {
    /// Starts a program whose first line is the port, or the path, that it listens on.
    ///
    /// # Errors
    ///
    /// If it cannot be run, or prints nothing in time; the text has its complaints.
    pub async fn start(command: &mut Command) -> Result<Self, String> {
        let shown = format!("{:?}", command.as_std());
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| format!("{shown} cannot be run: {error}"))?;
        let complaints = Arc::default();
        let stderr = child.stderr.take().expect("stderr is piped");
        let listening = tokio::spawn(collect(stderr, Arc::clone(&complaints)));

        let stdout = BufReader::new(child.stdout.take().expect("stdout is piped"));
        let mut lines = stdout.lines();
        let first = timeout(PATIENCE, lines.next_line())
            .await
            .map_err(|_| format!("{shown} has printed nothing within {PATIENCE:?}"))?;
        let Some(listening) = first.ok().flatten() else {
            let _ = child.start_kill();
            let _ = listening.await;
            return Err(format!("{shown} printed nothing\n{}", text(&complaints)));
        };
        // What else it prints is not to fill the pipe.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Ok(ServerProgram { listening, complaints, _stdin: child.stdin.take(), _child: child })
    }

    /// What it listens on, a port or a path.
    pub fn listening(&self) -> &str {
        self.listening.trim()
    }

    /// The port that it listens on.
    ///
    /// # Panics
    ///
    /// If it listens on none.
    pub fn port(&self) -> u16 {
        self.listening().parse().expect("the program listens on a port")
    }

    /// What it has printed to its standard error so far.
    pub fn complaints(&self) -> String {
        text(&self.complaints)
    }
}

async fn collect(mut stream: impl AsyncRead + Unpin, into: Arc<Mutex<Vec<u8>>>) {
    let mut buffer = [0; 4096];
    while let Ok(count @ 1..) = stream.read(&mut buffer).await {
        into.lock().unwrap().extend_from_slice(&buffer[..count]);
    }
}

fn text(bytes: &Mutex<Vec<u8>>) -> String {
    String::from_utf8_lossy(&bytes.lock().unwrap()).into_owned()
}
