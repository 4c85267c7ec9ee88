//! From tokens to the lossless tree. The parser has accepted the tokens, so nothing is checked here;
//! tokens that no rule expects would be kept in the tree all the same.

use super::tree::{Item, Kind, List, Node};
use crate::syntax::keyword::Keyword;
use crate::syntax::token::{Token, TokenKind};

/// The headers and definitions of a file.
pub(super) fn read(tokens: &[Token<'_>]) -> Vec<Item> {
    let mut reader = Reader { tokens, at: 0, nodes: Vec::new() };
    let mut items = Vec::new();
    while !reader.at_end() {
        items.push(reader.item(Reader::definition));
    }
    items
}

struct Reader<'t> {
    tokens: &'t [Token<'t>],
    /// The index of the next token.
    at: usize,
    /// The nodes of the current item so far.
    nodes: Vec<Node>,
}

impl Reader<'_> {
    fn kind_at(&self, ahead: usize) -> &TokenKind<'_> {
        self.tokens.get(self.at + ahead).map_or(&TokenKind::End, |token| &token.kind)
    }

    fn at_end(&self) -> bool {
        *self.kind_at(0) == TokenKind::End
    }

    fn is(&self, symbol: u8) -> bool {
        *self.kind_at(0) == TokenKind::Symbol(symbol)
    }

    /// Takes a token, whatever it is.
    fn bump(&mut self) {
        if !self.at_end() {
            self.nodes.push(Node::Token(self.at));
            self.at += 1;
        }
    }

    fn eat(&mut self, symbol: u8) -> bool {
        let found = self.is(symbol);
        if found {
            self.bump();
        }
        found
    }

    fn eat_any(&mut self, keywords: &[Keyword]) -> bool {
        let found =
            matches!(self.kind_at(0), TokenKind::Keyword(found) if keywords.contains(found));
        if found {
            self.bump();
        }
        found
    }

    /// Reads one item of at least one token, and its separator.
    fn item(&mut self, read: fn(&mut Self)) -> Item {
        let outer = std::mem::take(&mut self.nodes);
        let start = self.at;
        read(self);
        if self.at == start {
            self.bump();
        }
        let separator = (self.is(b',') || self.is(b';')).then_some(self.at);
        self.at += usize::from(separator.is_some());
        Item { nodes: std::mem::replace(&mut self.nodes, outer), separator }
    }

    /// Reads the list that opens here.
    fn list(&mut self, kind: Kind, close: u8, read: fn(&mut Self)) {
        let open = self.at;
        self.at += 1;
        let mut items = Vec::new();
        while !self.at_end() && !self.is(close) {
            items.push(self.item(read));
        }
        let list = List { kind, open, items, close: self.at };
        self.at += usize::from(!self.at_end());
        self.nodes.push(Node::List(list));
    }

    fn definition(&mut self) {
        let TokenKind::Keyword(keyword) = *self.kind_at(0) else {
            return self.bump();
        };
        self.bump();
        match keyword {
            Keyword::Include | Keyword::CppInclude => self.bump(),
            Keyword::Namespace => {
                self.bump();
                self.bump();
            }
            Keyword::Const => {
                self.ty();
                self.bump();
                self.default();
            }
            Keyword::Typedef => {
                self.ty();
                self.bump();
            }
            Keyword::Enum => {
                self.bump();
                self.body(Kind::Members, Self::member);
            }
            Keyword::Struct | Keyword::Union | Keyword::Exception => {
                self.bump();
                self.eat_any(&[Keyword::XsdAll]);
                self.body(Kind::Body, Self::field);
            }
            Keyword::Service => {
                self.bump();
                if self.eat_any(&[Keyword::Extends]) {
                    self.bump();
                }
                self.body(Kind::Body, Self::function);
            }
            _ => {}
        }
        self.annotations();
    }

    fn body(&mut self, kind: Kind, read: fn(&mut Self)) {
        if self.is(b'{') {
            self.list(kind, b'}', read);
        }
    }

    fn member(&mut self) {
        self.bump();
        if self.eat(b'=') {
            self.bump();
        }
        self.annotations();
    }

    fn field(&mut self) {
        if *self.kind_at(1) == TokenKind::Symbol(b':') {
            self.bump();
            self.bump();
        }
        self.eat_any(&[Keyword::Required, Keyword::Optional]);
        self.ty();
        self.eat(b'&');
        self.bump();
        self.default();
        self.eat_any(&[Keyword::XsdOptional]);
        self.eat_any(&[Keyword::XsdNillable]);
        if self.eat_any(&[Keyword::XsdAttrs]) {
            self.body(Kind::Body, Self::field);
        }
        self.annotations();
    }

    fn function(&mut self) {
        self.eat_any(&[Keyword::Oneway, Keyword::Async]);
        self.ty();
        self.bump();
        self.arguments();
        if self.eat_any(&[Keyword::Throws]) {
            self.arguments();
        }
        self.annotations();
    }

    fn arguments(&mut self) {
        if self.is(b'(') {
            self.list(Kind::Arguments, b')', Self::field);
        }
    }

    fn annotations(&mut self) {
        if self.is(b'(') {
            self.list(Kind::Annotations, b')', Self::annotation);
        }
    }

    fn annotation(&mut self) {
        self.bump();
        if self.eat(b'=') {
            self.bump();
        }
    }

    fn ty(&mut self) {
        self.bump();
        self.cpp_type();
        if self.eat(b'<') {
            self.ty();
            if self.eat(b',') {
                self.ty();
            }
            self.eat(b'>');
            self.cpp_type();
        }
        self.annotations();
    }

    fn cpp_type(&mut self) {
        if self.eat_any(&[Keyword::CppType]) {
            self.bump();
        }
    }

    fn default(&mut self) {
        if self.eat(b'=') {
            self.value();
        }
    }

    fn value(&mut self) {
        match self.kind_at(0) {
            TokenKind::Symbol(b'[') => self.list(Kind::Values, b']', Self::value),
            TokenKind::Symbol(b'{') => self.list(Kind::Values, b'}', Self::entry),
            _ => self.bump(),
        }
    }

    fn entry(&mut self) {
        self.value();
        if self.eat(b':') {
            self.value();
        }
    }
}
