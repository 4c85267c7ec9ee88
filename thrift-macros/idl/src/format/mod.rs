//! The formatter: it lays a file out in the usual way, without changing what it says.

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
/// Every token other than separators stays as it is. So does every comment, except for the indentation
/// of its lines. The meaning of the file does not change. Formatting a file twice has the same result
/// as formatting it once. The rules:
///
/// - The contents of braces are indented by four spaces; so are the contents of other brackets, if
///   they take several lines. Each field, function and member has a line of its own.
/// - Members of enums, and everything in round or square brackets, are separated by commas; fields and
///   functions in braces have no separators.
/// - Arguments, annotations and constants stay on one line if they fit into 100 columns, unless their
///   author has put a line break after the opening bracket; otherwise each has its own line.
/// - Several empty lines become one, and there are none at the start or the end of brackets. There is
///   one between headers and definitions, and around definitions with something in braces.
/// - Line breaks are LF or CR LF, whichever is used first; a byte order mark is removed.
///
/// Included files are not read.
///
/// # Errors
///
/// If there are syntax errors, it returns them, and nothing is formatted.
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
