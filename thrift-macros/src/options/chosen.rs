//! Choices for parts of the IDL, kept in the model in the same way as annotations. An annotation of an
//! IDL cannot have these keys.

use super::Selection;
use crate::model::annotation::RUST_TYPE;
use crate::model::{Annotation, Annotations, Field, Function, Item, Program, Service, Type};

const UNSET: &str = "(unset)";
const TEXT: &str = "(text)";
const PARTIAL: &str = "(partial)";
const SKIP: &str = "(skip)";

/// How a field is left out of its type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LeftOut {
    /// The type can only be read.
    Read,
    /// The type can also be written, without the field.
    Written,
}

/// The Rust type of `string`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Text {
    /// `std::string::String`
    #[default]
    String,
    /// The runtime's string that may share the message's buffer.
    Str,
    /// Text in which invalid UTF-8 has been replaced.
    LossyStr,
    /// Bytes, unchecked.
    ByteStr,
    /// `&str`, a part of the message.
    Borrowed,
}

impl Text {
    pub(crate) const ALL: [(&str, Text); 5] = [
        ("String", Text::String),
        ("Str", Text::Str),
        ("LossyStr", Text::LossyStr),
        ("ByteStr", Text::ByteStr),
        ("&str", Text::Borrowed),
    ];
}

/// Whether a field or argument is an `Option` although it is not optional in the IDL.
pub(crate) fn is_none_if_unset(field: &Field) -> bool {
    noted(&field.annotations, UNSET).is_some()
}

/// The Rust type of the strings in a field, argument, typedef or result, if one is chosen.
pub(crate) fn text(annotations: &Annotations) -> Option<Text> {
    let name = noted(annotations, TEXT)?;
    Text::ALL.into_iter().find(|(known, _)| known == name).map(|(_, text)| text)
}

/// Whether a Rust type of its own is chosen, by the IDL or by a key.
pub(crate) fn chooses_type(annotations: &Annotations) -> bool {
    annotations.iter().any(|annotation| annotation.key == RUST_TYPE)
}

/// Whether a type has strings, apart from those in structs, so that a choice of their type has an
/// effect.
pub(crate) fn holds_string(program: &Program, ty: &Type) -> bool {
    match ty {
        Type::String => true,
        Type::List(element) | Type::Set(element) => holds_string(program, element),
        Type::Map(key, value) => holds_string(program, key) || holds_string(program, value),
        Type::Named(id) => match program.item(*id) {
            Item::Typedef(typedef) => {
                !chooses_type(&typedef.annotations) && holds_string(program, &typedef.ty)
            }
            _ => false,
        },
        _ => false,
    }
}

/// Whether a handler may leave methods out.
pub(crate) fn is_partial(service: &Service) -> bool {
    noted(&service.annotations, PARTIAL).is_some()
}

/// Whether a field is left out of its type, and how.
pub(crate) fn left_out(field: &Field) -> Option<LeftOut> {
    match noted(&field.annotations, SKIP)?.as_str() {
        "written" => Some(LeftOut::Written),
        _ => Some(LeftOut::Read),
    }
}

pub(super) fn note_left_out(annotations: &mut Annotations, left_out: LeftOut) {
    let how = if left_out == LeftOut::Written { "written" } else { "read" };
    note(annotations, SKIP, how);
}

pub(super) fn note_unset(annotations: &mut Annotations) {
    note(annotations, UNSET, "option");
}

pub(super) fn note_text(annotations: &mut Annotations, text: Text) {
    for (name, _) in Text::ALL.into_iter().filter(|(_, known)| *known == text) {
        note(annotations, TEXT, name);
    }
}

pub(super) fn note_partial(annotations: &mut Annotations) {
    note(annotations, PARTIAL, "true");
}

fn note(annotations: &mut Annotations, key: &str, value: &str) {
    annotations.push(Annotation { key: key.to_owned(), value: value.to_owned(), at: None });
}

/// Why a choice for the strings of a field, argument or typedef has no effect, if it has none.
fn useless(program: &Program, annotations: &Annotations, ty: &Type) -> Option<&'static str> {
    match ty {
        _ if chooses_type(annotations) => Some("has a Rust type of its own"),
        _ if holds_string(program, ty) => None,
        Type::List(_) | Type::Set(_) | Type::Map(..) => Some("contains no `string`"),
        _ => Some("is not a `string`"),
    }
}

/// Why a type of `string` that a key chooses has no effect, if it has none.
pub(super) fn useless_text(program: &Program, selection: Selection) -> Option<&'static str> {
    let of_field = |field: &Field| useless(program, &field.annotations, &field.ty);
    let of_function = |function: &Function| {
        let returns = function.returns.as_ref().is_some_and(|ty| holds_string(program, ty));
        returns || function.args.iter().any(|field| of_field(field).is_none())
    };
    let contains = match (selection, selection.item().map(|id| program.item(id))?) {
        (Selection::Member(_, at), Item::Struct(of)) => return of_field(of.fields.get(at)?),
        (Selection::Argument(_, at, argument), Item::Service(of)) => {
            return of_field(of.functions.get(at)?.args.get(argument)?);
        }
        (Selection::Item(_), Item::Typedef(of)) => {
            return useless(program, &of.annotations, &of.ty);
        }
        (Selection::Item(_), Item::Struct(of)) => {
            of.fields.iter().any(|field| of_field(field).is_none())
        }
        (Selection::Item(_), Item::Service(of)) => of.functions.iter().any(of_function),
        (Selection::Member(_, at), Item::Service(of)) => of_function(of.functions.get(at)?),
        _ => true,
    };
    (!contains).then_some("contains no `string`")
}

fn noted<'a>(annotations: &'a Annotations, key: &str) -> Option<&'a String> {
    annotations.iter().rev().find(|noted| noted.key == key).map(|noted| &noted.value)
}
