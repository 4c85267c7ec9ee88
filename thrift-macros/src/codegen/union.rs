//! Unions.

use proc_macro2::TokenStream;
use quote::quote;

use super::{Cx, annotation, structure::id_literal};
use crate::model::{ItemId, Struct};

impl Cx<'_> {
    pub(super) fn union(&self, id: ItemId, of: &Struct) -> TokenStream {
        let Struct { kind: _, name: idl_name, doc, annotations, fields } = of;
        let name = self.names.name(id);
        let (variants, unknown) = match self.names.members(id) {
            [variants @ .., unknown] => (variants, unknown),
            [] => return TokenStream::new(),
        };
        let doc = annotation::doc(doc);
        let deprecated = annotation::deprecated(annotations);
        let arms = fields.iter().zip(variants).enumerate().map(|(index, (field, variant))| {
            let doc = annotation::doc(&field.doc);
            let deprecated = annotation::deprecated(&field.annotations);
            let attributes = self.member_attributes(id, index);
            let ty = self.value_type(field);
            quote!(#doc #deprecated #attributes #variant(#ty),)
        });
        let initial = fields.iter().zip(variants).find_map(|(field, variant)| {
            let value = self.value(&field.ty, field.default.as_ref()?);
            let value = if field.boxed { quote!(__thrift::Box::new(#value)) } else { value };
            Some(quote!(Self::#variant(#value)))
        });
        let initial =
            initial.unwrap_or_else(|| quote!(Self::#unknown(__thrift::Default::default())));

        let mut in_order: Vec<_> = fields.iter().zip(variants).collect();
        in_order.sort_by_key(|(field, _)| field.id);
        let table = in_order.iter().map(|(field, _)| {
            let (id, name) = (id_literal(field), &field.name);
            quote!(__thrift::Field::new(#id, #name))
        });
        let writes = in_order.iter().map(|(field, variant)| {
            let id = id_literal(field);
            quote!(Self::#variant(value) => w.field(#id, value),)
        });
        let reads = in_order.iter().map(|(field, variant)| {
            let id = id_literal(field);
            quote!(#id => if let __thrift::Some(value) = __thrift::read_member(r, h)? {
                *self = Self::#variant(value);
            },)
        });
        let (derives, comparisons) = self.comparisons(id, of, false);
        let asked_for = self.asked_for(id, annotations, &derives.names());
        let unknown_doc =
            " A member that a newer peer wrote and this version does not know, or none.";
        quote! {
            #doc #deprecated #derives #asked_for
            pub enum #name {
                #(#arms)*
                #[doc = #unknown_doc]
                #unknown(__thrift::UnknownMember),
            }

            impl __thrift::Default for #name {
                fn default() -> Self {
                    #initial
                }
            }

            #comparisons

            impl __thrift::Struct for #name {
                const NAME: &'static str = #idl_name;
                const FIELDS: &'static [__thrift::Field] = &[#(#table),*];

                fn write<__W: __thrift::StructOut>(&self, w: &mut __W) {
                    match self {
                        #(#writes)*
                        Self::#unknown(member) => member.write(w),
                    }
                }

                fn read<__R: __thrift::StructIn>(&mut self, r: &mut __R) -> __thrift::Result<()> {
                    *self = Self::#unknown(__thrift::Default::default());
                    while let __thrift::Some(h) = r.header()? {
                        match h.id {
                            #(#reads)*
                            _ => *self = Self::#unknown(__thrift::UnknownMember::read(r, h)?),
                        }
                    }
                    __thrift::Ok(())
                }
            }

            __thrift::struct_value!(#name);
            __thrift::arbitrary!(#name);
        }
    }
}
