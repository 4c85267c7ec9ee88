//! `#[thrift(schema)]`: the description that an IDL would give of a type.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use syn::{
    Attribute, Data, DeriveInput, Expr, ExprLit, Field, Fields, Generics, Lit, Member, Meta, Path,
    Type, Variant, parse_quote,
};

use super::{
    field,
    generic::{add_to_each, mentions},
};
use crate::model::annotation::DEPRECATED;
use crate::model::wire::{
    Arm, Choice, Failure, Failures, Held, Newtype, Number, Numbers, Record, Shape, Slot, Target,
};

/// The description of a type, as impls of the traits that provide it.
pub(super) fn describe(input: &DeriveInput, shape: &Shape) -> TokenStream {
    match shape {
        Shape::Struct(of) => record(input, of, &quote!(Struct)),
        Shape::Exception(of) => record(input, of, &quote!(Exception)),
        Shape::Union(of) => choice(input, of),
        Shape::Enum(of) => numbers(input, of),
        Shape::Newtype(of) => newtype(of),
        Shape::Failures(of) => failures(input, of),
    }
}

fn record(input: &DeriveInput, of: &Record, kind: &TokenStream) -> TokenStream {
    let Record { target, slots, skipped: _, left_out: _, unknown: _, default_heap: _ } = of;
    let Data::Struct(data) = &input.data else { return TokenStream::new() };
    let held: Vec<_> =
        slots.iter().filter_map(|slot| Some((slot, member(&data.fields, &slot.member)?))).collect();
    let on_wire: Vec<&Type> = held
        .iter()
        .filter(|(slot, _)| slot.with.is_none())
        .map(|(_, of)| field::in_option(&of.ty).unwrap_or(&of.ty))
        .collect();
    let fields = held.iter().map(|(slot, of)| described_field(slot, &of.ty, &of.attrs));
    let (name, notes) = (&target.wire_name, notes(&input.attrs));
    let item = quote! {
        __thrift::schema::Item::Struct(
            __thrift::schema::Struct::new(
                __thrift::schema::StructKind::#kind, #name, &[#(#fields),*],
            ) #notes
        )
    };
    standalone(target, &on_wire, &item)
}

