//! Checks the annotations `rust.*`: whether each is known, has a meaning in its position, and can be
//! parsed. Of the other annotations with a meaning here, only the value is checked.

use super::context::Context;
use crate::diagnostic::Diagnostic;
use crate::model;
use crate::model::annotation::{IDEMPOTENT, RUST, RUST_DERIVE, RUST_NAME, RUST_TYPE};
use crate::suggest::quoted;
use crate::syntax::ast::{self, Annotation, Definition, TypeKind};

const KNOWN: [&str; 3] = [RUST_NAME, RUST_TYPE, RUST_DERIVE];

/// Checks the value of an annotation, given its key and value; the error says what is wrong.
pub(crate) type Readable<'r> = &'r dyn Fn(&str, &str) -> Result<(), String>;

/// Reports errors in the annotations of all files.
pub(super) fn check(context: &mut Context<'_>, readable: Readable<'_>) {
    for (module, unit) in context.units.iter().enumerate() {
        let mut check = Check { context, readable, module };
        for definition in &unit.document.definitions {
            check.definition(definition);
        }
    }
}

/// Whether a function's annotations say that it is idempotent. A value that is neither yes nor no has
/// been reported.
pub(super) fn idempotent(annotations: &[model::Annotation]) -> bool {
    let last = annotations.iter().rev().find(|annotation| annotation.key == IDEMPOTENT);
    last.and_then(|annotation| flag(&annotation.value)).unwrap_or_default()
}

struct Check<'c, 'a> {
    context: &'c mut Context<'a>,
    readable: Readable<'c>,
    module: usize,
}

impl Check<'_, '_> {
    fn definition(&mut self, definition: &Definition) {
        match definition {
            Definition::Const(item) => {
                self.annotations(&item.annotations, &[RUST_NAME], "a constant");
                self.ty(&item.ty, &[RUST_NAME], "a constant");
            }
            Definition::Typedef(item) => {
                self.annotations(&item.annotations, &[RUST_NAME, RUST_TYPE], "a typedef");
                self.ty(&item.ty, &[RUST_NAME, RUST_TYPE], "a typedef");
            }
            Definition::Enum(item) => {
                self.annotations(&item.annotations, &[RUST_NAME, RUST_DERIVE], "an enum");
                for member in &item.members {
                    self.annotations(&member.annotations, &[RUST_NAME], "an enum's member");
                }
            }
            Definition::Struct(item) => {
                let what = match item.kind {
                    ast::StructKind::Struct => "a struct",
                    ast::StructKind::Union => "a union",
                    ast::StructKind::Exception => "an exception",
                };
                self.annotations(&item.annotations, &[RUST_NAME, RUST_DERIVE], what);
                self.fields(&item.fields);
            }
            Definition::Service(item) => {
                self.annotations(&item.annotations, &[RUST_NAME], "a service");
                item.functions.iter().for_each(|function| self.function(function));
            }
        }
    }

    fn function(&mut self, function: &ast::Function) {
        let fitting = [RUST_NAME, IDEMPOTENT];
        self.annotations(&function.annotations, &fitting, "a function");
        if let Some(returns) = &function.returns {
            self.ty(returns, &fitting, "a function");
        }
        self.fields(&function.args);
        self.fields(&function.throws);
    }

    fn fields(&mut self, fields: &[ast::Field]) {
        for field in fields {
            self.annotations(&field.annotations, &[RUST_NAME, RUST_TYPE], "a field");
            self.ty(&field.ty, &[RUST_NAME, RUST_TYPE], "a field");
        }
    }

    /// Checks the annotations on a type, which belong to whatever has that type. Those on types inside
    /// it belong to nothing.
    fn ty(&mut self, ty: &ast::Type, fitting: &[&str], what: &str) {
        self.annotations(&ty.annotations, fitting, what);
        let mut inner = |ty| self.ty(ty, &[], "an element type, key type or value type");
        match &ty.kind {
            TypeKind::List(element) | TypeKind::Set(element) => inner(element),
            TypeKind::Map(key, value) => {
                inner(key);
                inner(value);
            }
            TypeKind::Base(_) | TypeKind::Named(_) => {}
        }
    }

    fn annotations(&mut self, annotations: &[Annotation], fitting: &[&str], what: &str) {
        for annotation in annotations {
            if fitting.contains(&annotation.key.as_str()) {
                self.value(annotation);
            } else if starts_with_rust(&annotation.key) {
                self.misplaced(annotation, fitting, what);
            }
        }
    }

    fn value(&mut self, annotation: &Annotation) {
        let Annotation { key, value, key_span: _, value_span } = annotation;
        if let Err(wrong) = readable(key, value).and_then(|()| (self.readable)(key, value)) {
            self.context.error(self.module, *value_span, wrong);
        }
    }

    fn misplaced(&mut self, annotation: &Annotation, fitting: &[&str], what: &str) {
        let Annotation { key, value: _, key_span, value_span: _ } = annotation;
        let at = self.context.units[self.module].at(*key_span);
        if KNOWN.contains(&key.as_str()) {
            let error = Diagnostic::error(at, format!("`{key}` has no meaning on {what}"));
            let help = (!fitting.is_empty()).then(|| format!("{what} takes {}", quoted(fitting)));
            return self.context.report(error.help_if(help));
        }
        let message = format!("unknown annotation `{key}`");
        let words = KNOWN.iter().filter_map(|known| known.strip_prefix(RUST));
        let word = key.get(RUST.len()..).unwrap_or_default();
        let report = match self.context.nearest(word, words) {
            Some(near) => {
                Diagnostic::error(at, message).help(format!("did you mean `{RUST}{near}`?"))
            }
            // It may be meant for another tool, in a file that the author cannot change.
            None => Diagnostic::warning(at, message)
                .help(format!("the known annotations are {}", quoted(&KNOWN))),
        };
        self.context.report(report);
    }
}

fn starts_with_rust(key: &str) -> bool {
    key.get(..RUST.len()).is_some_and(|start| start.eq_ignore_ascii_case(RUST))
}

/// Checks a value; the error says what is wrong.
fn readable(key: &str, value: &str) -> Result<(), String> {
    match key {
        RUST_NAME if !is_identifier(value) => {
            Err(format!("`{RUST_NAME}` takes a Rust identifier, but `{value}` is not one"))
        }
        IDEMPOTENT if flag(value).is_none() => Err(format!(
            "`{IDEMPOTENT}` takes `true`, `false`, `1`, `0` or no value, but not `{value}`"
        )),
        _ => Ok(()),
    }
}

/// Yes or no. An annotation without a value says yes.
fn flag(value: &str) -> Option<bool> {
    match value {
        "1" | "true" => Some(true),
        "0" | "false" => Some(false),
        _ => None,
    }
}

/// Keywords are identifiers too: they become raw identifiers.
fn is_identifier(name: &str) -> bool {
    let mut letters = name.chars();
    letters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
        && name != "_"
}
