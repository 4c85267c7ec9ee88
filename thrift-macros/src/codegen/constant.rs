//! Constants, and constant values as expressions.

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote};

use super::{Cx, annotation, collection, types::Site};
use crate::{
    model::{Const, Field, Item, ItemId, Type, Value, wire::Held},
    options,
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
    fn value(&self, ty: &Type, value: &Value) -> TokenStream {
        Cx { constant: true, ..*self }.value_in(ty, value, Site::Plain)
    }

    /// An expression of the Rust type of a field, without its `Option` and `Box`.
    pub(super) fn field_value(&self, field: &Field, value: &Value) -> TokenStream {
        let chosen = options::chooses_type(&field.annotations);
        let text = options::text(&field.annotations);
        Cx { chosen, text, ..*self }.value(&field.ty, value)
    }

    fn value_in(&self, ty: &Type, value: &Value, site: Site) -> TokenStream {
        let resolved = self.resolved(ty);
        match (resolved, value) {
            (_, Value::Const(id)) => self.constant_used(ty, *id, site),
            (_, Value::Bool(value)) => quote!(#value),
            (_, Value::Int(value)) => Literal::i64_unsuffixed(*value).into_token_stream(),
            (_, Value::Double(value)) => self.double(*value, site),
            (_, Value::String(text)) => quote!(__thrift::From::from(#text)),
            (_, Value::Binary(bytes)) => {
                let bytes = Literal::byte_string(bytes);
                quote!(__thrift::From::from(&#bytes[..]))
            }
            (_, Value::Uuid(bytes)) => quote!(__thrift::Uuid::from_bytes([#(#bytes),*])),
            (_, Value::Member { of, member }) => {
                let path = self.path(*of);
                let name = &self.names.members(*of)[*member];
                quote!(#path::#name)
            }
            (Type::List(element), Value::List(values)) => self.elements(element, values, site),
            (Type::Set(element), Value::Set(values)) => self.elements(element, values, Site::Key),
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

    /// A list or set of these elements.
    fn elements(&self, element: &Type, values: &[Value], site: Site) -> TokenStream {
        if let Some((rust, literals)) = self.literals(element, values) {
            let all = self.collection(&rust, &literals);
            return quote!(__thrift::Iterator::collect(__thrift::Iterator::map(
                <__thrift::Vec<#rust> as __thrift::IntoIterator>::into_iter(#all),
                __thrift::From::from,
            )));
        }
        let values = values.iter().map(|value| self.value_in(element, value, site));
        self.collection(&self.ty(element, site), &values.collect::<Vec<_>>())
    }

    /// The literals of a long list or set that the author chose the type of, and their Rust type. The
    /// elements of that type may be anything that is made of these literals.
    fn literals(
        &self,
        element: &Type,
        values: &[Value],
    ) -> Option<(TokenStream, Vec<TokenStream>)> {
        if !self.chosen || values.len() <= collection::AT_ONCE {
            return None;
        }
        let rust = match self.resolved(element) {
            Type::String => quote!(&'static str),
            Type::Binary => quote!(&'static [u8]),
            _ => return None,
        };
        let literals = values.iter().map(|value| match value {
            Value::String(text) => Some(quote!(#text)),
            Value::Binary(bytes) => {
                let bytes = Literal::byte_string(bytes);
                Some(quote!(&#bytes[..]))
            }
            Value::Const(id) if matches!(self.form(element), Form::Str) => Some(self.path(*id)),
            _ => None,
        });
        Some((rust, literals.collect::<Option<_>>()?))
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
        if !self.has_type_of(ty, id)
            && let Some(value) = self.written_value(ty, id)
        {
            return self.value_in(ty, value, site);
        }
        let (ty, path) = (self.resolved(ty), self.path(id));
        match (self.form(ty), ty) {
            (Form::Const, Type::Double) if site == Site::Key => {
                quote!(__thrift::OrderedFloat(#path))
            }
            (Form::Const, _) => path,
            (Form::Str, _) => quote!(__thrift::From::from(#path)),
            (Form::Lazy, _) => self.moved(ty, quote!(__thrift::Clone::clone(&*#path)), site),
        }
    }

    /// The value of a constant, to be written in place of its name where a type is not the
    /// constant's. `None` if its name does in any case, or if what it consists of is not known here.
    fn written_value(&self, ty: &Type, id: ItemId) -> Option<&Value> {
        let Item::Const(constant) = self.program.item(id) else { return None };
        let written = matches!(self.form(ty), Form::Lazy) && !self.holds_foreign(ty);
        written.then_some(&constant.value)
    }

    /// Whether a type has the same Rust type here, at a plain site, as a constant of that type.
    fn has_type_of(&self, ty: &Type, id: ItemId) -> bool {
        let Item::Const(constant) = self.program.item(id) else { return false };
        let here = Cx { item: Some(id), written_out: true, ..*self };
        let there = here.with_text(None);
        let same = || {
            let (here, there) = (here.ty(ty, Site::Plain), there.ty(&constant.ty, Site::Plain));
            here.to_string() == there.to_string()
        };
        // The options that a constant elsewhere was generated with are not known.
        let known = !self.chosen && (!self.options.existing.has(id) || !has_choice(&constant.ty));
        known && same()
    }

    /// Whether a value of the type contains structs that are generated elsewhere, whose fields may be
    /// of any Rust types there.
    fn holds_foreign(&self, ty: &Type) -> bool {
        match self.resolved(ty) {
            Type::List(element) | Type::Set(element) => self.holds_foreign(element),
            Type::Map(key, value) => self.holds_foreign(key) || self.holds_foreign(value),
            Type::Named(id) => {
                matches!(self.program.item(*id), Item::Struct(_)) && self.options.existing.has(*id)
            }
            _ => false,
        }
    }

    fn struct_value(&self, of: ItemId, fields: &[(usize, Value)]) -> TokenStream {
        let (Item::Struct(structure), names) = (self.program.item(of), self.names.members(of))
        else {
            return quote!(__thrift::Default::default());
        };
        let path = self.path(of);
        // The Rust types of its fields depend on whether the struct is a key.
        let within = Cx { item: Some(of), text: None, chosen: false, ..*self };
        let kept = |index: usize| options::left_out(&structure.fields[index]).is_none();
        let all = (0..structure.fields.len()).filter(|index| kept(*index)).count();
        let values: Vec<_> = fields
            .iter()
            .filter(|(index, _)| kept(*index))
            .map(|(index, value)| {
                let field = &structure.fields[*index];
                let value = within.field_value(field, value);
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

/// Whether options choose the Rust type of a type, apart from what its typedefs are.
fn has_choice(ty: &Type) -> bool {
    match ty {
        Type::String | Type::Binary | Type::Set(_) | Type::Map(..) => true,
        Type::List(element) => has_choice(element),
        _ => false,
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
