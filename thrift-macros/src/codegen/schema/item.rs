//! The description of an item.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::{annotated, definition, doc_of, pairs, value::value};
use crate::model::{
    Const, Enum, Field, Function, Item, Member, Requiredness, Service, Struct, StructKind, Type,
    TypeNotes, Typedef,
};

pub(super) fn item(of: &Item) -> TokenStream {
    match of {
        Item::Typedef(of) => {
            let Typedef { name, place: _, doc, annotations, ty, type_notes } = of;
            let (ty, notes) = (self::ty(ty), noted(type_notes));
            let (doc, annotations) = (doc_of(doc), annotated(annotations));
            quote!(Item::Typedef(Typedef::new(#name, #ty) #doc #annotations #notes))
        }
        Item::Enum(of) => {
            let Enum { name, place: _, doc, annotations, members } = of;
            let members = members.iter().map(member);
            let (doc, annotations) = (doc_of(doc), annotated(annotations));
            quote!(Item::Enum(Enum::new(#name, &[#(#members),*]) #doc #annotations))
        }
        Item::Struct(of) => {
            let Struct { kind, name, place: _, doc, annotations, fields } = of;
            let kind = match kind {
                StructKind::Struct => quote!(Struct),
                StructKind::Union => quote!(Union),
                StructKind::Exception => quote!(Exception),
            };
            let fields = self::fields(fields);
            let (doc, annotations) = (doc_of(doc), annotated(annotations));
            quote! {
                Item::Struct(Struct::new(StructKind::#kind, #name, #fields) #doc #annotations)
            }
        }
        Item::Const(of) => {
            let Const { name, place: _, doc, annotations, ty, type_notes, value } = of;
            let (ty, value) = (self::ty(ty), self::value(value));
            let (doc, annotations, notes) =
                (doc_of(doc), annotated(annotations), noted(type_notes));
            quote!(Item::Const(Const::new(#name, #ty, #value) #doc #annotations #notes))
        }
        Item::Service(of) => {
            let Service { name, place: _, doc, annotations, parent, functions } = of;
            let parent = parent.map(definition).map(|parent| quote!(.extends(#parent)));
            let functions = functions.iter().map(function);
            let (doc, annotations) = (doc_of(doc), annotated(annotations));
            quote! {
                Item::Service(Service::new(#name, &[#(#functions),*]) #parent #doc #annotations)
            }
        }
    }
}

fn member(of: &Member) -> TokenStream {
    let Member { name, place: _, doc, annotations, value } = of;
    let (doc, annotations) = (doc_of(doc), annotated(annotations));
    let value = Literal::i32_unsuffixed(*value);
    quote!(Member::new(#name, #value) #doc #annotations)
}

fn function(of: &Function) -> TokenStream {
    let Function {
        name,
        place: _,
        doc,
        annotations,
        oneway,
        idempotent,
        returns,
        type_notes,
        args,
        fails,
        throws,
    } = of;
    let args = fields(args);
    let returns = returns.as_ref().map(ty).map(|ty| quote!(.returns(#ty)));
    let throws = fails.then(|| fields(throws)).map(|throws| quote!(.throws(#throws)));
    let oneway = oneway.then(|| quote!(.oneway()));
    let annotations = annotated(annotations);
    let idempotent = idempotent.then(|| quote!(.idempotent()));
    let (doc, notes) = (doc_of(doc), noted(type_notes));
    quote! {
        Function::new(#name, #args)
            #returns #throws #oneway #idempotent #doc #annotations #notes
    }
}

fn fields(of: &[Field]) -> TokenStream {
    let fields = of.iter().map(field);
    quote!(&[#(#fields),*])
}

fn field(of: &Field) -> TokenStream {
    let Field {
        id,
        name,
        place: _,
        doc,
        annotations,
        requiredness,
        ty,
        type_notes,
        reference,
        default,
        boxed,
    } = of;
    let (id, ty) = (Literal::i16_unsuffixed(*id), self::ty(ty));
    let requiredness = match requiredness {
        Requiredness::Required => Some(quote!(.required())),
        Requiredness::Optional => Some(quote!(.optional())),
        Requiredness::Default => None,
    };
    let reference = reference.then(|| quote!(.reference()));
    let boxed = boxed.then(|| quote!(.boxed()));
    let default = default.as_ref().map(value).map(|default| quote!(.default(#default)));
    let (doc, annotations, notes) = (doc_of(doc), annotated(annotations), noted(type_notes));
    quote! {
        Field::new(#id, #name, #ty)
            #requiredness #reference #boxed #default #doc #annotations #notes
    }
}

fn ty(of: &Type) -> TokenStream {
    match of {
        Type::Bool => quote!(Type::Bool),
        Type::I8 => quote!(Type::I8),
        Type::I16 => quote!(Type::I16),
        Type::I32 => quote!(Type::I32),
        Type::I64 => quote!(Type::I64),
        Type::Double => quote!(Type::Double),
        Type::String => quote!(Type::String),
        Type::Binary => quote!(Type::Binary),
        Type::Uuid => quote!(Type::Uuid),
        Type::List(element) => {
            let element = ty(element);
            quote!(Type::List(&#element))
        }
        Type::Set(element) => {
            let element = ty(element);
            quote!(Type::Set(&#element))
        }
        Type::Map(key, value) => {
            let (key, value) = (ty(key), ty(value));
            quote!(Type::Map(&#key, &#value))
        }
        Type::Named(id) => {
            let definition = definition(*id);
            quote!(Type::Named(#definition))
        }
    }
}

fn noted(of: &TypeNotes) -> Option<TokenStream> {
    (!of.is_empty()).then(|| {
        let notes = notes(of);
        quote!(.notes(#notes))
    })
}

fn notes(of: &TypeNotes) -> TokenStream {
    let TypeNotes { annotations, cpp_type, inside } = of;
    let annotations = pairs(annotations).unwrap_or_else(|| quote!(&[]));
    let cpp_type = match cpp_type {
        Some(text) => quote!(::core::option::Option::Some(#text)),
        None => quote!(::core::option::Option::None),
    };
    let inside = inside.iter().map(notes);
    quote!(TypeNotes::new(#annotations, #cpp_type, &[#(#inside),*]))
}
