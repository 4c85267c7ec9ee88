//! What is around messages, in every dialect.

use std::io::Write as _;

use flate2::{Compression, write::ZlibEncoder};

/// The case in which calls have the frames of SASL.
pub(crate) const SASL: u8 = 8;

fn framed(message: &[u8]) -> Vec<u8> {
    [&(message.len() as u32).to_be_bytes(), message].concat()
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("memory takes all");
    encoder.finish().expect("memory takes all")
}

/// A message in a dialect, or what is the same for every message of one, which nobody would guess soon.
pub(crate) fn around(case: u8, payload: &[u8]) -> Vec<u8> {
    let strict = b"\x80\x01\0\x01\0\0\0\x04echo\0\0\0\x01";
    // Headers name the protocol.
    let id = match payload.first() {
        Some(0x82) => 2,
        Some(b'[') => 1,
        _ => 0,
    };
    match case % 16 {
        0 => payload.to_vec(),
        1 => framed(payload),
        2 => framed(&[b"\x0f\xff\0\0\0\0\0\x01\0\x01", &[id, 0, 0, 0][..], payload].concat()),
        3 => framed(
            &[b"\x0f\xff\0\0\0\0\0\x01\0\x01", &[id, 1, 1, 0][..], &deflated(payload)].concat(),
        ),
        4 => framed(&[b"\x10\0\0\0\0\0\0\x01\0\x01", &[id, 0, 0, 0][..], payload].concat()),
        5 => deflated(payload),
        6 => [
            b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: ",
            payload.len().to_string().as_bytes(),
            b"\r\n\r\n",
            payload,
        ]
        .concat(),
        7 => [b"POST / HTTP/1.1\r\nHost: h\r\n", payload].concat(),
        SASL => [b"\x01\0\0\0\x05PLAIN\x05\0\0\0\x04\0a\0b", &*framed(payload)].concat(),
        9 => [strict, payload].concat(),
        10 => framed(&[strict, payload].concat()),
        11 => framed(&[b"\x82\x21\x01\x04echo", payload].concat()),
        12 => [b"\x82\x21\x01\x04echo", payload].concat(),
        13 => [b"[1,\"echo\",1,1,", payload].concat(),
        14 => framed(&[b"\x0f\xff", payload].concat()),
        _ => framed(&[b"\x10\0", payload].concat()),
    }
}
