//! The fields of a struct. For each there is a statement that writes it, one that reads it at the
//! place where it is expected, and a match arm that reads it anywhere else.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{quote, quote_spanned};

use crate::model::wire::{Held, LeftOut, Slot};

/// The most fields that are written by one statement.
const LONGEST_RUN: usize = 8;

/// The statements that write fields. Consecutive fields of a known size are written by one statement.
pub(super) fn writes(in_order: &[&Slot], unknown: bool) -> TokenStream {
    let runs = in_order.chunk_by(|a, b| !unknown && is_fixed(a) && is_fixed(b));
    runs.flat_map(|run| run.chunks(LONGEST_RUN))
        .map(|run| match run {
            [slot] => {
                let id = Literal::i16_unsuffixed(slot.id);
                let unknown = unknown.then(|| quote!(__unknown.before(#id, __w);));
                let write = write(slot);
                quote!(#unknown #write)
            }
            run => {
                let checks = run.iter().map(|slot| check(slot));
                let fields = run.iter().map(|Slot { id, member, span, .. }| {
                    let id = Literal::i16_unsuffixed(*id);
                    quote_spanned!(*span=> (#id, &self.#member))
                });
                quote!(#(#checks)* __w.run((#(#fields),*));)
            }
        })
        .collect()
}

/// Whether a field is always written and has a known size.
pub(in crate::codegen) fn is_fixed(slot: &Slot) -> bool {
    slot.size.is_some() && slot.held != Held::Optional
}

/// The statement that writes a field.
fn write(slot: &Slot) -> TokenStream {
    let Slot { id, member, held, with, span, .. } = slot;
    let id = Literal::i16_unsuffixed(*id);
    let check = check(slot);
    let write = match (held, with) {
        (Held::Optional, None) => quote_spanned!(*span=> __w.optional(#id, &self.#member);),
        (Held::Optional, Some(with)) => quote_spanned! {*span=>
            __w.optional(#id, &self.#member.as_ref().map(#with::to_wire));
        },
        (Held::Required | Held::Plain, None) => {
            quote_spanned!(*span=> __w.field(#id, &self.#member);)
        }
        (Held::Required | Held::Plain, Some(with)) => {
            quote_spanned!(*span=> __w.field(#id, &#with::to_wire(&self.#member));)
        }
    };
    quote!(#check #write)
}

/// Checks that the type has a wire form. The code is the same for writing and reading, so that rustc
/// reports a missing one only once.
fn check(Slot { member, held, with, checked, span, .. }: &Slot) -> Option<TokenStream> {
    checked.then(|| match (held, with) {
        (Held::Optional, None) => quote_spanned!(*span=> __thrift::check_optional(&self.#member);),
        (Held::Optional, Some(with)) => quote_spanned! {*span=>
            __thrift::check_optional_with(&self.#member, #with::from_wire);
        },
        (Held::Required | Held::Plain, None) => {
            quote_spanned!(*span=> __thrift::check(__thrift::Some(&self.#member));)
        }
        (Held::Required | Held::Plain, Some(with)) => quote_spanned! {*span=>
            __thrift::check_with(&self.#member, #with::from_wire);
        },
    })
}

/// The statements that read fields: first each in the expected order, then the rest in any order.
pub(super) fn reads(in_order: &[&Slot], left_out: &[LeftOut]) -> Reads {
    let required: Vec<i16> =
        in_order.iter().filter(|slot| slot.held == Held::Required).map(|slot| slot.id).collect();
    let chunks: Vec<(Ident, &[i16])> = required
        .chunks(64)
        .enumerate()
        .map(|(index, ids)| match index {
            0 => (quote::format_ident!("__seen"), ids),
            _ => (quote::format_ident!("__seen_{index}"), ids),
        })
        .collect();
    let mut number = 0;
    let mut expected = Vec::new();
    let mut general = Vec::new();
    let mut left_out: Vec<&LeftOut> = left_out.iter().collect();
    left_out.sort_by_key(|field| std::cmp::Reverse(field.id));
    let pass = |LeftOut { id, wire_type, .. }: &LeftOut| {
        let id = Literal::i16_unsuffixed(*id);
        quote!(__r.pass(#id, __thrift::TType::#wire_type)?;)
    };
    for slot in in_order {
        while let Some(before) = left_out.pop_if(|field| field.id < slot.id) {
            expected.push(pass(before));
        }
        let id = Literal::i16_unsuffixed(slot.id);
        let (next, read) = (next(slot), read(slot));
        let member = &slot.member;
        let default = slot.default.as_ref();
        expected.extend(check(slot));
        match slot.held {
            Held::Required => {
                let (seen, _) = &chunks[number / 64];
                let bit = Literal::usize_unsuffixed(number % 64);
                number += 1;
                expected.push(quote!(#seen |= __thrift::bit(#next?, #bit);));
                general.push(quote!(#id => #seen |= __thrift::bit(#read?, #bit),));
            }
            Held::Plain => {
                expected.push(match (default, &slot.with) {
                    (Some(value), _) => quote!(if !#next? { self.#member = #value; }),
                    (None, Some(_)) => quote! {
                        if !#next? { self.#member = __thrift::Default::default(); }
                    },
                    (None, None) => {
                        quote_spanned!(slot.span=> __r.next_or_default(#id, &mut self.#member)?;)
                    }
                });
                general.push(quote!(#id => _ = #read?,));
            }
            Held::Optional => {
                expected.push(match default {
                    Some(value) => quote! {
                        if !#next? {
                            self.#member = __thrift::Some(#value);
                        }
                    },
                    None => quote!(#next?;),
                });
                general.push(quote!(#id => _ = #read?,));
            }
        }
    }
    expected.extend(left_out.into_iter().rev().map(pass));
    let seen = chunks.iter().map(|(seen, _)| seen);
    let declare = quote!(#(let mut #seen = 0_u64;)*);
    let check = chunks.iter().map(|(seen, ids)| {
        let ids = ids.iter().map(|id| Literal::i16_unsuffixed(*id));
        quote!(__thrift::check_required(__r, #seen, &[#(#ids),*])?;)
    });
    Reads { expected, general, declare, check: quote!(#(#check)*) }
}

/// Reads a field if it comes next. The result says whether it did.
fn next(Slot { id, member, held, with, span, .. }: &Slot) -> TokenStream {
    let id = Literal::i16_unsuffixed(*id);
    match (held, with) {
        (Held::Optional, None) => {
            quote_spanned!(*span=> __r.next_optional(#id, &mut self.#member))
        }
        (Held::Optional, Some(with)) => quote_spanned! {*span=>
            __thrift::next_optional_with(__r, #id, &mut self.#member, #with::from_wire)
        },
        (Held::Required | Held::Plain, None) => {
            quote_spanned!(*span=> __r.next(#id, &mut self.#member))
        }
        (Held::Required | Held::Plain, Some(with)) => quote_spanned! {*span=>
            __thrift::next_with(__r, #id, &mut self.#member, #with::from_wire)
        },
    }
}

/// Reads the field whose header `__h` was read. The result says whether it had the right type.
fn read(Slot { member, held, with, span, .. }: &Slot) -> TokenStream {
    match (held, with) {
        (Held::Optional, None) => quote_spanned!(*span=> __r.read_optional(__h, &mut self.#member)),
        (Held::Optional, Some(with)) => quote_spanned! {*span=>
            __thrift::read_optional_with(__r, __h, &mut self.#member, #with::from_wire)
        },
        (Held::Required | Held::Plain, None) => {
            quote_spanned!(*span=> __r.read_late(__h, &mut self.#member))
        }
        (Held::Required | Held::Plain, Some(with)) => quote_spanned! {*span=>
            __thrift::read_with(__r, __h, &mut self.#member, #with::from_wire)
        },
    }
}

/// The parts of a struct's `read`.
pub(super) struct Reads {
    pub(super) expected: Vec<TokenStream>,
    pub(super) general: Vec<TokenStream>,
    pub(super) declare: TokenStream,
    pub(super) check: TokenStream,
}
