//! Unions.

use proc_macro2::{Span, TokenStream};
use quote::quote;

use super::{Cx, annotation, codec, structure::target};
use crate::{
    model::{
        ItemId, Struct,
        wire::{Arm, Choice, Target},
    },
    options::Kind,
};

impl Cx<'_> {
    pub(super) fn union(&self, id: ItemId, of: &Struct) -> TokenStream {
        let Struct { kind: _, name: idl_name, place: _, doc, annotations, fields } = of;
        let name = self.names.name(id);
        let (variants, unknown) = match self.names.members(id) {
            [variants @ .., unknown] => (variants, unknown),
            [] => return TokenStream::new(),
        };
        let doc = annotation::doc(doc);
        let deprecated = annotation::deprecated(annotations);
        let arms = fields.iter().zip(variants).enumerate().map(|(index, (field, variant))| {
            let doc = annotation::doc(&field.doc);
            let declared = self.declared_field(field, true);
            let deprecated = annotation::deprecated(&field.annotations);
            let attributes = self.member_attributes(id, index);
            let ty = self.value_type(field);
            quote!(#doc #declared #deprecated #attributes #variant(#ty),)
        });
        let with_value = fields.iter().find_map(|field| Some((field, field.default.as_ref()?)));
        let default_heap = with_value.and_then(|(field, value)| self.initial_heap(field, value));
        let initial = fields.iter().zip(variants).find_map(|(field, variant)| {
            let value = self.field_value(field, field.default.as_ref()?);
            let value = if field.boxed { quote!(__thrift::Box::new(#value)) } else { value };
            Some(quote!(Self::#variant(#value)))
        });
        let initial =
            initial.unwrap_or_else(|| quote!(Self::#unknown(__thrift::Default::default())));

        let arms_on_wire = fields.iter().zip(variants).map(|(field, variant)| Arm {
            id: field.id,
            wire_name: field.name.clone(),
            variant: variant.clone(),
            with: None,
            checked: false,
            span: Span::call_site(),
        });
        let (parameters, lent) = self.lent_parameters(id);
        let whole = self.whole(id);
        let codec = codec::choice(&Choice {
            target: Target { generics: parameters.clone(), lent, ..target(name, idl_name) },
            arms: arms_on_wire.collect(),
            unknown: Some(unknown.clone()),
            default_heap,
        });
        let (derives, comparisons) = self.comparisons(id, of, false);
        let asked_for = self.asked_for(id, Kind::Unions, annotations, &derives.names());
        let serde = self.idl_serde(id);
        let defined = self.defined(id, &whole);
        let shaped = self.shaped(&whole, of);
        let arbitrary = self.arbitrary(id);
        let unknown_doc =
            " A member that this version does not know, from a newer peer, or no member at all.";
        quote! {
            #doc #deprecated #derives #asked_for
            pub enum #name #parameters {
                #(#arms)*
                #[doc = #unknown_doc]
                #unknown(__thrift::UnknownMember),
            }

            impl __thrift::Default for #whole {
                fn default() -> Self {
                    #initial
                }
            }

            #comparisons

            #codec
            #shaped
            #arbitrary
            #serde
            #defined
        }
    }
}
