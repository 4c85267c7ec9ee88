//! The skip beside the scanner, which has to find the same.

use std::thread;

use bytes::Bytes;
use hex_literal::hex;

use crate::{
    BinaryProtocol, ErrorKind, Limits, Protocol,
    protocol::{Encoding, Input, MessageHeader, MessageType, Output, Scan, TType},
    value::{Any, AnyStruct},
};

/// Miri is slow: it cuts messages at some places only.
const STEP: usize = if cfg!(miri) { 61 } else { 1 };

/// Where a message ends, or why that is not known.
type End = Result<usize, ErrorKind>;

/// Limits on values alone: how large a message may be is for its transport to know.
fn limits() -> Limits {
    Limits { message_size: usize::MAX, ..Limits::default() }
}

fn skipped<P: Protocol>(protocol: P, message: &[u8], limits: &Limits) -> End {
    let end = protocol
        .read_header(message, limits)
        .and_then(|(_, at)| protocol.skip_body(message, at, limits));
    end.map_err(|error| error.kind())
}

fn scanned<P: Protocol>(protocol: P, message: &[u8], limits: &Limits) -> End {
    match protocol.scanner().scan(message, limits) {
        Ok(end) => end.ok_or(ErrorKind::Truncated),
        Err(error) => Err(error.kind()),
    }
}

fn read<P: Protocol>(protocol: P, message: &[u8], limits: &Limits) -> End {
    let end = protocol.read_header(message, limits).and_then(|(_, at)| {
        protocol.read_body(Input::from(message), at, limits, &mut AnyStruct::default())
    });
    end.map_err(|error| error.kind())
}

/// What both find.
fn same<P: Protocol>(protocol: P, message: &[u8], limits: &Limits) -> End {
    let end = skipped(protocol, message, limits);
    assert_eq!(end, scanned(protocol, message, limits), "{protocol:?}: {message:02x?}");
    let whole = protocol.scanner().whole(message, limits);
    assert_eq!(whole, end.ok(), "{protocol:?}: {message:02x?}");
    end
}

fn message<P: Protocol>(protocol: P, body: &AnyStruct) -> Vec<u8> {
    let mut out = Output::new();
    let header = MessageHeader::new(&b"method"[..], MessageType::Call, 300);
    protocol.write_message(&header, body, &mut out).unwrap();
    out.into_vec()
}

/// The header of a message.
fn header<P: Protocol>(protocol: P) -> Vec<u8> {
    let mut message = message(protocol, &AnyStruct::default());
    let (_, at) = protocol.read_header(&message, &limits()).unwrap();
    message.truncate(at);
    message
}

/// Structs with everything that there is, several levels deep.
fn bodies() -> Vec<AnyStruct> {
    let text = |text: &'static str| Any::String(Bytes::from_static(text.as_bytes()));
    let base = vec![
        (1, Any::Bool(true)),
        (2, Any::I8(-7)),
        (3, Any::I16(-300)),
        (4, Any::I32(70_000)),
        (5, Any::I64(i64::MIN)),
        (20, Any::Double(1.5.into())),
        (21, text("some text")),
        (-9, Any::Uuid(uuid::Uuid::from_u128(7))),
    ];
    let containers = vec![
        (1, Any::List(TType::Bool, vec![Any::Bool(true); 20])),
        (2, Any::List(TType::I64, (0..17).map(|n| Any::I64(1 << (3 * n))).collect())),
        (3, Any::Set(TType::String, vec![text(""), text("a")])),
        (4, Any::Map(TType::I16, TType::Double, vec![(Any::I16(5), Any::Double(0.5.into()))])),
        (5, Any::Map(TType::String, TType::I32, vec![(text("k"), Any::I32(-1)); 3])),
        (6, Any::Map(TType::Stop, TType::Stop, vec![])),
        (7, Any::List(TType::Struct, vec![])),
    ];
    let [base, containers] = [base, containers].map(AnyStruct);
    let lists = Any::List(TType::I32, vec![Any::I32(1), Any::I32(-1)]);
    let nested = vec![
        (1, Any::Struct(base.clone())),
        (2, Any::List(TType::Struct, vec![Any::Struct(base.clone()); 2])),
        (3, Any::List(TType::List, vec![lists.clone(), Any::List(TType::I32, vec![])])),
        (
            4,
            Any::Map(
                TType::Set,
                TType::Map,
                vec![(
                    Any::Set(TType::List, vec![lists]),
                    Any::Map(
                        TType::I8,
                        TType::Struct,
                        vec![(Any::I8(1), Any::Struct(containers.clone()))],
                    ),
                )],
            ),
        ),
    ];
    vec![AnyStruct::default(), base, containers, AnyStruct(nested)]
}

