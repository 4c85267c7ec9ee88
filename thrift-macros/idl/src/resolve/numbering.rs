//! The ids of a list of fields: as they are written, or counted down from -1 if they are not.

use std::collections::HashMap;

use super::context::Context;
use crate::diagnostic::{Diagnostic, cut};
use crate::syntax::Span;
use crate::syntax::ast::{self, Integer};

/// Gives each field its id, as Apache's compiler does with `--allow-neg-keys`.
pub(super) struct Numbering<'a> {
    taken: HashMap<i16, &'a ast::Field>,
    /// The id for the next field without one.
    next: i64,
    /// The value of [`next`](Numbering::next) without `--allow-neg-keys`: there, the compiler replaces
    /// ids that are not positive with it.
    replacement: i64,
    /// The first field without an id, the id that it got, and how many such fields there are.
    missing: Option<(Span, i64, usize)>,
}

impl<'a> Numbering<'a> {
    pub(super) fn new() -> Self {
        Numbering { taken: HashMap::new(), next: -1, replacement: -1, missing: None }
    }

    /// The id of the next field in the list; `None` if it is out of range or taken.
    pub(super) fn assign(
        &mut self,
        context: &mut Context<'_>,
        module: usize,
        field: &'a ast::Field,
    ) -> Option<i16> {
        let unit = &context.units[module];
        let span = field.id.map_or(field.name.span, |id| id.span);
        let number = match field.id {
            Some(Integer { value, .. }) => value,
            None => {
                let (first, id, count) = self.missing.unwrap_or((span, self.next, 0));
                self.missing = Some((first, id, count + 1));
                self.next
            }
        };
        let Ok(id) = i16::try_from(number) else {
            let (least, most) = (i16::MIN, i16::MAX);
            let message = match number > 0 {
                true => format!("the field id {number} is out of range: at most {most}"),
                false => format!("the field id {number} is out of range: at least {least}"),
            };
            context.error(module, span, message);
            return None;
        };
        if id <= 0 {
            if field.id.is_some() && number != self.replacement {
                let message = format!("the field id {number} is not positive");
                let help = format!(
                    "it is kept, as Apache's compiler does with `--allow-neg-keys`; \
                     without that flag, Apache's compiler uses {} instead",
                    self.replacement
                );
                context.report(Diagnostic::warning(unit.at(span), message).help(help));
            }
            self.next = number - 1;
            self.replacement -= 1;
        }
        if let Some(first) = self.taken.get(&id) {
            let unit = &context.units[module];
            let message = format!("duplicate field id {id}");
            let first_span = first.id.map_or(first.name.span, |id| id.span);
            let words = format!("already taken by field `{}`", cut(&first.name.text));
            let error =
                Diagnostic::error(unit.at(span), message).related(unit.at(first_span), words);
            context.report(error);
            return None;
        }
        self.taken.insert(id, field);
        Some(id)
    }

    /// Warns of fields without an id, once for the whole list.
    pub(super) fn finish(self, context: &mut Context<'_>, module: usize) {
        if let Some((first, id, count)) = self.missing {
            let message = match count {
                1 => "a field without an id".to_owned(),
                _ => format!("{count} fields without an id; this is the first"),
            };
            let at = context.units[module].at(first);
            let help = match count {
                1 => format!("it gets the id {id}; write `{id}:` before it"),
                _ => format!(
                    "the first one gets the id {id}, and each of the others one less; write `{id}:` and so on"
                ),
            };
            context.report(Diagnostic::warning(at, message).help(help));
        }
    }
}
