//! IDL text to a tree with spans: `lexer -> parser -> ast`, depending on nom alone.
//!
//! The grammar is that of Apache's compiler, and a little more for files that were written for
//! other tools: annotations on named types and constants, and `;` after a header. Nothing here
//! knows about other files; the resolver finds what names refer to.

mod annotation;
pub(crate) mod ast;
mod definition;
pub(crate) mod dialect;
mod doc;
mod field;
mod header;
mod keyword;
mod lexer;
mod name;
mod parser;
mod problem;
mod recovery;
mod report;
mod service;
mod token;
pub(crate) mod types;
mod value;
mod wrong;

pub(crate) use self::problem::Problem;
pub use self::problem::{Severity, Span};

use ast::Document;

/// How deep types, values and clauses may nest; real files stay below 10.
pub(crate) const MAX_NESTING: usize = 64;

/// Parses one file. The document holds whatever could be read.
pub(crate) fn parse(source: &[u8]) -> (Document, Vec<Problem>) {
    let lexed = lexer::lex(source);
    let (document, mut problems) = parser::Parser::new(&lexed).document();
    problems.extend(lexed.problems);
    problem::sort_and_thin(source, &mut problems);
    (document, problems)
}
