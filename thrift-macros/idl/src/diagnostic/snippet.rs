//! Renders diagnostics like rustc: path, line, column, and the source line underlined.

use std::collections::HashSet;
use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};

use super::{Diagnostic, Location, cut};
use crate::source::{self, FileId, Source, Sources};
use crate::syntax::{Severity, Span};

/// Renders a diagnostic, without the leading `error: `, which rustc adds itself.
pub fn draw(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let related = diagnostic.related.iter().map(|(at, words)| (*at, cut(words)));
    let mut excerpt = Excerpt::of(diagnostic.at, None, sources);
    let mut others: Vec<Excerpt<'_>> = Vec::new();
    for (at, words) in related {
        if !excerpt.add(at, words) {
            others.push(Excerpt::of(at, Some(words), sources));
        }
    }
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.no_name().primary_title(cut(&diagnostic.message));
    let drawn: Vec<Drawn<'_>> =
        std::iter::once(&excerpt).chain(&others).map(Excerpt::drawn).collect();
    let mut group = Group::with_title(title).elements(drawn.iter().map(Drawn::snippet));
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(cut(help)));
    }
    let text = Renderer::plain().render(&[group]);
    drawn.iter().fold(text, |text, drawn| drawn.with_column(text))
}

/// The longest line that is shown as it is, in bytes.
const LONGEST: usize = 1000;

/// How many bytes of a longer line are shown before and after the start of a place.
const BEFORE: usize = 200;
const AFTER: usize = 600;

/// Stands for the rest of a longer line.
const CUT: &str = "...";

/// How many lines may be between two places of one excerpt.
const FARTHEST: usize = 10_000;

/// The lines of a file that contain some places.
struct Excerpt<'a> {
    file: FileId,
    source: &'a Source,
    at: Location,
    position: (usize, usize),
    places: Vec<(Span, Option<&'a str>)>,
}

impl<'a> Excerpt<'a> {
    fn of(at: Location, words: Option<&'a str>, sources: &'a Sources) -> Self {
        Excerpt {
            file: at.file,
            source: sources.get(at.file),
            at,
            position: position(at, sources),
            places: vec![(at.span, words)],
        }
    }

    /// Adds another place, unless that is too far away to be shown together with the first.
    fn add(&mut self, at: Location, words: &'a str) -> bool {
        let [first, line] = [self.at, at].map(|at| self.source.line_of(at.span.start));
        let near = at.file == self.file
            && match line == first {
                true => self.window(line).contains(&at.span.start),
                false => {
                    line.abs_diff(first) <= FARTHEST
                        && [line, first].iter().all(|&line| self.source.line(line).len() <= LONGEST)
                }
            };
        if near {
            self.places.push((at.span, Some(words)));
        }
        near
    }

    /// The part of a line that is shown: all of it, unless it is long.
    fn window(&self, line: usize) -> Range<usize> {
        let whole = self.source.line(line);
        if whole.len() <= LONGEST {
            return whole;
        }
        let at = self.at.span.start.clamp(whole.start, whole.end);
        let start = at.saturating_sub(BEFORE).max(whole.start);
        let end = at.saturating_add(AFTER).min(whole.end);
        character(&self.source.text, start)..character(&self.source.text, end)
    }

    fn drawn(&self) -> Drawn<'a> {
        let lines: Vec<usize> =
            self.places.iter().map(|(span, _)| self.source.line_of(span.start)).collect();
        let first = lines.iter().copied().min().unwrap_or_default();
        let last = lines.iter().copied().max().unwrap_or_default();
        let shown: HashSet<usize> =
            lines.iter().flat_map(|&line| line.saturating_sub(1)..=line + 1).collect();
        let mut drawn = Drawn {
            path: source::shown(&self.source.path),
            first_line: first + 1,
            text: String::new(),
            places: vec![(0..0, None); self.places.len()],
            position: None,
        };
        for number in first..=last {
            if number > first {
                drawn.text.push('\n');
            }
            // What is between distant places is not shown, so only the number of lines matters.
            if !shown.contains(&number) {
                continue;
            }
            let (whole, window) = (self.source.line(number), self.window(number));
            if window.start > whole.start {
                drawn.text.push_str(CUT);
                drawn.position = Some(self.position);
            }
            let before = drawn.text.len();
            let (text, offset) = readable(self.source.text.get(window.clone()).unwrap_or_default());
            drawn.text.push_str(&text);
            if window.end < whole.end {
                drawn.text.push_str(CUT);
            }
            let places = self.places.iter().zip(&lines).zip(&mut drawn.places);
            for (((span, words), _), place) in places.filter(|((_, line), _)| **line == number) {
                let start = offset(span.start.saturating_sub(window.start));
                let end = offset(span.end.saturating_sub(window.start));
                let end = underlined(&text, start, end, span.end > window.end);
                *place = (before + start..before + end, *words);
            }
        }
        drawn
    }
}

/// An excerpt, ready to be drawn.
struct Drawn<'a> {
    path: String,
    first_line: usize,
    text: String,
    places: Vec<(Range<usize>, Option<&'a str>)>,
    /// The line and column of the first place, if its line is shown without its start.
    position: Option<(usize, usize)>,
}

impl Drawn<'_> {
    /// The renderer counts columns in what is shown. Where that is not all, this puts the column in the
    /// whole line in the place of it.
    fn with_column(&self, text: String) -> String {
        let (Some((line, column)), Some((place, _))) = (self.position, self.places.first()) else {
            return text;
        };
        let before = self.text.get(..place.start).unwrap_or_default();
        let counted = before.chars().count() + 1;
        let place = format!(" {}:{line}:", self.path);
        text.replacen(&format!("{place}{counted}\n"), &format!("{place}{column}\n"), 1)
    }

    fn snippet(&self) -> Snippet<'_, Annotation<'_>> {
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
fn underlined(text: &str, start: usize, end: usize, goes_on: bool) -> usize {
    const WIDEST: usize = 100;
    let range = text.get(start..end).unwrap_or_default();
    let line = match goes_on {
        true => range.strip_suffix('\r').unwrap_or(range),
        false => range,
    };
    let wide = line.char_indices().nth(WIDEST).map_or(line.len(), |(wide, _)| wide);
    start + wide
}

/// The start of the character of UTF-8 that a byte is part of, which has four bytes at most.
fn character(text: &[u8], at: usize) -> usize {
    let starts = |&at: &usize| text.get(at).is_none_or(|byte| byte & 0xC0 != 0x80);
    (at.saturating_sub(3)..=at).rev().find(starts).unwrap_or(at)
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
    let source = sources.get(location.file);
    let start = location.span.start.min(source.text.len());
    let line = source.line_of(start);
    let before = source.text.get(source.line(line).start..start).unwrap_or_default();
    let width = std::str::from_utf8(before).map_or(before.len(), |before| before.chars().count());
    (line + 1, width + 1)
}
