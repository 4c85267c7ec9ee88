//! The gaps between tokens: comments and line breaks.

use crate::syntax::token::Lexed;

/// The gap before a token.
#[derive(Debug, Default)]
pub(super) struct Gap<'a> {
    pub(super) comments: Vec<Comment<'a>>,
    /// How many line breaks are directly before the token.
    pub(super) breaks: usize,
}

/// A comment.
#[derive(Debug)]
pub(super) struct Comment<'a> {
    /// All of its text, including the opening.
    pub(super) text: &'a [u8],
    /// How many line breaks are directly before it.
    pub(super) breaks: usize,
    /// The text before it on its line.
    pub(super) line: &'a [u8],
}

impl Comment<'_> {
    /// Whether it extends to the end of its line.
    pub(super) fn takes_line(&self) -> bool {
        !self.text.starts_with(b"/*")
    }

    /// The column that it begins at, for tabs that are four or eight wide.
    pub(super) fn columns(&self) -> [usize; 2] {
        [4, 8].map(|width| {
            self.line.iter().fold(0, |column, byte| match byte {
                b'\t' => (column / width + 1) * width,
                _ => column + usize::from(is_character(*byte)),
            })
        })
    }
}

/// Whether a character begins at this byte, if the text is UTF-8.
pub(super) fn is_character(byte: u8) -> bool {
    byte & 0xC0 != 0x80
}

impl Gap<'_> {
    /// Whether it contains an empty line.
    pub(super) fn has_blank(&self) -> bool {
        self.breaks > 1 || self.comments.iter().any(|comment| comment.breaks > 1)
    }

    /// Whether it contains a line break, including one inside a comment.
    pub(super) fn has_break(&self) -> bool {
        self.breaks > 0
            || self.comments.iter().any(|comment| {
                comment.breaks > 0 || comment.takes_line() || comment.text.contains(&b'\n')
            })
    }

    /// Whether a line break comes first in it.
    pub(super) fn starts_with_break(&self) -> bool {
        self.comments.first().map_or(self.breaks, |comment| comment.breaks) > 0
    }
}

/// The gaps of a file. The index of each is that of the token after it.
pub(super) fn gaps<'a>(lexed: &Lexed<'a>) -> Vec<Gap<'a>> {
    let mark = if lexed.source.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
    let mut place = Place { source: lexed.source, at: mark, line: mark };
    let mut comments = lexed.comments.iter().peekable();
    let mut gaps = Vec::with_capacity(lexed.tokens.len());
    for (number, token) in lexed.tokens.iter().enumerate() {
        let mut gap = Gap::default();
        while let Some(comment) = comments.next_if(|comment| comment.before <= number) {
            let breaks = place.pass(comment.span.start);
            let line = place.line();
            let start = place.at;
            place.pass(comment.span.end);
            gap.comments.push(Comment { text: place.since(start), breaks, line });
        }
        gap.breaks = place.pass(token.span.start);
        place.at = token.span.end;
        gaps.push(gap);
    }
    gaps
}

/// A position in the text.
struct Place<'a> {
    source: &'a [u8],
    at: usize,
    /// The start of the current line.
    line: usize,
}

impl<'a> Place<'a> {
    fn since(&self, start: usize) -> &'a [u8] {
        self.source.get(start..self.at).unwrap_or_default()
    }

    fn line(&self) -> &'a [u8] {
        self.since(self.line)
    }

    /// Moves forward, and returns how many line breaks were passed.
    fn pass(&mut self, to: usize) -> usize {
        let start = std::mem::replace(&mut self.at, to);
        let passed = self.since(start);
        if let Some(last) = passed.iter().rposition(|&byte| byte == b'\n') {
            self.line = start + last + 1;
        }
        passed.iter().filter(|&&byte| byte == b'\n').count()
    }
}