/// A field of a type, or an argument of a method.
pub(crate) fn described_field(slot: &Slot, ty: &Type, attributes: &[Attribute]) -> TokenStream {
    let Slot { id, wire_name, held, default, with, .. } = slot;
    let rust = field::in_option(ty).unwrap_or(ty);
    let (id, ty) = (Literal::i16_unsuffixed(*id), described(rust, with.as_ref()));
    let requiredness = match held {
        Held::Required => Some(quote!(.required())),
        Held::Optional => Some(quote!(.optional())),
        Held::Plain => None,
    };
    let default = default.as_ref().map(|value| {
        let value = quote!({ let __value: #rust = #value; __value });
        let wire = match with {
            Some(with) => quote!(#with::to_wire(&#value)),
            None => value,
        };
        quote!(.default(__thrift::schema::Value::Made(|| __thrift::schema::made(&#wire))))
    });
    let notes = notes(attributes);
    quote!(__thrift::schema::Field::new(#id, #wire_name, #ty) #requiredness #default #notes)
}

fn choice(input: &DeriveInput, of: &Choice) -> TokenStream {
    let Choice { target, arms, unknown: _, default_heap: _ } = of;
    let held: Vec<_> = arms
        .iter()
        .filter_map(|arm| {
            let variant = variant(input, &arm.variant)?;
            Some((arm, variant, &variant.fields.iter().next()?.ty))
        })
        .collect();
    let on_wire: Vec<&Type> =
        held.iter().filter(|(arm, ..)| arm.with.is_none()).map(|(.., ty)| *ty).collect();
    let fields = held.iter().map(|(arm, variant, ty)| {
        let Arm { id, wire_name, with, .. } = arm;
        let (id, ty) = (Literal::i16_unsuffixed(*id), described(ty, with.as_ref()));
        let notes = notes(&variant.attrs);
        quote!(__thrift::schema::Field::new(#id, #wire_name, #ty) #notes)
    });
    let (name, notes) = (&target.wire_name, notes(&input.attrs));
    let item = quote! {
        __thrift::schema::Item::Struct(
            __thrift::schema::Struct::new(
                __thrift::schema::StructKind::Union, #name, &[#(#fields),*],
            ) #notes
        )
    };
    standalone(target, &on_wire, &item)
}

fn numbers(input: &DeriveInput, of: &Numbers) -> TokenStream {
    let Numbers { target, variants, unknown: _ } = of;
    let members = variants.iter().map(|Number { variant, wire_name, value }| {
        let notes = self::variant(input, variant).map(|variant| notes(&variant.attrs));
        quote!(__thrift::schema::Member::new(#wire_name, #value) #notes)
    });
    let (name, notes) = (&target.wire_name, notes(&input.attrs));
    let item = quote! {
        __thrift::schema::Item::Enum(
            __thrift::schema::Enum::new(#name, &[#(#members),*]) #notes
        )
    };
    standalone(target, &[], &item)
}

/// The description of the exceptions that a method may throw.
pub(super) fn failures(input: &DeriveInput, of: &Failures) -> TokenStream {
    let Failures { name, arms, rest: _ } = of;
    let fields = arms.iter().map(|Failure { id, wire_name, variant, ty, .. }| {
        let id = Literal::i16_unsuffixed(*id);
        let notes = self::variant(input, variant).map(|variant| notes(&variant.attrs));
        quote! {
            __thrift::schema::Field::new(
                #id, #wire_name, <#ty as __thrift::schema::Described>::DESCRIPTION,
            ) #notes
        }
    });
    quote! {
        impl __thrift::schema::DescribedError for #name {
            const THROWS: &'static [__thrift::schema::Field] = &[#(#fields),*];
        }
    }
}

/// A newtype is described like the type that it holds.
fn newtype(of: &Newtype) -> TokenStream {
    let Newtype { target, ty, with, .. } = of;
    let on_wire: &[&Type] = if with.is_none() { &[ty] } else { &[] };
    let (generics, _) = bounded(&target.generics, on_wire);
    let (parameters, _, bounds) = generics.split_for_impl();
    let (_, arguments, _) = target.generics.split_for_impl();
    let (name, ty) = (&target.name, described(ty, with.as_ref()));
    quote! {
        impl #parameters __thrift::schema::Described for #name #arguments #bounds {
            const DESCRIPTION: __thrift::schema::Type = #ty;
        }
    }
}

/// The impls of a type that has a name in the IDL.
fn standalone(target: &Target, on_wire: &[&Type], item: &TokenStream) -> TokenStream {
    let (generics, described) = bounded(&target.generics, on_wire);
    let (parameters, _, bounds) = generics.split_for_impl();
    let (_, arguments, _) = target.generics.split_for_impl();
    let name = &target.name;
    let of_type = (!described.is_empty()).then(|| {
        quote! {
            const ARGUMENTS: &'static [__thrift::schema::Type] =
                &[#(<#described as __thrift::schema::Described>::DESCRIPTION),*];
        }
    });
    quote! {
        impl #parameters __thrift::schema::Standalone for #name #arguments #bounds {
            const ITEM: __thrift::schema::Item = #item;
            #of_type
        }

        impl #parameters __thrift::schema::Described for #name #arguments #bounds {
            const DESCRIPTION: __thrift::schema::Type = __thrift::schema::Type::Named(
                <Self as __thrift::schema::Defined>::DEFINITION,
            );
        }

        impl #parameters __thrift::schema::Defined for #name #arguments #bounds {
            const DEFINITION: __thrift::schema::Definition =
                __thrift::schema::Definition::alone::<Self>();
        }
    }
}

/// The parameters with the bounds of the impls, and those parameters that are described.
fn bounded(of: &Generics, on_wire: &[&Type]) -> (Generics, Vec<syn::Ident>) {
    let mut generics = of.clone();
    let is_on_wire = |parameter: &syn::Ident| on_wire.iter().any(|ty| mentions(ty, parameter));
    add_to_each(&mut generics, is_on_wire, &parse_quote!(__thrift::schema::Described));
    let described = of.type_params().map(|parameter| parameter.ident.clone());
    (generics, described.filter(is_on_wire).collect())
}

/// The IDL type that corresponds to a Rust type.
pub(crate) fn described(ty: &Type, with: Option<&Path>) -> TokenStream {
    match with {
        Some(with) => quote!(__thrift::schema::described_as::<_, #ty, _>(#with::from_wire)),
        None => quote!(<#ty as __thrift::schema::Described>::DESCRIPTION),
    }
}

fn member<'a>(fields: &'a Fields, member: &Member) -> Option<&'a Field> {
    match member {
        Member::Named(name) => fields.iter().find(|field| field.ident.as_ref() == Some(name)),
        Member::Unnamed(index) => fields.iter().nth(index.index as usize),
    }
}

fn variant<'a>(input: &'a DeriveInput, name: &syn::Ident) -> Option<&'a Variant> {
    match &input.data {
        Data::Enum(data) => data.variants.iter().find(|variant| variant.ident == *name),
        Data::Struct(_) | Data::Union(_) => None,
    }
}

/// The documentation, and whether the item is deprecated.
pub(crate) fn notes(attributes: &[Attribute]) -> TokenStream {
    let doc = documentation(attributes).map(|doc| quote!(.doc(#doc)));
    let deprecated = attributes.iter().find(|it| it.path().is_ident(DEPRECATED)).map(|it| {
        let note = note(it).unwrap_or_else(|| "1".to_owned());
        quote!(.annotations(&[(#DEPRECATED, #note)]))
    });
    quote!(#doc #deprecated)
}

/// The text of documentation, without the space at the beginning of each line.
fn documentation(attributes: &[Attribute]) -> Option<String> {
    let lines = attributes.iter().filter(|it| it.path().is_ident("doc")).filter_map(|it| {
        let Meta::NameValue(of) = &it.meta else { return None };
        text(&of.value)
    });
    let lines = lines.flat_map(|text| {
        let lines = text.lines().map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end());
        match text.is_empty() {
            true => vec![String::new()],
            false => lines.map(str::to_owned).collect(),
        }
    });
    let text = lines.collect::<Vec<_>>().join("\n");
    let text = text.trim_matches('\n');
    (!text.is_empty()).then(|| text.to_owned())
}

/// The note of `#[deprecated]`.
fn note(attribute: &Attribute) -> Option<String> {
    if let Meta::NameValue(of) = &attribute.meta {
        return text(&of.value);
    }
    let mut note = None;
    let _ = attribute.parse_nested_meta(|meta| {
        let value: Expr = meta.value()?.parse()?;
        if meta.path.is_ident("note") {
            note = text(&value);
        }
        Ok(())
    });
    note
}

fn text(of: &Expr) -> Option<String> {
    match of {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
        Expr::Group(group) => text(&group.expr),
        _ => None,
    }
}
