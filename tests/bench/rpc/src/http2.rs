//! As much of HTTP/2 as calls and answers of gRPC need, without a library.

use prost::Message as _;

use crate::{load, peers::Message, wire};

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const SETTINGS: u8 = 4;
const WINDOW_UPDATE: u8 = 8;

const ACK: u8 = 1;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

/// As much as may be sent without more being asked for.
const ALL: u32 = (1 << 31) - 1 - 65_535;

/// Calls a service.
pub struct Caller {
    frames: Frames,
    stream: u32,
    call: Exchange,
}

impl Default for Caller {
    fn default() -> Self {
        let mut headers = vec![0x83, 0x86];
        literal(&mut headers, 4, "/bench.Echo/Echo");
        literal(&mut headers, 1, "127.0.0.1");
        literal(&mut headers, 31, "application/grpc");
        named(&mut headers, "te", "trailers");
        let mut call = Exchange::default();
        call.frame(HEADERS, END_HEADERS, &headers);
        call.frame(DATA, END_STREAM, &message());
        Caller { frames: Frames::default(), stream: 1, call }
    }
}

impl load::Caller for Caller {
    fn begin(&mut self, out: &mut Vec<u8>) {
        out.extend_from_slice(PREFACE);
        frame(SETTINGS, 0, 0, &[], out);
        frame(WINDOW_UPDATE, 0, 0, &ALL.to_be_bytes(), out);
    }

    fn call(&mut self, count: usize, out: &mut Vec<u8>) {
        for _ in 0..count {
            self.call.append(self.stream, out);
            self.stream += 2;
        }
    }

    fn replies(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> usize {
        let mut count = 0;
        self.frames.each(bytes, |kind, flags, _| match kind {
            SETTINGS if flags & ACK == 0 => frame(SETTINGS, ACK, 0, &[], out),
            HEADERS if flags & END_STREAM != 0 => count += 1,
            DATA | HEADERS | SETTINGS | WINDOW_UPDATE => {}
            _ => panic!("a frame of type {kind} was not expected"),
        });
        count
    }
}

/// Answers all calls alike.
pub struct Answerer {
    frames: Frames,
    begun: bool,
    answer: Exchange,
}

impl Default for Answerer {
    fn default() -> Self {
        let mut head = vec![0x88];
        literal(&mut head, 31, "application/grpc");
        let mut trailers = Vec::new();
        named(&mut trailers, "grpc-status", "0");
        let mut answer = Exchange::default();
        answer.frame(HEADERS, END_HEADERS, &head);
        answer.frame(DATA, 0, &message());
        answer.frame(HEADERS, END_HEADERS | END_STREAM, &trailers);
        Answerer { frames: Frames::default(), begun: false, answer }
    }
}

impl Answerer {
    /// Appends the answers to the calls that end in these bytes.
    pub fn answer(&mut self, mut bytes: &[u8], out: &mut Vec<u8>) {
        if !self.begun {
            bytes = bytes.strip_prefix(PREFACE).unwrap();
            self.begun = true;
            frame(SETTINGS, 0, 0, &[], out);
            frame(WINDOW_UPDATE, 0, 0, &ALL.to_be_bytes(), out);
        }
        self.frames.each(bytes, |kind, flags, stream| match kind {
            SETTINGS if flags & ACK == 0 => frame(SETTINGS, ACK, 0, &[], out),
            DATA if flags & END_STREAM != 0 => self.answer.append(stream, out),
            _ => {}
        });
    }
}

/// One end's frames of a stream.
#[derive(Default)]
struct Exchange {
    bytes: Vec<u8>,
    /// Where the stream's number stands.
    numbers: Vec<usize>,
}

impl Exchange {
    fn frame(&mut self, kind: u8, flags: u8, payload: &[u8]) {
        self.numbers.push(self.bytes.len() + 5);
        frame(kind, flags, 0, payload, &mut self.bytes);
    }

    fn append(&self, stream: u32, out: &mut Vec<u8>) {
        let start = out.len();
        out.extend_from_slice(&self.bytes);
        for number in &self.numbers {
            out[start + number..][..4].copy_from_slice(&stream.to_be_bytes());
        }
    }
}

/// The frames of a connection, which may come in pieces.
#[derive(Default)]
struct Frames {
    head: Vec<u8>,
    /// How much of a frame's payload is to come.
    payload: usize,
}

impl Frames {
    /// Gives the type, flags and stream of each frame that begins here.
    fn each(&mut self, mut bytes: &[u8], mut see: impl FnMut(u8, u8, u32)) {
        loop {
            let skipped = self.payload.min(bytes.len());
            self.payload -= skipped;
            bytes = &bytes[skipped..];
            let more = (9 - self.head.len()).min(bytes.len());
            self.head.extend_from_slice(&bytes[..more]);
            bytes = &bytes[more..];
            let [a, b, c, kind, flags, d, e, f, g] = self.head[..] else { return };
            self.payload = u32::from_be_bytes([0, a, b, c]) as usize;
            self.head.clear();
            see(kind, flags, u32::from_be_bytes([d, e, f, g]));
        }
    }
}

/// The message as gRPC has it.
fn message() -> Vec<u8> {
    let wire::Small { sender, recipient, content } = wire::small();
    let message = Message { sender, recipient, content };
    let length = u32::try_from(message.encoded_len()).unwrap();
    let mut bytes = vec![0];
    bytes.extend_from_slice(&length.to_be_bytes());
    message.encode(&mut bytes).unwrap();
    bytes
}

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8], out: &mut Vec<u8>) {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    out.extend_from_slice(&length[1..]);
    out.extend_from_slice(&[kind, flags]);
    out.extend_from_slice(&stream.to_be_bytes());
    out.extend_from_slice(payload);
}

/// A header whose name stands in HPACK's table.
fn literal(out: &mut Vec<u8>, name: u8, value: &str) {
    // "Literal Header Field without Indexing": four bits of index, and more behind them.
    match name {
        0..15 => out.push(name),
        _ => out.extend_from_slice(&[15, name - 15]),
    }
    text(out, value);
}

fn named(out: &mut Vec<u8>, name: &str, value: &str) {
    out.push(0);
    text(out, name);
    text(out, value);
}

fn text(out: &mut Vec<u8>, text: &str) {
    out.push(u8::try_from(text.len()).unwrap());
    out.extend_from_slice(text.as_bytes());
}
