//! Removes the definitions with an error, and renumbers the rest.

use crate::model::{
    Const, Enum, Field, Function, Item, ItemId, Service, Struct, Type, Typedef, Value,
};

/// Removes the holes from the items of every module. Nothing refers to a hole: an item that would is a
/// hole itself, or the reference was left out.
pub(super) fn without_holes(modules: Vec<Vec<Option<Item>>>) -> Vec<Vec<Item>> {
    let numbers: Vec<Vec<usize>> = modules.iter().map(|items| numbers(items)).collect();
    let holes = modules.iter().flatten().any(Option::is_none);
    let mut modules: Vec<Vec<Item>> =
        modules.into_iter().map(|items| items.into_iter().flatten().collect()).collect();
    if holes {
        let renumber = Renumber { numbers };
        modules.iter_mut().flatten().for_each(|item| renumber.item(item));
    }
    modules
}

/// The new index of each item.
fn numbers(items: &[Option<Item>]) -> Vec<usize> {
    let mut next = 0;
    let number = |item: &Option<Item>| {
        let number = next;
        next += usize::from(item.is_some());
        number
    };
    items.iter().map(number).collect()
}

struct Renumber {
    numbers: Vec<Vec<usize>>,
}

impl Renumber {
    fn id(&self, id: &mut ItemId) {
        if let Some(&number) = self.numbers.get(id.module).and_then(|items| items.get(id.item)) {
            id.item = number;
        }
    }

    fn item(&self, item: &mut Item) {
        match item {
            Item::Typedef(Typedef { ty, .. }) => self.ty(ty),
            Item::Enum(Enum { .. }) => {}
            Item::Struct(Struct { fields, .. }) => self.fields(fields),
            Item::Const(Const { ty, value, .. }) => {
                self.ty(ty);
                self.value(value);
            }
            Item::Service(Service { parent, functions, .. }) => {
                if let Some(parent) = parent {
                    self.id(parent);
                }
                functions.iter_mut().for_each(|function| self.function(function));
            }
        }
    }

    fn function(&self, function: &mut Function) {
        let Function { returns, args, throws, .. } = function;
        if let Some(returns) = returns {
            self.ty(returns);
        }
        self.fields(args);
        self.fields(throws);
    }

    fn fields(&self, fields: &mut [Field]) {
        for Field { ty, default, .. } in fields {
            self.ty(ty);
            if let Some(default) = default {
                self.value(default);
            }
        }
    }

    fn ty(&self, ty: &mut Type) {
        match ty {
            Type::List(element) | Type::Set(element) => self.ty(element),
            Type::Map(key, value) => {
                self.ty(key);
                self.ty(value);
            }
            Type::Named(id) => self.id(id),
            Type::Bool
            | Type::I8
            | Type::I16
            | Type::I32
            | Type::I64
            | Type::Double
            | Type::String
            | Type::Binary
            | Type::Uuid => {}
        }
    }

    fn value(&self, value: &mut Value) {
        match value {
            Value::Member { of, member: _ } => self.id(of),
            Value::List(values) | Value::Set(values) => {
                values.iter_mut().for_each(|value| self.value(value));
            }
            Value::Map(entries) => entries.iter_mut().for_each(|(key, value)| {
                self.value(key);
                self.value(value);
            }),
            Value::Struct { of, fields } => {
                self.id(of);
                fields.iter_mut().for_each(|(_, value)| self.value(value));
            }
            Value::Const(id) => self.id(id),
            Value::Bool(_)
            | Value::Int(_)
            | Value::Double(_)
            | Value::String(_)
            | Value::Binary(_)
            | Value::Uuid(_) => {}
        }
    }
}
