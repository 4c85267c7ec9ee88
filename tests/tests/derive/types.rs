//! The IDL's types once more, as Rust programmers write them.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use thrift_runtime::{
    ThriftEnum, ThriftException, ThriftStruct, ThriftUnion, Uuid, value::UnknownMember,
};

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, ThriftEnum)]
#[repr(i32)]
pub(crate) enum Urgency {
    #[default]
    #[thrift(rename = "LOW")]
    Low = 1,
    High = 5,
    AtOnce = -7,
    #[thrift(unknown)]
    Other(i32),
}

#[derive(Debug, Clone, Copy, Default, PartialEq, ThriftStruct)]
pub(crate) struct Position(#[thrift(id = 1, required)] f64, #[thrift(id = 2, required)] f64);

#[derive(Debug, Clone, PartialEq, ThriftUnion)]
#[thrift(default)]
pub(crate) enum Payment {
    #[thrift(id = 1)]
    Cents(i64),
    #[thrift(id = 4)]
    Voucher(Arc<str>),
    #[thrift(id = 2)]
    CashAt(Position),
    #[thrift(id = 9)]
    Stamps(Vec<Urgency>),
    #[thrift(unknown)]
    Unknown(UnknownMember),
}

#[derive(Debug, Clone, PartialEq, ThriftStruct)]
#[thrift(default)]
pub(crate) struct Order {
    #[thrift(id = 1, required)]
    pub(crate) id: String,
    #[thrift(id = 2)]
    pub(crate) note: Option<Cow<'static, str>>,
    #[thrift(id = 3, default = 3)]
    pub(crate) count: i32,
    #[thrift(id = 7)]
    pub(crate) urgency: Urgency,
    #[thrift(id = 5)]
    pub(crate) payment: Payment,
    #[thrift(id = 6)]
    pub(crate) route: Vec<Arc<Position>>,
    #[thrift(id = 4)]
    pub(crate) totals: BTreeMap<Box<str>, Vec<i64>>,
    #[thrift(id = 10, binary)]
    pub(crate) label: Option<Vec<u8>>,
    #[thrift(id = 11)]
    pub(crate) days: BTreeSet<i16>,
    #[thrift(id = 12)]
    pub(crate) urgent: bool,
    #[thrift(id = 13)]
    pub(crate) small: i8,
    #[thrift(id = 14)]
    pub(crate) key: Uuid,
    #[thrift(id = 15, binary)]
    pub(crate) seal: Vec<u8>,
    #[thrift(id = 16)]
    pub(crate) matrix: Cow<'static, [f64]>,
    #[thrift(id = 300, rename = "then_comes")]
    pub(crate) then: Option<Box<Order>>,
    #[thrift(id = 17, required, with = "micros", default = Duration::from_secs(1))]
    pub(crate) taken: Micros,
    #[thrift(id = 18, with = micros)]
    pub(crate) due: Option<Micros>,
    #[thrift(skip)]
    pub(crate) seen: u8,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, ThriftException)]
pub(crate) struct Refused {
    #[thrift(id = 1)]
    pub(crate) message: String,
    #[thrift(id = 2, default = 7)]
    pub(crate) code: Option<i32>,
}

/// A duration in microseconds; negative ones are kept too, so that every number has its value.
pub(crate) type Micros = Duration;

/// Microseconds as the `i64` that holds the same bits.
mod micros {
    use std::time::Duration;

    pub(super) fn to_wire(duration: &Duration) -> i64 {
        duration.as_micros() as u64 as i64
    }

    pub(super) fn from_wire(micros: i64) -> Result<Duration, String> {
        Ok(Duration::from_micros(micros as u64))
    }
}
