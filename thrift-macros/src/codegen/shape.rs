//! The wire form of structs as numbers, with which types that `with` names are compared with the IDL
//! that is included here.

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::spanned::Spanned as _;

use super::Cx;
use crate::model::{Enum, Field, Item, ItemId, Program, Requiredness, Struct, Type};

impl Cx<'_> {
    /// The impl that describes the wire form of a generated struct or union.
    pub(super) fn shaped(&self, name: &TokenStream, of: &Struct) -> TokenStream {
        let fields = of.fields.iter().map(|field| {
            let (id, shape) = (number(field), shape(self.program, field));
            quote!((#id, #shape))
        });
        quote!(__thrift::shaped!(#name [#(#fields)*]);)
    }

    /// Compares the existing types that are used here with the included IDL.
    pub(super) fn alike(&self) -> TokenStream {
        self.choices.existing().map(|id| self.alike_one(id)).collect()
    }

    fn alike_one(&self, id: ItemId) -> TokenStream {
        let path = self.path(id);
        let span = path.span();
        let shown = path.to_token_stream().to_string().replace(' ', "");
        let item = self.program.item(id);
        let name = item.name();
        let stem = &self.program.modules[id.module].stem;
        let told = |what: String| {
            format!(
                "`with` uses `{shown}` for `{name}` of `{stem}.thrift`, but it was generated from another \
                 IDL: {what}\nhelp: generate both from the same version of the file",
            )
        };
        match item {
            Item::Struct(of) => {
                let lifetime = self.lent.contains(&id).then(|| quote!(<'static>));
                let fields = of.fields.iter().map(|field| {
                    let told = told(format!("its field {} (`{}`) differs", field.id, field.name));
                    let (id, shape) = (number(field), shape(self.program, field));
                    quote!((#id, #shape, #told))
                });
                let more = told("it has a required field that this IDL does not have".to_owned());
                quote_spanned!(span=> __thrift::alike!(#path #lifetime, [#(#fields)*], #more);)
            }
            Item::Enum(Enum { members, .. }) => {
                let members = members.iter().map(|member| {
                    let told = told(format!("its member `{}` has a different number", member.name));
                    let (name, value) = (&member.name, Literal::i32_unsuffixed(member.value));
                    quote!((#name, #value, #told))
                });
                quote_spanned!(span=> __thrift::alike_enum!(#path, [#(#members)*]);)
            }
            Item::Typedef(_) | Item::Const(_) | Item::Service(_) => TokenStream::new(),
        }
    }
}

fn number(field: &Field) -> Literal {
    Literal::i16_unsuffixed(field.id)
}

/// A field as a number: a hash of its type, and in the last bit whether it is required.
fn shape(program: &Program, field: &Field) -> Literal {
    let mut text = String::new();
    describe(program, &field.ty, &mut text);
    let required = u32::from(field.requiredness == Requiredness::Required);
    Literal::u32_unsuffixed(hash(&text) & !1 | required)
}

/// The FNV-1a hash, which is the same on every platform.
fn hash(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

/// Describes a type by its form on the wire, whatever its name.
fn describe(program: &Program, ty: &Type, into: &mut String) {
    let word = match ty {
        Type::Bool => "bool",
        Type::I8 => "i8",
        Type::I16 => "i16",
        Type::I32 => "i32",
        Type::I64 => "i64",
        Type::Double => "double",
        Type::String => "string",
        Type::Binary => "binary",
        Type::Uuid => "uuid",
        Type::List(element) => {
            describe(program, element, into);
            "[]"
        }
        Type::Set(element) => {
            describe(program, element, into);
            "{}"
        }
        Type::Map(key, value) => {
            describe(program, key, into);
            into.push(':');
            describe(program, value, into);
            "{:}"
        }
        Type::Named(id) => match program.item(*id) {
            Item::Typedef(typedef) => return describe(program, &typedef.ty, into),
            Item::Enum(_) => "i32",
            _ => "struct",
        },
    };
    into.push_str(word);
}
