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
    AnyProtocol, BinaryProtocol, CompactProtocol, Encode, JsonProtocol, Limits, Protocol, Result,
    dynamic::{self, StructType},
    protocol::{Encoding, Input, TType},
    value::{Any, AnyStruct},
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

mod short {
    thrift_runtime::thrift! {
        path: "./bound.thrift",
        services: none,
        types: { string: Str, binary: Blob, "Row.h": thrift_runtime::StrList, "Rows.texts": thrift_runtime::StrList },
    }
}

mod lent {
    thrift_runtime::thrift! {
        path: "./bound.thrift",
        services: none,
        types: { string: &str, binary: &[u8] },
    }
}

/// How often the length of a message may be taken of memory, and how much besides.
const PER_BYTE: usize = 100;
const CONSTANT: usize = 5 << 20;

/// How many messages of each protocol are tried at least.
const LEAST: usize = 200;

/// How many of them a server or a client takes at least, in each dialect: the others are refused.
const FEW: usize = 30;

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

/// What is claimed for a default is about what it allocates.
#[test]
fn defaults_are_known() {
    fn check<T: Encode + Default>(what: &str) {
        // Constants are made once, at their first use.
        drop(T::default());
        let (peak, _) = peak::peak(T::default);
        let claimed = T::DEFAULT_HEAP;
        println!("{what}: {claimed} bytes are claimed, {peak} taken");
        assert!((peak..=peak * 2).contains(&claimed), "{what}: {claimed} for {peak}");
    }
    check::<known::Preset>("known");
    check::<kept::Preset>("kept");
    check::<short::Preset>("short");
    check::<lent::Preset<'_>>("lent");
    check::<Box<known::Preset>>("boxed");
    check::<derived::Preset>("derived");
    check::<derived::Whole>("a newtype");
    check::<derived::Closed>("a closed union");
    assert_eq!(<known::Holder as Encode>::DEFAULT_HEAP, <known::Part as Encode>::DEFAULT_HEAP);
    assert_eq!(<known::Setting as Encode>::DEFAULT_HEAP, 0);
    assert_eq!(<known::Row as Encode>::DEFAULT_HEAP, 0);
}

/// Types in Rust whose fields are of an IDL.
mod derived {
    use thrift_runtime::{ThriftStruct, ThriftUnion};

    use super::known;

    #[derive(Debug, Clone, PartialEq, Default, ThriftStruct)]
    pub(crate) struct Preset {
        #[thrift(id = 1)]
        first: known::Preset,
        #[thrift(id = 2)]
        second: Option<known::Preset>,
        #[thrift(id = 3)]
        boxed: Box<known::Part>,
        #[thrift(id = 4)]
        many: Vec<known::Preset>,
    }

    #[derive(Debug, Clone, PartialEq, Default, ThriftStruct)]
    #[thrift(transparent)]
    pub(crate) struct Whole(known::Preset);

    #[derive(Debug, Clone, PartialEq, ThriftUnion)]
    #[thrift(closed, default)]
    pub(crate) enum Closed {
        #[thrift(id = 1)]
        Part(known::Part),
        #[thrift(id = 2)]
        Number(i32),
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
fn generated_types_with_short_strings() {
    check("short", |protocol, bytes| protocol.decode::<short::Rows>(bytes).map(drop));
}

#[test]
fn generated_types_that_borrow() {
    check("lent", |protocol, bytes| protocol.decode::<lent::Rows<'_>>(bytes).map(drop));
}

#[test]
fn values_without_types() {
    check("untyped", |protocol, bytes| protocol.decode::<AnyStruct>(bytes).map(drop));
}

/// So many that what lists and structs grow by is more than [`CONSTANT`], and one more than a power of
/// two, when they have just grown.
const MANY: usize = (1 << 19) + 1;

#[test]
fn many_small_values() {
    let bit = || Any::Bool(true);
    let list = |element: Any| Any::List(element.ty(), vec![element; MANY]);
    let holds = |value: Any| AnyStruct(vec![(100, value)]);
    let pair = Any::Map(TType::Bool, TType::Bool, vec![(bit(), bit())]);
    let row = Any::Struct(AnyStruct(vec![(100, bit())]));
    let flat = (0..MANY).map(|at| ((at % 30_000) as i16, bit())).collect();
    let messages = [
        ("bits", holds(list(bit()))),
        ("fields", AnyStruct(flat)),
        ("lists of one", holds(list(Any::List(TType::Bool, vec![bit()])))),
        ("maps of one", holds(list(pair))),
        ("structs of one", holds(list(row.clone()))),
        ("rows of one", AnyStruct(vec![(1, list(row))])),
    ];
    for protocol in PROTOCOLS {
        let mut taken = Taken::default();
        for (what, message) in &messages {
            let bytes = protocol.encode(message).unwrap();
            let (peak, _) = peak::peak(|| protocol.decode::<AnyStruct>(&bytes).map(drop));
            taken.add(&format!("many, untyped, {protocol:?}: {what}"), bytes.len(), peak);
            let (peak, _) = peak::peak(|| protocol.decode::<kept::Rows>(&bytes).map(drop));
            taken.add(&format!("many, kept, {protocol:?}: {what}"), bytes.len(), peak);
        }
        taken.print(&format!("many, {}", protocol.encoding()));
    }
}

#[test]
fn values_of_an_idl_that_is_loaded() {
    let idl = dynamic::parse(include_str!("bound.thrift")).unwrap();
    let rows: StructType = idl.structure("Rows").unwrap();
    check("dynamic", |protocol, bytes| {
        rows.read(protocol, Input::from(bytes), &Limits::default()).map(drop)
    });
}

/// Has each large message travel in each of some dialects; `travel` makes what the other side gets of a
/// body, in its dialect, and returns the length of the message, its peak, and whether it was taken.
fn check_dialects(
    side: &str,
    dialects: &[(&str, u8)],
    travel: impl Fn(AnyProtocol, u8, &[u8]) -> (usize, usize, bool),
) {
    for protocol in PROTOCOLS {
        for (what, case) in dialects {
            let mut taken = Taken::default();
            let large =
                |hostile: &Hostile| hostile.bytes.len() > 1000 && !hostile.what.ends_with("cut");
            let mut accepted = 0;
            for hostile in hostile::all(protocol).filter(large) {
                let (length, peak, is_accepted) = travel(protocol, *case, &hostile.bytes);
                accepted += usize::from(is_accepted);
                taken.add(&format!("{what}, {protocol:?}: {}", hostile.what), length, peak);
            }
            taken.print(&format!("{side}, {what}, {}", protocol.encoding()));
            // TTHeader does not speak JSON.
            let spoken = (*case, protocol.encoding()) != (4, Encoding::Json);
            assert_eq!(accepted >= FEW, spoken, "{side}, {what}, {protocol:?}: {accepted}");
        }
    }
}

#[test]
fn connections_of_a_server() {
    check_dialects("a server", &served::DIALECTS, |protocol, case, body| {
        let message = served::call(protocol, body);
        let stream = dialects::around(case, &message);
        let (peak, calls) = peak::peak(|| served::serve(case, stream));
        (message.len(), peak, calls > 0)
    });
}

#[test]
fn replies_to_a_client() {
    check_dialects("a client", &served::CLIENTS, |protocol, case, body| {
        let message = served::reply(protocol, body);
        let stream = dialects::around(case, &message);
        let (peak, reply) = peak::peak(|| served::ask(protocol, case, stream));
        (message.len(), peak, reply.is_ok())
    });
}
