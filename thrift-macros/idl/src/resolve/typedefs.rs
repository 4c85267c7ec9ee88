//! Typedefs: the type that each stands for.

use super::composed::Composed;
use super::context::{Context, type_notes};
use super::definitions::Table;
use crate::model::{self, Item, ItemId};
use crate::syntax::{
    Span,
    ast::{Definition, Name, Type, TypeKind, Typedef},
};

/// A typedef that refers to itself, even inside a container, does not stand for any type.
impl Composed for Typedef {
    const TABLE: Table = Table::TypesAndServices;

    fn of(definition: &Definition) -> Option<&Self> {
        match definition {
            Definition::Typedef(typedef) => Some(typedef),
            _ => None,
        }
    }

    fn name(&self) -> &Name {
        &self.name
    }

    fn span(&self) -> Span {
        self.ty.span
    }

    fn names<'a>(&'a self, found: &mut impl FnMut(&'a str)) {
        names_in(&self.ty, found);
    }

    fn resolve(&self, context: &mut Context<'_>, id: ItemId) {
        let Some((ty, type_id)) = context.ty(id.module, &self.ty) else {
            return;
        };
        context.typedefs.insert(id, type_id);
        let typedef = model::Typedef {
            name: self.name.text.clone(),
            place: context.units[id.module].at(self.name.span).into(),
            doc: self.doc.clone(),
            annotations: context.annotations(id.module, &self.annotations, Some(&self.ty)),
            ty,
            type_notes: type_notes(&context.units[id.module], &self.ty),
        };
        context.put(id, Item::Typedef(typedef));
    }

    fn cycle(name: &str) -> String {
        format!("recursive typedef: `{name}` refers to itself")
    }
}

fn names_in<'a>(ty: &'a Type, found: &mut impl FnMut(&'a str)) {
    match &ty.kind {
        TypeKind::Base(_) => {}
        TypeKind::List(element) | TypeKind::Set(element) => names_in(element, found),
        TypeKind::Map(key, value) => {
            names_in(key, found);
            names_in(value, found);
        }
        TypeKind::Named(name) => found(name),
    }
}