/// What the tests of the protocols read, refuse and skip, and more of the kind.
fn binary_vectors() -> Vec<(&'static [u8], Option<ErrorKind>)> {
    let (truncated, malformed, limit) =
        (Some(ErrorKind::Truncated), Some(ErrorKind::Malformed), Some(ErrorKind::Limit));
    vec![
        (&hex!("00"), None),
        (&hex!("0b 00 01 00 00 00 02 6e 6f  08 00 02 00 00 00 01  00"), None),
        (&hex!("0b 00 01 00 00 00 01 ff  00"), None),
        (
            &hex!("0d 00 09 08 0f 00 00 00 01  00 00 00 07  0b 00 00 00 01  00 00 00 01 ff  00"),
            None,
        ),
        (&hex!("0d 00 01  00 00 00 00 00 00  00"), None),
        (&hex!("0f 00 01  0c 00 ff ff ff  00"), truncated),
        (&hex!("0d 00 01  0b 0b 00 0f ff ff  00"), truncated),
        (&hex!("0f 00 01  0a 00 ff ff ff  00"), truncated),
        (&hex!("0f 00 01  0f 00 00 00 01  00"), truncated),
        (&hex!("0f 00 01  0c 7f ff ff ff  00"), limit),
        (&hex!("0f 00 01  0a 7f ff ff ff"), limit),
        (&hex!("0b 00 01  7f ff ff ff"), limit),
        (&hex!("0d 00 01  00 00 00 00 00 01  00"), malformed),
        (&hex!("0d 00 01  08 00 00 00 00 01  00"), malformed),
        (&hex!("0f 00 01  63 00 00 00 00  00"), malformed),
        (&hex!("0f 00 01  00 00 00 00 01"), malformed),
        (&hex!("0d 00 01  08 63 00 00 00 00  00"), malformed),
        (&hex!("0f 00 01  08 80 00 00 00  00"), malformed),
        (&hex!("63 00 01  00 00 00 00"), malformed),
        (&hex!("63"), malformed),
        (&hex!("0b 00 01  80 00 00 00  00"), malformed),
    ]
}

#[cfg(feature = "compact")]
fn compact_vectors() -> Vec<(&'static [u8], Option<ErrorKind>)> {
    let (truncated, malformed, limit) =
        (Some(ErrorKind::Truncated), Some(ErrorKind::Malformed), Some(ErrorKind::Limit));
    vec![
        (&hex!("00"), None),
        (&hex!("11 12  05 28 01  1c 13 07 00  14 00  01 0a  08 01 01 78  00"), None),
        (&hex!("11  12  15 02  00"), None),
        (&hex!("19 12 07  00"), None),
        (&hex!("1b 00  00"), None),
        (&hex!("19 09  00"), None),
        (&hex!("16 ff ff ff ff ff ff ff ff ff 7f  00"), None),
        (&hex!("15 ff ff ff ff 0f  00"), None),
        (&hex!("19 f3 10 01"), truncated),
        (&hex!("19 f5 ff ff 3f 01"), truncated),
        (&hex!("15 ff ff"), truncated),
        (&hex!("18 ff ff ff ff 07"), limit),
        (&hex!("3b ff ff ff ff 07 88"), limit),
        (&hex!("19 f3 ff ff ff ff 07"), limit),
        (&hex!("18 ff ff ff ff ff ff ff ff ff ff 01 00"), malformed),
        (&hex!("18 ff ff ff ff 0f 61"), malformed),
        (&hex!("15 ff ff ff ff ff 01 00 00 00"), malformed),
        (&hex!("16 ff ff ff ff ff ff ff ff ff ff"), malformed),
        (&hex!("1f 00 00"), malformed),
        (&hex!("19 0f 00"), malformed),
        (&hex!("19 10 00"), malformed),
        (&hex!("1b 01 0f 00"), malformed),
        (&hex!("1b 01 50 00"), malformed),
        (&hex!("05 fe ff 03 00  15 00  00"), malformed),
        (&hex!("05 80 80 04 00  00"), malformed),
    ]
}

