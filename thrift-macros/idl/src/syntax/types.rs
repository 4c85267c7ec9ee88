//! Types.

use super::ast::{Base, Type, TypeKind};
use super::dialect;
use super::keyword::Keyword;
use super::parser::{Parsed, Parser, Reported};
use super::problem::{Problem, Span};
use super::token::TokenKind;
use crate::suggest;

impl Parser<'_> {
    /// A type, which is mandatory here.
    pub(super) fn ty(&mut self) -> Parsed<Type> {
        match self.kind() {
            TokenKind::Name(_) | TokenKind::Keyword(_) => self.ty_or("a type"),
            _ => Err(self.missing("a type")),
        }
    }

    /// A type, at a place where other things are possible as well; `what` names all of them for the
    /// message.
    pub(super) fn ty_or(&mut self, what: &str) -> Parsed<Type> {
        self.nested(|parser| parser.ty_inside(what))
    }

    fn ty_inside(&mut self, what: &str) -> Parsed<Type> {
        let start = self.peek().span;
        let mut cpp_type = None;
        let kind = match *self.kind() {
            TokenKind::Name(name) => {
                self.bump();
                if self.is(b'<')
                    && let Some(construct) = dialect::type_name(name)
                {
                    return Err(self.refuse_dialect(start, construct));
                }
                if self.is(b'<') {
                    let meant = self.no_container(name, start)?;
                    self.container(meant)?.0
                } else {
                    TypeKind::Named(name.to_owned())
                }
            }
            TokenKind::Keyword(container @ (Keyword::List | Keyword::Set | Keyword::Map)) => {
                self.bump();
                if self.eat_keyword(Keyword::CppType).is_some() {
                    cpp_type = Some(self.text("a string, the C++ type")?.0);
                }
                let (kind, after) = self.container(container)?;
                cpp_type = after.or(cpp_type);
                kind
            }
            TokenKind::Keyword(Keyword::Void) => return Err(self.void_type()),
            TokenKind::Keyword(keyword) => match base(keyword) {
                Some(base) => {
                    self.bump();
                    TypeKind::Base(base)
                }
                None => return Err(self.expected(what)),
            },
            _ => return Err(self.expected(what)),
        };
        let span = start.to(self.last_span());
        let annotations = self.annotations()?;
        Ok(Type { kind, cpp_type, annotations, span })
    }

    /// The angle brackets of a container with their contents, and the `cpp_type` of a list.
    fn container(&mut self, container: Keyword) -> Parsed<(TypeKind, Option<String>)> {
        self.expect(b'<', "`<`")?;
        let first = Box::new(self.ty()?);
        let second = match container {
            Keyword::Map => {
                self.expect(b',', "`,` and the map's value type")?;
                Some(Box::new(self.ty()?))
            }
            _ => None,
        };
        self.expect(b'>', "`>`")?;
        Ok(match (container, second) {
            (_, Some(value)) => (TypeKind::Map(first, value), None),
            (Keyword::Set, None) => (TypeKind::Set(first), None),
            (_, None) => (TypeKind::List(first), self.cpp_type_after_list()?),
        })
    }

    /// Reports that a word before `<` is not a container; returns the container that was meant.
    fn no_container(&mut self, word: &str, at: Span) -> Parsed<Keyword> {
        let containers =
            |word: &Keyword| matches!(word, Keyword::List | Keyword::Set | Keyword::Map);
        let meant = match word.to_ascii_lowercase().as_str() {
            "vector" | "vec" | "array" => Some(Keyword::List),
            "hashset" => Some(Keyword::Set),
            "hashmap" | "dict" => Some(Keyword::Map),
            _ => Keyword::meant(word, containers),
        };
        let problem = Problem::error(at, format!("`{word}` is not a container"));
        let Some(meant) = meant else {
            let help = "the containers are `list`, `set` and `map`";
            return Err(self.report(problem.help(help)));
        };
        self.report(problem.help(format!("did you mean `{}`?", meant.text())));
        Ok(meant)
    }

    fn cpp_type_after_list(&mut self) -> Parsed<Option<String>> {
        let Some(span) = self.eat_keyword(Keyword::CppType) else {
            return Ok(None);
        };
        let warning = Problem::warning(span, "`cpp_type` after a list is deprecated");
        self.report(warning.help("write it before the `<`"));
        Ok(Some(self.text("a string, the C++ type")?.0))
    }

    pub(super) fn void_type(&mut self) -> Reported {
        let message = "unexpected token `void`, expected a type";
        let problem = Problem::error(self.peek().span, message);
        self.report(problem.help("`void` is only for functions that return nothing"))
    }
}

/// The base type that an undefined name may mean: the name in another language, or a misspelling.
pub(crate) fn meant(name: &str) -> Option<&'static str> {
    const WORDS: [Keyword; 10] = [
        Keyword::Void,
        Keyword::Bool,
        Keyword::Byte,
        Keyword::I16,
        Keyword::I32,
        Keyword::I64,
        Keyword::Double,
        Keyword::String,
        Keyword::Binary,
        Keyword::Uuid,
    ];
    let word = match name {
        "boolean" => Keyword::Bool,
        "int8" => Keyword::I8,
        "short" | "int16" => Keyword::I16,
        "int" | "integer" | "int32" => Keyword::I32,
        "long" | "int64" => Keyword::I64,
        "float64" => Keyword::Double,
        "str" | "text" => Keyword::String,
        "bytes" => Keyword::Binary,
        _ => return suggest::nearest(name, WORDS.into_iter().map(Keyword::text)),
    };
    Some(word.text())
}

fn base(keyword: Keyword) -> Option<Base> {
    Some(match keyword {
        Keyword::Bool => Base::Bool,
        Keyword::Byte | Keyword::I8 => Base::I8,
        Keyword::I16 => Base::I16,
        Keyword::I32 => Base::I32,
        Keyword::I64 => Base::I64,
        Keyword::Double => Base::Double,
        Keyword::String => Base::String,
        Keyword::Binary => Base::Binary,
        Keyword::Uuid => Base::Uuid,
        _ => return None,
    })
}
