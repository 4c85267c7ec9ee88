//! Thrift on types of your own: the derive macros, a guide to them and their attributes.
//!
//! [`ThriftStruct`], [`ThriftException`], [`ThriftUnion`] and [`ThriftEnum`] give a type that you
//! have written the wire form that [`thrift!`](crate::thrift) gives those of an IDL file: the same
//! bytes by the same code. No IDL is needed to write and read them:
//!
//! ```
//! use thrift_runtime::{BinaryProtocol, Protocol, ThriftStruct};
//!
//! #[derive(Debug, Default, PartialEq, ThriftStruct)]
//! struct Message {
//!     #[thrift(id = 1, required)]
//!     sender: String,
//!     #[thrift(id = 2)]
//!     content: Option<String>,
//!     #[thrift(id = 3, default = 1)]
//!     copies: i32,
//! }
//!
//! let message = Message { sender: "alice".into(), content: None, copies: 2 };
//! let bytes = BinaryProtocol::STRICT.encode(&message)?;
//! assert_eq!(BinaryProtocol::STRICT.decode::<Message>(&bytes)?, message);
//! # Ok::<(), thrift_runtime::Error>(())
//! ```
//!
//! # Fields
//!
//! The wire type follows from the Rust type, which has to be a [`Value`](crate::Value); the table
//! there says what is. `Option<T>` is optional: written if it is there, `None` if it is absent. Any
//! other field is written always; when it is absent it becomes its default, or with `required` the
//! whole value is an error. (A macro sees names only: an alias of `Option` is not known as one.)
//!
//! | on a field | |
//! | --- | --- |
//! | `id = 3` | the id, 1 to 32767; every field on the wire has one |
//! | `required` | must come |
//! | `default = 60` | what an absent field becomes, any expression; of an `Option`, within `Some` |
//! | `rename = "nameInIdl"` | the name that errors say |
//! | `binary` | `Vec<u8>`, `[u8; N]`, `Arc<[u8]>` and the like as `binary` |
//! | `with = "module"` | a foreign type, see below |
//! | `skip` | not on the wire; reading gives it its default |
//! | `unknown` | an [`UnknownFields`](crate::value::UnknownFields) that keeps what a newer peer wrote |
//!
//! | on a struct | |
//! | --- | --- |
//! | `default` | generates `Default` from the fields' defaults |
//! | `transparent` | a newtype: it is written as the one field that it has |
//! | `rename = "NameInIdl"` | the name that errors say |
//! | `bound = "T: Value + Ord"` | bounds in place of those that are inferred |
//! | `crate = "path"` | where this crate is, if it is not `::thrift_runtime` |
//!
//! Paths and expressions stand with or without quotes as shown, paths either way.
//!
//! ## Defaults
//!
//! Values are read in place, so that a list of a thousand is read without a thousand moves; that
//! takes a value to begin with, which is why whatever is on the wire has a `Default`. Derive it,
//! write it, or have it generated with `#[thrift(default)]`, which is the way for a struct with
//! fields of types that have none:
//!
//! ```
//! # use thrift_runtime::ThriftStruct;
//! use std::net::Ipv4Addr;
//!
//! #[derive(ThriftStruct)]
//! #[thrift(default)]
//! struct Host {
//!     #[thrift(id = 1, with = "address", required, default = Ipv4Addr::LOCALHOST)]
//!     address: Ipv4Addr,
//!     #[thrift(id = 2, default = 9090)]
//!     port: i32,
//! }
//!
//! mod address {
//!     use std::net::{AddrParseError, Ipv4Addr};
//!
//!     pub fn to_wire(address: &Ipv4Addr) -> String {
//!         address.to_string()
//!     }
//!
//!     pub fn from_wire(text: String) -> Result<Ipv4Addr, AddrParseError> {
//!         text.parse()
//!     }
//! }
//! assert_eq!(Host::default().port, 9090);
//! ```
//!
//! ## Foreign types
//!
//! `with` names a module, or a type, with two functions. `to_wire` takes a reference and gives a
//! [`Value`](crate::Value) that is written, which may borrow; `from_wire` takes what was read and
//! gives the type or an error, anything that converts into `Box<dyn Error + Send + Sync>`. Both are
//! of one Thrift type. An error names the field:
//!
//! ```
//! # use thrift_runtime::{BinaryProtocol, Protocol, ThriftStruct};
//! use std::time::{Duration, SystemTime};
//!
//! #[derive(Debug, ThriftStruct)]
//! #[thrift(default)]
//! struct Lease {
//!     #[thrift(id = 1, with = "seconds", required, default = SystemTime::UNIX_EPOCH)]
//!     since: SystemTime,
//!     #[thrift(id = 2, with = "millis")]
//!     lasts: Option<Duration>,
//! }
//!
//! mod seconds {
//!     use std::time::{Duration, SystemTime};
//!
//!     pub fn to_wire(time: &SystemTime) -> i64 {
//!         time.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs() as i64)
//!     }
//!
//!     pub fn from_wire(seconds: i64) -> Result<SystemTime, String> {
//!         let since = u64::try_from(seconds).map_err(|_| format!("{seconds} is before 1970"))?;
//!         Ok(SystemTime::UNIX_EPOCH + Duration::from_secs(since))
//!     }
//! }
//!
//! mod millis {
//!     use std::{num::TryFromIntError, time::Duration};
//!
//!     pub fn to_wire(duration: &Duration) -> i64 {
//!         i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
//!     }
//!
//!     pub fn from_wire(millis: i64) -> Result<Duration, TryFromIntError> {
//!         millis.try_into().map(Duration::from_millis)
//!     }
//! }
//!
//! let bytes = [10, 0, 1, 255, 255, 255, 255, 255, 255, 255, 255, 0];
//! let error = BinaryProtocol::STRICT.decode::<Lease>(&bytes).unwrap_err();
//! assert_eq!(error.to_string(), "Lease.since: -1 is before 1970");
//! ```
//!
//! In a list or a map, a newtype takes the place of the foreign type:
//!
//! ```
//! # use std::{collections::BTreeMap, time::Duration};
//! # use thrift_runtime::ThriftStruct;
//! # mod millis {
//! #     use std::{num::TryFromIntError, time::Duration};
//! #     pub fn to_wire(duration: &Duration) -> i64 { duration.as_millis() as i64 }
//! #     pub fn from_wire(millis: i64) -> Result<Duration, TryFromIntError> {
//! #         millis.try_into().map(Duration::from_millis)
//! #     }
//! # }
//! #[derive(Default, ThriftStruct)]
//! #[thrift(transparent)]
//! struct Millis(#[thrift(with = "millis")] Duration);
//!
//! #[derive(Default, ThriftStruct)]
//! struct Timings {
//!     #[thrift(id = 1)]
//!     by_name: BTreeMap<String, Millis>,
//! }
//! ```
//!
//! # Parameters and lifetimes
//!
//! A type parameter of a field on the wire is bound by `Value`; `bound` replaces that. A `Cow` is
//! written without a copy and read as owned:
//!
//! ```
//! # use thrift_runtime::ThriftStruct;
//! use std::borrow::Cow;
//!
//! #[derive(Default, ThriftStruct)]
//! struct Page<'a, T> {
//!     #[thrift(id = 1)]
//!     items: Vec<T>,
//!     #[thrift(id = 2)]
//!     title: Cow<'a, str>,
//! }
//! ```
//!
//! # Unions
//!
//! An enum of which each variant holds one value. The attributes of a field stand before the
//! variant. Nothing is lost from a newer peer: an `unknown` variant keeps a member that is none of
//! these, or that there is none. One that is `closed` has no such variant, and refuses.
//! `#[thrift(default)]` is the `unknown` variant that holds nothing, or else the first.
//!
//! ```
//! use thrift_runtime::{ThriftUnion, value::UnknownMember};
//!
//! #[derive(ThriftUnion)]
//! #[thrift(default)]
//! enum Payment {
//!     #[thrift(id = 1)]
//!     Cents(i64),
//!     #[thrift(id = 2)]
//!     Voucher(String),
//!     #[thrift(unknown)]
//!     Unknown(UnknownMember),
//! }
//! ```
//!
//! # Enums
//!
//! The discriminants are the numbers. An `unknown` variant keeps other numbers, for which Rust asks
//! for a `repr`; a `closed` enum refuses them. A newtype around an `i32` is an enum too, which keeps
//! any number.
//!
//! ```
//! use thrift_runtime::ThriftEnum;
//!
//! #[derive(Clone, Copy, Default, ThriftEnum)]
//! #[repr(i32)]
//! enum Urgency {
//!     #[default]
//!     Low = 1,
//!     High = 5,
//!     #[thrift(unknown)]
//!     Other(i32),
//! }
//!
//! #[derive(Clone, Copy, Default, ThriftEnum)]
//! #[thrift(closed)]
//! enum Side {
//!     #[default]
//!     Left,
//!     Right,
//! }
//!
//! #[derive(Clone, Copy, Default, ThriftEnum)]
//! struct Status(i32);
//! ```
//!
//! # Exceptions
//!
//! On the wire an exception is a struct. [`ThriftException`] is [`ThriftStruct`] with `Display`, which
//! says the field `message`, and `std::error::Error`. A type that has its own, by thiserror for
//! instance, derives [`ThriftStruct`].
//!
//! # In services
//!
//! A service of an IDL takes derived types where `with` says so. They need the traits that the types
//! have that take their place in: of a method's arguments, `Send` and `Sync`; of a field of another
//! struct, all that generated types have, from `Clone` to `Hash`.
//!
//! ```ignore
//! thrift_runtime::thrift! {
//!     path: "messages.thrift",
//!     with: { "Message": crate::Message },
//! }
//! ```

/// Derives the wire form of a struct; [`derive`](self) is the guide to it.
#[doc(inline)]
pub use thrift_macros::ThriftStruct;

/// Derives the wire form of a struct, and makes it an error; see [`derive`](self#exceptions).
#[doc(inline)]
pub use thrift_macros::ThriftException;

/// Derives the wire form of an enum with a value in each variant; see [`derive`](self#unions).
#[doc(inline)]
pub use thrift_macros::ThriftUnion;

/// Derives the wire form of an enum without values, or of a struct around an `i32`; see
/// [`derive`](self#enums).
#[doc(inline)]
pub use thrift_macros::ThriftEnum;
