//! Values as bytes, beside the generated types.

use thrift_runtime::{
    AnyProtocol, BinaryProtocol, ErrorKind, Protocol, args,
    protocol::{CompactProtocol, Encoding, JsonProtocol},
};

use super::{book, keeping, library, typed, typed_book};

fn check(protocol: impl Protocol) {
    let idl = library();
    let of = idl.structure("Book").unwrap();
    let typed = typed_book();
    let bytes = protocol.encode(&typed).unwrap();
    let value = of.decode(protocol, &bytes).unwrap();
    // Maps and sets of the generated types are sorted.
    assert_eq!(value.encode(protocol).unwrap(), bytes, "{protocol:?}");
    let made = of.value(book()).unwrap();
    let read: typed::Book = protocol.decode(&made.encode(protocol).unwrap()).unwrap();
    assert_eq!(read, typed, "{protocol:?}");
    for end in 0..bytes.len() {
        let error = of.decode(protocol, &bytes[..end]).unwrap_err();
        assert!(error.is_decode(), "{protocol:?} cut at {end}: {error}");
    }
}

#[test]
fn they_are_those_of_the_generated_types() {
    check(BinaryProtocol::STRICT);
    check(CompactProtocol);
    check(JsonProtocol);
    check(AnyProtocol::for_encoding(Encoding::Compact).unwrap());
}

#[test]
fn errors_name_the_fields() {
    let idl = library();
    let of = idl.structure("Book").unwrap();
    let decode = |bytes: &[u8]| of.decode(BinaryProtocol::STRICT, bytes).unwrap_err();
    let error = decode(b"\x0b\0\x01\0\0\0\x01E\x0f\0\x04\x0c\0\0\0\x01\x06\0\x02\0\x05\0");
    assert_eq!(error.kind(), ErrorKind::MissingField);
    assert_eq!(
        error.to_string(),
        "Author.name: the required field is missing (in Book.authors[0])"
    );
    assert_eq!(
        decode(b"\x0b\0\x01\0\0\0\x09E").to_string(),
        "Book.title: the input ends within a value"
    );
    assert_eq!(decode(b"\0").to_string(), "Book.title: the required field is missing");
}

#[test]
fn fields_of_newer_peers_are_kept() {
    let new = thrift_runtime::dynamic::parse(
        "struct A { 1: i32 a, 2: list<string> b, 3: bool c } union U { 1: i32 x, 2: string y }",
    )
    .unwrap();
    let old = thrift_runtime::dynamic::parse("struct A { 2: i64 b } union U { 1: i32 x }").unwrap();
    let value = new.structure("A").unwrap().value(args! { a: 1, b: ["x"], c: true }).unwrap();
    let protocol = CompactProtocol;
    let bytes = value.encode(protocol).unwrap();
    let passed = old.structure("A").unwrap().decode(protocol, &bytes).unwrap();
    // `b` has another type there, so it is not known at all.
    assert_eq!(passed.unknown_fields().map(|(id, _)| id).collect::<Vec<_>>(), [1, 3]);
    let again =
        new.structure("A").unwrap().decode(protocol, passed.encode(protocol).unwrap().as_slice());
    assert_eq!(again.unwrap(), new.structure("A").unwrap().value(args! { a: 1, c: true }).unwrap());
    let arm = new.structure("U").unwrap().value(args! { y: "z" }).unwrap();
    let bytes = arm.encode(protocol).unwrap();
    let passed = old.structure("U").unwrap().decode(protocol, &bytes).unwrap();
    assert_eq!(passed.encode(protocol).unwrap(), bytes);
}

#[test]
fn of_repeated_fields_the_last_counts() {
    let idl = thrift_runtime::dynamic::parse("struct A { 1: i32 a } union U { 1: i8 x, 2: i8 y }");
    let idl = idl.unwrap();
    let bytes = b"\x08\0\x01\0\0\0\x05\x08\0\x01\0\0\0\x06\0";
    let value = idl.structure("A").unwrap().decode(BinaryProtocol::STRICT, bytes).unwrap();
    assert_eq!(format!("{value:?}"), "A { a: 6 }");
    let bytes = b"\x03\0\x01\x05\x03\0\x02\x06\x03\0\x07\x07\x03\0\x01\x08\0";
    let value = idl.structure("U").unwrap().decode(BinaryProtocol::STRICT, bytes).unwrap();
    assert_eq!(format!("{value:?}"), "U { x: 8 }");
}