/// Makes tests for each protocol whose scanner is a walk.
macro_rules! each {
    ($($test:ident)*) => {$(
        #[test]
        fn $test() {
            cases::$test(BinaryProtocol::STRICT);
            cases::$test(BinaryProtocol::NON_STRICT);
            #[cfg(feature = "compact")]
            cases::$test(crate::CompactProtocol);
        }
    )*};
}

each! {
    whole_messages_and_all_that_are_cut_short
    mutated_messages
    values_as_deep_as_a_limit_and_deeper
    sizes_at_a_limit_and_above
}

#[test]
fn vectors() {
    fn test<P: Protocol>(protocol: P, vectors: &[(&[u8], Option<ErrorKind>)]) {
        for (body, error) in vectors {
            let message = [&header(protocol), *body].concat();
            let expected = error.map_or(Ok(message.len()), Err);
            assert_eq!(same(protocol, &message, &limits()), expected, "{protocol:?}: {body:02x?}");
            for end in (0..message.len()).step_by(STEP) {
                let _ = same(protocol, &message[..end], &limits());
            }
        }
    }
    test(BinaryProtocol::STRICT, &binary_vectors());
    test(BinaryProtocol::NON_STRICT, &binary_vectors());
    #[cfg(feature = "compact")]
    test(crate::CompactProtocol, &compact_vectors());
}

#[cfg(feature = "json")]
#[test]
fn json_as_deep_as_a_limit_and_deeper() {
    cases::values_as_deep_as_a_limit_and_deeper(crate::JsonProtocol);
}

/// JSON's scanner only looks for the bracket that ends a message, so that it finds no less.
#[cfg(feature = "json")]
#[test]
fn json() {
    use crate::JsonProtocol;
    let limits = &limits();
    let messages: Vec<Vec<u8>> = bodies().iter().map(|body| message(JsonProtocol, body)).collect();
    for message in &messages {
        for end in (0..message.len()).step_by(STEP) {
            let cut = skipped(JsonProtocol, &message[..end], limits);
            assert_eq!(cut, Err(ErrorKind::Truncated), "cut at {end}");
        }
        assert_eq!(skipped(JsonProtocol, message, limits), Ok(message.len()));
    }
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for _ in 0..if cfg!(miri) { 10 } else { 20_000 } {
        let mut mutated = messages[random.below(messages.len())].clone();
        random.mutate(&mut mutated);
        let (skipped, read) =
            (skipped(JsonProtocol, &mutated, limits), read(JsonProtocol, &mutated, limits));
        let text = String::from_utf8_lossy(&mutated);
        assert!(read.is_err() || read == skipped, "{read:?}, {skipped:?}: {text}");
        let scanned = scanned(JsonProtocol, &mutated, limits);
        assert!(skipped.is_err() || skipped == scanned, "{skipped:?}, {scanned:?}: {text}");
    }
}

mod cases {
    use super::*;

    pub(super) fn whole_messages_and_all_that_are_cut_short<P: Protocol>(protocol: P) {
        for body in bodies() {
            let mut message = message(protocol, &body);
            let length = message.len();
            for end in (0..length).step_by(STEP) {
                let cut = same(protocol, &message[..end], &limits());
                assert_eq!(cut, Err(ErrorKind::Truncated), "{protocol:?}: cut at {end}");
            }
            // What stands behind the message does not matter.
            for behind in [0, 0x0c, 0xff] {
                assert_eq!(same(protocol, &message, &limits()), Ok(length));
                message.push(behind);
            }
        }
    }

