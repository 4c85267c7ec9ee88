//! The page and the picture, while the load runs.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Command, Stdio},
};

use opentelemetry_semantic_conventions::{attribute, metric};

/// What the conventions say of durations.
const BUCKETS: [&str; 14] = [
    "0.005", "0.01", "0.025", "0.05", "0.075", "0.1", "0.25", "0.5", "0.75", "1", "2.5", "5",
    "7.5", "10",
];

/// The program, which ends with the test.
struct Program {
    process: Child,
    address: String,
}

impl Program {
    fn start() -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_prometheus"));
        let mut process = command.arg("127.0.0.1:0").stdout(Stdio::piped()).spawn().unwrap();
        let mut printed = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut printed).unwrap();
        let address = printed.split('/').nth(2).unwrap().to_owned();
        Program { process, address }
    }

    fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(stream, "GET {path} HTTP/1.0\r\n\r\n").unwrap();
        let mut response = String::new();
        stream.read_to_string(&mut response).unwrap();
        assert!(response.starts_with("HTTP/1.0 200 OK\r\n"), "{response}");
        response.split_once("\r\n\r\n").unwrap().1.to_owned()
    }

    /// The page, once all clients are there and calls to both methods have ended.
    fn metrics(&self) -> String {
        loop {
            let page = self.get("/metrics");
            let ended = |method: &str| {
                let name = "rpc_client_call_duration_count";
                page.lines().any(|line| line.starts_with(name) && line.contains(method))
            };
            let connected = page.contains("thrift_server_connections 4\n");
            if connected && ["Search/suggest", "Search/find"].into_iter().all(ended) {
                return page;
            }
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

/// A name as Prometheus has it.
fn name(name: &str) -> String {
    name.replace('.', "_")
}

/// The sample of that name and of calls to `suggest` that ended well.
fn sample(page: &str, name: &str, le: Option<&str>) -> f64 {
    let le = le.map(|le| format!(",le=\"{le}\"}}"));
    let mut samples = page.lines().filter(|line| {
        line.starts_with(&format!("{name}{{"))
            && line.contains("\"Search/suggest\"")
            && le.as_ref().is_none_or(|le| line.contains(le))
    });
    let sample = samples.next().unwrap_or_else(|| panic!("no {name} {le:?}: {page}"));
    sample.rsplit_once(' ').unwrap().1.parse().unwrap()
}

#[test]
fn the_page_has_the_metrics_and_buckets_of_the_conventions() {
    let program = Program::start();
    let page = program.metrics();
    for duration in [metric::RPC_SERVER_CALL_DURATION, metric::RPC_CLIENT_CALL_DURATION] {
        let duration = name(duration);
        assert!(page.contains(&format!("# TYPE {duration} histogram")), "{page}");
        let bucket = format!("{duration}_bucket");
        let counts: Vec<_> = BUCKETS.iter().map(|le| sample(&page, &bucket, Some(le))).collect();
        assert!(counts.is_sorted(), "{counts:?}");
        let count = sample(&page, &format!("{duration}_count"), None);
        assert_eq!(sample(&page, &bucket, Some("+Inf")), count);
        assert!(count >= 1.0 && counts[13] <= count);
        let sum = sample(&page, &format!("{duration}_sum"), None);
        assert!(sum > 0.0 && sum < 60.0 * count, "{sum} of {count}");
    }
    for (labelled, value) in [
        (attribute::RPC_SYSTEM_NAME, "thrift"),
        (attribute::RPC_METHOD, "Search/find"),
        (attribute::RPC_RESPONSE_STATUS_CODE, "OK"),
        (attribute::SERVER_ADDRESS, "localhost"),
    ] {
        assert!(page.contains(&format!("{}=\"{value}\"", name(labelled))), "{labelled}: {page}");
    }
    for there in [
        "rpc_server_active_calls",
        "rpc_client_active_calls",
        "rpc_server_request_size_bucket",
        "rpc_server_response_size_bucket",
        "rpc_client_response_size_bucket",
        "thrift_server_connections 4",
        "thrift_server_events{event=\"opened\"} 4",
    ] {
        assert!(page.contains(there), "{there}: {page}");
    }

    // More calls are made meanwhile.
    let count = name(metric::RPC_SERVER_CALL_DURATION) + "_count";
    while sample(&program.get("/metrics"), &count, None) <= sample(&page, &count, None) {}
}

#[test]
fn the_picture_has_a_line_for_each_method() {
    let program = Program::start();
    program.metrics();
    let svg = program.get("/latencies.svg");
    let svg = roxmltree::Document::parse(&svg).unwrap_or_else(|error| panic!("{error}: {svg}"));
    assert_eq!(svg.root_element().tag_name().name(), "svg");
    let texts = svg.descendants().filter(|it| it.has_tag_name("text"));
    let texts: Vec<_> = texts.map(|text| text.text().unwrap_or_default().trim()).collect();
    for expected in ["rpc_client_call_duration", "seconds", "Search/find", "Search/suggest"] {
        assert!(texts.contains(&expected), "{expected}: {texts:?}");
    }
    let points = |line: roxmltree::Node<'_, '_>| Some(line.attribute("points")?.split(' ').count());
    let lines = svg.descendants().filter(|it| it.has_tag_name("polyline")).filter_map(points);
    // As many points as there are buckets, and one for all calls.
    assert!(lines.filter(|points| *points >= 19).count() >= 2);
}
