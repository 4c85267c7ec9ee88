//! The formatter: the same file, laid out as its author would have liked to.

mod comment;
mod gap;
mod layout;
mod read;
mod tree;
mod writer;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::{FileId, Sources};
use crate::syntax::{self, Problem};

/// Lays out a file: indentation, spaces, separators, line breaks, empty lines.
///
/// Every token other than separators stays as it is, and so does every comment, up to the
/// indentation of its lines; what the file means is the same. Formatting twice gives the same as
/// once. The rules:
///
/// - Four blanks indent what is in braces, and what is in other brackets where that takes several
///   lines. Each field, function and member has a line of its own.
/// - Members of enums, and whatever is in round or square brackets, are separated by commas; fields
///   and functions in braces have no separator.
/// - Arguments, annotations and constants stay on one line if they fit into 100 columns and their
///   author has not broken the line after the opening bracket; else each has its own.
/// - Of several empty lines one is left, and none at the start or the end of what is in brackets.
///   One is put between headers and definitions, and around definitions with something in braces.
/// - Line breaks are LF or CR LF, whichever the first is; a byte order mark goes.
///
/// Includes are not read.
///
/// # Errors
///
/// What is wrong with the syntax, if anything is. Nothing is formatted then.
///
/// # Example
///
/// ```
/// use thrift_idl::{format, source::Sources};
///
/// let mut sources = Sources::default();
/// let text = b"struct Message{1:string text;// what was said\n2:optional i64 at=0}";
/// let file = sources.open_text("message.thrift", text);
/// let formatted = format::format(file, &sources).unwrap();
/// assert_eq!(
///     String::from_utf8(formatted).unwrap(),
///     "struct Message {\n    1: string text // what was said\n    2: optional i64 at = 0\n}\n",
/// );
///
/// let file = sources.open_text("broken.thrift", b"struct Message {");
/// let diagnostics = format::format(file, &sources).unwrap_err();
/// assert_eq!(diagnostics.errors().count(), 1);
/// ```
pub fn format(file: FileId, sources: &Sources) -> Result<Vec<u8>, Diagnostics> {
    format_text(&sources.get(file).text).map_err(|problems| {
        let mut diagnostics = Diagnostics::default();
        for problem in problems {
            diagnostics.add(Diagnostic::of(file, problem));
        }
        diagnostics
    })
}

pub(crate) fn format_text(source: &[u8]) -> Result<Vec<u8>, Vec<Problem>> {
    let lexed = syntax::tokens(source)?;
    let items = read::read(&lexed.tokens);
    let formatted = layout::write(source, &lexed.tokens, gap::gaps(&lexed), &items);
    let first_break = source.iter().position(|&byte| byte == b'\n');
    let before = first_break.and_then(|at| at.checked_sub(1)).and_then(|at| source.get(at));
    Ok(match before {
        Some(b'\r') => with_carriage_returns(&formatted),
        _ => formatted,
    })
}

fn with_carriage_returns(text: &[u8]) -> Vec<u8> {
    let mut written = Vec::with_capacity(text.len() + text.len() / 16);
    for &byte in text {
        if byte == b'\n' {
            written.push(b'\r');
        }
        written.push(byte);
    }
    written
}
