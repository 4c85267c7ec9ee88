//! Renders diagnostics like rustc: path, line, column, and the source line underlined.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::{Diagnostic, Location, cut};
use crate::source::{self, FileId, Sources};
use crate::syntax::{Severity, Span};

/// Renders a diagnostic, without the leading `error: `, which rustc adds itself.
pub fn draw(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let main = diagnostic.at.file;
    let mut places = vec![(diagnostic.at.span, None)];
    let (here, elsewhere): (Vec<_>, Vec<_>) =
        diagnostic.related.iter().partition(|(location, _)| location.file == main);
    places.extend(here.iter().map(|(at, words)| (at.span, Some(cut(words)))));
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let excerpt = Excerpt::of(main, &places, sources);
    let mut group: Group<'_> =
        level.no_name().primary_title(cut(&diagnostic.message)).element(excerpt.snippet());
    let others: Vec<Excerpt<'_>> = elsewhere
        .iter()
        .map(|(at, words)| Excerpt::of(at.file, &[(at.span, Some(cut(words)))], sources))
        .collect();
    group = group.elements(others.iter().map(Excerpt::snippet));
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(cut(help)));
    }
    Renderer::plain().render(&[group])
}

/// The lines of a file that contain the given places.
struct Excerpt<'a> {
    path: String,
    first_line: usize,
    text: String,
    places: Vec<(Range<usize>, Option<&'a str>)>,
}

impl<'a> Excerpt<'a> {
    fn of(file: FileId, places: &[(Span, Option<&'a str>)], sources: &Sources) -> Self {
        let source = sources.get(file);
        let whole = source.text.as_slice();
        let start = places.iter().map(|(span, _)| span.start).min().unwrap_or(0);
        let end = places.iter().map(|(span, _)| span.end).max().unwrap_or(0);
        let begin = line_start(whole, start);
        let after = whole.get(end..).unwrap_or_default();
        let line_end = after.iter().position(|&byte| byte == b'\n');
        let end = line_end.map_or(whole.len(), |line_end| end + line_end);
        let lines = whole.get(begin..end).unwrap_or_default();
        let before = whole.get(..begin).unwrap_or_default();
        let (text, offset) = readable(lines);
        let range = |span: &Span| {
            let start = offset(span.start - begin);
            start..underlined(&text, start, offset(span.end - begin))
        };
        Excerpt {
            path: source::shown(&source.path),
            first_line: before.iter().filter(|&&byte| byte == b'\n').count() + 1,
            places: places.iter().map(|(span, words)| (range(span), *words)).collect(),
            text,
        }
    }

    fn snippet(&self) -> Snippet<'_, annotate_snippets::Annotation<'_>> {
        let annotations = self.places.iter().map(|(range, words)| match words {
            None => AnnotationKind::Primary.span(range.clone()),
            Some(words) => AnnotationKind::Context.span(range.clone()).label(*words),
        });
        Snippet::source(self.text.as_str())
            .path(self.path.as_str())
            .line_start(self.first_line)
            .annotations(annotations)
    }
}

/// The end of the underlined part of a range: it stays on its first line, and is cut before it gets
/// too wide to read.
fn underlined(text: &str, start: usize, end: usize) -> usize {
    const WIDEST: usize = 100;
    let range = text.get(start..end).unwrap_or_default();
    let line = range.lines().next().unwrap_or_default();
    let wide = line.char_indices().nth(WIDEST).map_or(line.len(), |(wide, _)| wide);
    start + wide
}

fn line_start(text: &[u8], at: usize) -> usize {
    let before = text.get(..at).unwrap_or(text);
    let newline = before.iter().rposition(|&byte| byte == b'\n');
    newline.map_or(0, |newline| newline + 1)
}

/// Lines as text, and a function that maps byte offsets in the lines to offsets in the text. Lines
/// that are not UTF-8 are read as Latin-1.
fn readable(lines: &[u8]) -> (String, impl Fn(usize) -> usize) {
    let (text, offsets) = match std::str::from_utf8(lines) {
        Ok(text) => (text.to_owned(), None),
        Err(_) => {
            let mut text = String::new();
            let mut offsets = Vec::new();
            for &byte in lines {
                offsets.push(text.len());
                text.push(char::from(byte));
            }
            (text, Some(offsets))
        }
    };
    let length = text.len();
    let offset = move |at: usize| match &offsets {
        None => at.min(length),
        Some(offsets) => offsets.get(at).copied().unwrap_or(length),
    };
    (text, offset)
}

/// The line and column of a place, both counted from 1. Columns are counted in characters, or in bytes
/// if the line is not UTF-8.
pub fn position(location: Location, sources: &Sources) -> (usize, usize) {
    let text = &sources.get(location.file).text;
    let start = location.span.start.min(text.len());
    let begin = line_start(text, start);
    let line = text[..begin].iter().filter(|&&byte| byte == b'\n').count() + 1;
    let before = &text[begin..start];
    let width = std::str::from_utf8(before).map_or(before.len(), |before| before.chars().count());
    (line, width + 1)
}
