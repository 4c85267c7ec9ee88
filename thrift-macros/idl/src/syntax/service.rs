//! Services and their functions.

use super::ast::{Function, Service, Type};
use super::dialect;
use super::keyword::Keyword;
use super::parser::{Parsed, Parser};
use super::problem::Problem;
use super::token::TokenKind;

impl Parser<'_> {
    /// `service name extends parent { functions }`
    pub(super) fn service(&mut self) -> Parsed<Service> {
        let definition = self.mark();
        let doc = self.claim_doc();
        self.bump();
        let name = self.defined_name("the service")?;
        let extends = self.eat_keyword(Keyword::Extends).is_some()
            || self.eat_misspelt(Keyword::Extends, "`{` or `extends`");
        let parent = match extends {
            true => Some(self.reference("the name of the service to extend")?),
            false => None,
        };
        let functions = self.body(definition, "a function or `}`", Self::function)?;
        let annotations = self.annotations()?;
        Ok(Service { doc, annotations, name, parent, functions })
    }

    /// `oneway type name(args) throws (exceptions) (annotations)`
    fn function(&mut self) -> Parsed<Function> {
        let mark = self.mark();
        let doc = self.claim_doc();
        if let TokenKind::Name(word) = *self.kind()
            && let Some(construct) = dialect::function(word)
            && matches!(self.peek_at(1).kind, TokenKind::Name(_) | TokenKind::Keyword(_))
            && self.peek_at(2).kind != TokenKind::Symbol(b'(')
        {
            return Err(self.refuse_dialect(self.peek().span, construct));
        }
        let oneway = self.oneway();
        let returns = self.returns()?;
        if self.is(b',') && returns.is_some() {
            let construct = "a function with two results (`Response, stream<...>`)";
            return Err(self.refuse_dialect(self.peek().span, construct));
        }
        if self.is_keyword(Keyword::Oneway) {
            let message = "unexpected token `oneway`, expected an identifier to name the function";
            let problem = Problem::error(self.peek().span, message);
            return Err(self.report(problem.help("`oneway` goes before the result's type")));
        }
        let name = self.name("the function")?;
        let args = self.fields(b'(', mark)?;
        let throws = match self.throws() {
            true => self.fields(b'(', mark)?,
            false => Vec::new(),
        };
        let annotations = self.annotations()?;
        self.separator();
        let mut function = Function { doc, annotations, oneway, returns, name, args, throws };
        self.check_oneway(&mut function);
        Ok(function)
    }

    fn throws(&mut self) -> bool {
        let list_follows = self.peek_at(1).kind == TokenKind::Symbol(b'(');
        self.eat_keyword(Keyword::Throws).is_some()
            || list_follows && self.eat_misspelt(Keyword::Throws, "`throws`, a function or `}`")
    }

    fn oneway(&mut self) -> bool {
        if let Some(span) = self.eat_keyword(Keyword::Async) {
            let warning = Problem::warning(span, "`async` is the old word for `oneway`");
            self.report(warning.help("write `oneway`"));
            return true;
        }
        // If no other word followed, it would be the type of the result.
        let type_and_name_follow = self.peek_at(3).kind == TokenKind::Symbol(b'(');
        self.eat_keyword(Keyword::Oneway).is_some()
            || type_and_name_follow && self.eat_misspelt(Keyword::Oneway, "a function or `}`")
    }

    fn returns(&mut self) -> Parsed<Option<Type>> {
        match self.eat_keyword(Keyword::Void) {
            Some(_) => Ok(None),
            None => self.ty_or("a function or `}`").map(Some),
        }
    }

    /// A oneway function is never answered, so it can neither return nor throw anything. If one is
    /// declared to, it is treated as if it were not.
    fn check_oneway(&mut self, function: &mut Function) {
        if !function.oneway {
            return;
        }
        let name = &function.name.text;
        if let Some(returns) = function.returns.take() {
            let message = format!("the oneway function `{name}` must return void");
            let problem = Problem::error(returns.span, message);
            self.report(problem.help("a oneway call has no reply"));
        }
        if let Some(exception) = function.throws.first() {
            let message = format!("the oneway function `{name}` cannot throw");
            let problem = Problem::error(exception.span, message);
            self.report(problem.help("a oneway call has no reply"));
        }
        function.throws.clear();
    }
}
