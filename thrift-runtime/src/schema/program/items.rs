//! Descriptions of items as those of the model.

use std::path::PathBuf;

use thrift_idl::{
    model::{self, Annotation, ItemId, Place, annotation::IDEMPOTENT},
    source::FileId,
};

use super::defaults::{Made, Site};
use crate::schema::{
    Annotations, Definition, Field, Function, Item, Module, Requiredness, StructKind, Type,
    TypeNotes, Value,
};

/// The ids of definitions.
pub(super) trait Ids {
    fn id(&self, definition: Definition) -> Option<ItemId>;
    fn module(&self, module: &'static Module) -> Option<usize>;
}

/// A file whose items are made already.
pub(super) fn module(
    of: &Module,
    path: PathBuf,
    file: FileId,
    items: Vec<model::Item>,
    ids: &impl Ids,
) -> model::Module {
    let includes = of.includes.iter().filter_map(|include| {
        let module = ids.module((include.module)())?;
        Some(model::Include { path: include.path.to_owned(), module })
    });
    let namespaces = of.namespaces.iter().map(|of| model::Namespace {
        language: of.language.to_owned(),
        name: of.name.to_owned(),
        annotations: annotations(of.annotations),
    });
    model::Module {
        file,
        path,
        stem: of.stem().to_owned(),
        doc: of.doc.map(str::to_owned),
        includes: includes.collect(),
        cpp_includes: of.cpp_includes.iter().map(|&path| path.to_owned()).collect(),
        namespaces: namespaces.collect(),
        items,
    }
}

/// An item. Defaults that are not known before Rust has computed them are added to `made`.
pub(super) fn item(of: &Item, ids: &impl Ids, id: ItemId, made: &mut Vec<Made>) -> model::Item {
    let place = Place::default();
    let doc = |doc: Option<&str>| doc.map(str::to_owned);
    match *of {
        Item::Typedef(of) => model::Item::Typedef(model::Typedef {
            name: of.name.to_owned(),
            place,
            doc: doc(of.doc),
            annotations: annotations(of.annotations),
            ty: ty(&of.ty, ids),
            type_notes: notes(&of.notes),
        }),
        Item::Enum(of) => {
            let members = of.members.iter().map(|of| model::Member {
                name: of.name.to_owned(),
                place,
                doc: doc(of.doc),
                annotations: annotations(of.annotations),
                value: of.value,
            });
            model::Item::Enum(model::Enum {
                name: of.name.to_owned(),
                place,
                doc: doc(of.doc),
                annotations: annotations(of.annotations),
                members: members.collect(),
            })
        }
        Item::Struct(of) => model::Item::Struct(model::Struct {
            kind: match of.kind {
                StructKind::Struct => model::StructKind::Struct,
                StructKind::Union => model::StructKind::Union,
                StructKind::Exception => model::StructKind::Exception,
            },
            name: of.name.to_owned(),
            place,
            doc: doc(of.doc),
            annotations: annotations(of.annotations),
            fields: fields(of.fields, ids, &mut |field, make| {
                made.push(Made { site: Site::Field { of: id, field }, make });
            }),
        }),
        Item::Const(of) => model::Item::Const(model::Const {
            name: of.name.to_owned(),
            place,
            doc: doc(of.doc),
            annotations: annotations(of.annotations),
            ty: ty(&of.ty, ids),
            type_notes: notes(&of.notes),
            value: value(&of.value, ids).unwrap_or(model::Value::Int(0)),
        }),
        Item::Service(of) => model::Item::Service(model::Service {
            name: of.name.to_owned(),
            place,
            doc: doc(of.doc),
            annotations: annotations(of.annotations),
            parent: of.parent.and_then(|parent| ids.id(parent)),
            functions: (0..)
                .zip(of.functions)
                .map(|(function, of)| {
                    let mut argument = |field, make| {
                        made.push(Made { site: Site::Argument { of: id, function, field }, make });
                    };
                    self::function(of, ids, &mut argument)
                })
                .collect(),
        }),
    }
}

/// Notes that a field's default is yet to be made.
type Later<'a> = &'a mut dyn FnMut(usize, fn() -> Vec<u8>);

fn function(of: &Function, ids: &impl Ids, later: Later<'_>) -> model::Function {
    model::Function {
        name: of.name.to_owned(),
        place: Place::default(),
        doc: of.doc.map(str::to_owned),
        annotations: method_annotations(of),
        oneway: of.oneway,
        idempotent: of.idempotent,
        returns: of.returns.map(|returns| ty(&returns, ids)),
        type_notes: notes(&of.notes),
        args: fields(of.args, ids, later),
        fails: of.throws.is_some(),
        throws: fields(of.throws.unwrap_or_default(), ids, &mut |_, _| {}),
    }
}

/// The annotations of a method. If Rust says that it is idempotent, an annotation does, too.
fn method_annotations(of: &Function) -> model::Annotations {
    let mut annotations = annotations(of.annotations);
    if of.idempotent && !annotations.iter().any(|annotation| annotation.key == IDEMPOTENT) {
        let (key, value) = (IDEMPOTENT.to_owned(), "1".to_owned());
        annotations.insert(0, Annotation { key, value, at: None });
    }
    annotations
}

fn fields(of: &[Field], ids: &impl Ids, later: Later<'_>) -> Vec<model::Field> {
    let field = |(at, of): (usize, &Field)| {
        if let Some(Value::Made(make)) = of.default {
            later(at, make);
        }
        model::Field {
            id: of.id,
            name: of.name.to_owned(),
            place: Place::default(),
            doc: of.doc.map(str::to_owned),
            annotations: annotations(of.annotations),
            requiredness: match of.requiredness {
                Requiredness::Required => model::Requiredness::Required,
                Requiredness::Optional => model::Requiredness::Optional,
                Requiredness::Default => model::Requiredness::Default,
            },
            ty: ty(&of.ty, ids),
            type_notes: notes(&of.notes),
            reference: of.reference,
            default: of.default.and_then(|default| value(&default, ids)),
            boxed: of.boxed,
        }
    };
    of.iter().enumerate().map(field).collect()
}

fn annotations(of: Annotations) -> model::Annotations {
    let annotation = |&(key, value): &(&str, &str)| Annotation {
        key: key.to_owned(),
        value: value.to_owned(),
        at: None,
    };
    of.iter().map(annotation).collect()
}

fn notes(of: &TypeNotes) -> model::TypeNotes {
    model::TypeNotes {
        annotations: annotations(of.annotations),
        cpp_type: of.cpp_type.map(str::to_owned),
        inside: of.inside.iter().map(notes).collect(),
    }
}

fn ty(of: &Type, ids: &impl Ids) -> model::Type {
    match of {
        Type::Bool => model::Type::Bool,
        Type::I8 => model::Type::I8,
        Type::I16 => model::Type::I16,
        Type::I32 => model::Type::I32,
        Type::I64 => model::Type::I64,
        Type::Double => model::Type::Double,
        Type::String => model::Type::String,
        Type::Binary => model::Type::Binary,
        Type::Uuid => model::Type::Uuid,
        Type::List(element) => model::Type::List(Box::new(ty(element, ids))),
        Type::Set(element) => model::Type::Set(Box::new(ty(element, ids))),
        Type::Map(key, value) => model::Type::Map(Box::new(ty(key, ids)), Box::new(ty(value, ids))),
        Type::Named(definition) => match ids.id(*definition) {
            Some(id) => model::Type::Named(id),
            // All that is referred to has an id.
            None => model::Type::Bool,
        },
    }
}

/// A value; `None` if it is yet to be made.
fn value(of: &Value, ids: &impl Ids) -> Option<model::Value> {
    let values = |of: &[Value]| of.iter().map(|of| value(of, ids)).collect::<Option<Vec<_>>>();
    Some(match *of {
        Value::Bool(value) => model::Value::Bool(value),
        Value::Int(value) => model::Value::Int(value),
        Value::Double(value) => model::Value::Double(value),
        Value::String(text) => model::Value::String(text.to_owned()),
        Value::Binary(bytes) => model::Value::Binary(bytes.to_vec()),
        Value::Uuid(bytes) => model::Value::Uuid(bytes),
        Value::Member(of, member) => model::Value::Member { of: ids.id(of)?, member },
        Value::List(of) => model::Value::List(values(of)?),
        Value::Set(of) => model::Value::Set(values(of)?),
        Value::Map(pairs) => {
            let pairs = pairs.iter().map(|(key, of)| Some((value(key, ids)?, value(of, ids)?)));
            model::Value::Map(pairs.collect::<Option<_>>()?)
        }
        Value::Struct(of, fields) => {
            let fields = fields.iter().map(|(at, of)| Some((*at, value(of, ids)?)));
            model::Value::Struct { of: ids.id(of)?, fields: fields.collect::<Option<_>>()? }
        }
        Value::Const(of) => model::Value::Const(ids.id(of)?),
        Value::Made(_) => return None,
    })
}
