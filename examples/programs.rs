//! What the programs print that need nothing else to run, and those that go in pairs.

use std::{
    net::{TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// How long a server may take to start.
const LONG: Duration = Duration::from_secs(30);

/// What a program prints that ends by itself.
fn printed(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output().unwrap();
    let failed = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program}: {failed}");
    String::from_utf8(output.stdout).unwrap()
}

/// A server in a process of its own, which ends with the test.
struct Server {
    process: Child,
    address: String,
}

impl Server {
    /// Starts one that can be reached. An address may be taken before it gets to it.
    fn start(program: &str) -> Self {
        for _ in 0..10 {
            let unused = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
            let address = unused.to_string();
            let mut command = Command::new(program);
            let process = command.arg(&address).stdout(Stdio::null()).spawn().unwrap();
            let mut server = Server { process, address };
            let begun = Instant::now();
            while server.process.try_wait().unwrap().is_none() && begun.elapsed() < LONG {
                if TcpStream::connect(&server.address).is_ok() {
                    return server;
                }
                thread::sleep(Duration::from_millis(5));
            }
        }
        panic!("{program} does not start");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// What each of the clients prints with each of the servers.
fn pairs(servers: [&str; 2], clients: [&str; 2], expected: &str) {
    for program in servers {
        let server = Server::start(program);
        for client in clients {
            assert_eq!(printed(client, &[&server.address]), expected, "{client}, {program}");
        }
    }
}

#[test]
fn calculators() {
    let expected = "5 + 3 = 8\n10 - 4 = 6\n";
    let both = printed(env!("CARGO_BIN_EXE_calculator"), &[]);
    assert!(both.contains(expected), "{both}");
    let servers =
        [env!("CARGO_BIN_EXE_calculator-server"), env!("CARGO_BIN_EXE_calculator-blocking-server")];
    let clients =
        [env!("CARGO_BIN_EXE_calculator-client"), env!("CARGO_BIN_EXE_calculator-blocking-client")];
    pairs(servers, clients, expected);
}

#[test]
fn mailboxes() {
    let servers =
        [env!("CARGO_BIN_EXE_message-server"), env!("CARGO_BIN_EXE_message-blocking-server")];
    let clients =
        [env!("CARGO_BIN_EXE_message-client"), env!("CARGO_BIN_EXE_message-blocking-client")];
    let expected = "sent: true\n\
        received: Message { sender: \"alice\", recipient: \"bob\", content: \"Shall we meet at noon?\" }\n\
        no more: missing result: there is no message for bob\n";
    pairs(servers, clients, expected);
}

#[test]
fn types_and_services_of_ones_own() {
    let parcels = printed(env!("CARGO_BIN_EXE_derive"), &[]);
    assert_eq!(parcels, "Hamburg, no. 17: 1200 minutes ago\nLyon, no. 17: 120 minutes ago\n");
    let code_first = printed(env!("CARGO_BIN_EXE_code-first"), &[]);
    assert_eq!(code_first, "1 + 2 = 3\n7 / 2 = 3\nrefused: DivisionByZero: 7 / 0\n");
}

#[test]
fn middleware() {
    let expected = "alice opens the left drawer\n\
        without a token: application exception 401: open needs a valid bearer token\n\
        {\"refused (application exception 401)\": 1, \"returned\": 1}\n";
    assert_eq!(printed(env!("CARGO_BIN_EXE_middleware"), &[]), expected);
}

#[test]
fn agent() {
    assert_eq!(printed(env!("CARGO_BIN_EXE_agent"), &[]), "3 orders\n");
}

#[test]
fn footer() {
    let expected = "3 rows, by parquet-cpp-arrow version 26.0.1\n\
        number: INT32\nname: BYTE_ARRAY\nroot: DOUBLE\n";
    assert_eq!(printed(env!("CARGO_BIN_EXE_footer"), &[]), expected);
}

#[test]
fn dynamic() {
    let expected = "it has the method add\nit has the method subtract\n5 + 3 = 8\n\
        refused: CalculatorService.add.b: expected an i32, found a text\n";
    assert_eq!(printed(env!("CARGO_BIN_EXE_dynamic"), &[]), expected);
}
