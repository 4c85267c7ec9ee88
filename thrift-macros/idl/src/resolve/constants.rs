//! Constants: their values.

use super::composed::Composed;
use super::context::{Constant, Context, type_notes};
use super::definitions::Table;
use super::values::{self, Subject};
use crate::diagnostic::cut;
use crate::model::{self, Item, ItemId};
use crate::syntax::{
    Span,
    ast::{Const, Definition, Name, Value, ValueKind},
};

impl Composed for Const {
    const TABLE: Table = Table::Constants;

    fn of(definition: &Definition) -> Option<&Self> {
        match definition {
            Definition::Const(constant) => Some(constant),
            _ => None,
        }
    }

    fn name(&self) -> &Name {
        &self.name
    }

    fn span(&self) -> Span {
        self.value.span
    }

    fn names<'a>(&'a self, found: &mut impl FnMut(&'a str)) {
        names_in(&self.value, found);
    }

    fn resolve(&self, context: &mut Context<'_>, id: ItemId) {
        let Some((ty, type_id)) = context.ty(id.module, &self.ty) else {
            return;
        };
        let subject =
            Subject { module: id.module, what: format!("the constant `{}`", cut(&self.name.text)) };
        let Some(value) = values::fit(context, &subject, &self.value, type_id) else {
            return;
        };
        let constant = Constant { ty: type_id, value: value.clone() };
        context.constants.insert(id, constant);
        let item = model::Const {
            name: self.name.text.clone(),
            place: context.units[id.module].at(self.name.span).into(),
            doc: self.doc.clone(),
            annotations: context.annotations(id.module, &self.annotations, Some(&self.ty)),
            ty,
            type_notes: type_notes(&context.units[id.module], &self.ty),
            value,
        };
        context.put(id, Item::Const(item));
    }

    fn cycle(name: &str) -> String {
        format!("recursive constant: `{name}` refers to itself")
    }
}

fn names_in<'a>(value: &'a Value, found: &mut impl FnMut(&'a str)) {
    match &value.kind {
        ValueKind::Integer(_) | ValueKind::Double(_) | ValueKind::Text(_) | ValueKind::Bytes(_) => {
        }
        ValueKind::Name(name) => found(name),
        ValueKind::List(values) => values.iter().for_each(|value| names_in(value, found)),
        ValueKind::Map(entries) => entries.iter().for_each(|(key, value)| {
            names_in(key, found);
            names_in(value, found);
        }),
    }
}
