//! Tests with servers that are asked for their IDL.

use std::sync::mpsc;

use thrift_runtime::{Multiplexed, Result, Server, schema};

use super::{Serving, check, run, tool};

mod garage {
    thrift_runtime::thrift! {
        idl: "
            struct Car { 1: required string name }
            exception Missing { 1: string name }
            service Base { void ping() }
            service Garage extends Base { Car find(1: string name) throws (1: Missing missing) }
        ",
        schema: on,
    }
}

mod clock {
    thrift_runtime::thrift! { idl: "service Clock { i64 now() }", schema: on }
}

use clock::{Clock, ClockProcessor};
use garage::{Base, Car, Garage, GarageFindError, GarageProcessor, Missing};

struct Handler;

impl Base for Handler {
    async fn ping(&self) -> Result<()> {
        Ok(())
    }
}

impl Garage for Handler {
    async fn find(&self, name: String) -> Result<Car, GarageFindError> {
        match name.as_str() {
            "Ant" => Ok(Car { name }),
            _ => Err(Missing { name }.into()),
        }
    }
}

impl Clock for Handler {
    async fn now(&self) -> Result<i64> {
        Ok(7)
    }
}

/// Starts a server that runs until the end of the test, and returns its address.
fn start<T: thrift_runtime::Processor>(processor: T) -> String {
    let (sender, address) = mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let server = Server::bind("127.0.0.1:0").await.unwrap();
            sender.send(server.local_addr().unwrap().to_string()).unwrap();
            server.serve(processor).await;
        });
    });
    address.recv().unwrap()
}

#[test]
fn calls_need_no_file() {
    let address = start(schema::with_idl([Garage], GarageProcessor::new(Handler)));
    let call = |words: &[&str]| run(&[&["call", "--ask", &address], words].concat());
    check(&call(&["Garage.find", r#"{"name": "Ant"}"#, "--json"]), 0, r#"{"name":"Ant"}"#, "");
    check(&call(&["ping"]), 0, "null", "");
    check(&call(&["find", r#"{"name": "Bee"}"#]), 4, "", "Missing");
    check(&call(&["find", r#"{"nam": "Bee"}"#]), 1, "", "did you mean `name`?");
    check(&call(&["Garage.look"]), 1, "", "look");
    check(&call(&["a.thrift", "find", "{}"]), 2, "", "with --ask");
    check(&run(&["call", &address, "find"]), 2, "", "a file, a method");
}

#[test]
fn what_a_server_has_is_described_and_printed() {
    let address = start(schema::with_idl([Garage], GarageProcessor::new(Handler)));
    let describe = |words: &[&str]| run(&[&["describe", "--ask", &address], words].concat());
    check(&describe(&["Car"]), 0, "Car\n    1: required string name", "");
    let output = describe(&[]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("Car find(1: string name) throws (1: Missing missing)"), "{text}");
    check(&describe(&["--text"]), 0, Garage.idl().trim_end(), "");
}

#[test]
fn a_proxy_asks_the_server_behind_it() {
    let address = start(schema::with_idl([Garage], GarageProcessor::new(Handler)));
    let watch = ["proxy", "127.0.0.1:0", &address, "--ask", "--json"];
    let proxy = Serving::start(tool().args(watch));
    let output = run(&["call", "--ask", &proxy.address, "find", r#"{"name": "Ant"}"#, "--json"]);
    check(&output, 0, r#"{"name":"Ant"}"#, "");
    let asked = proxy.line();
    assert!(asked.contains(r#""method":"getThriftIdl""#), "{asked}");
    let found = proxy.line();
    assert!(found.contains(r#""result":{"success":{"name":"Ant"}}"#), "{found}");
    let both = run(&[&watch[..], &["--idl", "a.thrift"]].concat());
    check(&both, 2, "", "cannot be used with");
    let silent = start(GarageProcessor::new(Handler));
    let output = run(&["proxy", "127.0.0.1:0", &silent, "--ask"]);
    check(&output, 4, "", &format!("{silent} does not provide its IDL: "));
}

#[test]
fn several_services_behind_one_port() {
    let both = Multiplexed::new()
        .service("Garage", GarageProcessor::new(Handler))
        .service("Clock", ClockProcessor::new(Handler));
    let address = start(schema::with_idl([Garage, Clock], both));
    let output = run(&["call", "--ask", &address, "--service", "Clock", "Clock.now"]);
    check(&output, 0, "7", "");
}

#[test]
fn a_server_that_tells_nothing_is_said_to() {
    let address = start(GarageProcessor::new(Handler));
    let output = run(&["call", "--ask", &address, "ping"]);
    check(&output, 4, "", &format!("{address} does not provide its IDL: "));
}
