//! Frames with headers, and those that lie.

#![allow(dead_code, unreachable_pub)]

use thrift_runtime::Framing;

pub const FRAMINGS: [Framing; 4] =
    [Framing::Header, Framing::HeaderInFrames, Framing::TtHeader, Framing::TtHeaderFramed];

/// A call of `add`, without its arguments.
pub const CALL: &[u8] = b"\x80\x01\0\x01\0\0\0\x03add\0\0\0\x09\0";

/// A length, and what has it.
pub fn framed(content: &[u8]) -> Vec<u8> {
    [&(content.len() as u32).to_be_bytes()[..], content].concat()
}

/// A frame with these fields before its message, whose sequence number is 9.
pub fn frame(framing: Framing, fields: &[u8], message: &[u8]) -> Vec<u8> {
    let words = fields.len().div_ceil(4);
    sized(framing, words as u16, fields, message)
}

/// The same, with a size that the fields need not have.
fn sized(framing: Framing, words: u16, fields: &[u8], message: &[u8]) -> Vec<u8> {
    let magic = if is_ttheader(framing) { b"\x10\0" } else { b"\x0f\xff" };
    let mut content = [&magic[..], b"\0\0\0\0\0\x09", &words.to_be_bytes(), fields].concat();
    content.resize(10 + fields.len().next_multiple_of(4), 0);
    match framing {
        Framing::TtHeaderFramed => content.extend(framed(message)),
        _ => content.extend(message),
    }
    match framing {
        Framing::HeaderInFrames => framed(&framed(&content)),
        _ => framed(&content),
    }
}

fn is_ttheader(framing: Framing) -> bool {
    matches!(framing, Framing::TtHeader | Framing::TtHeaderFramed)
}

/// Frames that say of themselves what is not so, or too much, around a message; and what is said of
/// them then.
pub fn lies(framing: Framing, message: &[u8]) -> Vec<(Vec<u8>, &'static str)> {
    const CUT: &str = "a frame ends within its header";
    const LONG: &str = "a number in a header is longer than 32 bits";

    let lie = |fields: &[u8], text| (frame(framing, fields, message), text);
    let mut lies = vec![(sized(framing, 0xffff, &[0, 0], message), CUT)];
    if is_ttheader(framing) {
        let many = [&b"\0\0\x01\x03\xe9"[..], &b"\0\x01a\0\0".repeat(1001)].concat();
        lies.extend([
            // Strings: so many, or of such a length.
            lie(b"\0\0\x01\xff\xff\0\0\0\0", CUT),
            lie(b"\0\0\x01\0\x01\xff\xffk", CUT),
            lie(b"\0\0\x01\0\x01\0\x01k\xff\xffv", CUT),
            // Numbered ones, and a token.
            lie(b"\0\0\x10\xff\xff\0\x01\0\0", CUT),
            lie(b"\0\0\x10\0\x01\0\x09\xff\xff", CUT),
            lie(b"\0\0\x11\xff\xff", CUT),
            lie(&many, "1001 headers exceed the limit of 1000"),
        ]);
    } else {
        let many = [&b"\0\0\x01\xe9\x07"[..], &b"\x01a\0".repeat(1001)].concat();
        lies.extend([
            // Pairs: so many, or with a string of such a length.
            lie(b"\0\0\x01\xff\xff\xff\xff\x0f\0\0", CUT),
            lie(b"\0\0\x01\x01\x7fk", CUT),
            lie(b"\0\0\x01\x01\x01k\xff\xff\xff\xff\x0fv", CUT),
            // A negative number, and one that has no end.
            lie(b"\0\0\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", LONG),
            lie(b"\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80", LONG),
            // Transforms.
            lie(b"\0\x05\x01\x01\x01\x01\x01", "5 transforms exceed the limit of 4"),
            lie(b"\0\xff\xff\xff\xff\x0f", "4294967295 transforms exceed the limit of 4"),
            lie(&many, "1001 headers exceed the limit of 1000"),
        ]);
    }
    lies
}

/// Fields that name what nobody knows, the text that says so, and the kind of the exception.
pub fn unknown(framing: Framing) -> [(&'static [u8], &'static str, i32); 2] {
    match is_ttheader(framing) {
        true => [
            (b"\x05\0", "protocol 5 of TTHeader is not known", 9),
            (b"\0\xff\x03", "transform 3 of TTHeader is not known", 8),
        ],
        false => [
            (b"\x05\0", "protocol 5 of THeader is not known", 9),
            (b"\0\x01\x03", "transform 3 of THeader is not known", 8),
        ],
    }
}

/// Random numbers that are the same in every run.
pub struct Random(pub u64);

impl Random {
    pub fn below(&mut self, end: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }

    /// Bytes that are not quite these.
    pub fn damaged(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut bytes = bytes.to_vec();
        for _ in 0..=self.below(4) {
            let at = self.below(bytes.len());
            match self.below(3) {
                0 => bytes[at] = self.below(256) as u8,
                1 if bytes.len() > 16 => {
                    drop(bytes.drain(at..(at + self.below(8)).min(bytes.len())))
                }
                _ => drop(bytes.splice(at..at, [0x7f, 0xff].repeat(self.below(3)))),
            }
        }
        bytes
    }
}
