//! Lists of fields: of structs, of arguments, and of declared exceptions. They all have the same
//! grammar.

use super::ast::{Field, Integer, Name, Requiredness};
use super::keyword::Keyword;
use super::parser::{Parsed, Parser, Reported};
use super::problem::Problem;
use super::recovery::Mark;
use super::token::TokenKind;

impl Parser<'_> {
    /// A list of fields in `{}` or `()`. `owner` is the place where the construct that has them began.
    pub(super) fn fields(&mut self, open: u8, owner: Mark) -> Parsed<Vec<Field>> {
        let (close, opener, next) = match open {
            b'{' => (b'}', "`{`", "a field or `}`"),
            _ => (b')', "`(`", "a field or `)`"),
        };
        if open == b'(' && !self.is(open) {
            return Err(self.missing(opener));
        }
        let opened = self.expect(open, opener)?;
        let errors = self.errors;
        let mut fields = Vec::new();
        while !self.eat(close) {
            if self.at_end() || self.is(b'}') || self.at_definition_outside(owner) {
                // If a field could not be read, the closing bracket may have been lost with it.
                if self.errors == errors {
                    self.unclosed(next, opened);
                }
                break;
            }
            let mark = self.mark();
            match self.field(next) {
                Ok(field) => fields.push(field),
                Err(_) => self.recover(mark, close),
            }
        }
        Ok(fields)
    }

    /// `id: requiredness type & name = default xsd_clauses (annotations)`
    fn field(&mut self, next: &str) -> Parsed<Field> {
        let start = self.peek().span;
        let doc = self.claim_doc();
        let id = self.field_id()?;
        if id.is_none() && self.is_behind_field() {
            return Err(self.requiredness_behind_field());
        }
        let requiredness = self.requiredness();
        let ty = match self.kind() {
            TokenKind::Keyword(Keyword::Void) => return Err(self.void_type()),
            TokenKind::Keyword(keyword) if keyword.begins_definition() && id.is_none() => {
                return Err(self.definition_inside(next));
            }
            _ if id.is_none() && requiredness.is_none() => self.ty_or(next)?,
            _ => self.ty()?,
        };
        let reference = self.eat(b'&');
        let name = self.field_name()?;
        let default = match self.eat(b'=') {
            true => Some(self.value()?),
            false => None,
        };
        let span = start.to(self.last_span());
        self.xsd_clauses()?;
        let annotations = self.annotations()?;
        self.separator();
        Ok(Field { doc, annotations, id, requiredness, ty, reference, name, default, span })
    }

    fn field_id(&mut self) -> Parsed<Option<Integer>> {
        let colon = self.peek_at(1).kind == TokenKind::Symbol(b':');
        match self.kind() {
            TokenKind::Integer(_) => {}
            TokenKind::Name(_)
            | TokenKind::Double(_)
            | TokenKind::Text(_)
            | TokenKind::Bytes(_)
                if colon =>
            {
                return Err(self.expected("an integer as the field id"));
            }
            _ => return Ok(None),
        }
        let id = self.integer("an integer as the field id")?;
        self.expect(b':', "`:` after the field id")?;
        Ok(Some(id))
    }

    /// `required` and `optional` are recognized only before the type; after it they are names.
    fn requiredness(&mut self) -> Option<Requiredness> {
        let required = match self.kind() {
            TokenKind::Keyword(Keyword::Required) => true,
            TokenKind::Keyword(Keyword::Optional) => false,
            TokenKind::Name(word) if self.type_and_name_follow() => {
                let fits = |word: &Keyword| matches!(word, Keyword::Required | Keyword::Optional);
                let meant = Keyword::meant(word, fits)?;
                self.misspelt(meant, "a type");
                meant == Keyword::Required
            }
            _ => return None,
        };
        let span = self.bump().span;
        Some(Requiredness { required, span })
    }

    /// Whether `required` or `optional` is at the end of a line, and the next line does not begin with
    /// a type.
    fn is_behind_field(&self) -> bool {
        let [word, next] = [self.peek(), self.peek_at(1)];
        let type_begins = matches!(next.kind, TokenKind::Name(_) | TokenKind::Keyword(_))
            && self.peek_at(2).kind != TokenKind::Symbol(b':');
        matches!(word.kind, TokenKind::Keyword(Keyword::Required | Keyword::Optional))
            && !word.starts_line
            && next.starts_line
            && !type_begins
    }

    fn requiredness_behind_field(&mut self) -> Reported {
        let shown = self.source(self.peek().span);
        let message = format!("unexpected token `{shown}`, expected the end of the field");
        let problem = Problem::error(self.peek().span, message);
        let reported = self.report(problem.help(format!("`{shown}` goes before the type")));
        self.bump();
        reported
    }

    /// Whether a type and a name follow the word here, so that it cannot be the type of the field.
    fn type_and_name_follow(&self) -> bool {
        let [ty, name] = [self.peek_at(1), self.peek_at(2)];
        let type_begins = matches!(ty.kind, TokenKind::Name(_) | TokenKind::Keyword(_));
        let goes_on = matches!(
            name.kind,
            TokenKind::Name(_) | TokenKind::Keyword(_) | TokenKind::Symbol(b'<')
        );
        type_begins && goes_on && !ty.starts_line && !name.starts_line
    }

    /// An identifier, or almost any keyword.
    fn field_name(&mut self) -> Parsed<Name> {
        let keyword = match *self.kind() {
            TokenKind::Keyword(keyword) if keyword.may_name_field() => keyword,
            _ => return self.name("the field"),
        };
        let span = self.bump().span;
        let misplaced = matches!(keyword, Keyword::Required | Keyword::Optional)
            && matches!(self.kind(), TokenKind::Name(_))
            && !self.peek().starts_line
            && !matches!(self.peek_at(1).kind, TokenKind::Name(_) | TokenKind::Keyword(_));
        let text = keyword.text().to_owned();
        if misplaced {
            let shown = self.source(self.peek().span);
            let message = format!("unexpected token `{shown}`, expected the end of the field");
            let help = format!("`{text}` goes before the type; here it is the field's name");
            let problem = Problem::error(self.peek().span, message).help(help);
            return Err(self.report(problem));
        }
        Ok(Name { text, span })
    }

    /// `xsd_optional xsd_nillable xsd_attrs { fields }`, which have no meaning on the wire.
    fn xsd_clauses(&mut self) -> Parsed<()> {
        self.eat_keyword(Keyword::XsdOptional);
        self.eat_keyword(Keyword::XsdNillable);
        let mark = self.mark();
        if self.eat_keyword(Keyword::XsdAttrs).is_some() {
            self.nested(|parser| parser.fields(b'{', mark))?;
        }
        Ok(())
    }

    fn definition_inside(&mut self, next: &str) -> Reported {
        let shown = self.source(self.peek().span);
        let message = format!("unexpected token `{shown}`, expected {next}");
        let problem = Problem::error(self.peek().span, message);
        let reported = self.report(problem.help("definitions cannot be nested"));
        // Skips the name, so that the body is skipped as a whole.
        self.bump();
        reported
    }
}
