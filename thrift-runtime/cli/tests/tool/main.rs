//! Tests that run the tool as a program: its output, and its exit codes.

mod asking;
mod python;

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
};

pub(crate) const CALCULATOR: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/calculator/calculator.thrift");

const SHOP: &str = "
enum Kind { FOOD = 1, TOOL = 2 }
exception Missing { 1: string name }
struct Item { 1: required string name, 2: Kind kind, 3: optional double price }
service Base { void ping() }
service Shop extends Base {
  Item find(1: string name) throws (1: Missing missing)
  oneway void forget(1: string name)
}
";

pub(crate) fn tool() -> Command {
    Command::new(env!("CARGO_BIN_EXE_thrift-rs"))
}

/// A temporary folder of files, removed when dropped.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn with(name: &str, files: &[(&str, &str)]) -> Folder {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        for (name, text) in files {
            fs::write(folder.join(name), text).unwrap();
        }
        Folder(folder)
    }

    pub(crate) fn path(&self, name: &str) -> String {
        self.0.join(name).display().to_string()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A running server command; it is stopped when this is dropped.
pub(crate) struct Serving {
    child: Child,
    pub(crate) address: String,
    lines: std::sync::mpsc::Receiver<String>,
}

impl Serving {
    /// Starts it. Its address is in the first line with ` at HOST:PORT`, on either stream.
    pub(crate) fn start(command: &mut Command) -> Serving {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (sender, lines) = std::sync::mpsc::channel();
        let streams: [Box<dyn std::io::Read + Send>; 2] =
            [Box::new(child.stdout.take().unwrap()), Box::new(child.stderr.take().unwrap())];
        for stream in streams {
            let sender = sender.clone();
            std::thread::spawn(move || {
                for line in BufReader::new(stream).lines().map_while(Result::ok) {
                    let _ = sender.send(line);
                }
            });
        }
        let first = lines.recv().expect("it says where it listens");
        let words = first.split(" at ").nth(1).expect("an address");
        let address = words.split(' ').next().unwrap().to_owned();
        Serving { child, address, lines }
    }

    /// The next line that it prints.
    pub(crate) fn line(&self) -> String {
        self.lines.recv_timeout(std::time::Duration::from_secs(20)).expect("a line")
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[track_caller]
pub(crate) fn check(output: &Output, code: i32, stdout: &str, stderr: &str) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{out}\n{err}");
    assert_eq!(out.trim_end(), stdout);
    assert!(err.contains(stderr) && err.is_empty() == stderr.is_empty(), "{err}");
}

fn run(arguments: &[&str]) -> Output {
    tool().args(arguments).output().unwrap()
}

fn run_with(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = tool()
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    child.wait_with_output().unwrap()
}

#[test]
fn check_gives_the_messages_of_the_macro() {
    let folder = Folder::with(
        "check",
        &[("good.thrift", SHOP), ("bad.thrift", "struct A {\n  1: Missing m\n}")],
    );
    let (good, bad) = (folder.path("good.thrift"), folder.path("bad.thrift"));
    check(&run(&["check", &good]), 0, "", "");
    let output = run(&["check", &good, &bad]);
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.starts_with("error: undefined type `Missing`"), "{text}");
    assert!(text.contains("bad.thrift:2:6"), "{text}");
    let output = run(&["check", "--json", &bad]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains(r#""line":2,"column":6"#), "{text}");
    check(&run(&["check", "/nowhere.thrift"]), 1, "", "cannot read `/nowhere.thrift`");
}

#[test]
fn fmt_lays_files_out_once() {
    let folder = Folder::with(
        "fmt",
        &[("a.thrift", "struct A{1:i32 a // one\n}"), ("bad.thrift", "struct {")],
    );
    let (file, bad) = (folder.path("a.thrift"), folder.path("bad.thrift"));
    check(&run(&["fmt", "--check", &file]), 1, &file, "");
    check(&run(&["fmt", &file]), 0, "", "");
    let text = fs::read_to_string(&file).unwrap();
    assert_eq!(text, "struct A {\n    1: i32 a // one\n}\n");
    check(&run(&["fmt", "--check", &file]), 0, "", "");
    check(&run_with(&["fmt", "-"], b"struct A{1:i32 a // one\n}"), 0, text.trim_end(), "");
    fs::write(&file, "struct A{}").unwrap();
    check(&run(&["fmt", &bad, &file]), 1, "", "bad.thrift:1:8");
    assert_eq!(fs::read_to_string(&file).unwrap(), "struct A {}\n");
    assert_eq!(fs::read_to_string(&bad).unwrap(), "struct {");
}

#[test]
fn compat_names_what_breaks() {
    let folder = Folder::with(
        "compat",
        &[
            ("old.thrift", "struct A { 1: i32 a, 2: i32 b }\nservice S { A f(1: A a) }"),
            (
                "fine.thrift",
                "struct A { 1: i32 a, 2: i32 b, 3: optional i32 c }\nservice S { A f(1: A a) }",
            ),
            ("broken.thrift", "struct A { 1: string a, 2: i32 b }\nservice S { A f(1: A a) }"),
        ],
    );
    let (old, fine, broken) =
        (folder.path("old.thrift"), folder.path("fine.thrift"), folder.path("broken.thrift"));
    check(&run(&["compat", &old, &fine]), 0, "", "");
    let output = run(&["compat", &old, &broken]);
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.starts_with("error: ") && text.contains("broken.thrift:1:"), "{text}");
    assert!(text.contains("old.thrift:1:"), "{text}");
    let output = run(&["compat", "--json", &old, &broken]);
    assert!(String::from_utf8(output.stdout).unwrap().contains(r#""severity":"error""#));
}

#[test]
fn describe_lists_methods_and_fields() {
    let folder = Folder::with("describe", &[("shop.thrift", SHOP)]);
    let shop = folder.path("shop.thrift");
    let wanted = "Shop\n    Item find(1: string name) throws (1: Missing missing)\n    \
                  oneway void forget(1: string name)\n    void ping()";
    check(&run(&["describe", &shop, "Shop"]), 0, wanted, "");
    let wanted =
        "Item\n    1: required string name\n    2: Kind kind\n    3: optional double price";
    check(&run(&["describe", &shop, "Item"]), 0, wanted, "");
    check(&run(&["describe", &shop, "Itm"]), 1, "", "did you mean `Item`?");
}

/// A base service in another file, and two methods with the same name.
#[test]
fn files_that_include_others() {
    let files = [
        (
            "root.thrift",
            "include 'shared.thrift' service Own extends shared.Base { i32 one() } service Other { i32 one() }",
        ),
        ("shared.thrift", "service Base { void ping() }"),
    ];
    let folder = Folder::with("including", &files);
    let root = folder.path("root.thrift");
    let wanted = "Own\n    i32 one()\n    void ping()\nOther\n    i32 one()\nBase\n    void ping()";
    check(&run(&["describe", &root]), 0, wanted, "");
    let call = b"800100010000000a4f746865723a6f6e650000000000";
    let decode = ["decode", "--hex", "--json", "--message", "--idl", &root];
    // The length of the name is 9.
    let call = String::from_utf8(call.to_vec()).unwrap().replace("0000000a4f", "000000094f");
    let wanted = r#"{"kind":"call","method":"Other:one","seqid":0,"body":{}}"#;
    check(&run_with(&decode, call.as_bytes()), 0, wanted, "");
    check(&run(&["decode", "--idl", &root]), 2, "", "--idl needs --type or --message");
    let web = ["call", "http://127.0.0.1:1/", &root, "Own.one", "--sasl", "a:b"];
    check(&run(&web), 2, "", "--sasl has no meaning over HTTP");
}

#[test]
fn bytes_become_json_and_back() {
    let folder = Folder::with("codec", &[("shop.thrift", SHOP)]);
    let shop = folder.path("shop.thrift");
    let json = r#"{"name":"nut","kind":"FOOD","price":0.5}"#;
    let named = ["--idl", &shop, "--type", "Item"];
    for protocol in ["binary", "compact", "json"] {
        let encode = [&["encode", "--protocol", protocol], &named[..]].concat();
        let bytes = run_with(&encode, json.as_bytes()).stdout;
        let decode = [&["decode", "--json", "--protocol", protocol], &named[..]].concat();
        check(&run_with(&decode, &bytes), 0, json, "");
    }
    let hex = "0b0001000000036e757408000200000001\n00";
    let output = run_with(&[&["decode", "--hex", "--json"], &named[..]].concat(), hex.as_bytes());
    check(&output, 0, r#"{"name":"nut","kind":"FOOD"}"#, "");
    check(&run_with(&["decode", "--hex", "--json"], hex.as_bytes()), 0, r#"{"1":"nut","2":1}"#, "");
    let call = "80010001000000046669 6e6400000007 0b0001000000036e757400";
    let wanted = r#"{"kind":"call","method":"find","seqid":7,"body":{"name":"nut"}}"#;
    let message = ["decode", "--hex", "--json", "--message", "--idl", &shop];
    let output = run_with(&message, call.as_bytes());
    // Only one of the two services has this method, so its arguments are shown by name.
    check(&output, 0, wanted, "");
    check(&run_with(&["decode", "--hex"], b"0b00"), 1, "", "the bytes cannot be read");
    check(&run_with(&["decode", "--hex"], b"xy"), 1, "", "the input is not hexadecimal");
    let output = run_with(&[&["encode"], &named[..]].concat(), br#"{"kind": 1}"#);
    check(&output, 1, "", "Item.name: the required field is missing");
}

const ANSWERS: &str = r#"{
    "find": [
        {"when": {"name": "nut"}, "return": {"name": "nut", "kind": "FOOD"}},
        {"when": {"name": "axe"}, "throw": {"missing": {"name": "axe"}}}
    ],
    "ping": null
}"#;

#[test]
fn calls_are_answered_from_a_file_and_watched() {
    let folder = Folder::with("serve", &[("shop.thrift", SHOP), ("answers.json", ANSWERS)]);
    let (shop, answers) = (folder.path("shop.thrift"), folder.path("answers.json"));
    let serve =
        ["serve", &shop, "--service", "Shop", "--answers", &answers, "--listen", "127.0.0.1:0"];
    let server = Serving::start(tool().args(serve));
    let watch = ["proxy", "127.0.0.1:0", &server.address, "--framing", "framed", "--protocol"];
    let proxy = Serving::start(tool().args(watch).args(["compact", "--json", "--idl", &shop]));
    for address in [&server.address, &proxy.address] {
        let call = |method: &str, arguments: &str, options: &[&str]| {
            let given = ["call", "--json", address, &shop, method, arguments];
            run(&[&given, options].concat())
        };
        let nut = r#"{"name": "nut"}"#;
        let found = r#"{"name":"nut","kind":"FOOD"}"#;
        for options in [
            &[][..],
            &["--framing", "framed", "--protocol", "compact"],
            &["--framing", "header", "-H", "user: ann"],
            &["--framing", "ttheader"],
            &["--protocol", "json", "--timeout", "5"],
            &["--zlib"],
        ] {
            check(&call("Shop.find", nut, options), 0, found, "");
        }
        let missing = r#"{"missing":{"name":"axe"}}"#;
        check(&call("Shop.find", r#"{"name": "axe"}"#, &[]), 4, missing, "");
        check(&call("Shop.ping", "{}", &[]), 0, "null", "");
        let unknown = call("Shop.find", r#"{"name": "saw"}"#, &[]);
        assert_eq!(unknown.status.code(), Some(4));
        let web = format!("http://{address}/");
        check(&run(&["call", "--json", &web, &shop, "Shop.find", nut]), 0, found, "");
    }
    let line = proxy.line();
    assert!(line.contains(r#""arguments":{"name":"nut"}"#), "{line}");
    assert!(line.contains(r#""result":{"success":{"name":"nut","kind":"FOOD"}}"#), "{line}");
    assert!(line.contains(r#""outcome":"returned""#), "{line}");
}

/// The proxy tells its caller that the server is not reachable, and reconnects once it is back.
#[test]
fn a_proxy_outlives_its_server() {
    let folder = Folder::with("away", &[("answers.json", r#"{"add": 8}"#)]);
    let answers = folder.path("answers.json");
    let serve = |address: &str| {
        let serve = ["serve", CALCULATOR, "--answers", &answers, "--listen", address];
        Serving::start(tool().args(serve))
    };
    let server = serve("127.0.0.1:0");
    let address = server.address.clone();
    let proxy = Serving::start(tool().args(["proxy", "127.0.0.1:0", &address]));
    let call = || run(&["call", &proxy.address, CALCULATOR, "add", r#"{"a": 5, "b": 3}"#]);
    check(&call(), 0, "8", "");
    drop(server);
    let away = call();
    let told = String::from_utf8(away.stderr).unwrap();
    assert_eq!(away.status.code(), Some(4), "{told}");
    assert!(told.contains("refused") || told.contains("closed"), "{told}");
    let server = serve(&address);
    check(&call(), 0, "8", "");
    drop(server);
}

#[test]
fn what_is_wrong_with_a_call_is_one_message_and_a_code() {
    let call = |address: &str, method: &str, arguments: &str| {
        run(&["call", address, CALCULATOR, method, arguments])
    };
    let nobody = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().to_string()
    };
    let nobody = nobody.as_str();
    check(&call(nobody, "addd", "{}"), 1, "", "did you mean `add`?");
    check(&call(nobody, "add", r#"{"a": 5}"#), 1, "", "add.b: the argument is missing");
    check(&call(nobody, "add", r#"{"a": 5, "b": "x"}"#), 1, "", "expected i32 for");
    check(&call(nobody, "add", r#"{"a": 5, "b": 3} {}"#), 1, "", "trailing characters");
    check(&call(nobody, "add", r#"{"a": 5, "b": 3}"#), 3, "", "cannot connect to ");
    check(&call("nowhere", "add", r#"{"a": 5, "b": 3}"#), 3, "", "cannot connect to nowhere");
    assert_eq!(run(&["call"]).status.code(), Some(2));
    let help = run(&["--help"]).stdout;
    assert!(String::from_utf8(help).unwrap().contains("Exit codes:"));
    let script = run(&["completions", "bash"]).stdout;
    assert!(String::from_utf8(script).unwrap().contains("thrift-rs"));
}

#[test]
fn wrong_answers_are_told_before_anybody_calls() {
    let folder = Folder::with("answers", &[("shop.thrift", SHOP)]);
    let shop = folder.path("shop.thrift");
    for (answers, wanted) in [
        ("[", "the file of answers cannot be read: "),
        (r#"{"fnd": 1}"#, "did you mean `find`?"),
        (r#"{"find": {"nam": "x"}}"#, "in the answers to `find`: `Item` has no field `nam`"),
        (r#"{"find": [{"throw": {"mising": {}}}]}"#, "did you mean `missing`?"),
        (r#"{"find": [{"return": {}, "throw": {}}]}"#, "both `return` and `throw`"),
        (
            r#"{"find": [{"throw": "missing"}]}"#,
            "`throw` must be an object with one exception, by its name",
        ),
        (
            r#"{"find": [{"throw": {"missing": null}}]}"#,
            "`throw` must be an object with one exception",
        ),
        (r#"{"find": null}"#, "the method must return a value of type Item"),
        (r#"{"find": [{"when": {"nme": "x"}, "return": {}}]}"#, "has no field `nme`"),
        (r#"{"find": [{"wen": {}, "return": {}}]}"#, "unknown key `wen`"),
    ] {
        fs::write(folder.path("answers.json"), answers).unwrap();
        let answers = folder.path("answers.json");
        let output = run(&["serve", &shop, "--service", "Shop", "--answers", &answers]);
        check(&output, 1, "", wanted);
    }
}
