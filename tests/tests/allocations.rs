//! How often encoding and decoding allocate: the guard of their speed that no noise can break.
//!
//! The values are those of the benchmarks.

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
};

use bytes::Bytes;
use thrift_runtime::{
    BinaryProtocol, CompactProtocol, JsonProtocol, Limits, Protocol, Value, protocol::Output,
};

#[path = "../bench/src/data.rs"]
#[allow(unreachable_pub)]
mod data;

mod ours {
    thrift_runtime::thrift!("bench/idl/workloads.thrift");
}

mod hashed {
    thrift_runtime::thrift! { path: "bench/idl/workloads.thrift", types: { map: HashMap } }
}

mod inline {
    thrift_runtime::thrift! { path: "bench/idl/workloads.thrift", types: { string: Str } }
}

/// Counts what each thread asks of the system's allocator.
struct Counting;

thread_local! {
    static COUNT: Cell<usize> = const { Cell::new(0) };
}

fn count() {
    COUNT.with(|count| count.set(count.get() + 1));
}

// SAFETY: all is passed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: the caller keeps this function's contract, which is the same.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: as above.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count();
        // SAFETY: as above.
        unsafe { System.realloc(memory, layout, size) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// How often `run` allocates, and what it gives back.
fn allocations<T>(run: impl FnOnce() -> T) -> (usize, T) {
    let before = COUNT.get();
    let value = run();
    (COUNT.get() - before, value)
}

/// How often decoding each value may allocate: once for each string and list that it owns. A
/// `BTreeMap` is not counted here.
macro_rules! each {
    ($test:ident) => {
        $test("small", &data::small(), 3);
        $test("longs", &data::longs(), 1);
        $test("ints", &data::ints(), 1);
        $test("doubles", &data::doubles(), 1);
        $test("records", &data::records(), 1 + 1_000);
        $test("strings", &data::strings(), 1 + 10_000);
        // A slice of the message.
        $test("blob", &data::blob(), 0);
        // Schema and names, groups and their columns, five for each of 1,000 chunks, and the writer.
        $test("footer", &data::footer(), 1 + 100 + 1 + 10 + 5 * 1_000 + 1);
    };
}

#[test]
fn encoding_into_a_used_buffer_allocates_nothing() {
    fn allocated<T: Value>(protocol: impl Protocol, value: &T) -> usize {
        let mut out = Output::new();
        protocol.write_value(value, &mut out).unwrap();
        out.clear();
        let (count, written) = allocations(|| protocol.write_value(value, &mut out));
        written.unwrap();
        assert!(!out.is_empty());
        count
    }
    fn test<T: Value>(name: &str, value: &T, _owned: usize) {
        assert_eq!(allocated(BinaryProtocol::STRICT, value), 0, "{name}, binary");
        assert_eq!(allocated(CompactProtocol, value), 0, "{name}, compact");
        // The places around the one that is written.
        assert!(allocated(JsonProtocol, value) <= 1, "{name}, JSON");
    }
    each!(test);
    test("counts", &data::counts(), 0);
    test("names", &data::names(), 0);
    test("hashed", &hashed::Counts { counts: data::counts().counts.into_iter().collect() }, 0);
}

fn decoded<T: Value>(protocol: impl Protocol, value: &T) -> (usize, T) {
    let bytes = Bytes::from(protocol.encode(value).unwrap());
    allocations(|| protocol.decode(&bytes).unwrap())
}

#[test]
fn decoding_allocates_what_the_value_owns() {
    fn test<T: Value>(name: &str, value: &T, owned: usize) {
        assert_eq!(decoded(BinaryProtocol::STRICT, value).0, owned, "{name}, binary");
        assert_eq!(decoded(CompactProtocol, value).0, owned, "{name}, compact");
    }
    each!(test);
}

#[test]
fn skipping_allocates_nothing() {
    fn skipped<T: Value>(protocol: impl Protocol, value: &T, behind: &[u8]) -> usize {
        let body = [&protocol.encode(value).unwrap(), behind].concat();
        let (count, end) = allocations(|| protocol.skip_body(&body, 0, &Limits::default()));
        assert_eq!(end.unwrap(), body.len());
        count
    }
    fn test<T: Value>(name: &str, value: &T, _owned: usize) {
        assert_eq!(skipped(BinaryProtocol::STRICT, value, b""), 0, "{name}, binary");
        assert_eq!(skipped(CompactProtocol, value, b""), 0, "{name}, compact");
        assert_eq!(skipped(JsonProtocol, value, b"]"), 0, "{name}, JSON");
    }
    each!(test);
    test("counts", &data::counts(), 0);
    test("names", &data::names(), 0);
}

#[test]
fn decoding_json_allocates_what_the_value_owns_and_once_more() {
    fn test<T: Value>(name: &str, value: &T, owned: usize) {
        // What is in base64 is decoded first.
        if !matches!(name, "blob" | "footer") {
            assert!(decoded(JsonProtocol, value).0 <= owned + 1, "{name}");
        }
    }
    each!(test);
}

#[test]
fn decoding_a_map_allocates_what_a_clone_does_and_twice_more() {
    fn test<T: Value + Clone>(name: &str, value: &T) {
        let (cloned, _) = allocations(|| value.clone());
        // The pairs, and the room that the standard library sorts them in.
        assert!(decoded(BinaryProtocol::STRICT, value).0 <= cloned + 2, "{name}, binary");
        assert!(decoded(CompactProtocol, value).0 <= cloned + 2, "{name}, compact");
    }
    test("counts", &data::counts());
    test("names", &data::names());

    let hashed = hashed::Counts { counts: data::counts().counts.into_iter().collect() };
    let (cloned, _) = allocations(|| hashed.clone());
    assert_eq!(decoded(BinaryProtocol::STRICT, &hashed).0, cloned);
    assert_eq!(decoded(CompactProtocol, &hashed).0, cloned);
}

#[test]
fn decoding_short_strings_in_place_of_text_allocates_a_list() {
    let strings = data::strings().strings;
    let inline = inline::Strings { strings: strings.iter().map(|text| text[..].into()).collect() };
    assert_eq!(decoded(BinaryProtocol::STRICT, &inline).0, 1);
    assert_eq!(decoded(CompactProtocol, &inline).0, 1);
}

#[test]
fn decoding_into_a_used_value_allocates_nothing() {
    fn allocated<T: Value>(protocol: impl Protocol, value: &T) -> usize {
        let bytes = Bytes::from(protocol.encode(value).unwrap());
        let mut used: T = protocol.decode(&bytes).unwrap();
        let (count, read) = allocations(|| protocol.decode_into(&bytes, &mut used));
        read.unwrap();
        count
    }
    fn test<T: Value>(name: &str, value: &T, _owned: usize) {
        // A `Bytes` may be shared, and is never written over: the footer has two for each chunk.
        let fresh = if name == "footer" { 2 * 1_000 } else { 0 };
        assert_eq!(allocated(BinaryProtocol::STRICT, value), fresh, "{name}, binary");
        assert_eq!(allocated(CompactProtocol, value), fresh, "{name}, compact");
    }
    each!(test);
}
