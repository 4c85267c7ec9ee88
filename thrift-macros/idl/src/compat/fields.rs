//! Compares the old and the new version of lists of fields.

use std::collections::HashMap;

use super::judge::{Judge, Verdict};
use super::values;
use super::ways::Ways;
use crate::diagnostic::Diagnostic;
use crate::model::{Field, Place, Requiredness};

/// What kind of list the fields are in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Fields,
    /// The members of a union.
    Members,
    Arguments,
    /// Declared exceptions; also whether the method returns nothing otherwise.
    Exceptions {
        void: bool,
    },
}

/// The definition that has the fields.
#[derive(Debug)]
pub(super) struct Owner<'a> {
    pub(super) name: &'a str,
    pub(super) places: (Place, Place),
    pub(super) role: Role,
    pub(super) ways: Ways,
}

impl Owner<'_> {
    fn noun(&self) -> &'static str {
        match self.role {
            Role::Fields => "field",
            Role::Members => "member",
            Role::Arguments => "argument",
            Role::Exceptions { .. } => "exception",
        }
    }

    fn called(&self, field: &Field) -> String {
        format!("{} `{}` of `{}`", self.noun(), field.name, self.name)
    }
}

/// Compares lists of fields.
pub(super) fn judge(judge: &mut Judge<'_>, owner: &Owner<'_>, old: &[Field], new: &[Field]) {
    let (old_list, new_list) = (List::of(old), List::of(new));
    for field in old {
        if !judge.sides.work.goes_on() {
            return;
        }
        match (new_list.moved(field), new_list.by_id.get(&field.id)) {
            (Some(moved), _) => {
                let (from, to) = (field.id, moved.id);
                let what = owner.called(field);
                let message = format!("the id of {what} changed from {from} to {to}");
                judge.error((field.place, moved.place), message);
            }
            (None, Some(same)) => same_id(judge, owner, field, same),
            (None, None) => removed(judge, owner, field),
        }
    }
    for field in new {
        let known = old_list.by_id.contains_key(&field.id) || old_list.moved_to(field, &new_list);
        if !known {
            added(judge, owner, field);
        }
    }
}

/// A list of fields, with indexes by id and by name.
struct List<'a> {
    by_id: HashMap<i16, &'a Field>,
    by_name: HashMap<&'a str, &'a Field>,
}

impl<'a> List<'a> {
    fn of(fields: &'a [Field]) -> Self {
        List {
            by_id: fields.iter().map(|field| (field.id, field)).collect(),
            by_name: fields.iter().map(|field| (field.name.as_str(), field)).collect(),
        }
    }

    /// The new field that has the name of an old one, but another id. If the field that now has the
    /// old id is called something like `old_name`, the old field was renamed to that, and a new one
    /// has taken over its name.
    fn moved(&self, old: &Field) -> Option<&'a Field> {
        let named = self.by_name.get(old.name.as_str()).filter(|named| named.id != old.id)?;
        match self.by_id.get(&old.id) {
            Some(same) if extends(&same.name, &old.name) => None,
            _ => Some(named),
        }
    }

    /// Whether a new field is an old one that has another id now.
    fn moved_to(&self, new: &Field, all: &List<'_>) -> bool {
        self.by_name.get(new.name.as_str()).is_some_and(|old| all.moved(old).is_some())
    }
}

/// Whether a name begins or ends with another, as `old_name` and `nameOld` begin or end with `name`.
pub(super) fn extends(long: &str, short: &str) -> bool {
    let (long, short) = (long.to_lowercase(), short.to_lowercase());
    long.len() > short.len() + 2 && (long.starts_with(&short) || long.ends_with(&short))
}

