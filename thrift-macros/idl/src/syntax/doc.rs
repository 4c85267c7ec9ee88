//! Doc comments: which construct each belongs to, and their clean-up, both as in Apache's compiler.

use super::parser::Parser;

impl Parser<'_> {
    /// The doc comment for the construct that begins here: the last unclaimed one before this place,
    /// even if it should have been claimed by another construct.
    pub(super) fn claim_doc(&mut self) -> Option<String> {
        let mut text = None;
        while let Some(comment) = self.lexed.docs.get(self.doc) {
            if comment.before > self.at {
                break;
            }
            text = Some(comment.text);
            self.doc += 1;
        }
        text.and_then(clean)
    }

    /// The file's own documentation: its first doc comment, if it is followed by a header, or by
    /// another doc comment before the first definition.
    pub(super) fn claim_file_doc(&mut self, before_header: bool) {
        let comments = &self.lexed.docs;
        if self.doc != 0 || comments.first().is_none_or(|first| first.before > self.at) {
            return;
        }
        if before_header || comments.get(1).is_some_and(|next| next.before <= self.at) {
            self.document.doc = comments.first().and_then(|first| clean(first.text));
            self.doc = 1;
        }
    }
}

/// The text of a doc comment, given the characters between `/**` and `*/`.
fn clean(raw: &[u8]) -> Option<String> {
    let text: String = match std::str::from_utf8(raw) {
        Ok(text) => text.to_owned(),
        // Old files are often in Latin-1, in which each byte is a character.
        Err(_) => raw.iter().map(|&byte| char::from(byte)).collect(),
    };
    let text = text.replace('\r', "");
    let text = text.trim_end_matches('*');
    let mut lines: Vec<&str> = text.split('\n').map(trim_end).collect();
    if let Some(first) = lines.first_mut() {
        *first = first.trim_start_matches(is_blank);
    }
    cut_stars(&mut lines);
    cut_indentation(&mut lines);
    let begin = lines.iter().position(|line| !line.is_empty())?;
    let end = lines.iter().rposition(|line| !line.is_empty())?;
    let lines = lines.get(begin..=end)?;
    Some(lines.join("\n"))
}

fn is_blank(character: char) -> bool {
    character == ' ' || character == '\t'
}

fn trim_end(line: &str) -> &str {
    line.trim_end_matches(is_blank)
}

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start_matches(is_blank).len()
}

/// Removes blanks and a `*` from every line except the first, if the stars are all in one column.
fn cut_stars(lines: &mut [&str]) {
    let mut further = lines.iter().skip(1).filter(|line| !line.is_empty());
    let Some(column) = further.clone().map(|line| indentation(line)).next() else {
        return;
    };
    if further.all(|line| indentation(line) == column && line[column..].starts_with('*')) {
        for line in lines.iter_mut().skip(1) {
            *line = line.get(column + 1..).unwrap_or_default();
        }
    }
}

/// Removes the blanks that every line except the first begins with.
fn cut_indentation(lines: &mut [&str]) {
    let further = lines.iter().skip(1).filter(|line| !line.is_empty());
    let common = further.map(|line| indentation(line)).min().unwrap_or(0);
    for line in lines.iter_mut().skip(1) {
        *line = line.get(common..).unwrap_or_default();
    }
}

#[cfg(test)]
mod tests {
    use super::clean;

    #[test]
    fn stars_and_indentation_go() {
        let raw = b"\n   * First line.\n   *\n   *   indented  \n   * last\n   ";
        assert_eq!(clean(raw).unwrap(), "First line.\n\n  indented\nlast");
        assert_eq!(clean(b" One line. ").unwrap(), "One line.");
        assert_eq!(clean(b" a\n     b\n       c\n").unwrap(), "a\nb\n  c");
        assert_eq!(clean(b" \n  * \n"), None);
    }

    #[test]
    fn latin_1_is_read_as_such() {
        assert_eq!(clean(b" caf\xE9 ").unwrap(), "caf\u{e9}");
        assert_eq!(clean(b" caf\xE9 \r\n * a\r\n ").unwrap(), "caf\u{e9}\na");
    }
}
