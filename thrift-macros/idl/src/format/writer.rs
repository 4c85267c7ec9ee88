//! The text as it grows: tokens, and the comments between them.

use super::comment;
use super::gap::{Comment, Gap, is_character};
use super::tree::Item;
use crate::syntax::token::Token;

/// How far each level is indented.
pub(super) const INDENT: usize = 4;

/// What stands before a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Before {
    Nothing,
    Space,
    /// A line break, and an empty line if `blank` says so.
    Line {
        blank: Blank,
        indent: usize,
    },
}

/// Whether an empty line stands before a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Blank {
    Never,
    /// If the author has one or more.
    Kept,
    Always,
}

/// Writes tokens.
pub(super) struct Writer<'t> {
    source: &'t [u8],
    pub(super) tokens: &'t [Token<'t>],
    /// Those of tokens that were written are empty.
    pub(super) gaps: Vec<Gap<'t>>,
    /// What stood before a separator that was just passed, and needs a line break.
    pub(super) dropped: Gap<'t>,
    out: Vec<u8>,
    /// How many characters the line has.
    pub(super) column: usize,
    /// How far items are indented.
    pub(super) indent: usize,
    /// Whether a comment was written that the line must end after.
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

    /// The text, whose last line ends.
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

    /// A token, and the comments before it.
    pub(super) fn token(&mut self, at: usize, before: Before) {
        match self.comments(at, before) {
            Before::Nothing => {}
            Before::Space => self.text(b" "),
            Before::Line { blank, indent } => self.line_break(blank != Blank::Never, indent),
        }
        self.text_of(at);
    }

    /// What stands before a token, with what stood before separators that were left out.
    fn take_gap(&mut self, at: usize) -> Gap<'t> {
        let mut gap = self.gaps.get_mut(at).map(std::mem::take).unwrap_or_default();
        if !self.dropped.comments.is_empty() {
            let mut dropped = std::mem::take(&mut self.dropped);
            dropped.comments.append(&mut gap.comments);
            gap.comments = dropped.comments;
        }
        gap
    }

    /// Ends an item. What stood before a separator stays before it, unless that needs a line break.
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

    /// The comments before a token, and what must stand between them and the token.
    fn comments(&mut self, at: usize, wanted: Before) -> Before {
        let mut before = wanted;
        let gap = self.take_gap(at);
        // A comment that is followed by a line break belongs to what is before it, any other to the
        // token behind it.
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

    /// The comments before what closes a list on the line that it opened on.
    pub(super) fn comments_inside(&mut self, at: usize) {
        for comment in &self.take_gap(at).comments {
            self.text(b" ");
            self.comment(comment);
        }
    }

    /// The comments before what closes a list, or before the end of the file.
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

    /// Where a comment at the end of a line was, and is about to be.
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

    /// A text without line breaks.
    pub(super) fn text(&mut self, text: &[u8]) {
        self.out.extend_from_slice(text);
        self.column += characters(text);
    }

    /// Goes to the next line, unless nothing was written so far.
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

/// Where a comment goes that goes on with the one at the end of the line `above` it, of which this is
/// the column, as its author had it and now.
fn goes_on(comment: &Comment<'_>, above: Option<([usize; 2], usize)>) -> Option<usize> {
    let (was, now) = above.filter(|_| comment.takes_line() && comment.breaks == 1)?;
    let columns = comment.columns();
    columns.iter().zip(was).any(|(column, was)| *column == was).then_some(now)
}

/// How many characters a text has, if it is UTF-8.
pub(super) fn characters(text: &[u8]) -> usize {
    text.iter().filter(|&&byte| is_character(byte)).count()
}
