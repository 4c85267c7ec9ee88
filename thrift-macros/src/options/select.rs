//! Resolves keys, and explains those that mean nothing.

use super::existing::Existing;
use super::explain;
use super::find;
use super::key::{Key, Kind, Selection, Selector, Words};
use super::target::{About, Target};
use crate::model::{Item, Program};

/// The keys of one option, while they are resolved.
pub(super) struct Keys<'p> {
    pub(super) program: &'p Program,
    pub(super) existing: &'p Existing,
    pub(super) about: About,
    /// Whether the whole IDL is known. If it is not, a missing item may be one with an error.
    pub(super) complete: bool,
    pub(super) seen: Vec<Selection>,
}

impl Keys<'_> {
    /// Resolves a key. The error says why it means nothing.
    pub(super) fn select(&mut self, selector: &mut Selector) -> Result<(), syn::Error> {
        match self.find(&selector.key) {
            Ok(selection) => {
                selector.selects = selection;
                Ok(())
            }
            Err(Some(message)) => Err(syn::Error::new(selector.key.span, message)),
            Err(None) => Ok(()),
        }
    }

    fn find(&mut self, key: &Key) -> Result<Selection, Option<String>> {
        let selection = match &key.words {
            Words::All(kind) => self.all(*kind)?,
            Words::Path(path) if path == "*" => Selection::Everything,
            Words::Path(path) => self.path(path)?,
        };
        let Some(target) = Target::of(self.program, selection) else { return Ok(selection) };
        let unused = |message: String| Some(format!("unused key: {message}"));
        if let Err(why) = self.about.takes(target) {
            let key = key.text();
            return Err(unused(match target {
                Target::Everything | Target::All(_) => format!("`{key}` {}", plural(why)),
                _ => format!("`{key}` is {}, which {why}", target.words()),
            }));
        }
        if self.exists(selection) && !self.about.concerns_existing() {
            let key = key.text();
            return Err(unused(format!(
                "nothing is generated for `{key}`, as `with` says that it exists already"
            )));
        }
        if self.about.is_single() && self.seen.contains(&selection) {
            return Err(Some(format!("`{}` is given twice", key.text())));
        }
        self.seen.push(selection);
        Ok(selection)
    }

    fn path(&self, path: &str) -> Result<Selection, Option<String>> {
        let mut found = find::meanings(self.program, path);
        if self.about.names_files() {
            found.extend(find::files(self.program, path));
        }
        match found[..] {
            [one] => Ok(one),
            [] if !self.complete => Err(None),
            [] => {
                let why = explain::nameless(self.program, path);
                Err(Some(format!("unused key: {why}")))
            }
            _ => Err(Some(explain::ambiguous(self.program, path, &found))),
        }
    }

    fn all(&self, kind: Kind) -> Result<Selection, Option<String>> {
        let is_one = |item: &Item| match item {
            Item::Struct(of) => Kind::of_struct(of.kind) == kind,
            Item::Enum(_) => kind == Kind::Enums,
            Item::Service(_) => kind == Kind::Services,
            Item::Typedef(_) | Item::Const(_) => false,
        };
        let mut items = self.program.items();
        let there = items.any(|(id, item)| is_one(item) && !self.exists(Selection::Item(id)));
        match (there, self.complete) {
            (true, _) => Ok(Selection::All(kind)),
            (false, true) => Err(Some(format!("unused key: the IDL has no {}", kind.word()))),
            (false, false) => Err(None),
        }
    }

    /// Whether it exists already, so that nothing is generated for it.
    fn exists(&self, selection: Selection) -> bool {
        selection.item().is_some_and(|id| self.existing.has(id))
    }
}

/// Turns a phrase about one thing into one about several.
fn plural(why: &str) -> String {
    match why.split_once(' ') {
        Some(("has", rest)) => format!("have {rest}"),
        Some(("is", rest)) => format!("are {rest}s"),
        _ => why.to_owned(),
    }
}
