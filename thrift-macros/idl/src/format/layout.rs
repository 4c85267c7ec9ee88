//! Writes the tree as text.

use super::gap::Gap;
use super::tree::{Item, Kind, List, Node};
use super::writer::{Before, Blank, INDENT, Writer, characters};
use crate::syntax::keyword::Keyword;
use crate::syntax::token::{Token, TokenKind};

/// How wide a line with a list may be.
const WIDTH: usize = 100;

/// Writes the items of a file.
pub(super) fn write(
    source: &[u8],
    tokens: &[Token<'_>],
    gaps: Vec<Gap<'_>>,
    items: &[Item],
) -> Vec<u8> {
    let mut writer = Writer::new(source, tokens, gaps);
    writer.file(items);
    writer.finish()
}

impl<'t> Writer<'t> {
    fn file(&mut self, items: &[Item]) {
        let mut last: Option<&Item> = None;
        for item in items {
            let blank = match last {
                None => Blank::Never,
                Some(last) => self.blank_between(last, item),
            };
            self.item(item, Before::Line { blank, indent: 0 });
            self.separate(item, false);
            last = Some(item);
        }
        let end = self.tokens.len().saturating_sub(1);
        self.comments_at_end(end, Blank::Kept);
    }

    /// Puts empty lines between headers and definitions, and around definitions with braces.
    fn blank_between(&self, last: &Item, next: &Item) -> Blank {
        let apart =
            last.is_tall() || next.is_tall() || self.is_header(last) != self.is_header(next);
        let gap = self.first_token(next).and_then(|first| self.gaps.get(first));
        let blank = gap.is_some_and(Gap::has_blank) || self.dropped.has_blank();
        match apart && !blank {
            true => Blank::Always,
            false => Blank::Kept,
        }
    }

    fn first_token(&self, item: &Item) -> Option<usize> {
        match item.nodes.first()? {
            Node::Token(at) => Some(*at),
            Node::List(list) => Some(list.open),
        }
    }

    fn is_header(&self, item: &Item) -> bool {
        let first = self.first_token(item).and_then(|first| self.tokens.get(first));
        first.is_some_and(|first| {
            let headers = [Keyword::Namespace, Keyword::Include, Keyword::CppInclude];
            matches!(first.kind, TokenKind::Keyword(keyword) if headers.contains(&keyword))
        })
    }

    fn item(&mut self, item: &Item, mut before: Before) {
        let mut last = None;
        for node in &item.nodes {
            match node {
                Node::Token(at) => {
                    if let Some(last) = last {
                        before = self.between(last, *at);
                    }
                    self.token(*at, before);
                    last = Some(*at);
                }
                Node::List(list) => {
                    if let Some(last) = last {
                        before = self.before_list(last, list.kind);
                    }
                    self.list(list, before);
                    last = Some(list.close);
                }
            }
        }
    }

    /// The whitespace between two tokens of an item.
    fn between(&self, last: usize, next: usize) -> Before {
        let kind = |at: usize| self.tokens.get(at).map(|token| &token.kind);
        match (kind(last), kind(next)) {
            (_, Some(TokenKind::Symbol(b':' | b',' | b';' | b'>'))) => Before::Nothing,
            (Some(TokenKind::Symbol(b'<')), _) => Before::Nothing,
            (Some(TokenKind::Text(_)), Some(TokenKind::Symbol(b'<'))) => Before::Space,
            (_, Some(TokenKind::Symbol(b'<'))) => Before::Nothing,
            _ => Before::Space,
        }
    }

    fn before_list(&self, last: usize, kind: Kind) -> Before {
        let name = self.tokens.get(last).map(|token| &token.kind);
        match (kind, name) {
            (Kind::Arguments, Some(TokenKind::Keyword(Keyword::Throws))) => Before::Space,
            (Kind::Arguments, _) => Before::Nothing,
            _ => Before::Space,
        }
    }

    fn list(&mut self, list: &List, before: Before) {
        // This must be decided before any part of the list is written.
        let must = self.must_break(list);
        self.token(list.open, before);
        match must || self.column + self.width_within(list) > WIDTH {
            true => self.tall(list),
            false => self.flat(list),
        }
    }

    fn flat(&mut self, list: &List) {
        for (number, item) in list.items.iter().enumerate() {
            self.item(item, if number == 0 { Before::Nothing } else { Before::Space });
            self.separate(item, number + 1 < list.items.len());
        }
        self.comments_inside(list.close);
        self.text_of(list.close);
    }

    fn tall(&mut self, list: &List) {
        let outer = self.indent;
        self.indent += INDENT;
        let mut blank = Blank::Never;
        for item in &list.items {
            self.item(item, Before::Line { blank, indent: self.indent });
            self.separate(item, list.kind != Kind::Body);
            blank = Blank::Kept;
        }
        self.comments_at_end(list.close, blank);
        self.indent = outer;
        self.line_break(false, outer);
        self.text_of(list.close);
    }

    /// Whether a list cannot be on one line, or its author has broken it into several.
    fn must_break(&self, list: &List) -> bool {
        let gaps = self.gaps.get(list.open + 1..=list.close).unwrap_or_default();
        let Some(first) = gaps.first() else {
            return false;
        };
        let empty = list.items.is_empty() && first.comments.is_empty();
        let wanted = list.kind.is_tall() || first.starts_with_break();
        let broken = |gap: &Gap<'_>| !gap.comments.is_empty() && gap.has_break();
        let nested = |item: &Item| {
            let mut nodes = item.nodes.iter();
            nodes.any(|node| matches!(node, Node::List(list) if self.must_break(list)))
        };
        !empty && (wanted || gaps.iter().any(broken) || list.items.iter().any(nested))
    }

    /// The width of a list on one line, after its opening bracket.
    fn width_within(&self, list: &List) -> usize {
        let tokens = list.open + 1..=list.close;
        let width = |at: usize| {
            let comments = self.gaps.get(at).map(|gap| gap.comments.as_slice()).unwrap_or_default();
            let comments = comments.iter().map(|comment| characters(comment.text) + 1);
            let spaced = at + 1 < list.close && !matches!(self.spelling(at), b"<" | b"[" | b"{");
            characters(self.spelling(at)) + usize::from(spaced) + comments.sum::<usize>()
        };
        tokens.map(width).sum()
    }
}
