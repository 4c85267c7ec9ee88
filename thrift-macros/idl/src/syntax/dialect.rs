//! Recognizes fbthrift, Meta's dialect, which is a different language and is not supported.

use super::problem::{Problem, Span};

/// The error for a construct that only fbthrift has.
pub(crate) fn fbthrift(span: Span, construct: &str) -> Problem {
    let message = format!("{construct} belongs to fbthrift, Meta's dialect of Thrift");
    Problem::error(span, message).help("only Apache Thrift is supported")
}

/// The construct that begins with `word` where a definition or a header is expected.
pub(super) fn definition(word: &str) -> Option<&'static str> {
    match word {
        "package" => Some("`package`"),
        "hs_include" => Some("`hs_include`"),
        "interaction" => Some("`interaction`"),
        "safe" | "transient" | "permanent" | "stateful" | "server" | "client" => {
            Some("the kind of an exception")
        }
        _ => None,
    }
}

/// The construct that begins with `word` where a function is expected.
pub(super) fn function(word: &str) -> Option<&'static str> {
    match word {
        "performs" => Some("`performs`"),
        "idempotent" => Some("the qualifier `idempotent`"),
        "readonly" => Some("the qualifier `readonly`"),
        _ => None,
    }
}

/// The construct that `word` is if it is used as a type.
pub(crate) fn type_name(word: &str) -> Option<&'static str> {
    match word {
        "float" => Some("the type `float`"),
        "stream" => Some("the type `stream`"),
        "sink" => Some("the type `sink`"),
        _ => None,
    }
}