#[test]
fn defaults_count_as_memory() {
    let elements = "7,".repeat(1_000);
    let text = format!(
        "struct Leaf {{ 1: list<i32> t = [{elements}] }} struct A {{ 1: list<Leaf> leaves }}
         struct D0 {{ 1: i32 x = 1 }} {}",
        (0..40)
            .map(|n| format!("struct D{} {{ 1: D{n} a = {{}}, 2: D{n} b = {{}} }}\n", n + 1))
            .collect::<String>(),
    );
    let idl = thrift_runtime::dynamic::parse(&text).unwrap();
    let leaf = idl.structure("Leaf").unwrap().decode(BinaryProtocol::STRICT, b"\0").unwrap();
    assert_eq!(leaf.get("t").unwrap().as_elements().unwrap().len(), 1_000);
    // So many empty structs are a message of 300 kB.
    let mut bytes = b"\x0f\0\x01\x0c\0\x04\x93\xe0".to_vec();
    bytes.resize(bytes.len() + 300_001, 0);
    let error = idl.structure("A").unwrap().decode(BinaryProtocol::STRICT, &bytes).unwrap_err();
    assert!(error.is_limit(), "{error}");
    let doubling = idl.structure("D40").unwrap();
    assert!(doubling.decode(BinaryProtocol::STRICT, b"\0").unwrap_err().is_limit());
    let error = doubling.value(args! {}).unwrap_err();
    assert_eq!(error.to_string(), "the defaults of `D40` take too much memory");
}

#[test]
fn large_structs_are_read_in_any_order() {
    let fields: String = (1..=300).map(|id| format!("{id}: i32 f{id} ")).collect();
    let text = format!("struct Large {{ {fields} }} struct All {{ 1: list<Large> all }}");
    let idl = thrift_runtime::dynamic::parse(&text).unwrap();
    let of = idl.structure("Large").unwrap();
    let field = |id: i16| [&[8][..], &id.to_be_bytes(), &i32::from(id).to_be_bytes()].concat();
    let ids = [1, 2, 16, 17, 18, 150, 299, 300];
    let read = |ids: &[i16]| {
        let bytes: Vec<u8> = ids.iter().flat_map(|id| field(*id)).chain([0]).collect();
        let value = of.decode(BinaryProtocol::STRICT, &bytes).unwrap();
        assert_eq!(value.iter().count(), 8);
        for (name, value) in value.iter() {
            assert_eq!(value.as_i64().map(|id| format!("f{id}")).as_deref(), Some(name));
        }
        value
    };
    let value = read(&ids);
    assert_eq!(value.encode(BinaryProtocol::STRICT).unwrap()[..7], field(1));
    let mut reversed = ids;
    reversed.reverse();
    assert_eq!(read(&reversed), value);
    // The same one twice, and once as something else.
    assert_eq!(read(&[&ids[..], &[300, 1, 17]].concat()), value);
    assert_eq!(value.clone(), value);
    let mut more = value.clone();
    more.set("f200", 200).unwrap();
    assert_ne!(more, value);
    more.set("f200", thrift_runtime::dynamic::Value::Null).unwrap();
    assert_eq!(more, value);

    // So little of them is set that the input is not a hundredth of what their places would take.
    let all = idl.structure("All").unwrap();
    let of_last = |count: u32| {
        let mut bytes = [&[15, 0, 1, 12][..], &count.to_be_bytes()].concat();
        (0..count).for_each(|_| bytes.extend([field(300), vec![0]].concat()));
        bytes.push(0);
        all.decode(BinaryProtocol::STRICT, &bytes)
    };
    of_last(200).unwrap();
    assert!(of_last(10_000).unwrap_err().is_limit());
}

/// A fixed sequence of numbers that looks like chance (xorshift).
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit.max(1) as u64) as usize
    }
}

#[test]
fn mutated_bytes_are_read_as_the_generated_types_read_them() {
    fn run(protocol: impl Protocol, chance: &mut Chance) {
        let idl = library();
        let of = idl.structure("Book").unwrap();
        let seed = protocol.encode(&typed_book()).unwrap();
        let mut read = 0;
        for _ in 0..20_000 {
            let mut bytes = seed.clone();
            for _ in 0..=chance.below(3) {
                let at = chance.below(bytes.len());
                bytes[at] = chance.below(256) as u8;
            }
            let typed = protocol.decode::<keeping::Book>(&bytes);
            let value = of.decode(protocol, &bytes);
            match (&typed, &value) {
                (Ok(_), Ok(value)) => {
                    read += 1;
                    let again = of.decode(protocol, value.encode(protocol).unwrap().as_slice());
                    assert_eq!(format!("{:?}", again.unwrap()), format!("{value:?}"));
                }
                // Elements are of different sizes, so the memory ends at different places.
                (Err(typed), Err(value)) => {
                    let limit = typed.is_limit() || value.is_limit();
                    assert!(limit || typed.kind() == value.kind(), "{typed}; {value}");
                }
                (Ok(_), Err(error)) => assert!(error.is_limit(), "{error}"),
                (Err(error), Ok(value)) => panic!("{error}, but {value:?}"),
            }
        }
        assert!(read > 100, "{read}");
    }
    let mut chance = Chance(0x2545_F491_4F6C_DD1D);
    run(BinaryProtocol::STRICT, &mut chance);
    run(CompactProtocol, &mut chance);
    run(JsonProtocol, &mut chance);
}
