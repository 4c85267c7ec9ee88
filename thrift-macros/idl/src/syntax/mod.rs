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
pub(crate) mod keyword;
mod lexer;
mod name;
mod parser;
mod problem;
mod recovery;
mod report;
mod service;
pub(crate) mod token;
pub(crate) mod types;
mod value;
mod wrong;

pub(crate) use self::name::NOT_UTF_8;
pub(crate) use self::problem::Problem;
pub use self::problem::{Severity, Span};

use ast::Document;
use token::Lexed;

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

/// The tokens and comments of one file, if it can be parsed; warnings do not count.
pub(crate) fn tokens(source: &[u8]) -> Result<Lexed<'_>, Vec<Problem>> {
    let mut lexed = lexer::lex(source);
    let (_, mut problems) = parser::Parser::new(&lexed).document();
    problems.append(&mut lexed.problems);
    problem::sort_and_thin(source, &mut problems);
    match problems.iter().any(|problem| problem.severity == Severity::Error) {
        true => Err(problems),
        false => Ok(lexed),
    }
}
