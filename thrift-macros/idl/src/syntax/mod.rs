//! From the text of an IDL to a tree with spans: `lexer -> parser -> ast`, which depend only on nom.
//!
//! The grammar is that of Apache's compiler, with a few additions for files that were written for
//! other tools: annotations on named types and constants, and `;` after a header. This module knows
//! nothing about other files; the resolver finds what names refer to.

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

/// How deep types, values and clauses may nest; in real files, they nest less than 10 deep.
pub(crate) const MAX_NESTING: usize = 64;

/// Parses one file. The document contains everything that could be read.
pub(crate) fn parse(source: &[u8]) -> (Document, Vec<Problem>) {
    let lexed = lexer::lex(source);
    let (document, mut problems) = parser::Parser::new(&lexed).document();
    problems.extend(lexed.problems);
    problem::sort_and_thin(source, &mut problems);
    (document, problems)
}

/// The tokens and comments of one file, if it can be parsed without errors; warnings are ignored.
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
