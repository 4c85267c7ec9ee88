//! Constants, typedefs, enums, structs, unions and exceptions.

use super::ast::{Const, Definition, Enum, Integer, Member, Name, Struct, StructKind, Typedef};
use super::keyword::Keyword;
use super::parser::{Parsed, Parser};
use super::problem::Problem;
use super::recovery::Mark;
use super::token::TokenKind;

impl Parser<'_> {
    /// A definition, which begins with `keyword`.
    pub(super) fn definition(&mut self, keyword: Keyword) -> Parsed<Definition> {
        match keyword {
            Keyword::Const => self.constant().map(Definition::Const),
            Keyword::Typedef => self.typedef().map(Definition::Typedef),
            Keyword::Enum => self.enumeration().map(Definition::Enum),
            Keyword::Struct => self.structure(StructKind::Struct).map(Definition::Struct),
            Keyword::Union => self.structure(StructKind::Union).map(Definition::Struct),
            Keyword::Exception => self.structure(StructKind::Exception).map(Definition::Struct),
            _ => self.service().map(Definition::Service),
        }
    }

    /// The name of a definition.
    pub(super) fn defined_name(&mut self, what: &str) -> Parsed<Name> {
        match *self.kind() {
            TokenKind::Name(name) => self.defining = Some(name.to_owned()),
            // Nothing can refer to such a name.
            TokenKind::Keyword(keyword) if !self.peek().starts_line => {
                self.defining = Some(keyword.text().to_owned());
            }
            _ => {}
        }
        self.name(what)
    }

    /// `const type name = value`
    fn constant(&mut self) -> Parsed<Const> {
        let doc = self.claim_doc();
        self.bump();
        let ty = self.ty()?;
        let name = self.defined_name("the constant")?;
        self.expect(b'=', "`=` and the constant's value")?;
        let value = self.value()?;
        let annotations = self.annotations()?;
        self.separator();
        Ok(Const { doc, annotations, ty, name, value })
    }

    /// `typedef type name`
    fn typedef(&mut self) -> Parsed<Typedef> {
        let doc = self.claim_doc();
        self.bump();
        let ty = self.ty()?;
        let name = self.defined_name("the typedef")?;
        let annotations = self.annotations()?;
        self.separator();
        Ok(Typedef { doc, annotations, ty, name })
    }

    /// `enum name { members }`
    fn enumeration(&mut self) -> Parsed<Enum> {
        let definition = self.mark();
        let doc = self.claim_doc();
        self.bump();
        let name = self.defined_name("the enum")?;
        let next = "an identifier to name an enum member, or `}`";
        let members = self.body(definition, next, Self::member)?;
        let annotations = self.annotations()?;
        Ok(Enum { doc, annotations, name, members })
    }

    /// Reads the contents of the braces of a definition that began at `definition`. Entries that
    /// cannot be read are left out; `next` names the possible tokens in messages.
    pub(super) fn body<T>(
        &mut self,
        definition: Mark,
        next: &str,
        read: impl Fn(&mut Self) -> Parsed<T>,
    ) -> Parsed<Vec<T>> {
        let opened = self.expect(b'{', "`{`")?;
        let mut body = Vec::new();
        while !self.eat(b'}') {
            if self.at_end() || self.at_definition_outside(definition) {
                self.unclosed(next, opened);
                break;
            }
            let mark = self.mark();
            match read(self) {
                Ok(item) => body.push(item),
                Err(_) => self.recover(mark, b'}'),
            }
        }
        Ok(body)
    }

    /// `name = number`
    fn member(&mut self) -> Parsed<Member> {
        let doc = self.claim_doc();
        let name = self.name("the enum member")?;
        let number = match self.eat(b'=') {
            true => Some(self.integer("an integer")?),
            false => None,
        };
        let annotations = self.annotations()?;
        self.separator();
        Ok(Member { doc, annotations, name, number })
    }

    pub(super) fn integer(&mut self, what: &str) -> Parsed<Integer> {
        match *self.kind() {
            TokenKind::Integer(value) => Ok(Integer { value, span: self.bump().span }),
            _ => Err(self.expected(what)),
        }
    }

    /// `struct name { fields }`
    fn structure(&mut self, kind: StructKind) -> Parsed<Struct> {
        let definition = self.mark();
        let doc = self.claim_doc();
        self.bump();
        let (what, plural) = match kind {
            StructKind::Struct => ("the struct", "structs"),
            StructKind::Union => ("the union", "unions"),
            StructKind::Exception => ("the exception", "exceptions"),
        };
        let name = self.defined_name(what)?;
        self.eat_keyword(Keyword::XsdAll);
        if self.is_keyword(Keyword::Extends) {
            let message = "unexpected token `extends`, expected `{`";
            let problem = Problem::error(self.peek().span, message);
            self.report(problem.help(format!("only services can extend others; {plural} cannot")));
            self.bump();
            self.reference("a name")?;
        }
        let fields = self.fields(b'{', definition)?;
        let annotations = self.annotations()?;
        Ok(Struct { doc, annotations, kind, name, fields })
    }
}
