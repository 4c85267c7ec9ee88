//! What each attribute does.

use std::{
    collections::HashMap,
    fmt,
    net::Ipv4Addr,
    time::{Duration, SystemTime},
};

use thrift_runtime::{
    BinaryProtocol, Encode as _, Protocol, ThriftEnum, ThriftException, ThriftStruct, ThriftUnion,
    Value,
    protocol::TType,
    value::{Any, UnknownFields, UnknownMember},
};

const BINARY: BinaryProtocol = BinaryProtocol::STRICT;

/// Writes a value, and reads it as another type.
fn through<A: Value, B: Value>(value: &A) -> thrift_runtime::Result<B> {
    BINARY.decode(&BINARY.encode(value)?)
}

mod seconds {
    use super::{Duration, SystemTime};

    pub(super) fn to_wire(time: &SystemTime) -> i64 {
        time.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs() as i64)
    }

    pub(super) fn from_wire(seconds: i64) -> Result<SystemTime, String> {
        let seconds = u64::try_from(seconds).map_err(|_| format!("{seconds} is before 1970"))?;
        Ok(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
    }
}

mod address {
    use super::Ipv4Addr;

    pub(super) fn to_wire(address: &Ipv4Addr) -> String {
        address.to_string()
    }

    pub(super) fn from_wire(text: String) -> Result<Ipv4Addr, std::net::AddrParseError> {
        text.parse()
    }
}

/// A type without a default holds others that have none, as its fields say how.
#[derive(Debug, PartialEq, ThriftStruct)]
#[thrift(default, rename = "HostInIdl")]
struct Host {
    #[thrift(id = 1, with = "address", default = Ipv4Addr::LOCALHOST, rename = "ip")]
    address: Ipv4Addr,
    #[thrift(id = 2, with = "seconds", required, default = SystemTime::UNIX_EPOCH)]
    since: SystemTime,
    #[thrift(id = 3, with = "address")]
    gateway: Option<Ipv4Addr>,
    #[thrift(skip, default = 9)]
    cached: u32,
}

#[test]
fn foreign_types() {
    let host = Host {
        address: Ipv4Addr::new(10, 0, 0, 1),
        since: SystemTime::UNIX_EPOCH + Duration::from_secs(77),
        gateway: Some(Ipv4Addr::new(10, 0, 0, 2)),
        cached: 1,
    };
    assert_eq!(through::<_, Host>(&host).unwrap(), Host { cached: 9, ..host });
    assert_eq!(Host::default().address, Ipv4Addr::LOCALHOST);

    #[derive(Default, ThriftStruct)]
    struct Wire {
        #[thrift(id = 1)]
        address: Option<String>,
        #[thrift(id = 2)]
        since: i64,
    }
    let absent: Host = through(&Wire { address: None, since: 4 }).unwrap();
    assert_eq!((absent.address, absent.gateway), (Ipv4Addr::LOCALHOST, None));
    let wrong = Wire { address: Some("nowhere".to_owned()), since: 4 };
    let error = through::<_, Host>(&wrong).unwrap_err();
    assert_eq!(error.to_string(), "HostInIdl.ip: invalid IPv4 address syntax");
    assert!(error.is_decode());
    let early = Wire { address: None, since: -1 };
    let error = through::<_, Host>(&early).unwrap_err();
    assert_eq!(error.to_string(), "HostInIdl.since: -1 is before 1970");
}

#[test]
fn fields_in_any_order_and_of_other_types() {
    // since, gateway of another type, address.
    let mut bytes =
        vec![10, 0, 2, 0, 0, 0, 0, 0, 0, 0, 5, 8, 0, 3, 0, 0, 0, 1, 11, 0, 1, 0, 0, 0, 7];
    bytes.extend(b"1.2.3.4\0");
    let host: Host = BINARY.decode(&bytes).unwrap();
    assert_eq!((host.address, host.gateway), (Ipv4Addr::new(1, 2, 3, 4), None));
    assert_eq!(host.since, SystemTime::UNIX_EPOCH + Duration::from_secs(5));
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Hash, ThriftStruct)]
#[thrift(transparent)]
struct UserId(i64);

