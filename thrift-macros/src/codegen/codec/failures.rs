//! Enums of declared exceptions: how they are written and read, and the impls that make them errors.

use proc_macro2::{Literal, TokenStream};
use quote::{quote, quote_spanned};

use super::table_entry;
use crate::model::wire::{Failure, Failures};

/// Everything that an enum of declared exceptions implements, except `Debug`.
pub(in crate::codegen) fn failures(failures: &Failures) -> TokenStream {
    let Failures { name, arms, rest } = failures;
    let conversions = arms.iter().filter(|arm| arm.once).map(|Failure { variant, ty, .. }| {
        quote! {
            impl __thrift::From<#ty> for #name {
                fn from(__exception: #ty) -> Self {
                    Self::#variant(__exception)
                }
            }
        }
    });
    let throws = throws(failures);
    let into = arms.iter().map(|Failure { variant, span, .. }| {
        quote_spanned!(*span=> #name::#variant(__exception) => __thrift::declared(__exception),)
    });
    let shown = arms.iter().map(|Failure { variant, span, .. }| {
        quote_spanned!(*span=> Self::#variant(__exception) => __thrift::Display::fmt(__exception, __f),)
    });
    quote! {
        #(#conversions)*

        impl __thrift::From<__thrift::Error> for #name {
            fn from(__error: __thrift::Error) -> Self {
                Self::#rest(__error)
            }
        }

        impl __thrift::From<#name> for __thrift::Error {
            fn from(__error: #name) -> Self {
                match __error {
                    #(#into)*
                    #name::#rest(__error) => __error,
                }
            }
        }

        impl __thrift::Display for #name {
            fn fmt(&self, __f: &mut __thrift::Formatter<'_>) -> __thrift::FmtResult {
                match self {
                    #(#shown)*
                    Self::#rest(__error) => __thrift::Display::fmt(__error, __f),
                }
            }
        }

        impl __thrift::StdError for #name {}

        #throws
    }
}

/// The trait that a method's result requires of its error.
fn throws(Failures { name, arms, rest }: &Failures) -> TokenStream {
    let mut in_order: Vec<&Failure> = arms.iter().collect();
    in_order.sort_by_key(|arm| arm.id);
    let entries: Vec<(i16, TokenStream)> =
        in_order.iter().map(|arm| (arm.id, table_entry(arm.id, &arm.wire_name))).collect();
    let void = entries.iter().map(|(_, entry)| entry);
    let success = [(0, table_entry(0, "success"))];
    let (before, after) = entries.split_at(entries.partition_point(|(id, _)| *id < 0));
    let returning = before.iter().chain(&success).chain(after).map(|(_, entry)| entry);
    let writes = in_order.iter().map(|Failure { id, variant, span, .. }| {
        let id = Literal::i16_unsuffixed(*id);
        quote_spanned!(*span=> Self::#variant(__exception) => __w.field(#id, __exception),)
    });
    let reads = in_order.iter().map(|Failure { id, variant, span, .. }| {
        let id = Literal::i16_unsuffixed(*id);
        quote_spanned!(*span=> #id => __thrift::read_member(__r, __h)?.map(Self::#variant),)
    });
    let outcomes = in_order.iter().map(|Failure { id, variant, wire_name, .. }| {
        let id = Literal::i16_unsuffixed(*id);
        quote! {
            Self::#variant(_) => __thrift::Outcome::Declared { id: #id, name: #wire_name },
        }
    });
    quote! {
        impl __thrift::Throws for #name {
            const VOID: &'static [__thrift::Field] = &[#(#void),*];
            const RETURNING: &'static [__thrift::Field] = &[#(#returning),*];

            fn write<__W: __thrift::StructWriter>(&self, __w: &mut __W) {
                match self {
                    #(#writes)*
                    Self::#rest(_) => _ = __w,
                }
            }

            fn read<'__de, __R: __thrift::StructReader<'__de>>(
                __r: &mut __R,
                __h: __thrift::FieldHeader,
            ) -> __thrift::Result<__thrift::Option<Self>> {
                __thrift::Ok(match __h.id {
                    #(#reads)*
                    _ => {
                        __r.skip(__h)?;
                        __thrift::None
                    }
                })
            }

            fn outcome(&self) -> __thrift::Outcome {
                match self {
                    #(#outcomes)*
                    Self::#rest(_) => __thrift::Outcome::Returned,
                }
            }

            fn declared(self) -> __thrift::Result<Self> {
                match self {
                    Self::#rest(__error) => __thrift::Err(__error),
                    __declared => __thrift::Ok(__declared),
                }
            }
        }
    }
}