    /// For each of three protocols, so that a build for speed tries a million.
    const ROUNDS: u32 = match (cfg!(miri), cfg!(debug_assertions)) {
        (true, _) => 30,
        (false, true) => 100_000,
        (false, false) => 350_000,
    };

    pub(super) fn mutated_messages<P: Protocol>(protocol: P) {
        let messages: Vec<Vec<u8>> = bodies().iter().map(|body| message(protocol, body)).collect();
        let strict = Limits { depth: 4, string_size: 8, container_size: 16, ..limits() };
        let mut random = Random(0x9e37_79b9_7f4a_7c15);
        let (mut accepted, mut refused) = (0, 0);
        for round in 0..ROUNDS {
            let mut mutated = messages[random.below(messages.len())].clone();
            for _ in 0..=random.below(3) {
                random.mutate(&mut mutated);
            }
            let limits = if round % 4 == 0 { &strict } else { &limits() };
            let end = same(protocol, &mutated, limits);
            *(if end.is_ok() { &mut accepted } else { &mut refused }) += 1;
            // What can be read can be skipped.
            if let Ok(read) = read(protocol, &mutated, limits) {
                assert_eq!(end, Ok(read), "{protocol:?}: {mutated:02x?}");
            }
        }
        // Otherwise the mutations would say little.
        assert!(accepted.min(refused) > ROUNDS / 10, "{accepted} and {refused}");
    }

    pub(super) fn values_as_deep_as_a_limit_and_deeper<P: Protocol>(protocol: P) {
        let run = move || {
            let all = [(1, 1), (2, 2), (64, 64), (u32::MAX, 192)];
            // Miri is slow.
            for (depth, most) in all.into_iter().take(if cfg!(miri) { 2 } else { 4 }) {
                let limits = Limits { depth, memory: usize::MAX, ..limits() };
                for nest in &NESTS {
                    for levels in [1, most - 1, most, most + 1, most + 2, DEEP] {
                        depths(protocol, nest, levels.max(1), most, &limits);
                    }
                }
            }
        };
        thread::Builder::new().stack_size(2 << 20).spawn(run).unwrap().join().unwrap();
    }

    /// Deeper than any stack would hold.
    const DEEP: usize = if cfg!(miri) { 100 } else { 100_000 };

    fn depths<P: Protocol>(protocol: P, nest: &Nest, levels: usize, most: usize, limits: &Limits) {
        let message = nest.message(protocol, levels);
        let expected = if levels <= most { Ok(message.len()) } else { Err(ErrorKind::Limit) };
        let what = format!("{protocol:?}: {levels} levels of {}", nest.name);
        assert_eq!(skipped(protocol, &message, limits), expected, "{what}");
        assert_eq!(read(protocol, &message, limits), expected, "{what}");
        // JSON's scanner uses no stack, so that it counts no levels.
        if protocol.encoding() != Encoding::Json {
            assert_eq!(scanned(protocol, &message, limits), expected, "{what}");
        }
    }

    pub(super) fn sizes_at_a_limit_and_above<P: Protocol>(protocol: P) {
        let strings = Any::List(TType::String, vec![Any::String(vec![b'a'; 7].into()); 5]);
        let message = message(protocol, &AnyStruct(vec![(1, strings)]));
        for (string_size, container_size, fits) in [(7, 5, true), (6, 5, false), (7, 4, false)] {
            let limits = Limits { string_size, container_size, ..limits() };
            let expected = if fits { Ok(message.len()) } else { Err(ErrorKind::Limit) };
            assert_eq!(same(protocol, &message, &limits), expected);
        }
    }
}

