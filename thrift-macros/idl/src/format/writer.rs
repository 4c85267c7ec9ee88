//! Writes the output: tokens, and the comments between them.

use super::comment;
use super::gap::{Comment, Gap, is_character};
use super::tree::Item;
use crate::syntax::token::Token;

/// How many columns each level is indented by.
pub(super) const INDENT: usize = 4;

/// The whitespace before a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Before {
    Nothing,
    Space,
    /// A line break and, depending on `blank`, an empty line.
    Line {
        blank: Blank,
        indent: usize,
    },
}

/// Whether there is an empty line before a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Blank {
    Never,
    /// If the author has put one or more there.
    Kept,
    Always,
}

/// Writes tokens.
pub(super) struct Writer<'t> {
    source: &'t [u8],
    pub(super) tokens: &'t [Token<'t>],
    /// The gaps before the tokens. Those before tokens that have been written are empty.
    pub(super) gaps: Vec<Gap<'t>>,
    /// The comments before a separator that was just passed, as far as they need a line break.
    pub(super) dropped: Gap<'t>,
    out: Vec<u8>,
    /// How many characters the current line has.
    pub(super) column: usize,
    /// How far items are indented.
    pub(super) indent: usize,
    /// Whether a comment was just written that extends to the end of its line.
    ended: bool,
}

impl<'t> Writer<'t> {
    pub(super) fn new(source: &'t [u8], tokens: &'t [Token<'t>], gaps: Vec<Gap<'t>>) -> Self {
        Writer {
            source,
            tokens,
            gaps,
            dropped: Gap::default(),
            out: Vec::new(),
            column: 0,
            indent: 0,
            ended: false,
        }
    }

    /// The text, with a line break at its end.
    pub(super) fn finish(mut self) -> Vec<u8> {
        if !self.out.is_empty() {
            self.out.push(b'\n');
        }
        self.out
    }

    pub(super) fn spelling(&self, at: usize) -> &'t [u8] {
        let span = self.tokens.get(at).map(|token| token.span).unwrap_or_default();
        self.source.get(span.start..span.end).unwrap_or_default()
    }

    /// Writes a token, and the comments before it.
    pub(super) fn token(&mut self, at: usize, before: Before) {
        match self.comments(at, before) {
            Before::Nothing => {}
            Before::Space => self.text(b" "),
            Before::Line { blank, indent } => self.line_break(blank != Blank::Never, indent),
        }
        self.text_of(at);
    }

