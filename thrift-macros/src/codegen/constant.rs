//! Constants, and constant values as expressions.

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote};

use super::{Cx, annotation, types::Site};
use crate::{
    model::{Const, Item, ItemId, Type, Value, wire::Held},
    options::{self, BinaryType},
};

impl Cx<'_> {
    pub(super) fn constant(&self, id: ItemId, constant: &Const) -> TokenStream {
        let Const { name: _, place: _, doc, annotations, ty, type_notes: _, value } = constant;
        let name = self.names.name(id);
        let doc = annotation::doc(doc);
        let deprecated = annotation::deprecated(annotations);
        let attributes = self.options.own_attributes(id, None);
        let doc = quote!(#doc #deprecated #(#attributes)*);
        let rust = self.ty(ty, Site::Plain);
        match self.form(ty) {
            Form::Const => {
                let value = self.value(ty, value);
                quote!(#doc pub const #name: #rust = #value;)
            }
            Form::Str => {
                let value = self.str_value(value);
                quote!(#doc pub const #name: &str = #value;)
            }
            Form::Lazy => {
                let value = self.value(ty, value);
                quote! {
                    #doc
                    pub static #name: __thrift::LazyLock<#rust> = __thrift::LazyLock::new(|| #value);
                }
            }
        }
    }

    /// What a constant of this type becomes in Rust.
    fn form(&self, ty: &Type) -> Form {
        match self.resolved(ty) {
            Type::String => Form::Str,
            Type::Binary | Type::List(_) | Type::Set(_) | Type::Map(..) => Form::Lazy,
            Type::Named(id) if matches!(self.program.item(*id), Item::Struct(_)) => Form::Lazy,
            _ => Form::Const,
        }
    }

    fn str_value(&self, value: &Value) -> TokenStream {
        match value {
            Value::String(text) => quote!(#text),
            Value::Const(id) => self.path(*id),
            _ => quote!(""),
        }
    }

    /// An expression of the Rust type of `ty`.
    pub(super) fn value(&self, ty: &Type, value: &Value) -> TokenStream {
        self.value_in(ty, value, Site::Plain)
    }

    fn value_in(&self, ty: &Type, value: &Value, site: Site) -> TokenStream {
        let resolved = self.resolved(ty);
        match (resolved, value) {
            (_, Value::Const(id)) => self.constant_used(resolved, *id, site),
            (_, Value::Bool(value)) => quote!(#value),
            (_, Value::Int(value)) => Literal::i64_unsuffixed(*value).into_token_stream(),
            (_, Value::Double(value)) => self.double(*value, site),
            (_, Value::String(text)) => quote!(__thrift::From::from(#text)),
            (_, Value::Binary(bytes)) => {
                let bytes = Literal::byte_string(bytes);
                match self.options.binary {
                    BinaryType::Bytes => quote!(__thrift::Bytes::from_static(#bytes)),
                    BinaryType::Blob => quote!(__thrift::Blob::from(#bytes)),
                    BinaryType::Slice => quote!(&#bytes[..]),
                }
            }
            (_, Value::Uuid(bytes)) => quote!(__thrift::Uuid::from_bytes([#(#bytes),*])),
            (_, Value::Member { of, member }) => {
                let path = self.path(*of);
                let name = &self.names.members(*of)[*member];
                quote!(#path::#name)
            }
            (Type::List(element), Value::List(values)) => {
                let values = values.iter().map(|value| self.value_in(element, value, site));
                self.collection(&self.ty(element, site), &values.collect::<Vec<_>>())
            }
            (Type::Set(element), Value::Set(values)) => {
                let values = values.iter().map(|value| self.value_in(element, value, Site::Key));
                self.collection(&self.ty(element, Site::Key), &values.collect::<Vec<_>>())
            }
            (Type::Map(key, of), Value::Map(pairs)) => {
                let pairs = pairs.iter().map(|(k, v)| {
                    let (k, v) = (self.value_in(key, k, Site::Key), self.value_in(of, v, site));
                    quote!((#k, #v))
                });
                let pairs = pairs.collect::<Vec<_>>();
                let (key, of) = (self.ty(key, Site::Key), self.ty(of, site));
                self.collection(&quote!((#key, #of)), &pairs)
            }
            (_, Value::Struct { of, fields }) => self.struct_value(*of, fields),
            // The resolver makes sure that values fit their types.
            _ => quote!(__thrift::Default::default()),
        }
    }

    fn double(&self, value: f64, site: Site) -> TokenStream {
        let value = if value.is_finite() {
            Literal::f64_unsuffixed(value).into_token_stream()
        } else {
            // The number is too large for a double, and becomes infinity. Rust has no literal for
            // that.
            let infinite = if value > 0.0 { quote!(INFINITY) } else { quote!(NEG_INFINITY) };
            quote!(::core::primitive::f64::#infinite)
        };
        match site {
            Site::Key => quote!(__thrift::OrderedFloat(#value)),
            Site::Plain => value,
        }
    }

    fn constant_used(&self, ty: &Type, id: ItemId, site: Site) -> TokenStream {
        // Strings have another Rust type here than in the constant, so the value is written out
        // instead of the constant's name.
        if let Item::Const(constant) = self.program.item(id)
            && self.has_other_text(ty, None)
            && matches!(self.form(ty), Form::Lazy)
        {
            return self.value_in(ty, &constant.value, site);
        }
        let path = self.path(id);
        match (self.form(ty), ty) {
            (Form::Const, Type::Double) if site == Site::Key => {
                quote!(__thrift::OrderedFloat(#path))
            }
            (Form::Const, _) => path,
            (Form::Str, _) => quote!(__thrift::From::from(#path)),
            (Form::Lazy, _) => self.moved(ty, quote!(__thrift::Clone::clone(&*#path)), site),
        }
    }

    fn struct_value(&self, of: ItemId, fields: &[(usize, Value)]) -> TokenStream {
        let (Item::Struct(structure), names) = (self.program.item(of), self.names.members(of))
        else {
            return quote!(__thrift::Default::default());
        };
        let path = self.path(of);
        // The Rust types of its fields depend on whether the struct is a key.
        let within = Cx { item: Some(of), text: None, ..*self };
        let kept = |index: usize| options::left_out(&structure.fields[index]).is_none();
        let all = (0..structure.fields.len()).filter(|index| kept(*index)).count();
        let values: Vec<_> = fields
            .iter()
            .filter(|(index, _)| kept(*index))
            .map(|(index, value)| {
                let field = &structure.fields[*index];
                let value =
                    within.with_text(options::text(&field.annotations)).value(&field.ty, value);
                let value = if field.boxed { quote!(__thrift::Box::new(#value)) } else { value };
                (&names[*index], field, value)
            })
            .collect();
        if structure.is_union() {
            return match values.last() {
                Some((name, _, value)) => quote!(#path::#name(#value)),
                None => quote!(<#path as __thrift::Default>::default()),
            };
        }
        let rest = (values.len() < all || self.options.keep_unknown_fields)
            .then(|| quote!(..__thrift::Default::default()));
        let values = values.into_iter().map(|(name, field, value)| match self.held(field) {
            Held::Optional => quote!(#name: __thrift::Some(#value),),
            Held::Required | Held::Plain => quote!(#name: #value,),
        });
        quote!(#path { #(#values)* #rest })
    }
}

/// What a constant becomes in Rust.
enum Form {
    /// A `const` of its type.
    Const,
    /// A `const` of type `&str`.
    Str,
    /// A static that is made at its first use.
    Lazy,
}
