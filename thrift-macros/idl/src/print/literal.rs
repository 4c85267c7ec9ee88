//! Strings and doc comments.

/// A string in quotes. Only these few bytes have an escape; all other bytes are written as they are.
pub(super) fn string(text: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    for &byte in text {
        match byte {
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            b'"' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
            _ => out.push(byte),
        }
    }
    out.push(b'"');
}

/// A doc comment and a line break.
pub(super) fn doc(doc: &str, out: &mut Vec<u8>) {
    // Text that was read from a comment cannot contain this.
    let doc = doc.replace("*/", "* /");
    if !doc.contains('\n') {
        out.extend_from_slice(format!("/** {doc} */\n").as_bytes());
        return;
    }
    out.extend_from_slice(b"/**\n");
    for line in doc.split('\n') {
        let line = if line.is_empty() { " *\n".to_owned() } else { format!(" * {line}\n") };
        out.extend_from_slice(line.as_bytes());
    }
    out.extend_from_slice(b" */\n");
}

#[cfg(test)]
mod tests {
    use super::string;

    #[test]
    fn strings_have_the_escapes_that_there_are() {
        let mut out = Vec::new();
        string(b"'a' \"b\" \\n\n\r\t\xE9\xC3\xA9\x01", &mut out);
        assert_eq!(out, b"\"'a' \\\"b\\\" \\\\n\\n\\r\\t\xE9\xC3\xA9\x01\"");
    }
}
