//! Writes into the model what options choose for parts of the IDL.

use super::Options;
use super::chosen;
use super::key::{Kind, Place, Selection};
use crate::model::annotation::RUST_NAME;
use crate::model::{
    Annotation, Annotations, Field, Item, ItemId, Program, Requiredness, Service, Struct,
};

/// Writes the names that `rename` gives, in the same way as the annotation `rust.name`.
pub(super) fn rename(program: &mut Program, options: &mut Options) {
    let Options { rename, modules, .. } = options;
    *modules = vec![None; program.modules.len()];
    for (selector, name) in rename {
        let name = syn::ext::IdentExt::unraw(name).to_string();
        if let Selection::File(module) = selector.selects {
            if let Some(chosen) = modules.get_mut(module) {
                *chosen = Some(name);
            }
        } else if let Some(annotations) = annotations(program, selector.selects) {
            annotations.push(Annotation { key: RUST_NAME.to_owned(), value: name, at: None });
        }
    }
}

fn annotations(program: &mut Program, selection: Selection) -> Option<&mut Annotations> {
    match selection {
        Selection::Item(id) => Some(match item_mut(program, id)? {
            Item::Typedef(of) => &mut of.annotations,
            Item::Enum(of) => &mut of.annotations,
            Item::Struct(of) => &mut of.annotations,
            Item::Const(of) => &mut of.annotations,
            Item::Service(of) => &mut of.annotations,
        }),
        Selection::Member(id, at) => match item_mut(program, id)? {
            Item::Enum(of) => of.members.get_mut(at).map(|member| &mut member.annotations),
            Item::Struct(of) => of.fields.get_mut(at).map(|field| &mut field.annotations),
            Item::Service(of) => of.functions.get_mut(at).map(|it| &mut it.annotations),
            Item::Typedef(_) | Item::Const(_) => None,
        },
        Selection::Argument(id, at, argument) => {
            let Item::Service(of) = item_mut(program, id)? else { return None };
            of.functions.get_mut(at)?.args.get_mut(argument).map(|field| &mut field.annotations)
        }
        Selection::Thrown(id, at, thrown) => {
            let Item::Service(of) = item_mut(program, id)? else { return None };
            of.functions.get_mut(at)?.throws.get_mut(thrown).map(|field| &mut field.annotations)
        }
        Selection::Nothing | Selection::Everything | Selection::All(_) | Selection::File(_) => None,
    }
}

fn item_mut(program: &mut Program, id: ItemId) -> Option<&mut Item> {
    program.modules.get_mut(id.module)?.items.get_mut(id.item)
}

/// Writes what the options choose for each field, argument, typedef, result and service.
pub(super) fn choose(program: &mut Program, options: &Options) {
    for (module, of) in program.modules.iter_mut().enumerate() {
        for (item, of) in of.items.iter_mut().enumerate() {
            let item = ItemId { module, item };
            match of {
                Item::Struct(of) => structure(options, item, of),
                Item::Service(of) => service(options, item, of),
                Item::Typedef(of) => {
                    let place = Place { kind: None, item, member: None, argument: None };
                    text(options, place, &mut of.annotations);
                }
                Item::Enum(_) | Item::Const(_) => {}
            }
        }
    }
}

fn structure(options: &Options, item: ItemId, of: &mut Struct) {
    let kind = Some(Kind::of_struct(of.kind));
    let is_union = of.is_union();
    for (at, field) in of.fields.iter_mut().enumerate() {
        let place = Place { kind, item, member: Some(at), argument: None };
        text(options, place, &mut field.annotations);
        if !is_union && unset(options, place, field) {
            chosen::note_unset(&mut field.annotations);
        }
    }
}

fn service(options: &Options, item: ItemId, of: &mut Service) {
    let place = Place { kind: Some(Kind::Services), item, member: None, argument: None };
    if place.chosen(&options.partial).unwrap_or(false) {
        chosen::note_partial(&mut of.annotations);
    }
    for (at, function) in of.functions.iter_mut().enumerate() {
        let place = Place { member: Some(at), ..place };
        text(options, place, &mut function.annotations);
        for (argument, field) in function.args.iter_mut().enumerate() {
            let place = Place { argument: Some(argument), ..place };
            text(options, place, &mut field.annotations);
            if unset(options, place, field) {
                chosen::note_unset(&mut field.annotations);
            }
        }
    }
}

fn text(options: &Options, place: Place, annotations: &mut Annotations) {
    if let Some(text) = place.chosen(&options.strings) {
        chosen::note_text(annotations, text);
    }
}

fn unset(options: &Options, place: Place, field: &Field) -> bool {
    field.requiredness != Requiredness::Required && place.chosen(&options.unset).unwrap_or(false)
}

/// Why a key of `unset` has no effect, if it has none.
pub(super) fn useless_unset(program: &Program, selection: Selection) -> Option<&'static str> {
    const REQUIRED: &str = "is required, so it is always set";
    let field = match selection {
        Selection::Member(id, at) => match program.item(id) {
            Item::Struct(of) if of.is_union() => {
                return Some("is a union's member, and exactly one member of a union is set");
            }
            Item::Struct(of) => of.fields.get(at)?,
            _ => return None,
        },
        Selection::Argument(id, at, argument) => {
            let Item::Service(of) = program.item(id) else { return None };
            let field = of.functions.get(at)?.args.get(argument)?;
            return (field.requiredness == Requiredness::Required).then_some(REQUIRED);
        }
        _ => return None,
    };
    match field.requiredness {
        Requiredness::Required => Some(REQUIRED),
        Requiredness::Optional => Some("is optional, so it is always an `Option`"),
        Requiredness::Default => None,
    }
}
