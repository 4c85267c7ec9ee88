//! Structs and arguments, by the names of their fields.

use std::fmt;

use serde::de::{Error as _, MapAccess, Visitor};

use super::Seed;
use crate::dynamic::{Mismatch, StructType, StructValue, defaults::Budget, method::given_all};

/// A struct, or arguments, of which all have to be there.
pub(super) struct StructVisitor<'b> {
    pub(super) of: StructType,
    pub(super) all: bool,
    pub(super) depth: u32,
    /// For the defaults of the whole document.
    pub(super) budget: &'b Budget,
}

impl<'de> Visitor<'de> for StructVisitor<'_> {
    type Value = StructValue;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.all {
            true => write!(f, "the arguments of {} by their names", self.of.name()),
            false => write!(f, "a value of `{}`", self.of.name()),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<StructValue, A::Error> {
        let mut value = StructValue::empty(self.of.clone());
        let Some(of) = self.of.structure() else { return Ok(value) };
        let mut given = Vec::new();
        let mut set = 0;
        while let Some(name) = entries.next_key::<String>()? {
            let Some((at, field)) = of.position(&name).and_then(|at| Some((at, of.field(at)?)))
            else {
                return Err(A::Error::custom(Mismatch::no_field(of, &name)));
            };
            let seed = Seed {
                schema: self.of.schema(),
                shape: &field.shape,
                within: (&of.name, &field.name),
                key: false,
                depth: self.depth + 1,
                budget: self.budget,
            };
            let read = entries.next_value_seed(seed)?;
            given.push(at);
            set += usize::from(!read.is_null());
            value.0.put(at, read);
        }
        if of.is_union() && set != 1 {
            return Err(A::Error::custom(Mismatch::arms(&of.name, set)));
        }
        let complete = match self.all {
            true => given_all(of, &given).and_then(|()| value.complete(self.budget)),
            false => value.complete(self.budget),
        };
        complete.map_err(A::Error::custom)?;
        Ok(value)
    }
}
