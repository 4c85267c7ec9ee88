//! Unions: the member that is set is written; when several are read, the last one is kept.

use proc_macro2::{Literal, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Path;

use super::{Body, implement, table_entry};
use crate::model::wire::{Arm, Choice, Target};

/// How a union is written and read.
pub(in crate::codegen) fn choice(choice: &Choice) -> TokenStream {
    let Choice { target, arms, unknown, default_heap } = choice;
    let mut in_order: Vec<&Arm> = arms.iter().collect();
    in_order.sort_by_key(|arm| arm.id);
    let table = in_order.iter().map(|arm| table_entry(arm.id, &arm.wire_name));
    let writes = in_order.iter().map(|Arm { id, variant, with, checked, span, wire_name: _ }| {
        let id = Literal::i16_unsuffixed(*id);
        let write = match with {
            Some(with) => quote_spanned!(*span=> __w.field(#id, &#with::to_wire(__value))),
            None => quote_spanned!(*span=> __w.field(#id, __value)),
        };
        match checked {
            true => {
                let check = check(&quote_spanned!(*span=> __value), with.as_ref(), *span);
                quote!(Self::#variant(__value) => { #check #write },)
            }
            false => quote!(Self::#variant(__value) => #write,),
        }
    });
    // Without a variant for unknown members, a flag says whether a member has come.
    let known = unknown.is_none().then(|| quote!(__known = true;));
    let reads = in_order.iter().map(|Arm { id, variant, with, checked, span, wire_name: _ }| {
        let id = Literal::i16_unsuffixed(*id);
        let read = match with {
            Some(with) => quote_spanned! {*span=>
                __thrift::read_member_with(__r, __h, #with::from_wire)?
            },
            None => quote_spanned!(*span=> __thrift::read_member(__r, __h)?),
        };
        let check = checked.then(|| check(&quote_spanned!(*span=> &__value), with.as_ref(), *span));
        quote! {
            #id => if let __thrift::Some(__value) = #read {
                #check
                *self = Self::#variant(__value);
                #known
            },
        }
    });
    let write_unknown =
        unknown.as_ref().map(|unknown| quote!(Self::#unknown(__member) => __member.write(__w),));
    let (begin, otherwise, end) = match unknown {
        Some(unknown) => (
            quote!(*self = Self::#unknown(__thrift::Default::default());),
            quote!(_ => *self = Self::#unknown(__thrift::UnknownMember::read(__r, __h)?),),
            TokenStream::new(),
        ),
        None => (
            quote!(let mut __known = false;),
            quote!(_ => _ = __r.skip(__h)?,),
            quote!(if !__known {
                return __thrift::Err(__thrift::no_known_member());
            }),
        ),
    };
    let body = Body {
        table: table.collect(),
        inline: None,
        write: quote!(match self { #(#writes)* #write_unknown }),
        begin,
        arms: quote!(#(#reads)* #otherwise),
        end,
        size: None,
        default_heap: default_heap.clone(),
    };
    implement(target, body)
}

/// Checks that the type has a wire form. The code is the same for writing and reading, so that rustc
/// reports a missing one only once.
fn check(value: &TokenStream, with: Option<&Path>, span: Span) -> TokenStream {
    match with {
        Some(with) => quote_spanned!(span=> __thrift::check_with(#value, #with::from_wire);),
        None => quote_spanned!(span=> __thrift::check(__thrift::Some(#value));),
    }
}

/// `Default` of a union: no member, or the first one if no variant stands for that.
pub(in crate::codegen) fn default_choice(
    Choice { target, arms, unknown, .. }: &Choice,
) -> TokenStream {
    let Some(variant) = unknown.as_ref().or(arms.first().map(|arm| &arm.variant)) else {
        return TokenStream::new();
    };
    let Target { name, generics, wire_name: _, lent: _ } = target;
    let (parameters, arguments, bounds) = generics.split_for_impl();
    quote! {
        impl #parameters __thrift::Default for #name #arguments #bounds {
            fn default() -> Self {
                Self::#variant(__thrift::Default::default())
            }
        }
    }
}
