//! Enums: the numbers of their members.

use super::context::{Context, EnumIndex};
use super::definitions::duplicate;
use crate::diagnostic::Diagnostic;
use crate::model::{self, Item, ItemId};
use crate::syntax::ast::{Definition, Enum, Member};

pub(super) fn resolve(context: &mut Context<'_>) {
    for (id, definition) in context.definitions.all() {
        if let Definition::Enum(written) = definition {
            resolve_one(context, id, written);
        }
    }
}

/// A number that is not given is one more than the one before it. Two members may have the same
/// number.
fn resolve_one<'a>(context: &mut Context<'a>, id: ItemId, written: &'a Enum) {
    let mut index = EnumIndex::default();
    let mut members: Vec<model::Member> = Vec::new();
    // After a number with an error, the next number is unknown. That is not a further error.
    let mut next = Some(0);
    let mut first_by_name = std::collections::HashMap::new();
    for member in &written.members {
        let name = &member.name;
        if let Some(first) = first_by_name.insert(name.text.as_str(), name) {
            let unit = &context.units[id.module];
            let error = duplicate(unit, "enum member", name, first);
            first_by_name.insert(&name.text, first);
            context.report(error);
            continue;
        }
        let Some(number) = member.number.map(|number| number.value).or(next) else {
            index.broken.insert(&name.text);
            continue;
        };
        let Ok(value) = i32::try_from(number) else {
            report_range(context, id, member, number);
            index.broken.insert(&name.text);
            next = None;
            continue;
        };
        next = Some(number + 1);
        index.by_name.insert(&name.text, members.len());
        index.by_number.entry(value).or_insert(members.len());
        index.numbers.push(value);
        members.push(model::Member {
            name: name.text.clone(),
            place: context.units[id.module].at(name.span).into(),
            doc: member.doc.clone(),
            annotations: context.annotations(id.module, &member.annotations, None),
            value,
        });
    }
    context.enums.insert(id, index);
    let item = model::Enum {
        name: written.name.text.clone(),
        place: context.units[id.module].at(written.name.span).into(),
        doc: written.doc.clone(),
        annotations: context.annotations(id.module, &written.annotations, None),
        members,
    };
    context.put(id, Item::Enum(item));
}

fn report_range(context: &mut Context<'_>, id: ItemId, member: &Member, number: i64) {
    let name = &member.name.text;
    let span = member.number.map_or(member.name.span, |number| number.span);
    let message = format!("the value {number} of `{name}` is out of the range of i32");
    let error = Diagnostic::error(context.units[id.module].at(span), message);
    context.report(match member.number {
        Some(_) => error,
        None => error.help("a member without a value is one more than the member before it"),
    });
}
