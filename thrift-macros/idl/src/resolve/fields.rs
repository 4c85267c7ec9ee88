//! Lists of fields: their ids, names, requiredness and types.

use std::collections::{HashMap, HashSet};

use super::context::{Context, FieldIndex, type_notes};
use super::numbering::Numbering;
use super::types::{TypeId, Underlying};
use crate::diagnostic::{Diagnostic, cut};
use crate::model::{Field, Requiredness};
use crate::syntax::Span;
use crate::syntax::ast::{self, StructKind};

/// What kind of list the fields are in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Fields(StructKind),
    Arguments,
    Throws,
}

/// The fields without errors, with the syntax trees that they come from.
pub(super) struct Resolved<'a> {
    pub(super) fields: Vec<Field>,
    pub(super) index: Vec<FieldIndex<'a>>,
    /// Names of the fields with an error.
    pub(super) broken: HashSet<&'a str>,
}

/// Resolves a list of fields of `module`; their default values are resolved later.
pub(super) fn resolve<'a>(
    context: &mut Context<'a>,
    module: usize,
    list: &'a [ast::Field],
    role: Role,
) -> Resolved<'a> {
    let mut resolved = Resolved {
        fields: Vec::with_capacity(list.len()),
        index: Vec::with_capacity(list.len()),
        broken: HashSet::new(),
    };
    let mut numbering = Numbering::new();
    let mut names: HashMap<&str, Span> = HashMap::new();
    for field in list {
        let name = &field.name;
        let id = numbering.assign(context, module, field);
        let taken = names.get(name.text.as_str()).copied();
        if let Some(first) = taken {
            let unit = &context.units[module];
            let message = format!("duplicate field name `{}`", name.text);
            let error = Diagnostic::error(unit.at(name.span), message)
                .related(unit.at(first), "already used here");
            context.report(error);
        } else {
            names.insert(&name.text, name.span);
        }
        let ty = context.ty(module, &field.ty);
        let ty =
            ty.filter(|(_, ty)| role != Role::Throws || throwable(context, module, field, *ty));
        let (Some(id), Some((ty, type_id)), None) = (id, ty, taken) else {
            resolved.broken.insert(&name.text);
            continue;
        };
        warn_list_of_bytes(context, module, field, type_id);
        resolved.fields.push(Field {
            id,
            name: name.text.clone(),
            place: context.units[module].at(field.span).into(),
            doc: field.doc.clone(),
            annotations: context.annotations(module, &field.annotations, Some(&field.ty)),
            requiredness: requiredness(context, module, field, role),
            ty,
            type_notes: type_notes(&context.units[module], &field.ty),
            reference: field.reference,
            default: None,
            boxed: false,
        });
        resolved.index.push(FieldIndex { ty: type_id, written: field });
    }
    numbering.finish(context, module);
    resolved
}

fn requiredness(
    context: &mut Context<'_>,
    module: usize,
    field: &ast::Field,
    role: Role,
) -> Requiredness {
    let Some(written) = field.requiredness else {
        return match role {
            Role::Fields(StructKind::Union) | Role::Throws => Requiredness::Optional,
            _ => Requiredness::Default,
        };
    };
    let mut ignored = |what: &str| {
        let name = &field.name.text;
        let message = format!("`required` has no meaning for {what} `{name}`");
        let at = context.units[module].at(written.span);
        context.report(Diagnostic::warning(at, message));
    };
    match role {
        Role::Fields(StructKind::Union) => {
            if written.required {
                ignored("the union's member");
            }
            Requiredness::Optional
        }
        Role::Throws => {
            if written.required {
                ignored("the exception");
            }
            Requiredness::Optional
        }
        Role::Arguments if !written.required => Requiredness::Default,
        _ if written.required => Requiredness::Required,
        _ => Requiredness::Optional,
    }
}

/// Only exceptions can be thrown.
fn throwable(context: &mut Context<'_>, module: usize, field: &ast::Field, ty: TypeId) -> bool {
    let thrown = match context.types.underlying(ty) {
        Underlying::Struct(id) => context.definitions.get(id),
        _ => {
            let message = format!("`{}` is not an exception", context.describe(ty));
            context.error(module, field.ty.span, message);
            return false;
        }
    };
    match thrown {
        ast::Definition::Struct(thrown) if thrown.kind == StructKind::Exception => true,
        _ => {
            let name = cut(&thrown.name().text);
            let message = format!("`{name}` is not an exception");
            let at = context.units[module].at(field.ty.span);
            let help = format!("declare it as one: `exception {name} {{ ... }}`");
            context.report(Diagnostic::error(at, message).help(help));
            false
        }
    }
}

fn warn_list_of_bytes(context: &mut Context<'_>, module: usize, field: &ast::Field, ty: TypeId) {
    if let Underlying::List(element) = context.types.underlying(ty)
        && context.types.underlying(element) == Underlying::I8
        && matches!(field.ty.kind, ast::TypeKind::List(_))
    {
        let at = context.units[module].at(field.ty.span);
        let warning = Diagnostic::warning(at, "a list of bytes");
        context.report(warning.help("`binary` is more efficient"));
    }
}
