//! How much memory a type's default value allocates. A peer gets that for a byte, an empty struct, so
//! it is claimed of the message's limit on memory.

use std::collections::BTreeMap;

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::{Cx, structure::Named, types::Site};
use crate::{
    model::{Annotations, Field, Item, ItemId, StructKind, Type, Value, wire::Held},
    options::{self, Text},
};

/// So many values are looked at. More take more memory than a message may, so it does not matter how
/// many there are; and a constant may hold another a thousand times, which holds another as often.
const MOST_VALUES: usize = 100_000;

/// A sorted map or set has room for so many entries more than it holds: they are in nodes of eleven.
const SPARE: usize = 10;

/// Memory that values allocate.
#[derive(Default)]
struct Heap {
    /// Of text and binaries.
    bytes: usize,
    /// By tokens: a Rust type, for how many of its values there is room, and how many are made of which
    /// each allocates what its own default does.
    types: BTreeMap<String, (TokenStream, usize, usize)>,
    /// How many values were looked at.
    looked_at: usize,
}

impl Heap {
    fn add(&mut self, ty: TokenStream, room: usize, made: usize) {
        let of = self.types.entry(ty.to_string()).or_insert((ty, 0, 0));
        of.1 = of.1.saturating_add(room);
        of.2 = of.2.saturating_add(made);
    }

    /// Room in a container for values of a type.
    fn room(&mut self, ty: TokenStream, count: usize) {
        self.add(ty, count, 0);
    }

    /// A value is made that begins as the default of its type.
    fn made(&mut self, ty: TokenStream) {
        self.add(ty, 0, 1);
    }

    /// The expression, `None` if nothing is allocated.
    fn sum(self) -> Option<TokenStream> {
        let bytes = (self.bytes > 0).then(|| {
            let bytes = Literal::usize_unsuffixed(self.bytes);
            quote!((1, #bytes),)
        });
        let types = self.types.into_values().map(|(ty, room, made)| {
            let of = |count: usize, size: TokenStream| {
                let count_of = Literal::usize_unsuffixed(count);
                (count > 0).then(|| quote!((#count_of, #size),))
            };
            let room = of(room, quote!(::core::mem::size_of::<#ty>()));
            let made = of(made, quote!(<#ty as __thrift::Encode>::DEFAULT_HEAP));
            quote!(#room #made)
        });
        let parts = quote!(#bytes #(#types)*);
        (!parts.is_empty()).then(|| quote!(__thrift::sum_of(&[#parts])))
    }
}

impl Cx<'_> {
    /// What the default of a struct with these fields allocates, as an expression; `None` if nothing.
    pub(super) fn default_heap(&self, named: &[Named<'_>]) -> Option<TokenStream> {
        let mut heap = Heap::default();
        for Named { field, held, name: _ } in named {
            match (&field.default, held) {
                (Some(value), _) => self.add_field(&mut heap, field, value),
                (None, Held::Optional) => {}
                (None, Held::Required | Held::Plain) => {
                    if field.boxed || self.is_struct(&field.ty, &field.annotations) {
                        heap.made(self.value_type(field));
                    }
                }
            }
        }
        heap.sum()
    }

    /// What a union allocates that begins with this value.
    pub(super) fn initial_heap(&self, field: &Field, value: &Value) -> Option<TokenStream> {
        let mut heap = Heap::default();
        self.add_field(&mut heap, field, value);
        heap.sum()
    }

    /// Whether a type without a value of its own has a default of several parts.
    fn is_struct(&self, ty: &Type, annotations: &Annotations) -> bool {
        match ty {
            _ if options::chooses_type(annotations) => false,
            Type::Named(id) => match self.program.item(*id) {
                Item::Struct(of) => of.kind != StructKind::Union,
                Item::Typedef(of) => self.is_struct(&of.ty, &of.annotations),
                _ => false,
            },
            _ => false,
        }
    }

    fn add_field(&self, heap: &mut Heap, field: &Field, value: &Value) {
        let text = options::text(&field.annotations);
        let cx = Cx { text, constant: true, ..*self };
        if field.boxed {
            heap.room(cx.value_type(field), 1);
        }
        cx.add_value(heap, &field.ty, value, Site::Plain);
    }

    fn add_value(&self, heap: &mut Heap, ty: &Type, value: &Value, site: Site) {
        heap.looked_at += 1;
        if heap.looked_at > MOST_VALUES {
            return;
        }
        match (self.resolved(ty), value) {
            (_, Value::Const(id)) => {
                if let Item::Const(constant) = self.program.item(*id) {
                    self.add_value(heap, ty, &constant.value, site);
                }
            }
            (_, Value::String(_)) if self.text.unwrap_or(self.options.string) == Text::Borrowed => {
            }
            (_, Value::String(text)) => heap.bytes = heap.bytes.saturating_add(text.len()),
            (_, Value::Binary(bytes)) => heap.bytes = heap.bytes.saturating_add(bytes.len()),
            (Type::List(element), Value::List(values)) => {
                heap.room(self.ty(element, site), values.len());
                self.add_all(heap, element, values, site);
            }
            (Type::Set(element), Value::Set(values)) => {
                heap.room(self.ty(element, Site::Key), values.len() + SPARE);
                self.add_all(heap, element, values, Site::Key);
            }
            (Type::Map(key, of), Value::Map(pairs)) => {
                let (k, v) = (self.ty(key, Site::Key), self.ty(of, site));
                heap.room(quote!((#k, #v)), pairs.len() + SPARE);
                for (k, v) in pairs {
                    self.add_value(heap, key, k, Site::Key);
                    self.add_value(heap, of, v, site);
                }
            }
            (_, Value::Struct { of, fields }) => self.add_struct(heap, *of, fields),
            _ => {}
        }
    }

    fn add_all(&self, heap: &mut Heap, element: &Type, values: &[Value], site: Site) {
        for value in values {
            self.add_value(heap, element, value, site);
        }
    }

    /// A struct begins as its default, and is given other fields.
    fn add_struct(&self, heap: &mut Heap, of: ItemId, fields: &[(usize, Value)]) {
        heap.made(self.ty(&Type::Named(of), Site::Plain));
        let Item::Struct(structure) = self.program.item(of) else { return };
        for (at, value) in fields {
            if let Some(field) = structure.fields.get(*at) {
                self.add_field(heap, field, value);
            }
        }
    }
}
