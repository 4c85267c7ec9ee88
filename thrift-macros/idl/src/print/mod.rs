//! Prints the model as `.thrift` text.
//!
//! The text is formatted in the same way as by the formatter. If a model was loaded without errors,
//! printing it and loading the result gives an equal model. If it was changed by hand, its names must
//! be valid and its numbers must not be NaN, which an IDL cannot express.
//!
//! Comments other than doc comments, the clauses `xsd_*`, the order of headers, and the spelling of
//! numbers and strings are lost. The [formatter](mod@crate::format) keeps all of them.

mod definition;
mod literal;
mod names;
mod value;

use std::path::Path;

use self::names::Names;
use crate::format::format_text;
use crate::model::{Annotations, Item, Module, Program, TypeNotes};

/// Prints one file of a program. Other files are only mentioned in its includes.
///
/// The text is UTF-8 unless a `binary` constant is not. It is empty if there is no such module.
///
/// # Example
///
/// ```
/// use thrift_idl::{load, print, source::Sources};
///
/// let mut sources = Sources::default();
/// let text = b"/** What is said. */ struct Message { string text = 'hi' (a = 'b'); }";
/// let file = sources.open_text("message.thrift", text);
/// let (program, _) = load(file, &mut sources);
/// assert_eq!(
///     String::from_utf8(print::module(&program, 0)).unwrap(),
///     "/** What is said. */\nstruct Message {\n    -1: string text = \"hi\" (a = \"b\")\n}\n",
/// );
/// ```
pub fn module(program: &Program, module: usize) -> Vec<u8> {
    let Some(of) = program.modules.get(module) else {
        return Vec::new();
    };
    let names = Names::of(program, module);
    let mut printer = Printer { program, names, out: Vec::new() };
    printer.module(of);
    let rough = printer.out;
    // Text that cannot be formatted has invalid names. It is printed as it is; the errors appear when
    // it is read.
    format_text(&rough).unwrap_or(rough)
}

/// Prints all files of a program, each with its path. Written to these paths, or to others with the
/// same positions relative to each other, they form an equal program.
///
/// # Example
///
/// ```no_run
/// use thrift_idl::{load, print, source::Sources};
///
/// # fn main() -> std::io::Result<()> {
/// let mut sources = Sources::default();
/// let root = sources.open("/idl/message.thrift".as_ref())?;
/// let (program, _) = load(root, &mut sources);
/// for (path, text) in print::program(&program) {
///     println!("{}: {} bytes", path.display(), text.len());
/// }
/// # Ok(())
/// # }
/// ```
pub fn program(program: &Program) -> impl Iterator<Item = (&Path, Vec<u8>)> {
    let modules = program.modules.iter().enumerate();
    modules.map(|(at, of)| (of.path.as_path(), module(program, at)))
}

/// Writes text with the right tokens and line breaks; the formatter does the rest.
struct Printer<'p> {
    program: &'p Program,
    names: Names<'p>,
    out: Vec<u8>,
}

impl Printer<'_> {
    fn module(&mut self, module: &Module) {
        let Module { doc, includes, cpp_includes, namespaces, items, .. } = module;
        if let Some(doc) = doc {
            self.doc(doc);
            self.text("\n");
        }
        for include in includes {
            self.text("include ");
            self.string(include.path.as_bytes());
            self.text("\n");
        }
        for path in cpp_includes {
            self.text("cpp_include ");
            self.string(path.as_bytes());
            self.text("\n");
        }
        self.text("\n");
        for namespace in namespaces {
            self.words(&["namespace", &namespace.language, &namespace.name]);
            self.annotations(&namespace.annotations);
            self.text("\n");
        }
        self.text("\n");
        // Without a header, the first doc comment is the file's only if there is another one before
        // the first definition.
        let headers = includes.len() + cpp_includes.len() + namespaces.len();
        let undocumented = items.first().is_some_and(|first| doc_of(first).is_none());
        if doc.is_some() && headers == 0 && undocumented {
            self.text("/** */\n");
        }
        let mut last = None;
        for item in items {
            let kind = Some(std::mem::discriminant(item));
            if last.is_some() && kind != last {
                self.text("\n");
            }
            last = kind;
            self.item(item);
        }
    }

    fn text(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    fn words(&mut self, words: &[&str]) {
        for word in words {
            self.text(word);
            self.text(" ");
        }
    }

    fn string(&mut self, text: &[u8]) {
        literal::string(text, &mut self.out);
    }

    fn doc(&mut self, doc: &str) {
        literal::doc(doc, &mut self.out);
    }

    fn maybe_doc(&mut self, doc: &Option<String>) {
        if let Some(doc) = doc {
            self.doc(doc);
        }
    }

    fn annotations(&mut self, annotations: &[crate::model::Annotation]) {
        if annotations.is_empty() {
            return;
        }
        self.text(" (");
        for annotation in annotations {
            self.words(&[&annotation.key, "="]);
            self.string(annotation.value.as_bytes());
            self.text(",");
        }
        self.text(")");
    }

    /// The annotations on something itself. In the model, those on its type follow them.
    fn own_annotations(&mut self, all: &Annotations, notes: &TypeNotes) {
        let own = all.strip_suffix(notes.annotations.as_slice()).unwrap_or(all);
        self.annotations(own);
    }
}

fn doc_of(item: &Item) -> Option<&String> {
    match item {
        Item::Typedef(item) => item.doc.as_ref(),
        Item::Enum(item) => item.doc.as_ref(),
        Item::Struct(item) => item.doc.as_ref(),
        Item::Const(item) => item.doc.as_ref(),
        Item::Service(item) => item.doc.as_ref(),
    }
}