    /// Takes the gap before a token, together with comments before separators that were left out.
    fn take_gap(&mut self, at: usize) -> Gap<'t> {
        let mut gap = self.gaps.get_mut(at).map(std::mem::take).unwrap_or_default();
        if !self.dropped.comments.is_empty() {
            let mut dropped = std::mem::take(&mut self.dropped);
            dropped.comments.append(&mut gap.comments);
            gap.comments = dropped.comments;
        }
        gap
    }

    /// Ends an item. Comments before a separator stay before it, unless they need a line break.
    pub(super) fn separate(&mut self, item: &Item, comma: bool) {
        let gap = item.separator.map(|at| self.take_gap(at)).unwrap_or_default();
        let mut comments = gap.comments.into_iter().peekable();
        while let Some(comment) =
            comments.next_if(|comment| comment.breaks == 0 && !comment.takes_line())
        {
            self.text(b" ");
            self.comment(&comment);
        }
        if comma {
            self.text(b",");
        }
        self.dropped = Gap { comments: comments.collect(), breaks: 0 };
    }

    /// Writes the comments before a token, and returns the whitespace that must follow them.
    fn comments(&mut self, at: usize, wanted: Before) -> Before {
        let mut before = wanted;
        let gap = self.take_gap(at);
        // A comment that is followed by a line break belongs to what is before it; any other comment
        // belongs to the token after it.
        let last_break = match gap.breaks {
            0 => gap.comments.iter().rposition(|comment| comment.breaks > 0),
            _ => Some(gap.comments.len()),
        };
        let continued = self.indent + INDENT;
        let mut above = None;
        for (number, comment) in gap.comments.iter().enumerate() {
            let next = gap.comments.get(number + 1).map_or(gap.breaks, |next| next.breaks);
            let own_line = comment.breaks > 0 || self.out.is_empty() || self.ended;
            let leading = matches!(before, Before::Line { .. }) && last_break <= Some(number);
            before = match before {
                Before::Line { blank, indent } if own_line || leading => {
                    let blank = is_blank(blank, comment.breaks);
                    self.line_break(blank, goes_on(comment, above).unwrap_or(indent));
                    self.comment(comment);
                    match next > 0 || comment.takes_line() {
                        true => Before::Line { blank: Blank::Kept, indent },
                        false => Before::Space,
                    }
                }
                _ if own_line => {
                    self.line_break(false, goes_on(comment, above).unwrap_or(continued));
                    self.comment(comment);
                    match next > 0 || comment.takes_line() {
                        true => Before::Line { blank: Blank::Never, indent: continued },
                        false => Before::Space,
                    }
                }
                before => {
                    self.text(b" ");
                    above = self.place(comment);
                    self.comment(comment);
                    match (before, wanted) {
                        (Before::Line { .. }, _) => before,
                        (_, Before::Line { indent, .. }) if next > 0 || comment.takes_line() => {
                            Before::Line { blank: Blank::Kept, indent }
                        }
                        _ if comment.takes_line() => {
                            Before::Line { blank: Blank::Never, indent: continued }
                        }
                        _ => Before::Space,
                    }
                }
            };
        }
        match before {
            Before::Line { blank, indent } => {
                let blank = if is_blank(blank, gap.breaks) { Blank::Always } else { Blank::Never };
                Before::Line { blank, indent }
            }
            before => before,
        }
    }

    /// Writes the comments before the closing bracket of a list that is on one line.
    pub(super) fn comments_inside(&mut self, at: usize) {
        for comment in &self.take_gap(at).comments {
            self.text(b" ");
            self.comment(comment);
        }
    }

    /// Writes the comments before the closing bracket of a list, or before the end of the file.
    pub(super) fn comments_at_end(&mut self, at: usize, mut blank: Blank) {
        let gap = self.take_gap(at);
        let mut above = None;
        for comment in &gap.comments {
            if comment.breaks > 0 || self.out.is_empty() || self.ended {
                let indent = goes_on(comment, above).unwrap_or(self.indent);
                self.line_break(is_blank(blank, comment.breaks), indent);
                blank = Blank::Kept;
            } else {
                self.text(b" ");
                above = self.place(comment);
            }
            self.comment(comment);
        }
        self.ended = false;
    }

    /// The columns at which a comment at the end of a line was, and will be.
    fn place(&self, comment: &Comment<'_>) -> Option<([usize; 2], usize)> {
        comment.takes_line().then(|| (comment.columns(), self.column))
    }

    fn comment(&mut self, comment: &Comment<'_>) {
        self.ended = comment.takes_line();
        for (number, line) in comment::lines(comment, self.column).iter().enumerate() {
            if number > 0 {
                self.out.push(b'\n');
                self.column = 0;
            }
            self.text(line);
        }
    }

    pub(super) fn text_of(&mut self, at: usize) {
        self.text(self.spelling(at));
    }

    /// Writes text without line breaks.
    pub(super) fn text(&mut self, text: &[u8]) {
        self.out.extend_from_slice(text);
        self.column += characters(text);
    }

    /// Begins the next line, unless nothing has been written so far.
    pub(super) fn line_break(&mut self, blank: bool, indent: usize) {
        self.ended = false;
        if self.out.is_empty() {
            return;
        }
        self.out.extend_from_slice(if blank { b"\n\n" } else { b"\n" });
        self.out.resize(self.out.len() + indent, b' ');
        self.column = indent;
    }
}

fn is_blank(blank: Blank, breaks: usize) -> bool {
    match blank {
        Blank::Never => false,
        Blank::Kept => breaks > 1,
        Blank::Always => true,
    }
}

/// The column for a comment that continues the one at the end of the line above. `above` contains the
/// old columns and the new column of that one.
fn goes_on(comment: &Comment<'_>, above: Option<([usize; 2], usize)>) -> Option<usize> {
    let (was, now) = above.filter(|_| comment.takes_line() && comment.breaks == 1)?;
    let columns = comment.columns();
    columns.iter().zip(was).any(|(column, was)| *column == was).then_some(now)
}

/// How many characters a text has, if it is UTF-8.
pub(super) fn characters(text: &[u8]) -> usize {
    text.iter().filter(|&&byte| is_character(byte)).count()
}
