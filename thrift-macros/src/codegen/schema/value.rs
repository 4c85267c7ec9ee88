//! The description of a constant value.

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens as _, quote};

use super::definition;
use crate::model::Value;

pub(super) fn value(of: &Value) -> TokenStream {
    match of {
        Value::Bool(value) => quote!(Value::Bool(#value)),
        Value::Int(value) => {
            let value = Literal::i64_unsuffixed(*value);
            quote!(Value::Int(#value))
        }
        Value::Double(value) => {
            let value = double(*value);
            quote!(Value::Double(#value))
        }
        Value::String(text) => quote!(Value::String(#text)),
        Value::Binary(bytes) => {
            let bytes = Literal::byte_string(bytes);
            quote!(Value::Binary(#bytes))
        }
        Value::Uuid(bytes) => quote!(Value::Uuid([#(#bytes),*])),
        Value::Member { of, member } => {
            let (of, member) = (definition(*of), Literal::usize_unsuffixed(*member));
            quote!(Value::Member(#of, #member))
        }
        Value::List(values) => {
            let values = values.iter().map(value);
            quote!(Value::List(&[#(#values),*]))
        }
        Value::Set(values) => {
            let values = values.iter().map(value);
            quote!(Value::Set(&[#(#values),*]))
        }
        Value::Map(pairs) => {
            let pairs = pairs.iter().map(|(key, of)| {
                let (key, of) = (value(key), value(of));
                quote!((#key, #of))
            });
            quote!(Value::Map(&[#(#pairs),*]))
        }
        Value::Struct { of, fields } => {
            let fields = fields.iter().map(|(at, of)| {
                let (at, of) = (Literal::usize_unsuffixed(*at), value(of));
                quote!((#at, #of))
            });
            let of = definition(*of);
            quote!(Value::Struct(#of, &[#(#fields),*]))
        }
        Value::Const(id) => {
            let of = definition(*id);
            quote!(Value::Const(#of))
        }
    }
}

fn double(value: f64) -> TokenStream {
    if value.is_finite() {
        return Literal::f64_unsuffixed(value).into_token_stream();
    }
    // Rust has no literal for these.
    let infinite = if value > 0.0 { quote!(INFINITY) } else { quote!(NEG_INFINITY) };
    quote!(::core::primitive::f64::#infinite)
}
