//! Everything that generated code names. Not part of the public interface.

use core::pin::Pin;

pub use core::{
    borrow::Borrow,
    clone::Clone,
    cmp::{Eq, Ord, Ordering, PartialEq, PartialOrd},
    convert::From,
    default::Default,
    fmt::{Debug, Display, Formatter, Result as FmtResult},
    future::Future,
    hash::{Hash, Hasher},
    iter::{Extend, FromIterator, IntoIterator, Iterator},
    marker::{Copy, Send, Sync},
    ops::Fn,
    option::Option::{self, None, Some},
    result::Result::{Err, Ok},
    str::FromStr,
};
pub use std::{
    boxed::Box,
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    error::Error as StdError,
    string::String,
    sync::{Arc, LazyLock},
    vec::Vec,
};

pub use bytes::Bytes;
pub use ordered_float::OrderedFloat;
pub use thrift_macros::thrift;
pub use uuid::Uuid;

pub use crate::schema;
pub use crate::{
    call::{
        Args, Behind, BlockingHandler, Call, Calls, Channel, Context, Declared, Dispatch, Handle,
        Handlers, Kin, Line, Method, MethodResult, Nobody, OneHandler, Open, Outcome, PerCall,
        Processed, Processor, Reached, Returned, ReturnedOr, Signature, Throws, Under, Void,
        VoidOr, call, call_oneway, extends, left_out, left_out_blocking, process, results,
    },
    error::{Error, Result},
    protocol::{Protocol, TType},
    value::{
        Answers, Blob, ByteStr, Choice, Decode, DecodeStruct, Encode, EncodeStruct, Enumeration,
        Field, FieldHeader, Lacks, LossyStr, Needs, Pick, Probe, Shaped, Str, Struct, StructReader,
        StructWriter, TotalEq, TotalOrd, UnknownFields, UnknownIndex, UnknownMember, UnknownName,
        Value, ValueReader, ValueWriter, Verdict, binary, check, check_optional,
        check_optional_with, check_with, debug_enumeration, decode_with, display_enumeration,
        first_renumbered, first_unlike, name_of, next_optional_with, next_with, no_known_member,
        read_member_with, read_optional_with, read_with, unknown_number, value_of, wire_type,
    },
};

/// What a method gives that is called through a `dyn` service.
pub type Boxed<'a, T> = core::pin::Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Makes a generated struct or union a value.
#[doc(hidden)]
#[macro_export]
macro_rules! __struct_value {
    ($name:ident $(, $constant:ident: $value:expr)*) => {
        impl $crate::__private::Encode for $name {
            const TYPE: $crate::__private::TType = $crate::__private::TType::Struct;
            $(const $constant: usize = $value;)*

            #[inline]
            fn encode<W: $crate::__private::ValueWriter>(&self, __w: &mut W) {
                __w.structure(self);
            }
        }

        impl<'de> $crate::__private::Decode<'de> for $name {
            #[inline]
            fn decode_into<R: $crate::__private::ValueReader<'de>>(
                &mut self,
                __r: &mut R,
            ) -> $crate::__private::Result<()> {
                __r.structure(self)
            }
        }
    };
}

/// Makes a generated enum a value.
#[doc(hidden)]
#[macro_export]
macro_rules! __enum_value {
    ($name:ident) => {
        impl $crate::__private::Encode for $name {
            const TYPE: $crate::__private::TType = $crate::__private::TType::I32;
            const FIXED: usize = 4;

            #[inline(always)]
            fn encode<W: $crate::__private::ValueWriter>(&self, __w: &mut W) {
                __w.member(self.0, <Self as $crate::__private::Enumeration>::MEMBERS);
            }
        }

        impl<'de> $crate::__private::Decode<'de> for $name {
            #[inline(always)]
            fn decode_into<R: $crate::__private::ValueReader<'de>>(
                &mut self,
                __r: &mut R,
            ) -> $crate::__private::Result<()> {
                self.0 = __r.member(<Self as $crate::__private::Enumeration>::MEMBERS)?;
                $crate::__private::Ok(())
            }
        }
    };
}

/// Says where the schema has a type.
#[doc(hidden)]
#[macro_export]
macro_rules! __defined {
    ($name:ty, $definition:expr) => {
        impl $crate::schema::Described for $name {
            const DESCRIPTION: $crate::schema::Type =
                $crate::schema::Type::Named(<Self as $crate::schema::Defined>::DEFINITION);
        }

        impl $crate::schema::Defined for $name {
            const DEFINITION: $crate::schema::Definition = $definition;
        }
    };
}

use crate::{
    error::{ErrorKind, escaped},
    value::claim_default,
};

