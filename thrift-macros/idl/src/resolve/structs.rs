//! Structs, unions and exceptions: first their fields' types, then their default values.

use std::collections::HashMap;

use super::context::{Context, FieldIndex, StructIndex};
use super::fields::{self, Role};
use super::values::{self, Subject};
use crate::diagnostic::{Diagnostic, cut};
use crate::model::{self, Item, ItemId};
use crate::syntax::ast::{self, Definition, StructKind};

pub(super) fn resolve(context: &mut Context<'_>) {
    for (id, definition) in context.definitions.all() {
        if let Definition::Struct(written) = definition {
            resolve_one(context, id, written);
        }
    }
}

fn resolve_one<'a>(context: &mut Context<'a>, id: ItemId, written: &'a ast::Struct) {
    let role = Role::Fields(written.kind);
    let resolved = fields::resolve(context, id.module, &written.fields, role);
    let by_name = resolved.index.iter().enumerate();
    let by_name: HashMap<&str, usize> =
        by_name.map(|(at, field)| (field.written.name.text.as_str(), at)).collect();
    let index = StructIndex {
        kind: written.kind,
        fields: resolved.index,
        by_name,
        broken: resolved.broken,
    };
    context.structs.insert(id, index);
    check_defaults(context, id.module, written);
    let item = model::Struct {
        kind: kind(written.kind),
        name: written.name.text.clone(),
        place: context.units[id.module].at(written.name.span).into(),
        doc: written.doc.clone(),
        annotations: context.annotations(id.module, &written.annotations, None),
        fields: resolved.fields,
    };
    context.put(id, Item::Struct(item));
}

fn kind(kind: StructKind) -> model::StructKind {
    match kind {
        StructKind::Struct => model::StructKind::Struct,
        StructKind::Union => model::StructKind::Union,
        StructKind::Exception => model::StructKind::Exception,
    }
}

/// A union holds one value, so at most one of its members may have a default.
fn check_defaults(context: &mut Context<'_>, module: usize, written: &ast::Struct) {
    if written.kind != StructKind::Union {
        return;
    }
    let mut defaults = written.fields.iter().filter_map(|field| field.default.as_ref());
    let (Some(first), Some(second)) = (defaults.next(), defaults.next()) else {
        return;
    };
    let unit = &context.units[module];
    let message = format!("the union `{}` has more than one default", written.name.text);
    let error = Diagnostic::error(unit.at(second.span), message)
        .related(unit.at(first.span), "the first is here");
    context.report(error);
}

/// The default values of all structs, once the constants are known.
pub(super) fn resolve_defaults(context: &mut Context<'_>) {
    for (id, definition) in context.definitions.all() {
        let Some(index) = context.structs.get(&id) else {
            continue;
        };
        if !matches!(definition, Definition::Struct(_)) {
            continue;
        }
        let fields: Vec<(usize, &ast::Field, _)> = index
            .fields
            .iter()
            .enumerate()
            .filter(|(_, field)| field.written.default.is_some())
            .map(|(at, field)| (at, field.written, field.ty))
            .collect();
        for (at, written, ty) in fields {
            let value = default(context, id.module, &FieldIndex { ty, written });
            if let Some(Item::Struct(item)) = context.item_mut(id)
                && let Some(field) = item.fields.get_mut(at)
            {
                field.default = value;
            }
        }
    }
}

/// The default value of one field.
pub(super) fn default(
    context: &mut Context<'_>,
    module: usize,
    field: &FieldIndex<'_>,
) -> Option<model::Value> {
    let value = field.written.default.as_ref()?;
    let subject = Subject {
        module,
        what: format!("the default value of field `{}`", cut(&field.written.name.text)),
    };
    values::fit(context, &subject, value, field.ty)
}
