//! The most memory that a message may take while it is read: [`PER_BYTE`] bytes for each of its own, and
//! [`CONSTANT`], within the default limits; the same for all that a server's connection takes for it. Of a
//! message that is compressed, those bytes count that it inflates to.
//!
//! `cargo test -p thrift-tests --test bound -- --nocapture` prints the messages that take the most.

#[allow(dead_code)]
#[path = "../../fuzz/src/dialects.rs"]
mod dialects;
mod hostile;
mod idl;
mod peak;
#[allow(dead_code)]
#[path = "../../fuzz/src/pieces.rs"]
mod pieces;
mod served;

use hostile::Hostile;
use thrift_runtime::{
    AnyProtocol, BinaryProtocol, CompactProtocol, JsonProtocol, Limits, Protocol, Result,
    dynamic::{self, StructType},
    protocol::Input,
    value::AnyStruct,
};

mod known {
    thrift_runtime::thrift!("./bound.thrift");
}

mod kept {
    thrift_runtime::thrift! {
        path: "./bound.thrift",
        services: none,
        unknown_fields: keep,
        types: { map: HashMap, set: HashSet },
    }
}

/// How often the length of a message may be taken of memory, and how much besides.
const PER_BYTE: usize = 100;
const CONSTANT: usize = 5 << 20;

/// How many messages of each protocol are tried at least.
const LEAST: usize = 200;

const PROTOCOLS: [AnyProtocol; 3] = [
    AnyProtocol::Binary(BinaryProtocol::STRICT),
    AnyProtocol::Compact(CompactProtocol),
    AnyProtocol::Json(JsonProtocol),
];

/// What messages took, the worst of which is worth printing.
#[derive(Default)]
struct Taken(Vec<(usize, usize, usize, String)>);

impl Taken {
    fn add(&mut self, what: &str, length: usize, peak: usize) {
        let beside = peak.saturating_sub(CONSTANT);
        self.0.push((beside / length, peak, length, what.to_owned()));
        let most = PER_BYTE * length + CONSTANT;
        assert!(peak <= most, "{what}: {length} bytes take {peak}, which is more than {most}");
    }

    fn print(&mut self, of: &str) {
        self.0.sort();
        let worst = self.0.iter().max_by_key(|(_, peak, length, _)| peak * 1000 / length);
        let count = self.0.len();
        for (_, peak, length, what) in self.0.last().into_iter().chain(worst) {
            let each = peak / length;
            println!("{of}, {count} messages: {peak} for {length} bytes, {each} each: {what}");
        }
    }
}

/// Decodes every hostile message of every protocol.
fn check(kind: &str, decode: impl Fn(AnyProtocol, &[u8]) -> Result<()>) {
    for protocol in PROTOCOLS {
        let mut taken = Taken::default();
        for Hostile { what, bytes } in hostile::all(protocol) {
            let (peak, _) = peak::peak(|| decode(protocol, &bytes));
            taken.add(&format!("{kind}, {protocol:?}: {what}"), bytes.len(), peak);
        }
        assert!(taken.0.len() >= LEAST, "only {} messages", taken.0.len());
        taken.print(&format!("{kind}, {}", protocol.encoding()));
    }
}

#[test]
fn generated_types() {
    check("generated", |protocol, bytes| protocol.decode::<known::Rows>(bytes).map(drop));
}

#[test]
fn generated_types_that_keep_and_hash() {
    check("kept", |protocol, bytes| protocol.decode::<kept::Rows>(bytes).map(drop));
}

#[test]
fn values_without_types() {
    check("untyped", |protocol, bytes| protocol.decode::<AnyStruct>(bytes).map(drop));
}

#[test]
fn values_of_an_idl_that_is_loaded() {
    let idl = dynamic::parse(include_str!("bound.thrift")).unwrap();
    let rows: StructType = idl.structure("Rows").unwrap();
    check("dynamic", |protocol, bytes| {
        rows.read(protocol, Input::from(bytes), &Limits::default()).map(drop)
    });
}

#[test]
fn connections_of_a_server() {
    for protocol in PROTOCOLS {
        for (what, case) in served::DIALECTS {
            let mut taken = Taken::default();
            let large =
                |hostile: &Hostile| hostile.bytes.len() > 1000 && !hostile.what.ends_with("cut");
            for hostile in hostile::all(protocol).filter(large) {
                let message = served::call(protocol, &hostile.bytes);
                let stream = dialects::around(case, &message);
                let (peak, ()) = peak::peak(|| served::serve(case, stream));
                let what = format!("{what}, {protocol:?}: {}", hostile.what);
                taken.add(&what, message.len(), peak);
            }
            taken.print(&format!("{what}, {}", protocol.encoding()));
        }
    }
}