pub use crate::{
    __alike as alike, __alike_enum as alike_enum, __chosen as chosen, __defined as defined,
    __enum_value as enum_value, __shaped as shaped, __struct_value as struct_value,
};

/// What the parameters of generated functions are called that documentation shows. Where these functions
/// are in scope, nothing that the author calls so is, which a parameter could not hide.
pub mod parameters {
    pub fn address() {}
    pub fn channel() {}
    pub fn client() {}
    pub fn handler() {}
}

/// The size in the binary protocol of a struct with fields of these sizes: each field has a header
/// of three bytes, and the stop is one more. It is 0 if it would be large, or a field's size is 0
/// because it varies.
pub const fn fixed_size(sizes: &[usize]) -> usize {
    const MOST: usize = 128;
    let mut sum = 1;
    let mut left = sizes;
    while let [size, rest @ ..] = left {
        if *size == 0 {
            return 0;
        }
        sum += 3 + *size;
        left = rest;
    }
    if sum <= MOST { sum } else { 0 }
}

/// The bit of a required field that was read.
// A shift in generated code would be by a number of a type yet to be inferred, and rustc look at all such
// numbers of a function over and over.
#[inline(always)]
pub fn bit(read: bool, at: u32) -> u64 {
    u64::from(read) << at
}

/// Checks that all required fields were read, whose bits are in `seen`.
#[inline]
pub fn check_required<'de, R: StructReader<'de>>(r: &mut R, seen: u64, ids: &[i16]) -> Result<()> {
    let first_missing = seen.trailing_ones() as usize;
    match ids.get(first_missing) {
        None => Ok(()),
        Some(id) => Err(r.missing(*id)),
    }
}

/// Makes an error of an exception that a method declares, which keeps its type.
#[cold]
pub fn declared(exception: impl StdError + Send + Sync + 'static) -> Error {
    Error::with_source(ErrorKind::Declared, "", exception)
}

/// The answer of a distant ancestor, in a box, so that rustc need not look into its type.
pub fn boxed<'a>(
    answered: impl Future<Output = Processed> + Send + 'a,
) -> Pin<Box<dyn Future<Output = Processed> + Send + 'a>> {
    Box::pin(answered)
}

/// A generated client, as services see it that its own extends over many levels.
pub trait Caller: Send + Sync {
    /// What it calls through.
    type Channel: Channel;

    /// What it calls through.
    fn channel(&self) -> &Self::Channel;
}

/// The same of a client that blocks.
#[cfg(feature = "blocking")]
pub trait BlockingCaller: Send + Sync {
    /// What it calls through.
    type Channel: BlockingChannel;

    /// What it calls through.
    fn channel(&self) -> &Self::Channel;
}

/// Shows an exception by its message, which may be a peer's.
pub fn display_exception(f: &mut Formatter<'_>, name: &str, message: &impl Display) -> FmtResult {
    write!(f, "{name}: {}", escaped(&message.to_string()))
}

/// The sum of so many values of a size each.
pub const fn sum_of(parts: &[(usize, usize)]) -> usize {
    let mut sum: usize = 0;
    let mut left = parts;
    while let [(count, size), rest @ ..] = left {
        sum = sum.saturating_add(count.saturating_mul(*size));
        left = rest;
    }
    sum
}

/// Reads a union's member; `None` if it came as another type, and was skipped.
#[inline]
pub fn read_member<'de, R: StructReader<'de>, V: Decode<'de>>(
    r: &mut R,
    header: FieldHeader,
) -> Result<Option<V>> {
    claim_default::<V, R>(r)?;
    let mut value = V::default();
    Ok(r.read(header, &mut value)?.then_some(value))
}

#[cfg(feature = "tokio")]
pub use crate::client::Client;

/// The default channel of generated clients where the crate is built without sockets.
#[cfg(not(feature = "tokio"))]
#[derive(Debug, Clone, Copy)]
pub enum Client {}

/// Gives a generated client its `connect`. Without `open`, no service in Rust may extend that of
/// the client.
#[doc(hidden)]
#[cfg(feature = "tokio")]
#[macro_export]
macro_rules! __connect {
    ($client:ident) => {
        $crate::__line!($client, $crate::__private::Nobody, ());
        $crate::__connect!($client open);
    };
    ($client:ident open) => {
        impl $client {
            /// Connects to a server that speaks the binary protocol, unframed, as most do. For
            /// anything else, pass what `Client::builder()` makes to `new`.
            ///
            /// # Errors
            ///
            /// If no connection can be made in time.
            pub async fn connect(
                address: impl $crate::__private::ToSocketAddrs,
            ) -> $crate::Result<Self> {
                $crate::Client::connect(address).await.map(Self::new)
            }
        }
    };
}

