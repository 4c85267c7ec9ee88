//! IDL types as Rust types.

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens as _, quote};

use super::Cx;
use crate::{
    model::{Field, Item, ItemId, Requiredness, Type, wire::Held},
    options::{self, BinaryType, MapType, SetType, Text},
};

/// The place in which a type is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Site {
    /// A field, an element, a value.
    Plain,
    /// A map's key or a set's element, or part of one: it must be ordered.
    Key,
}

impl Cx<'_> {
    /// How a struct's field is held.
    pub(super) fn held(&self, field: &Field) -> Held {
        match field.requiredness {
            Requiredness::Required => Held::Required,
            Requiredness::Optional => Held::Optional,
            Requiredness::Default if field.boxed || options::is_none_if_unset(field) => {
                Held::Optional
            }
            Requiredness::Default => Held::Plain,
        }
    }

    /// How an argument is held.
    pub(super) fn held_argument(&self, field: &Field) -> Held {
        match field.requiredness {
            Requiredness::Required => Held::Required,
            _ if options::is_none_if_unset(field) => Held::Optional,
            // For an argument, `optional` has no meaning.
            Requiredness::Optional | Requiredness::Default => Held::Plain,
        }
    }

    /// The type of a field, with its `Option` and `Box`.
    pub(super) fn field_type(&self, field: &Field) -> TokenStream {
        let ty = self.value_type(field);
        match self.held(field) {
            Held::Optional => quote!(__thrift::Option<#ty>),
            Held::Required | Held::Plain => ty,
        }
    }

    /// The type of a field's value, with its `Box`.
    pub(super) fn value_type(&self, field: &Field) -> TokenStream {
        let chosen = self.chosen(&field.annotations);
        let ty = chosen.unwrap_or_else(|| {
            self.with_text(options::text(&field.annotations)).ty(&field.ty, Site::Plain)
        });
        if field.boxed { quote!(__thrift::Box<#ty>) } else { ty }
    }

    /// The size of a field's value in the binary protocol; `None` if it is not the same for all
    /// values.
    pub(super) fn wire_size(&self, field: &Field) -> Option<TokenStream> {
        if options::chooses_type(&field.annotations) {
            return None;
        }
        let mut ty = &field.ty;
        let size = loop {
            match ty {
                Type::Bool | Type::I8 => break 1,
                Type::I16 => break 2,
                Type::I32 => break 4,
                Type::I64 | Type::Double => break 8,
                Type::Uuid => break 16,
                Type::Named(id) => match self.program.item(*id) {
                    Item::Enum(_) => break 4,
                    Item::Typedef(typedef) if !options::chooses_type(&typedef.annotations) => {
                        ty = &typedef.ty;
                    }
                    _ => return None,
                },
                _ => return None,
            }
        };
        Some(Literal::usize_unsuffixed(size).into_token_stream())
    }

    /// The Rust type of an IDL type.
    pub(super) fn ty(&self, ty: &Type, site: Site) -> TokenStream {
        match ty {
            Type::Bool => quote!(bool),
            Type::I8 => quote!(i8),
            Type::I16 => quote!(i16),
            Type::I32 => quote!(i32),
            Type::I64 => quote!(i64),
            Type::Double if site == Site::Key => quote!(__thrift::OrderedFloat<f64>),
            Type::Double => quote!(f64),
            Type::String => match self.text.unwrap_or(self.options.string) {
                Text::String => quote!(__thrift::String),
                Text::Str => quote!(__thrift::Str),
                Text::LossyStr => quote!(__thrift::LossyStr),
                Text::ByteStr => quote!(__thrift::ByteStr),
                Text::Borrowed => self.borrowed_text(),
            },
            Type::Binary => match self.options.binary {
                BinaryType::Bytes => quote!(__thrift::Bytes),
                BinaryType::Blob => quote!(__thrift::Blob),
                BinaryType::Slice => self.borrowed_bytes(),
            },
            Type::Uuid => quote!(__thrift::Uuid),
            Type::List(element) => {
                let element = self.ty(element, site);
                quote!(__thrift::Vec<#element>)
            }
            Type::Set(element) => {
                let element = self.ty(element, Site::Key);
                match self.hashed_set(site) {
                    true => {
                        let hasher = self.options.set_hasher.iter();
                        quote!(__thrift::HashSet<#element #(, #hasher)*>)
                    }
                    false => quote!(__thrift::BTreeSet<#element>),
                }
            }
            Type::Map(key, value) => {
                let (key, value) = (self.ty(key, Site::Key), self.ty(value, site));
                match self.hashed_map(site) {
                    true => {
                        let hasher = self.options.map_hasher.iter();
                        quote!(__thrift::HashMap<#key, #value #(, #hasher)*>)
                    }
                    false => quote!(__thrift::BTreeMap<#key, #value>),
                }
            }
            Type::Named(id) => match self.program.item(*id) {
                // At this site, the alias's type would not fit.
                Item::Typedef(typedef)
                    if (self.depends_on_site(&typedef.ty, site)
                        || self.has_other_text(ty, None)
                        || (self.written_out && !self.options.existing.has(*id)))
                        && !options::chooses_type(&typedef.annotations) =>
                {
                    self.with_text(self.text.or_else(|| options::text(&typedef.annotations)))
                        .ty(&typedef.ty, site)
                }
                _ => self.given(*id).unwrap_or_else(|| {
                    let (path, lent) = (self.path(*id), self.lent_arguments(*id));
                    quote!(#path #lent)
                }),
            },
        }
    }

    /// The same context, with this Rust type for strings.
    pub(super) fn with_text(&self, text: Option<Text>) -> Cx<'_> {
        Cx { text, ..*self }
    }

    /// Whether the strings in a type have another Rust type here than at a place for which `text` is
    /// chosen.
    pub(super) fn has_other_text(&self, ty: &Type, text: Option<Text>) -> bool {
        let here = |text: Option<Text>| text.unwrap_or(self.options.string);
        if self.text.is_none() {
            return false;
        }
        match ty {
            Type::String => here(self.text) != here(text),
            Type::List(element) | Type::Set(element) => self.has_other_text(element, text),
            Type::Map(key, value) => {
                self.has_other_text(key, text) || self.has_other_text(value, text)
            }
            Type::Named(id) => match self.program.item(*id) {
                // What the strings of a typedef are elsewhere is not known.
                Item::Typedef(typedef) if self.options.existing.has(*id) => {
                    options::holds_string(self.program, &typedef.ty)
                }
                Item::Typedef(typedef) => self.has_other_text(
                    &typedef.ty,
                    text.or_else(|| options::text(&typedef.annotations)),
                ),
                _ => false,
            },
            _ => false,
        }
    }

    fn hashed_set(&self, site: Site) -> bool {
        self.options.set == SetType::HashSet && site == Site::Plain && !self.ordered()
    }

    fn hashed_map(&self, site: Site) -> bool {
        self.options.map == MapType::HashMap && site == Site::Plain && !self.ordered()
    }

    /// Whether the item that is being generated is a key somewhere, so that it must be ordered.
    fn ordered(&self) -> bool {
        self.item.is_some_and(|item| self.keys.contains(&item))
    }

    /// Whether the type of a typedef differs between its alias and its use at this site.
    pub(super) fn depends_on_site(&self, ty: &Type, site: Site) -> bool {
        if site == Site::Plain && !self.ordered() {
            return false;
        }
        match ty {
            Type::Double => site == Site::Key,
            Type::List(element) => self.depends_on_site(element, site),
            Type::Set(element) => {
                self.options.set == SetType::HashSet || self.depends_on_site(element, site)
            }
            Type::Map(key, value) => {
                self.options.map == MapType::HashMap
                    || self.depends_on_site(key, site)
                    || self.depends_on_site(value, site)
            }
            Type::Named(id) => match self.program.item(*id) {
                Item::Typedef(typedef) => self.depends_on_site(&typedef.ty, site),
                _ => false,
            },
            _ => false,
        }
    }

    /// The path to an item from the module that is being generated.
    pub(super) fn path(&self, id: ItemId) -> TokenStream {
        if let Some(path) = self.options.existing.item(id) {
            return quote!(#path);
        }
        self.path_to(id.module, self.names.name(id))
    }

    /// The path to something in another module from the module that is being generated.
    pub(super) fn path_to(&self, module: usize, name: &proc_macro2::Ident) -> TokenStream {
        if let Some(external) = self.options.existing.module(module) {
            return quote!(#external::#name);
        }
        if module == self.module {
            return quote!(#name);
        }
        let to = self.names.module(module);
        if self.module == 0 { quote!(#to::#name) } else { quote!(super::#to::#name) }
    }

    /// Whether a value of the type, as it is held, directly contains a double that has to be compared.
    /// Doubles in keys are wrapped, and doubles in other structs are compared by those structs.
    pub(super) fn has_double(&self, ty: &Type) -> bool {
        match ty {
            Type::Double => true,
            Type::List(element) | Type::Map(_, element) => self.has_double(element),
            Type::Named(id) => match self.program.item(*id) {
                Item::Typedef(typedef) => self.has_double(&typedef.ty),
                _ => false,
            },
            _ => false,
        }
    }

    /// The type with typedefs resolved at the top level; those inside containers stay.
    pub(super) fn resolved<'t>(&'t self, ty: &'t Type) -> &'t Type {
        let mut ty = ty;
        while let Type::Named(id) = ty
            && let Item::Typedef(typedef) = self.program.item(*id)
        {
            ty = &typedef.ty;
        }
        ty
    }
}