/// A way in which values nest: the header of the field that they stand in, what a level begins with,
/// what is innermost, and what a level ends with.
struct Nest {
    name: &'static str,
    binary: [&'static [u8]; 4],
    compact: [&'static [u8]; 4],
    json: [&'static [u8]; 4],
}

const NESTS: [Nest; 6] = [
    Nest {
        name: "structs",
        binary: [b"", &hex!("0c 00 01"), b"", &hex!("00")],
        compact: [b"", &hex!("1c"), b"", &hex!("00")],
        json: [b"", br#"{"1":{"rec":"#, b"{}", b"}}"],
    },
    Nest {
        name: "lists around strings",
        binary: [
            &hex!("0f 00 01"),
            &hex!("0f 00 00 00 01"),
            &hex!("0b 00 00 00 01  00 00 00 00"),
            b"",
        ],
        compact: [&hex!("19"), &hex!("19"), &hex!("18 00"), b""],
        json: [br#"{"1":{"lst":"#, br#"["lst",1,"#, br#"["str",1,""]"#, b"]"],
    },
    Nest {
        name: "lists around numbers",
        binary: [&hex!("0f 00 01"), &hex!("0f 00 00 00 01"), &hex!("03 00 00 00 01  07"), b""],
        compact: [&hex!("19"), &hex!("19"), &hex!("13 07"), b""],
        json: [br#"{"1":{"lst":"#, br#"["lst",1,"#, br#"["i8",1,7]"#, b"]"],
    },
    Nest {
        name: "sets around an empty one",
        binary: [&hex!("0e 00 01"), &hex!("0e 00 00 00 01"), &hex!("0e 00 00 00 00"), b""],
        compact: [&hex!("1a"), &hex!("1a"), &hex!("0a"), b""],
        json: [br#"{"1":{"set":"#, br#"["set",1,"#, br#"["set",0]"#, b"]"],
    },
    Nest {
        name: "keys",
        binary: [
            &hex!("0d 00 01"),
            &hex!("0d 03 00 00 00 01"),
            &hex!("03 03 00 00 00 00"),
            &hex!("07"),
        ],
        compact: [&hex!("1b"), &hex!("01 b3"), &hex!("00"), &hex!("07")],
        json: [br#"{"1":{"map":"#, br#"["map","i8",1,{"#, br#"["i8","i8",0,{}]"#, b":7}]"],
    },
    Nest {
        name: "values of maps",
        binary: [&hex!("0d 00 01"), &hex!("03 0d 00 00 00 01 07"), &hex!("03 03 00 00 00 00"), b""],
        compact: [&hex!("1b"), &hex!("01 3b 07"), &hex!("00"), b""],
        json: [br#"{"1":{"map":"#, br#"["i8","map",1,{"7":"#, br#"["i8","i8",0,{}]"#, b"}]"],
    },
];

impl Nest {
    /// A message whose body is a struct that is so many levels deep, of which it is one itself.
    fn message<P: Protocol>(&self, protocol: P, levels: usize) -> Vec<u8> {
        let ([field, begin, innermost, end], stop): (_, &[u8]) = match protocol.encoding() {
            Encoding::Binary { .. } => (self.binary, b"\0"),
            Encoding::Compact => (self.compact, b"\0"),
            Encoding::Json if self.json[0].is_empty() => (self.json, b"]"),
            Encoding::Json => (self.json, b"}}]"),
        };
        let inner = levels - 1;
        let (begin, end) = (begin.repeat(inner), end.repeat(inner));
        [&header(protocol), field, &begin, innermost, &end, stop].concat()
    }
}

/// Numbers that are the same in every run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    /// Changes a byte, or removes or repeats a few.
    fn mutate(&mut self, bytes: &mut Vec<u8>) {
        let at = self.below(bytes.len().max(1)).min(bytes.len());
        let until = (at + self.below(6)).min(bytes.len());
        match self.below(8) {
            0 => bytes.truncate(at),
            1 => drop(bytes.drain(at..until)),
            2 => {
                let part = bytes[at..until].to_vec();
                bytes.splice(at..at, part);
            }
            3 => bytes.insert(at, self.next() as u8),
            4 | 5 => bytes[at..until].iter_mut().take(1).for_each(|byte| *byte ^= 1 << (at % 8)),
            // Small numbers are types and lengths.
            6 => bytes[at..until].iter_mut().take(1).for_each(|byte| *byte = at as u8 % 17),
            _ => {
                let any = self.next() as u8;
                bytes[at..until].iter_mut().take(1).for_each(|byte| *byte = any);
            }
        }
    }
}
