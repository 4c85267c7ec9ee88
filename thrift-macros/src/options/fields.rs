//! Choices of `types` and `skip` for individual fields: another Rust type, a box, or leaving the field
//! out.

use quote::{ToTokens as _, quote};

use super::key::{Selection, Selector};
use super::{BinaryType, LeftOut, Options, RustType, chosen};
use crate::model::annotation::RUST_TYPE;
use crate::model::{Annotation, Field, Item, ItemId, Program, Requiredness, Type};

/// Errors about keys that ask for something impossible.
pub(super) fn mistakes(
    program: &Program,
    types: &[(Selector, RustType)],
    skip: &[(Selector, LeftOut)],
) -> Vec<syn::Error> {
    let types = types.iter().filter_map(|(selector, chosen)| {
        let why = useless_type(program, selector.selects, chosen)?;
        Some((selector, why))
    });
    let skip = skip.iter().filter_map(|(selector, left_out)| {
        let why = useless_skip(program, selector.selects, *left_out)?;
        Some((selector, why))
    });
    let told = |(selector, why): (&Selector, &str)| {
        let message = format!("`{}` {why}", selector.key.text());
        syn::Error::new(selector.key.span, message)
    };
    types.chain(skip).map(told).collect()
}

fn useless_type(
    program: &Program,
    selection: Selection,
    chosen: &RustType,
) -> Option<&'static str> {
    let field = match selection {
        // This has been reported.
        Selection::Nothing => return None,
        Selection::Member(id, at) => field(program, id, at)?,
        _ if matches!(chosen, RustType::Boxed) => {
            return Some("is not a field, and only fields can be boxed");
        }
        _ => return None,
    };
    let is_union = matches!(selection, Selection::Member(id, _) if is_union(program, id));
    match chosen {
        RustType::Boxed if is_union || field.requiredness == Requiredness::Optional => None,
        RustType::Boxed => Some("is not `optional`, so its box would always be allocated"),
        RustType::Binary(_) if !is_binary(program, &field.ty) => Some("is not a `binary`"),
        RustType::Binary(_) | RustType::Chosen(_) => None,
    }
}

fn useless_skip(
    program: &Program,
    selection: Selection,
    left_out: LeftOut,
) -> Option<&'static str> {
    let Selection::Member(id, at) = selection else { return None };
    let field = field(program, id, at)?;
    if is_union(program, id) {
        return Some("is a union's member, and a union without its member has no value");
    }
    (left_out == LeftOut::Written && field.requiredness == Requiredness::Required).then_some(
        "is `required`, so nothing can be written without it: use `read` in place of `written`",
    )
}

fn field(program: &Program, id: ItemId, at: usize) -> Option<&Field> {
    match program.item(id) {
        Item::Struct(of) => of.fields.get(at),
        _ => None,
    }
}

fn is_union(program: &Program, id: ItemId) -> bool {
    matches!(program.item(id), Item::Struct(of) if of.is_union())
}

fn is_binary(program: &Program, ty: &Type) -> bool {
    match ty {
        Type::Binary => true,
        Type::Named(id) => match program.item(*id) {
            Item::Typedef(typedef) => is_binary(program, &typedef.ty),
            _ => false,
        },
        _ => false,
    }
}

/// Writes into the model what keys choose for individual fields, arguments and typedefs.
pub(super) fn apply(program: &mut Program, options: &Options) {
    for (selector, chosen) in &options.types {
        if useless_type(program, selector.selects, chosen).is_some() {
            continue;
        }
        let rust = match chosen {
            RustType::Chosen(ty) => ty.to_token_stream(),
            RustType::Binary(BinaryType::Bytes) => quote!(__thrift::Bytes),
            RustType::Binary(BinaryType::Blob) => quote!(__thrift::Blob),
            // It cannot be chosen individually.
            RustType::Binary(BinaryType::Slice) => continue,
            RustType::Boxed => {
                if let Selection::Member(id, at) = selector.selects
                    && let Some(field) = field_mut(program, id, at)
                {
                    field.boxed = true;
                }
                continue;
            }
        };
        let (annotations, place) = match selector.selects {
            Selection::Member(id, at) => match field_mut(program, id, at) {
                Some(field) => (&mut field.annotations, field.place),
                None => continue,
            },
            Selection::Argument(id, at, argument) => {
                match argument_mut(program, id, at, argument) {
                    Some(field) => (&mut field.annotations, field.place),
                    None => continue,
                }
            }
            Selection::Item(id) => match item_mut(program, id) {
                Some(Item::Typedef(of)) => (&mut of.annotations, of.place),
                _ => continue,
            },
            _ => continue,
        };
        let value = rust.to_string();
        annotations.push(Annotation { key: RUST_TYPE.to_owned(), value, at: place.location() });
    }
    for (selector, left_out) in &options.skip {
        if let Selection::Member(id, at) = selector.selects
            && !is_union(program, id)
            && let Some(field) = field_mut(program, id, at)
        {
            chosen::note_left_out(&mut field.annotations, *left_out);
        }
    }
}

fn item_mut(program: &mut Program, id: ItemId) -> Option<&mut Item> {
    program.modules.get_mut(id.module)?.items.get_mut(id.item)
}

fn field_mut(program: &mut Program, id: ItemId, at: usize) -> Option<&mut Field> {
    match item_mut(program, id)? {
        Item::Struct(of) => of.fields.get_mut(at),
        _ => None,
    }
}

fn argument_mut(
    program: &mut Program,
    id: ItemId,
    at: usize,
    argument: usize,
) -> Option<&mut Field> {
    match item_mut(program, id)? {
        Item::Service(of) => of.functions.get_mut(at)?.args.get_mut(argument),
        _ => None,
    }
}
