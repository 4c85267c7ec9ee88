//! Types.

use super::ast::{Base, Type, TypeKind};
use super::dialect;
use super::keyword::Keyword;
use super::parser::{Parsed, Parser, Reported};
use super::problem::Problem;
use super::token::TokenKind;
use crate::suggest;

impl Parser<'_> {
    pub(super) fn ty(&mut self) -> Parsed<Type> {
        self.ty_or("a type")
    }

    /// A type, where something else may stand as well, for the message.
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
                TypeKind::Named(name.to_owned())
            }
            TokenKind::Keyword(Keyword::List) => {
                cpp_type = self.container()?;
                let element = Box::new(self.ty()?);
                self.expect(b'>', "`>`")?;
                cpp_type = self.cpp_type_after_list()?.or(cpp_type);
                TypeKind::List(element)
            }
            TokenKind::Keyword(Keyword::Set) => {
                cpp_type = self.container()?;
                let element = Box::new(self.ty()?);
                self.expect(b'>', "`>`")?;
                TypeKind::Set(element)
            }
            TokenKind::Keyword(Keyword::Map) => {
                cpp_type = self.container()?;
                let key = Box::new(self.ty()?);
                self.expect(b',', "`,` and the map's value type")?;
                let value = Box::new(self.ty()?);
                self.expect(b'>', "`>`")?;
                TypeKind::Map(key, value)
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

    /// The word, `cpp_type "..."` and `<`.
    fn container(&mut self) -> Parsed<Option<String>> {
        self.bump();
        let cpp_type = match self.eat_keyword(Keyword::CppType) {
            Some(_) => Some(self.text("a string, the C++ type")?.0),
            None => None,
        };
        self.expect(b'<', "`<`")?;
        Ok(cpp_type)
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

/// The base type that an undefined name may mean: one that other languages call that, or a misspelt
/// one.
pub(crate) fn meant(name: &str) -> Option<&'static str> {
    const WORDS: [Keyword; 9] = [
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
