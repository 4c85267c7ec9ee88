//! How much memory the defaults of structs take, which a peer gets by leaving them out.

use std::collections::HashMap;

use bytes::Bytes;
use thrift_idl::model::{self, Item, ItemId};

use super::{
    Value,
    body::Body,
    schema::{Kind, Schema},
};
use crate::protocol::Limits;

/// The sizes of the defaults of each struct, in bytes. What nests deeper than any value may is larger
/// than any limit.
pub(super) fn sizes(schema: &Schema) -> Vec<usize> {
    let structs = vec![None; schema.structs.len()];
    let mut sizes = Sizes { schema, structs, constants: HashMap::new() };
    (0..schema.structs.len()).map(|at| sizes.defaults(at, Limits::MAX_DEPTH)).collect()
}

/// What is known so far.
struct Sizes<'s> {
    schema: &'s Schema,
    /// Of each struct, once that is known.
    structs: Vec<Option<usize>>,
    constants: HashMap<ItemId, usize>,
}

impl<'s> Sizes<'s> {
    fn defaults(&mut self, at: usize, depth: u32) -> usize {
        if let Some(Some(known)) = self.structs.get(at) {
            return *known;
        }
        let Some(depth) = depth.checked_sub(1) else { return usize::MAX };
        let schema = self.schema;
        let Some(of) = schema.structs.get(at) else { return 0 };
        // There are places for all fields up to the last one that is set.
        let last = of.fields.iter().rposition(|field| field.default.is_some());
        let places = Body::far_size(last.map_or(0, |last| last + 1));
        let defaults = of.fields.iter().filter_map(|field| field.default.as_ref());
        let size =
            defaults.fold(places, |sum, default| sum.saturating_add(self.value(default, depth)));
        self.structs[at] = Some(size);
        size
    }

    fn value(&mut self, value: &model::Value, depth: u32) -> usize {
        let Some(depth) = depth.checked_sub(1) else { return usize::MAX };
        let mut all = |values: &mut dyn Iterator<Item = &model::Value>| {
            values.fold(0, |sum: usize, value| {
                let size = self.value(value, depth).saturating_add(size_of::<Value>());
                sum.saturating_add(size)
            })
        };
        match value {
            model::Value::String(text) => text.len(),
            model::Value::Binary(bytes) => bytes.len() + size_of::<Bytes>(),
            model::Value::List(values) | model::Value::Set(values) => all(&mut values.iter()),
            model::Value::Map(pairs) => {
                all(&mut pairs.iter().flat_map(|(key, value)| [key, value]))
            }
            model::Value::Struct { of, fields } => {
                let set = all(&mut fields.iter().map(|(_, value)| value));
                let Kind::Struct(at) = self.schema.kind(*of) else { return set };
                let places = self.schema.structure(at).map_or(0, |of| of.fields.len());
                let size = Body::size(places) + Body::far_size(places);
                set.saturating_add(self.defaults(at as usize, depth)).saturating_add(size)
            }
            model::Value::Const(id) => {
                if let Some(known) = self.constants.get(id) {
                    return *known;
                }
                let size = match self.schema.program.item(*id) {
                    Item::Const(item) => self.value(&item.value, depth),
                    _ => 0,
                };
                self.constants.insert(*id, size);
                size
            }
            _ => 0,
        }
    }
}
