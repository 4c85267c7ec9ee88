//! How a comment is adjusted when it is moved to another column.

use super::gap::Comment;
use super::writer::characters;

/// The lines of a comment that is written at `column`.
///
/// If all further lines of a block comment begin with `*`, the stars are aligned. Otherwise all lines
/// move with the first one, so that they keep their relative positions.
pub(super) fn lines(comment: &Comment<'_>, column: usize) -> Vec<Vec<u8>> {
    let lines: Vec<&[u8]> = comment.text.split(|&byte| byte == b'\n').map(trim_end).collect();
    let Some((first, further)) = lines.split_first() else {
        return Vec::new();
    };
    let mut written = vec![first.to_vec()];
    if further.is_empty() {
        return written;
    }
    if has_stars(further) {
        written.extend(further.iter().map(|line| indented(column + 1, trim_start(line))));
        return written;
    }
    let shift = shift(comment, further, column);
    written.extend(further.iter().map(|line| match shift {
        Some((from, to)) => {
            let indent = (indentation(line) + to).saturating_sub(from);
            indented(indent, trim_start(line))
        }
        None => line.to_vec(),
    }));
    written
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

pub(super) fn trim_end(line: &[u8]) -> &[u8] {
    let end = line.iter().rposition(|&byte| !is_blank(byte) && byte != b'\r');
    line.get(..end.map_or(0, |end| end + 1)).unwrap_or_default()
}

fn trim_start(line: &[u8]) -> &[u8] {
    line.get(indentation(line)..).unwrap_or_default()
}

fn indentation(line: &[u8]) -> usize {
    line.iter().position(|&byte| !is_blank(byte)).unwrap_or(line.len())
}

/// Indents a line; an empty line stays empty.
fn indented(indent: usize, text: &[u8]) -> Vec<u8> {
    if text.is_empty() {
        return Vec::new();
    }
    let mut line = vec![b' '; indent];
    line.extend_from_slice(text);
    line
}

/// Whether every line begins with a star, all in one column. A last line that contains only the end of
/// the comment may have its star elsewhere.
fn has_stars(further: &[&[u8]]) -> bool {
    let Some((last, others)) = further.split_last() else {
        return false;
    };
    let closing = trim_start(last) == b"*/";
    let mut starred = others.iter().chain((!closing).then_some(last));
    let mut starred = starred.by_ref().filter(|line| !line.is_empty()).peekable();
    let Some(column) = starred.peek().map(|line| indentation(line)) else {
        return closing;
    };
    starred.all(|line| indentation(line) == column && trim_start(line).starts_with(b"*"))
}

/// The column that the lines move from, and the one they move to. `None` if some lines cannot move
/// that far, or if tabs make the distance unknown.
fn shift(comment: &Comment<'_>, further: &[&[u8]], column: usize) -> Option<(usize, usize)> {
    let from = characters(comment.line);
    let least = column.min(from);
    let (last, others) = further.split_last()?;
    let closing = trim_start(last) == b"*/";
    let mut moved = others.iter().chain((!closing).then_some(last));
    let tabs = |line: &[u8]| line.get(..indentation(line)).is_some_and(|own| own.contains(&b'\t'));
    let possible = moved
        .by_ref()
        .filter(|line| !line.is_empty())
        .all(|line| !tabs(line) && indentation(line) + least >= from);
    (possible && !comment.line.contains(&b'\t') && !tabs(last)).then_some((from, column))
}
