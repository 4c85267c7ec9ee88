//! Identifiers that Rust accepts.

use proc_macro2::{Ident, Span};

/// Makes a valid identifier from the result of a case conversion, or from a file's stem.
pub(crate) fn valid(name: String) -> String {
    let mut name: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        name.insert(0, '_');
    }
    match name.as_str() {
        "" | "_" => "underscore".to_owned(),
        // Rust has no raw form of these.
        "self" | "Self" | "super" | "crate" => name + "_",
        _ => name,
    }
}

/// An identifier, raw if it is a keyword of any edition.
pub(crate) fn ident(name: &str) -> Ident {
    ident_at(name, Span::call_site())
}

/// The same, with a given span.
pub(crate) fn ident_at(name: &str, span: Span) -> Ident {
    match KEYWORDS.binary_search(&name) {
        Ok(_) => Ident::new_raw(name, span),
        Err(_) => Ident::new(name, span),
    }
}

/// Rust's keywords, strict and reserved, sorted; without those that cannot be raw identifiers.
const KEYWORDS: [&str; 48] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let",
    "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return",
    "static", "struct", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use",
    "virtual", "where", "while", "yield",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_are_sorted_and_raw() {
        assert!(KEYWORDS.is_sorted());
        assert_eq!(ident("type").to_string(), "r#type");
        assert_eq!(ident("yield").to_string(), "r#yield");
        assert_eq!(ident("union").to_string(), "union");
    }
}
