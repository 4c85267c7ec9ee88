//! What takes time in proportion to what came, and not by the square of it.

#[path = "../../thrift-macros/idl/tests/all/cpu.rs"]
mod cpu;
#[allow(dead_code)]
#[path = "bound/hostile.rs"]
mod hostile;

mod bound {
    thrift_runtime::thrift! { path: "tests/bound/bound.thrift", services: none }
}

mod keeping {
    thrift_runtime::thrift! {
        path: "idl/evolution/old.thrift",
        unknown_fields: keep,
        warnings: off,
    }
}

mod depth {
    thrift_runtime::thrift!("idl/depth.thrift");
}

use std::time::Duration;

use thrift_runtime::{
    AnyProtocol, BinaryProtocol, CompactProtocol, ConnectionOptions, JsonProtocol, Limits,
    Protocol, Value, protocol::Input, serve_connection, value::AnyStruct,
};
use tokio::{
    io::{AsyncWriteExt, duplex},
    runtime, task,
};

/// The shortest time of a few.
fn time(mut work: impl FnMut()) -> Duration {
    (0..3).map(|_| cpu::time(&mut work).1).min().unwrap()
}

#[test]
fn many_unknown_fields() {
    // All ids but those of the fields, downwards, each a boolean; then all of them again.
    let message = |count: i16| {
        let ids = (100..100 + count).rev().chain((100..100 + count).rev());
        let mut bytes: Vec<u8> =
            ids.flat_map(|id| [&[2][..], &id.to_be_bytes(), &[1]].concat()).collect();
        bytes.push(0);
        bytes
    };
    let decode = |bytes: &[u8], count: i16| {
        let leaf: keeping::Leaf = BinaryProtocol::STRICT.decode(bytes).unwrap();
        assert_eq!(leaf.unknown_fields.len(), count as usize);
        let first = leaf.unknown_fields.iter().next().unwrap().0;
        assert_eq!(first, 99 + count);
    };
    let (few, many) = (1000, 32_000);
    let (small, large) = (message(few), message(many));
    let (small, large) = (time(|| decode(&small, few)), time(|| decode(&large, many)));
    assert!(large < 200 * small, "{few} fields: {small:?}, {many}: {large:?}");
}

/// Reads a message of each shape, within limits that let all of it pass.
fn read_shapes<T: Value>(what: &str) {
    let (few, many) = (500, 16 * 500);
    let mut limits = Limits::default();
    limits.memory = usize::MAX;
    for protocol in [
        AnyProtocol::Binary(BinaryProtocol::STRICT),
        AnyProtocol::Compact(CompactProtocol),
        AnyProtocol::Json(JsonProtocol),
    ] {
        let decode = |bytes: &[u8]| {
            let mut value = T::default();
            protocol.read_value(Input::from(bytes), &limits, &mut value).unwrap();
        };
        let small = hostile::of_size(protocol, few);
        for ((shape, small), (_, large)) in small.zip(hostile::of_size(protocol, many)) {
            let length = large.len() as u32 / small.len() as u32;
            let (small, large) = (time(|| decode(&small)), time(|| decode(&large)));
            assert!(
                large < 4 * length.max(1) * small + Duration::from_millis(5),
                "{what}, {}, {shape}: {small:?}, and {large:?} for {length} times that",
                protocol.encoding(),
            );
        }
    }
}

#[test]
fn shapes_that_cost_the_most() {
    read_shapes::<bound::Rows>("known");
    read_shapes::<AnyStruct>("untyped");
}

#[test]
fn what_is_no_field_in_a_wide_struct() {
    let text = format!("{{{}x}}", " ".repeat(200_000));
    let narrow = time(|| drop(JsonProtocol.decode::<depth::Chain>(text.as_bytes()).unwrap_err()));
    let wide = time(|| drop(JsonProtocol.decode::<depth::Wide>(text.as_bytes()).unwrap_err()));
    assert!(wide < 5 * narrow, "2 fields: {narrow:?}, 38: {wide:?}");
}

/// Has a server read bytes that come one by one, within a method's name of which so many have come
/// before.
fn read_a_name(before: usize) {
    let runtime = runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let (mut ours, theirs) = duplex(1 << 16);
        let serving = task::spawn(async move {
            let processor = thrift_tests::conformance::processor();
            serve_connection(theirs, processor, &ConnectionOptions::default()).await
        });
        ours.write_all(b"[1,\"").await.unwrap();
        ours.write_all(&vec![b'a'; before]).await.unwrap();
        for _ in 0..2000 {
            ours.write_all(b"a").await.unwrap();
            task::yield_now().await;
        }
        drop(ours);
        assert!(serving.await.unwrap().unwrap_err().is_closed());
    });
}

#[test]
fn a_name_that_comes_a_byte_at_a_time() {
    let (small, large) = (time(|| read_a_name(20_000)), time(|| read_a_name(1_000_000)));
    assert!(large < 20 * small, "behind 20 kB: {small:?}, behind 1 MB: {large:?}");
}
