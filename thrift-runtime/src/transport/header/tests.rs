use hex_literal::hex;

use super::*;

// Length, magic, flags, sequence number, header size; protocol, transforms, key-values: one,
// "k" = "vw"; padding; the message.
const FRAME: &[u8] =
    &hex!("00000017 0fff 0102 00000007 0003 02 00 01 01 016b 027677 000000 820102");

fn envelope() -> Envelope {
    Envelope {
        flags: 0x0102,
        seqid: 7,
        headers: [("k", "vw")].into_iter().collect(),
        ..Envelope::new(Encoding::Compact)
    }
}

fn frame(bytes: &[u8]) -> Bytes {
    Bytes::copy_from_slice(&bytes[framed::LENGTH..])
}

#[test]
fn an_envelope_is_written_and_read() {
    let mut out = Output::new();
    seal(&envelope(), &hex!("820102"), &mut out).unwrap();
    let mut expected = FRAME.to_vec();
    expected[3] = (FRAME.len() - 4) as u8;
    assert_eq!(out.as_slice(), expected);
    let (read, message) = open(frame(FRAME), &Limits::default()).unwrap();
    assert_eq!(read, envelope());
    assert_eq!(message, &hex!("820102")[..]);
}

#[test]
fn unknown_infos_are_skipped_and_unknown_transforms_refused() {
    let infos = hex!("0fff 0000 00000001 0001 00 00 7f 05 ab");
    let (read, message) = open(Bytes::copy_from_slice(&infos), &Limits::default()).unwrap();
    assert!(read.headers.is_empty());
    assert_eq!(message, &b"\xab"[..]);
    let transform = hex!("0fff 0000 00000001 0001 00 01 03 00 ab");
    let error = open(Bytes::copy_from_slice(&transform), &Limits::default()).unwrap_err();
    assert_eq!(error.to_string(), "the message is transformed by 3, which is not known");
    let many = hex!("0fff 0000 00000001 0002 00 7f 01 01 01 01 01 01 ab");
    assert!(open(Bytes::copy_from_slice(&many), &Limits::default()).unwrap_err().is_limit());
}

#[test]
fn no_bytes_make_it_panic_or_take_memory() {
    let limits = Limits::default();
    for end in 0..FRAME.len() - framed::LENGTH {
        let _ = open(frame(FRAME).slice(..end), &limits);
    }
    let mut state = 1_u32;
    for _ in 0..20_000 {
        let mut bytes = FRAME[framed::LENGTH..].to_vec();
        for _ in 0..3 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let at = (state >> 8) as usize % bytes.len();
            bytes[at] = (state >> 24) as u8;
        }
        let _ = open(bytes.into(), &limits);
    }
}

#[test]
fn headers_that_do_not_fit_are_refused_and_leave_nothing() {
    let long = "x".repeat(70_000);
    let envelope =
        Envelope { headers: [("k", long)].into_iter().collect(), ..Envelope::new(Encoding::Json) };
    let mut out = Output::new();
    assert!(seal(&envelope, b"[]", &mut out).is_err());
    assert!(out.is_empty());
}

#[cfg(feature = "zlib")]
#[test]
fn messages_are_compressed_as_often_as_the_envelope_says() {
    for compressed in [1, 2] {
        let envelope = Envelope { compressed, ..envelope() };
        let message = vec![b'a'; 100_000];
        let mut out = Output::new();
        seal(&envelope, &message, &mut out).unwrap();
        assert!(out.len() < 1000);
        let (read, opened) = open(frame(out.as_slice()), &Limits::default()).unwrap();
        assert_eq!(read, envelope);
        assert_eq!(opened, message);
        let limits = Limits { message_size: 99_999, ..Limits::default() };
        assert!(open(frame(out.as_slice()), &limits).unwrap_err().is_limit());
    }
}