#[derive(Debug, PartialEq, ThriftStruct)]
#[thrift(transparent, default)]
struct At(#[thrift(with = "seconds", default = SystemTime::UNIX_EPOCH)] SystemTime);

#[test]
fn newtypes_are_what_they_hold() {
    assert_eq!((UserId::TYPE, At::TYPE), (TType::I64, TType::I64));
    let users = HashMap::from([(UserId(5), vec![At(SystemTime::UNIX_EPOCH)])]);
    let plain: HashMap<i64, Vec<i64>> = through(&users).unwrap();
    assert_eq!(plain, HashMap::from([(5, vec![0])]));
    assert_eq!(through::<_, HashMap<UserId, Vec<At>>>(&plain).unwrap(), users);
}

#[derive(Debug, Default, Clone, PartialEq, Eq, ThriftStruct)]
struct Older {
    #[thrift(id = 2)]
    two: i32,
    #[thrift(unknown)]
    rest: UnknownFields,
}

#[derive(Debug, Default, Clone, PartialEq, Eq, ThriftStruct)]
struct Newer {
    #[thrift(id = 1)]
    one: String,
    #[thrift(id = 2)]
    two: i32,
    #[thrift(id = 3)]
    three: Vec<i64>,
}

#[test]
fn unknown_fields_are_kept() {
    let newer = Newer { one: "a".to_owned(), two: 2, three: vec![3] };
    let older: Older = through(&newer).unwrap();
    assert_eq!(older.rest.len(), 2);
    assert_eq!(BINARY.encode(&older).unwrap(), BINARY.encode(&newer).unwrap());
}

#[derive(Debug, PartialEq, ThriftUnion)]
#[thrift(default)]
enum Open {
    #[thrift(id = 1)]
    Number(i32),
    #[thrift(id = 2, binary)]
    Bytes([u8; 4]),
    #[thrift(unknown)]
    Unknown(UnknownMember),
}

#[derive(Debug, PartialEq, ThriftUnion)]
#[thrift(default, closed)]
enum Closed {
    #[thrift(id = 1)]
    Number(i32),
    #[thrift(id = 5, with = "address")]
    Address(Ipv4Addr),
}

impl Default for Number {
    fn default() -> Self {
        Number(3)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, ThriftEnum)]
struct Number(i32);

#[test]
fn unions_keep_or_refuse_what_is_unknown() {
    let address = Closed::Address(Ipv4Addr::LOCALHOST);
    assert_eq!(through::<_, Closed>(&address).unwrap(), address);
    let Open::Unknown(member) = through::<_, Open>(&address).unwrap() else { panic!() };
    assert_eq!(member.get(), Some((5, &Any::String("127.0.0.1".into()))));
    assert_eq!(through::<_, Closed>(&Open::Unknown(member)).unwrap(), address);

    let bytes = Open::Bytes(*b"abcd");
    assert_eq!(through::<_, Open>(&bytes).unwrap(), bytes);
    let error = through::<_, Closed>(&bytes).unwrap_err();
    assert_eq!(error.to_string(), "Closed: the union has no member that is known here");
    assert!(through::<_, Closed>(&Open::default()).is_err());
    assert_eq!(Closed::default(), Closed::Number(0));
}

#[derive(Debug, Default, Clone, Copy, PartialEq, ThriftEnum)]
#[thrift(closed)]
enum Colour {
    Red,
    #[default]
    Green = GREEN,
    Blue,
}

const GREEN: isize = 10;

#[derive(Debug, Default, ThriftStruct)]
struct Paint {
    #[thrift(id = 1)]
    colours: Vec<Colour>,
}

#[derive(Debug, Default, ThriftStruct)]
struct Painted {
    #[thrift(id = 1)]
    colours: Vec<Number>,
}

#[test]
fn enums_are_numbers() {
    let paint = Paint { colours: vec![Colour::Red, Colour::Green, Colour::Blue] };
    let painted: Painted = through(&paint).unwrap();
    assert_eq!(painted.colours, [Number(0), Number(10), Number(11)]);
    let unknown = Painted { colours: vec![Number(0), Number(7)] };
    let error = through::<_, Paint>(&unknown).unwrap_err();
    assert_eq!(error.to_string(), "Paint.colours[1]: Colour has no member with the number 7");
}

/// An exception of which the author says what it says.
#[derive(Debug, Default, Clone, PartialEq, ThriftStruct)]
struct Own {
    #[thrift(id = 1)]
    detail: String,
}

impl fmt::Display for Own {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "own words: {}", self.detail)
    }
}

impl std::error::Error for Own {}

#[derive(Debug, Default, Clone, PartialEq, ThriftException)]
struct Silent {
    #[thrift(id = 1)]
    code: i32,
}

#[test]
fn exceptions_are_errors() {
    let errors: [Box<dyn std::error::Error>; 2] =
        [Box::new(Own { detail: "x".to_owned() }), Box::new(Silent { code: 4 })];
    let words: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(words, ["own words: x", "Silent { code: 4 }"]);
}

mod without_prelude {
    #![no_implicit_prelude]

    #[derive(::core::fmt::Debug, ::core::default::Default, ::thrift_runtime::ThriftStruct)]
    pub(super) struct Some {
        #[thrift(id = 1, required)]
        pub(super) r#type: i32,
        #[thrift(id = 2)]
        pub(super) r: ::core::option::Option<::std::boxed::Box<Some>>,
        #[thrift(id = 3)]
        pub(super) w: ::std::string::String,
        #[thrift(id = 4, binary)]
        pub(super) h: ::std::vec::Vec<u8>,
    }
}

#[test]
fn names_do_not_get_in_the_way() {
    let mut value = without_prelude::Some { r#type: 4, ..Default::default() };
    value.r = Some(Box::default());
    let read: without_prelude::Some = through(&value).unwrap();
    assert!(read.r#type == 4 && read.r.is_some() && read.w.is_empty() && read.h.is_empty());
    let error = BINARY.decode::<without_prelude::Some>(&[0]).unwrap_err();
    assert_eq!(error.to_string(), "Some.type: the required field is missing");
}

macro_rules! made {
    ($name:ident { $($field:ident: $ty:ty = $id:expr),* }) => {
        #[derive(Debug, Default, PartialEq, ThriftStruct)]
        #[thrift(crate = "::thrift_runtime")]
        struct $name {
            $(#[thrift(id = $id)] $field: $ty,)*
            #[thrift(id = 100)]
            own: Option<bool>,
        }
    };
}

made!(Made { one: i32 = 1, two: Option<String> = 2 });

#[test]
fn types_are_made_by_macros() {
    let value = Made { one: 1, two: None, own: Some(true) };
    assert_eq!(through::<_, Made>(&value).unwrap(), value);
}
