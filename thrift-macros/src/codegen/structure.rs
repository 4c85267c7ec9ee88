//! Structs and exceptions.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::{Generics, Member};

use super::{Cx, annotation, chosen::wire, codec, name::ident};
use crate::{
    model::{
        Field, ItemId, Struct, StructKind, Type,
        wire::{Held, LeftOut, Record, Slot, Target},
    },
    options::{self, Kind},
};

/// A field with its name and how it is held.
pub(super) struct Named<'a> {
    pub(super) name: &'a Ident,
    pub(super) field: &'a Field,
    pub(super) held: Held,
}

impl Cx<'_> {
    pub(super) fn structure(&self, id: ItemId, of: &Struct) -> TokenStream {
        let Struct { kind, name: idl_name, place: _, doc, annotations, fields } = of;
        let name = self.names.name(id);
        let names = self.names.members(id);
        let named: Vec<Named<'_>> = fields
            .iter()
            .zip(names)
            .filter(|(field, _)| options::left_out(field).is_none())
            .map(|(field, name)| Named { name, field, held: self.held(field) })
            .collect();

        let doc = annotation::doc(doc);
        let deprecated = annotation::deprecated(annotations);
        let kept = (0..fields.len()).filter(|at| options::left_out(&fields[*at]).is_none());
        let definitions = named.iter().zip(kept).map(|(Named { name, field, .. }, index)| {
            let doc = annotation::doc(&field.doc);
            let declared = self.declared_field(field, false);
            let deprecated = annotation::deprecated(&field.annotations);
            let attributes = self.member_attributes(id, index);
            let ty = self.field_type(field);
            quote!(#doc #declared #deprecated #attributes pub #name: #ty,)
        });
        let unknown = names.last().filter(|_| self.options.keep_unknown_fields);
        let unknown_definition = unknown.map(|unknown| {
            let doc = " Fields that a newer peer wrote and this version does not know.";
            quote!(#[doc = #doc] pub #unknown: __thrift::UnknownFields,)
        });

        let mut record = self.record(name, idl_name, &named, unknown);
        let (parameters, lent) = self.lent_parameters(id);
        record.target = Target { generics: parameters.clone(), lent, ..record.target };
        let whole = self.whole(id);
        record.left_out = self.left_out(fields);
        record.default_heap = self.default_heap(&named);
        let custom_default = named.iter().any(|named| named.field.default.is_some());
        let default = custom_default.then(|| codec::default_impl(&record));
        let (derives, comparisons) = self.comparisons(id, of, !custom_default);
        let asked_for = self.asked_for(id, Kind::of_struct(*kind), annotations, &derives.names());
        let exception = (*kind == StructKind::Exception).then(|| codec::exception(&record));
        let codec = codec::record(&record);
        let serde = self.idl_serde(id);
        let defined = self.defined(id, &whole);
        let shaped = self.shaped(&whole, of);
        let arbitrary = self.arbitrary(id);
        quote! {
            #doc #deprecated #derives #asked_for
            pub struct #name #parameters { #(#definitions)* #unknown_definition }
            #default
            #comparisons
            #exception
            #codec
            #shaped
            #arbitrary
            #serde
            #defined
        }
    }

    /// The model from which the impls of a struct are generated.
    pub(super) fn record(
        &self,
        name: &Ident,
        idl_name: &str,
        named: &[Named<'_>],
        unknown: Option<&Ident>,
    ) -> Record {
        let slots = named.iter().map(|named| {
            let Named { name, field, held } = named;
            Slot {
                id: field.id,
                wire_name: field.name.clone(),
                member: Member::Named((*name).clone()),
                held: *held,
                default: self.default_value(field),
                with: None,
                size: self.wire_size(field),
                is_text: matches!(field.ty, Type::String),
                checked: false,
                span: Span::call_site(),
            }
        });
        Record {
            target: target(name, idl_name),
            slots: slots.collect(),
            skipped: Vec::new(),
            left_out: Vec::new(),
            unknown: unknown.map(|name| Member::Named(name.clone())),
            default_heap: None,
        }
    }

    /// The fields that are left out of a struct.
    fn left_out(&self, fields: &[Field]) -> Vec<LeftOut> {
        let left_out = fields.iter().filter_map(|field| {
            let how = options::left_out(field)?;
            Some(LeftOut {
                id: field.id,
                wire_name: field.name.clone(),
                wire_type: ident(wire(self.program, &field.ty)),
                written: how == options::LeftOut::Written,
            })
        });
        left_out.collect()
    }

    /// The default that the IDL gives a field.
    fn default_value(&self, field: &Field) -> Option<TokenStream> {
        let value = self.field_value(field, field.default.as_ref()?);
        Some(if field.boxed { quote!(__thrift::Box::new(#value)) } else { value })
    }
}

/// A generated type without parameters.
pub(super) fn target(name: &Ident, idl_name: &str) -> Target {
    Target {
        name: name.clone(),
        generics: Generics::default(),
        wire_name: idl_name.to_owned(),
        lent: Vec::new(),
    }
}