fn same_id(judge: &mut Judge<'_>, owner: &Owner<'_>, old: &Field, new: &Field) {
    let places = (old.place, new.place);
    let verdict = judge.types(&old.ty, &new.ty, owner.ways);
    if old.name != new.name {
        let (id, noun) = (old.id, owner.noun());
        if let Verdict::Other(_) = verdict {
            let message = format!(
                "the id {id} of `{}` is used for something else: it was {noun} `{}`",
                owner.name, old.name
            );
            return judge.error(places, message);
        }
        let message = format!("the name of {} changed to `{}`", owner.called(old), new.name);
        let warning = judge.diagnostic(Diagnostic::warning, places, message);
        let help = "names are not sent, but a new meaning needs a new id";
        judge.found.add(warning.help(help));
    }
    let what = format!("the type of {}", owner.called(new));
    judge.type_changed(&what, (&old.ty, &new.ty), places, verdict);
    requiredness(judge, owner, old, new);
    default(judge, owner, old, new);
}

fn requiredness(judge: &mut Judge<'_>, owner: &Owner<'_>, old: &Field, new: &Field) {
    let places = (old.place, new.place);
    let (ways, what) = (owner.ways, owner.called(new));
    match (old.requiredness, new.requiredness) {
        (Requiredness::Required, Requiredness::Required) => {}
        (_, Requiredness::Required) => {
            let harm = ways.old_writers();
            let message = format!("{what} is required now: {harm} if it is missing");
            judge.error(places, message);
        }
        (Requiredness::Required, _) => {
            let harm = ways.new_writers();
            let message = format!("{what} is no longer required: {harm} if it is missing");
            match ways.only_arguments() {
                true => judge.warning(places, message),
                false => judge.error(places, message),
            }
        }
        _ => {}
    }
}

fn default(judge: &mut Judge<'_>, owner: &Owner<'_>, old: &Field, new: &Field) {
    let always_sent =
        old.requiredness == Requiredness::Required && new.requiredness == Requiredness::Required;
    let same = match (&old.default, &new.default) {
        (Some(old), Some(new)) => values::same(judge.sides, old, new),
        (old, new) => old.is_none() && new.is_none(),
    };
    if !same && !always_sent {
        let message = format!(
            "the default of {} changed: if it is not sent, old and new programs read different values",
            owner.called(new)
        );
        judge.warning((old.place, new.place), message);
    }
}

fn removed(judge: &mut Judge<'_>, owner: &Owner<'_>, old: &Field) {
    let places = (old.place, owner.places.1);
    let (ways, what) = (owner.ways, owner.called(old));
    match (owner.role, old.requiredness) {
        (Role::Exceptions { void: true }, _) => {
            let message =
                format!("{what} was removed: new clients read a reply with it as success");
            judge.error(places, message);
        }
        (Role::Exceptions { void: false } | Role::Members, _) => {
            judge.error(places, format!("{what} was removed: {}", ways.old_writers()));
        }
        (_, Requiredness::Required) => {
            let message = format!("required {what} was removed: {}", ways.new_writers());
            judge.error(places, message);
        }
        (_, Requiredness::Default) => {
            let readers = ways.old_readers();
            let message = format!("{what} was removed: {readers} may rely on it");
            let warning = judge.diagnostic(Diagnostic::warning, places, message);
            let help = format!("never use the id {} again", old.id);
            judge.found.add(warning.help(help));
        }
        (_, Requiredness::Optional) => {}
    }
}

fn added(judge: &mut Judge<'_>, owner: &Owner<'_>, new: &Field) {
    let places = (owner.places.0, new.place);
    let (ways, what) = (owner.ways, owner.called(new));
    match (owner.role, new.requiredness) {
        (Role::Exceptions { void: true }, _) => {
            let message = format!("{what} was added: old clients read a reply with it as success");
            judge.error(places, message);
        }
        (Role::Exceptions { void: false }, _) => {
            let message = format!("{what} was added: old clients report a different error instead");
            judge.warning(places, message);
        }
        (Role::Members, _) if ways.only_arguments() => {}
        (Role::Members, _) => {
            let readers = ways.old_readers();
            judge.warning(places, format!("{what} was added: {readers} do not know it"));
        }
        (_, Requiredness::Required) => {
            let message = format!("required {what} was added: {}", ways.old_writers());
            let error = judge.diagnostic(Diagnostic::error, places, message);
            judge.found.add(error.help(format!("a new {} must not be `required`", owner.noun())));
        }
        _ => {}
    }
}