/// Nothing, since there are no sockets without the feature `tokio`.
#[doc(hidden)]
#[cfg(not(feature = "tokio"))]
#[macro_export]
macro_rules! __connect {
    ($client:ident) => {
        $crate::__line!($client, $crate::__private::Nobody, ());
        $crate::__connect!($client open);
    };
    ($client:ident open) => {};
}

/// Keeps a generated blocking client.
#[doc(hidden)]
#[cfg(feature = "blocking")]
#[macro_export]
macro_rules! __blocking {
    ($($client:tt)*) => { $($client)* };
}

/// Says what generated blocking clients need.
#[doc(hidden)]
#[cfg(not(feature = "blocking"))]
#[macro_export]
macro_rules! __blocking {
    ($($client:tt)*) => {
        ::core::compile_error! {
            "`blocking` in `services` needs the feature `blocking` of `thrift-runtime`"
        }
    };
}

/// Keeps what there is of a generated blocking client beside its type.
#[doc(hidden)]
#[cfg(feature = "blocking")]
#[macro_export]
macro_rules! __blocking_impls {
    ($($impls:tt)*) => { $($impls)* };
}

/// Nothing, since there is no blocking client, of which the type tells.
#[doc(hidden)]
#[cfg(not(feature = "blocking"))]
#[macro_export]
macro_rules! __blocking_impls {
    ($($impls:tt)*) => {};
}

/// Gives a generated blocking client its `connect`.
#[doc(hidden)]
#[cfg(feature = "blocking")]
#[macro_export]
macro_rules! __connect_blocking {
    ($client:ident) => {
        $crate::__line!($client, $crate::__private::Nobody, ());
        $crate::__connect_blocking!($client open);
    };
    ($client:ident open) => {
        impl $client {
            /// Connects to a server that speaks the binary protocol, unframed, as most do. For
            /// anything else, pass what `BlockingClient::builder()` makes to `new`.
            ///
            /// # Errors
            ///
            /// If no connection can be made in time.
            pub fn connect(address: impl ::std::net::ToSocketAddrs) -> $crate::Result<Self> {
                $crate::BlockingClient::connect(address).map(Self::new)
            }
        }
    };
}

#[cfg(feature = "blocking")]
pub use crate::{
    __connect_blocking as connect_blocking,
    blocking::{
        BlockingChannel, BlockingClient, call as call_blocking, call_oneway as call_blocking_oneway,
    },
    call::CallsBlocking,
};

pub use crate::{
    __behind as behind, __blocking as blocking, __blocking_impls as blocking_impls,
    __connect as connect, __kin as kin, __known_kin as known_kin,
};
#[cfg(feature = "tokio")]
pub use tokio::net::ToSocketAddrs;

/// Implements serde's traits for a type as the IDL spells its values.
#[doc(hidden)]
#[cfg(feature = "serde")]
#[macro_export]
macro_rules! __idl_serde {
    ($name:ident) => {
        impl $crate::__private::Serialize for $name {
            fn serialize<S: $crate::__private::Serializer>(
                &self,
                __serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::idl::serialize(self, __serializer)
            }
        }

        impl<'de> $crate::__private::Deserialize<'de> for $name {
            fn deserialize<D: $crate::__private::Deserializer<'de>>(
                __deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::idl::deserialize(__deserializer)
            }
        }
    };
}

/// Says what that needs.
#[doc(hidden)]
#[cfg(not(feature = "serde"))]
#[macro_export]
macro_rules! __idl_serde {
    ($name:ident) => {
        ::core::compile_error! {
            "the option `serde` needs the feature `serde` of `thrift-runtime`"
        }
    };
}

pub use crate::__idl_serde as idl_serde;
#[cfg(feature = "serde")]
pub use crate::idl;
#[cfg(feature = "serde")]
pub use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Makes a generated type `Arbitrary`.
#[doc(hidden)]
#[cfg(feature = "arbitrary")]
#[macro_export]
macro_rules! __arbitrary {
    ($name:ident) => {
        impl<'a> $crate::__private::Arbitrary<'a> for $name {
            fn arbitrary(
                __u: &mut $crate::__private::Unstructured<'a>,
            ) -> $crate::__private::ArbitraryResult<Self> {
                $crate::__private::arbitrary_value(__u)
            }
        }
    };
}

/// Nothing, since there is no `Arbitrary` without the feature `arbitrary`.
#[doc(hidden)]
#[cfg(not(feature = "arbitrary"))]
#[macro_export]
macro_rules! __arbitrary {
    ($name:ident) => {};
}

pub use crate::__arbitrary as arbitrary;
#[cfg(feature = "arbitrary")]
pub use crate::value::arbitrary::arbitrary_value;
#[cfg(feature = "arbitrary")]
pub use ::arbitrary::{Arbitrary, Result as ArbitraryResult, Unstructured};
