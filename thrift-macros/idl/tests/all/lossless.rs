//! Formatting, and the comments that it must not lose.

use thrift_idl::source::Sources;

/// The comments of a text in order, with the blanks at both ends of each line removed.
pub(crate) fn comments(text: &[u8]) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let line_end = rest.iter().position(|&byte| byte == b'\n').unwrap_or(rest.len());
        let length = match rest {
            [b'#', ..] | [b'/', b'/', ..] => line_end,
            [b'/', b'*', inside @ ..] => {
                inside.windows(2).position(|end| end == b"*/").unwrap() + 4
            }
            [quote @ (b'"' | b'\''), inside @ ..] => {
                let mut escaped = false;
                let end = inside.iter().position(|byte| {
                    let ends = byte == quote && !escaped;
                    escaped = *byte == b'\\' && !escaped;
                    ends
                });
                at += end.unwrap() + 2;
                continue;
            }
            _ => {
                at += 1;
                continue;
            }
        };
        let lines = rest[..length].split(|&byte| byte == b'\n');
        found.push(lines.map(<[u8]>::trim_ascii).collect::<Vec<_>>().join(&b'\n'));
        at += length;
    }
    found.sort();
    found
}

/// Formats a text, if it has no syntax errors.
pub(crate) fn format(text: &[u8]) -> Option<Vec<u8>> {
    let mut sources = Sources::default();
    let file = sources.open_text("formatted.thrift", text);
    thrift_idl::format::format(file, &sources).ok()
}
