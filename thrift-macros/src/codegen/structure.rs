//! Structs and exceptions.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::{Cx, annotation, types::Held};
use crate::model::{Field, ItemId, Struct, StructKind, Type};

/// A field with its name and how it is held.
pub(super) struct Named<'a> {
    pub(super) name: &'a Ident,
    pub(super) field: &'a Field,
    pub(super) held: Held,
}

impl Cx<'_> {
    pub(super) fn structure(&self, id: ItemId, of: &Struct) -> TokenStream {
        let Struct { kind, name: idl_name, doc, annotations, fields } = of;
        let name = self.names.name(id);
        let names = self.names.members(id);
        let named: Vec<Named<'_>> = fields
            .iter()
            .zip(names)
            .map(|(field, name)| Named { name, field, held: self.held(field) })
            .collect();

        let doc = annotation::doc(doc);
        let deprecated = annotation::deprecated(annotations);
        let definitions = named.iter().enumerate().map(|(index, Named { name, field, .. })| {
            let doc = annotation::doc(&field.doc);
            let deprecated = annotation::deprecated(&field.annotations);
            let attributes = self.member_attributes(id, index);
            let ty = self.field_type(field);
            quote!(#doc #deprecated #attributes pub #name: #ty,)
        });
        let unknown = names.last().filter(|_| self.options.keep_unknown_fields);
        let unknown_definition = unknown.map(|unknown| {
            let doc = " Fields that a newer peer wrote and this version does not know.";
            quote!(#[doc = #doc] pub #unknown: __thrift::UnknownFields,)
        });

        let custom_default = named.iter().any(|named| named.field.default.is_some());
        let default = custom_default.then(|| self.default_impl(name, &named, unknown));
        let (derives, comparisons) = self.comparisons(id, of, !custom_default);
        let asked_for = self.asked_for(id, annotations, &derives.names());
        let exception = (*kind == StructKind::Exception).then(|| exception(name, idl_name, &named));
        let codec = self.codec(name, idl_name, &named, unknown);
        quote! {
            #doc #deprecated #derives #asked_for
            pub struct #name { #(#definitions)* #unknown_definition }
            #default
            #comparisons
            #exception
            #codec
            __thrift::arbitrary!(#name);
        }
    }

    /// A struct that stays within generated code: a method's arguments or its result.
    pub(super) fn hidden_structure(
        &self,
        name: &Ident,
        idl_name: &str,
        named: &[Named<'_>],
    ) -> TokenStream {
        let definitions = named.iter().map(|Named { name, field, held }| {
            let ty = self.value_type(field);
            match held {
                Held::Optional => quote!(#name: __thrift::Option<#ty>,),
                Held::Required | Held::Plain => quote!(#name: #ty,),
            }
        });
        let custom_default = named.iter().any(|named| named.field.default.is_some());
        let default = match custom_default {
            true => self.default_impl(name, named, None),
            false => TokenStream::new(),
        };
        let derive = (!custom_default).then(|| quote!(#[derive(__thrift::Default)]));
        let codec = self.codec(name, idl_name, named, None);
        quote!(#derive struct #name { #(#definitions)* } #default #codec)
    }

    fn default_impl(
        &self,
        name: &Ident,
        named: &[Named<'_>],
        unknown: Option<&Ident>,
    ) -> TokenStream {
        let fields = named.iter().map(|named| {
            let name = named.name;
            let value = match (self.default_value(named), named.held) {
                (Some(value), Held::Optional) => quote!(__thrift::Some(#value)),
                (Some(value), _) => value,
                (None, _) => quote!(__thrift::Default::default()),
            };
            quote!(#name: #value,)
        });
        let unknown = unknown.map(|name| quote!(#name: __thrift::Default::default(),));
        quote! {
            impl __thrift::Default for #name {
                fn default() -> Self {
                    Self { #(#fields)* #unknown }
                }
            }
        }
    }

    /// The IDL's default of a field.
    fn default_value(&self, Named { field, .. }: &Named<'_>) -> Option<TokenStream> {
        let value = self.value(&field.ty, field.default.as_ref()?);
        Some(if field.boxed { quote!(__thrift::Box::new(#value)) } else { value })
    }

    /// The impls that write and read a struct.
    fn codec(
        &self,
        name: &Ident,
        idl_name: &str,
        named: &[Named<'_>],
        unknown: Option<&Ident>,
    ) -> TokenStream {
        let mut in_order: Vec<&Named<'_>> = named.iter().collect();
        in_order.sort_by_key(|named| named.field.id);

        let table = in_order.iter().map(|Named { field, .. }| {
            let (id, name) = (id_literal(field), &field.name);
            quote!(__thrift::Field::new(#id, #name))
        });
        let writes = in_order.iter().map(|Named { name, field, held }| {
            let id = id_literal(field);
            let unknown = unknown.map(|_| quote!(unknown.before(#id, w);));
            match held {
                Held::Optional => quote!(#unknown w.optional(#id, &self.#name);),
                Held::Required | Held::Plain => quote!(#unknown w.field(#id, &self.#name);),
            }
        });
        let begin_unknown =
            unknown.map(|name| quote!(let mut unknown = self.#name.iter_to_write();));
        let end_unknown = unknown.map(|_| quote!(unknown.rest(w);));
        // An empty struct writes nothing.
        let w = if in_order.is_empty() && unknown.is_none() { quote!(_w) } else { quote!(w) };

        let Reads { expected, general, declare, check } = self.reads(&in_order);
        let clear_unknown = unknown.map(|name| quote!(self.#name.clear();));
        let otherwise = match unknown {
            Some(name) => quote!(_ => self.#name.read(h, r)?,),
            None => quote!(_ => _ = r.skip(h)?,),
        };
        quote! {
            impl __thrift::Struct for #name {
                const NAME: &'static str = #idl_name;
                const FIELDS: &'static [__thrift::Field] = &[#(#table),*];

                #[inline]
                fn write<__W: __thrift::StructOut>(&self, #w: &mut __W) {
                    #begin_unknown
                    #(#writes)*
                    #end_unknown
                }

                #[inline]
                fn read<__R: __thrift::StructIn>(&mut self, r: &mut __R) -> __thrift::Result<()> {
                    #declare
                    #clear_unknown
                    #(#expected)*
                    while let __thrift::Some(h) = r.header()? {
                        match h.id {
                            #(#general)*
                            #otherwise
                        }
                    }
                    #check
                    __thrift::Ok(())
                }
            }

            __thrift::struct_value!(#name);
        }
    }

    /// The statements that read fields: each in order, then whichever comes.
    fn reads(&self, in_order: &[&Named<'_>]) -> Reads {
        let required: Vec<i16> = in_order
            .iter()
            .filter(|named| named.held == Held::Required)
            .map(|named| named.field.id)
            .collect();
        let chunks: Vec<(Ident, &[i16])> = required
            .chunks(64)
            .enumerate()
            .map(|(index, ids)| match index {
                0 => (quote::format_ident!("seen"), ids),
                _ => (quote::format_ident!("seen_{index}"), ids),
            })
            .collect();
        let mut number = 0;
        let mut expected = Vec::new();
        let mut general = Vec::new();
        for named in in_order {
            let Named { name, field, held } = named;
            let id = id_literal(field);
            let default = self.default_value(named);
            match held {
                Held::Required => {
                    let (seen, _) = &chunks[number / 64];
                    let bit = Literal::usize_unsuffixed(number % 64);
                    number += 1;
                    expected.push(
                        quote!(#seen |= __thrift::bit(r.next(#id, &mut self.#name)?) << #bit;),
                    );
                    general.push(
                        quote!(#id => #seen |= __thrift::bit(r.read_late(h, &mut self.#name)?) << #bit,),
                    );
                }
                Held::Plain => {
                    expected.push(match default {
                        Some(value) => {
                            quote!(if !r.next(#id, &mut self.#name)? { self.#name = #value; })
                        }
                        None => quote!(r.next_or_default(#id, &mut self.#name)?;),
                    });
                    general.push(quote!(#id => _ = r.read_late(h, &mut self.#name)?,));
                }
                Held::Optional => {
                    expected.push(match default {
                        Some(value) => quote! {
                            if !r.next_optional(#id, &mut self.#name)? {
                                self.#name = __thrift::Some(#value);
                            }
                        },
                        None => quote!(r.next_optional(#id, &mut self.#name)?;),
                    });
                    general.push(quote!(#id => _ = r.read_optional(h, &mut self.#name)?,));
                }
            }
        }
        let seen = chunks.iter().map(|(seen, _)| seen);
        let declare = quote!(#(let mut #seen = 0_u64;)*);
        let check = chunks.iter().map(|(seen, ids)| {
            let ids = ids.iter().map(|id| Literal::i16_unsuffixed(*id));
            quote!(__thrift::check_required(r, #seen, &[#(#ids),*])?;)
        });
        Reads { expected, general, declare, check: quote!(#(#check)*) }
    }
}

/// The parts of a struct's `read`.
struct Reads {
    expected: Vec<TokenStream>,
    general: Vec<TokenStream>,
    declare: TokenStream,
    check: TokenStream,
}

/// A field's id, without a suffix.
pub(super) fn id_literal(field: &Field) -> Literal {
    Literal::i16_unsuffixed(field.id)
}

/// `Display` and `Error` of an exception: its message, if it has a field for one.
fn exception(name: &Ident, idl_name: &str, named: &[Named<'_>]) -> TokenStream {
    let message = named.iter().find(|named| {
        matches!(named.field.ty, Type::String)
            && ["message", "msg", "errormessage", "error_message", "why", "reason", "what"]
                .contains(&named.field.name.to_lowercase().as_str())
    });
    let (head, text) = (format!("{idl_name}: {{}}"), idl_name.to_owned());
    let write = match message {
        Some(Named { name, held: Held::Optional, .. }) => quote! {
            match &self.#name {
                __thrift::Some(message) => ::core::write!(f, #head, message),
                __thrift::None => f.write_str(#text),
            }
        },
        Some(Named { name, .. }) => quote!(::core::write!(f, #head, self.#name)),
        None => quote!(__thrift::Debug::fmt(self, f)),
    };
    quote! {
        impl __thrift::Display for #name {
            fn fmt(&self, f: &mut __thrift::Formatter<'_>) -> __thrift::FmtResult {
                #write
            }
        }

        impl __thrift::StdError for #name {}
    }
}
