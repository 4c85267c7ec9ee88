//! Compares two definitions: an old and a new version of the same one, or two that must have the same
//! form.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use super::pairs::both;
use super::types::{self, Outcome, Sides, written};
use super::ways::Ways;
use super::{Edge, enums, fields};
use crate::diagnostic::{Diagnostic, Diagnostics, Location, cut};
use crate::model::{Item, Place, Struct, StructKind, Type};

/// Why two definitions do not have the same form: the place, and a message.
type Reason = Option<(Location, String)>;

/// The result of comparing a type.
#[derive(Debug)]
pub(super) enum Verdict {
    Same,
    /// One is `string`, the other `binary`.
    Text,
    /// The new type names another definition, which has the same form.
    Twin,
    /// Peers would read it wrongly or not at all. The reason says why, unless it is simply another
    /// type.
    Other(Reason),
}

/// Compares definitions, one pair at a time.
#[derive(Debug)]
pub(super) struct Judge<'a> {
    pub(super) sides: &'a Sides<'a>,
    /// If set, a type that now names another definition is compared with that definition by its form.
    /// If not, it is added to `met`, for the caller to compare.
    by_form: Option<&'a Forms>,
    /// Where to show something that has no place of its own.
    somewhere: Location,
    pub(super) found: Diagnostics,
    /// The pairs of definitions that were met in corresponding places of types.
    met: Vec<Edge>,
}

/// The results for definitions that were compared by their forms.
pub(super) type Forms = RefCell<HashMap<(Edge, Ways), Reason>>;

impl<'a> Judge<'a> {
    pub(super) fn new(sides: &'a Sides<'a>, forms: &'a Forms, somewhere: Location) -> Self {
        Judge {
            sides,
            by_form: Some(forms),
            somewhere,
            found: Diagnostics::default(),
            met: Vec::new(),
        }
    }

    /// Compares two definitions.
    pub(super) fn pair(&mut self, edge: Edge, ways: Ways) {
        const COST: usize = 10;
        if !self.sides.work.goes_on_for(COST) {
            return;
        }
        match both(self.sides.old, self.sides.new, edge) {
            Some((Item::Typedef(old), Item::Typedef(new))) => {
                let what = format!("the type of typedef `{}`", old.name);
                let verdict = self.types(&old.ty, &new.ty, ways);
                self.type_changed(&what, (&old.ty, &new.ty), (old.place, new.place), verdict);
            }
            Some((Item::Enum(old), Item::Enum(new))) => enums::judge(self, old, new, ways),
            Some((Item::Struct(old), Item::Struct(new))) => self.structs(old, new, ways),
            _ => {}
        }
    }

    fn structs(&mut self, old: &Struct, new: &Struct, ways: Ways) {
        if old.is_union() != new.is_union() {
            let (was, is) = (kind(old.kind), kind(new.kind));
            let message = match old.name == new.name {
                true => format!("`{}` changed from {was} to {is}", old.name),
                false => format!("`{}` is {was}, but `{}` is {is}", old.name, new.name),
            };
            return self.error((old.place, new.place), message);
        }
        let role = match old.is_union() {
            true => fields::Role::Members,
            false => fields::Role::Fields,
        };
        let owner =
            fields::Owner { name: cut(&old.name), places: (old.place, new.place), role, ways };
        fields::judge(self, &owner, &old.fields, &new.fields);
    }

    /// Compares a type.
    pub(super) fn types(&mut self, old: &Type, new: &Type, ways: Ways) -> Verdict {
        let mut met = Vec::new();
        let outcome = types::compare(self.sides, old, new, &mut met);
        match outcome {
            Outcome::Other => return Verdict::Other(None),
            Outcome::Text => return Verdict::Text,
            Outcome::Same => {}
        }
        let Some(forms) = self.by_form else {
            self.met.extend(met);
            return Verdict::Same;
        };
        let mut verdict = Verdict::Same;
        for edge in met {
            if !self.sides.pairs.are(edge) {
                verdict = Verdict::Twin;
                if let Some(reason) = self.form(forms, edge, ways) {
                    return Verdict::Other(Some(reason));
                }
            }
        }
        verdict
    }

    /// Compares two definitions by their forms, and returns why they differ, if they do.
    fn form(&self, forms: &Forms, edge: Edge, ways: Ways) -> Reason {
        if let Some(known) = forms.borrow().get(&(edge, ways)) {
            return known.clone();
        }
        let mut seen = HashSet::from([edge]);
        let mut next = vec![edge];
        let mut reason = None;
        while let (Some(edge), None) = (next.pop(), &reason) {
            let mut judge = Judge {
                sides: self.sides,
                by_form: None,
                somewhere: self.somewhere,
                found: Diagnostics::default(),
                met: Vec::new(),
            };
            judge.pair(edge, ways);
            let mut errors = judge.found.errors();
            reason = errors.next().map(|found| (found.at, found.message.clone()));
            next.extend(judge.met.into_iter().filter(|edge| seen.insert(*edge)));
        }
        forms.borrow_mut().insert((edge, ways), reason.clone());
        reason
    }

    /// Reports a type that has changed. `what` is, for example, "the type of field `a`".
    pub(super) fn type_changed(
        &mut self,
        what: &str,
        types: (&Type, &Type),
        places: (Place, Place),
        verdict: Verdict,
    ) {
        let old = written(self.sides.old, Some(types.0));
        let new = written(self.sides.new, Some(types.1));
        let changed = format!("{what} changed from `{old}` to `{new}`");
        match verdict {
            Verdict::Same => {}
            Verdict::Text => {
                let message =
                    format!("{changed}: the bytes stay the same except in JSON, but some readers");
                self.warning(places, message + " reject a string that is not UTF-8");
            }
            Verdict::Twin => {
                self.warning(places, changed + ", which has the same form on the wire");
            }
            Verdict::Other(None) => self.error(places, changed),
            Verdict::Other(Some((at, reason))) => {
                let error = self.diagnostic(Diagnostic::error, places, changed);
                self.found.add(error.related(at, format!("the two types differ: {reason}")));
            }
        }
    }

    pub(super) fn error(&mut self, places: (Place, Place), message: impl Into<String>) {
        let error = self.diagnostic(Diagnostic::error, places, message.into());
        self.found.add(error);
    }

    pub(super) fn warning(&mut self, places: (Place, Place), message: impl Into<String>) {
        let warning = self.diagnostic(Diagnostic::warning, places, message.into());
        self.found.add(warning);
    }

    /// A diagnostic in the new file that also shows the place in the old file.
    pub(super) fn diagnostic(
        &self,
        kind: fn(Location, String) -> Diagnostic,
        (old, new): (Place, Place),
        message: String,
    ) -> Diagnostic {
        match (old.location(), new.location()) {
            (Some(old), Some(new)) if old != new => {
                kind(new, message).related(old, "the old version")
            }
            (old, new) => kind(new.or(old).unwrap_or(self.somewhere), message),
        }
    }
}

fn kind(kind: StructKind) -> &'static str {
    match kind {
        StructKind::Struct => "a struct",
        StructKind::Union => "a union",
        StructKind::Exception => "an exception",
    }
}
