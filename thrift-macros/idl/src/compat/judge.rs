//! Two definitions that are one before and after, or should be of one form.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use super::pairs::both;
use super::types::{self, Outcome, Sides, written};
use super::ways::Ways;
use super::{Edge, enums, fields};
use crate::diagnostic::{Diagnostic, Location, Severity};
use crate::model::{Item, Place, Struct, StructKind, Type};

/// Why two definitions are not of one form: where, and in words.
type Reason = Option<(Location, String)>;

/// What became of a type.
#[derive(Debug)]
pub(super) enum Verdict {
    Same,
    /// `string` and `binary`.
    Text,
    /// It names another definition, which is of the same form.
    Twin,
    /// Others read it wrongly or not at all, and why, if it is not just another type.
    Other(Reason),
}

/// Compares definitions, one pair at a time.
#[derive(Debug)]
pub(super) struct Judge<'a> {
    pub(super) sides: &'a Sides<'a>,
    /// Whether types that now name another definition are compared with that one by their forms.
    /// Otherwise they are left to the caller, in `met`.
    by_form: Option<&'a Forms>,
    /// Where to show what has no place.
    somewhere: Location,
    pub(super) found: Vec<Diagnostic>,
    /// The pairs that types in one place named.
    met: Vec<Edge>,
}

/// Definitions that were compared by their forms.
pub(super) type Forms = RefCell<HashMap<(Edge, Ways), Reason>>;

impl<'a> Judge<'a> {
    pub(super) fn new(sides: &'a Sides<'a>, forms: &'a Forms, somewhere: Location) -> Self {
        Judge { sides, by_form: Some(forms), somewhere, found: Vec::new(), met: Vec::new() }
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
                true => format!("`{}` was a {was} and is a {is}", old.name),
                false => format!("`{}` was a {was}, and `{}` is a {is}", old.name, new.name),
            };
            return self.error((old.place, new.place), message);
        }
        let role = match old.is_union() {
            true => fields::Role::Members,
            false => fields::Role::Fields,
        };
        let owner = fields::Owner { name: &old.name, places: (old.place, new.place), role, ways };
        fields::judge(self, &owner, &old.fields, &new.fields);
    }

    /// What became of a type.
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

    /// Why two definitions are not of one form.
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
                found: Vec::new(),
                met: Vec::new(),
            };
            judge.pair(edge, ways);
            let errors = |found: &Diagnostic| found.severity == Severity::Error;
            reason = judge.found.into_iter().find(errors).map(|found| (found.at, found.message));
            next.extend(judge.met.into_iter().filter(|edge| seen.insert(*edge)));
        }
        forms.borrow_mut().insert((edge, ways), reason.clone());
        reason
    }

    /// Tells of a type that has changed. `what` is for instance "the type of field `a`".
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
                    format!("{changed}: the same bytes, but not in JSON, and not every reader");
                self.warning(places, message + " takes bytes that are not UTF-8 for a string");
            }
            Verdict::Twin => {
                self.warning(places, changed + ", which has the same form on the wire");
            }
            Verdict::Other(None) => self.error(places, changed),
            Verdict::Other(Some((at, reason))) => {
                let error = self.diagnostic(Diagnostic::error, places, changed);
                self.found.push(error.related(at, format!("between the two, {reason}")));
            }
        }
    }

    pub(super) fn error(&mut self, places: (Place, Place), message: impl Into<String>) {
        let error = self.diagnostic(Diagnostic::error, places, message.into());
        self.found.push(error);
    }

    pub(super) fn warning(&mut self, places: (Place, Place), message: impl Into<String>) {
        let warning = self.diagnostic(Diagnostic::warning, places, message.into());
        self.found.push(warning);
    }

    /// A diagnostic in the new file that shows the place in the old one.
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
        StructKind::Struct => "struct",
        StructKind::Union => "union",
        StructKind::Exception => "exception",
    }
}
