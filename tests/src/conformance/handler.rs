//! What answers the calls of the conformance service.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Mutex,
};

use thrift_runtime::{ApplicationErrorKind, Bytes, Error, Result, Uuid};

use super::idl::{
    Beyond, Unusual,
    base::{Color, Middle, MiddleRefuseError, Refused, Root, Timestamp},
    conformance::{
        Chicken, Choice, Conformance, ConformanceFailError, ConformanceFindError, Containers,
        Defaults, EVERYTHING, Empty, Everything, NotFound, Nothing, Scalars, Tree,
    },
};

/// Gives back what it gets, mostly.
#[derive(Debug, Default)]
pub(super) struct Handler {
    /// What was remembered for each caller.
    sums: Mutex<HashMap<String, i64>>,
}

/// Methods that give their argument back.
macro_rules! echoes {
    ($($method:ident: $ty:ty),* $(,)?) => { $(
        async fn $method(&self, value: $ty) -> Result<$ty> {
            Ok(value)
        }
    )* };
}

impl Root for Handler {
    echoes!(echo_timestamp: Timestamp);

    async fn nothing(&self) -> Result<()> {
        Ok(())
    }
}

impl Middle for Handler {
    echoes!(echo_color: Color);

    async fn refuse(&self, code: i32) -> Result<(), MiddleRefuseError> {
        match code {
            0 => Ok(()),
            _ => Err(Refused { reason: "as it was asked to".to_owned(), code })?,
        }
    }
}

impl Conformance for Handler {
    echoes! {
        echo_bool: bool,
        echo_byte: i8,
        echo_i16: i16,
        echo_i32: i32,
        echo_i64: i64,
        echo_double: f64,
        echo_string: String,
        echo_binary: Bytes,
        echo_list: Vec<i32>,
        echo_set: BTreeSet<String>,
        echo_map: BTreeMap<i32, String>,
        echo_nested: BTreeMap<String, Vec<BTreeMap<i32, BTreeSet<String>>>>,
        echo_scalars: Scalars,
        echo_containers: Containers,
        echo_defaults: Defaults,
        echo_choice: Choice,
        echo_tree: Tree,
        echo_chicken: Chicken,
        echo_empty: Empty,
        echo_everything: Everything,
    }

    async fn sample(&self) -> Result<Everything> {
        Ok(EVERYTHING.clone())
    }

    async fn is_sample(&self, value: Everything) -> Result<bool> {
        Ok(value == *EVERYTHING)
    }

    async fn join(&self, first: i16, second: i32, third: i64) -> Result<String> {
        Ok(format!("{first} {second} {third}"))
    }

    async fn find(&self, what: String) -> Result<String, ConformanceFindError> {
        match &*what {
            "anything" => Ok(what),
            _ => Err(NotFound { what, nearest: Some(vec!["anything".to_owned()]) })?,
        }
    }

    async fn fail(&self, what: String) -> Result<String, ConformanceFailError> {
        match &*what {
            "refused" => Err(Refused { reason: what, code: 7 })?,
            "not found" => Err(NotFound { what, nearest: None })?,
            "nothing" => Err(Nothing {})?,
            "application" => Err(Error::application(ApplicationErrorKind::INTERNAL_ERROR, what))?,
            "panic" => panic!("as it was asked to"),
            _ => Ok(what),
        }
    }

    async fn remember(&self, who: String, number: i64) -> Result<()> {
        *self.sums.lock().unwrap().entry(who).or_default() += number;
        Ok(())
    }

    async fn remembered(&self, who: String) -> Result<i64> {
        Ok(self.sums.lock().unwrap().get(&who).copied().unwrap_or_default())
    }
}

impl Beyond for Handler {
    echoes!(echo_uuid: Uuid, echo_unusual: Unusual);

    async fn beyond(&self) -> Result<()> {
        Ok(())
    }
}
