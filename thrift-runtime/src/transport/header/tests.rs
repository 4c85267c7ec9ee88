use hex_literal::hex;

use super::*;
use crate::{BinaryProtocol, Protocol};

const HEADER: Style = Style::Header { in_frame: false };

// Length, magic, flags, sequence number, header size; protocol, transforms, key-values: one,
// "k" = "vw"; padding; the message.
const FRAME: &[u8] =
    &hex!("00000017 0fff 0102 00000007 0003 02 00 01 01 016b 027677 000000 820102");

fn envelope() -> Envelope {
    Envelope {
        flags: 0x0102,
        seqid: 7,
        headers: [("k", "vw")].into_iter().collect(),
        ..Envelope::new(HEADER, Encoding::Compact)
    }
}

/// The message in a frame.
fn opened(frame: Bytes) -> (Envelope, Bytes) {
    match open(frame, &Limits::default()).unwrap() {
        Opened::Message(envelope, message) => (envelope, message),
        Opened::Unreadable(unreadable) => panic!("{unreadable:?}"),
    }
}

fn unreadable(frame: &[u8]) -> Unreadable {
    match open(Bytes::copy_from_slice(frame), &Limits::default()).unwrap() {
        Opened::Message(envelope, _) => panic!("{envelope:?}"),
        Opened::Unreadable(unreadable) => *unreadable,
    }
}

fn output(bytes: &[u8]) -> Output {
    let mut output = Output::new();
    output.put_slice(bytes);
    output
}

fn frame(bytes: &[u8]) -> Bytes {
    Bytes::copy_from_slice(&bytes[framed::LENGTH..])
}

#[test]
fn an_envelope_is_written_and_read() {
    let mut out = Output::new();
    seal(&envelope(), &mut output(&hex!("820102")), &mut out).unwrap();
    let mut expected = FRAME.to_vec();
    expected[3] = (FRAME.len() - 4) as u8;
    assert_eq!(*out.contiguous(), expected);
    let (read, message) = opened(frame(FRAME));
    assert_eq!(read, envelope());
    assert_eq!(message, &hex!("820102")[..]);
}

// Length; magic, flags, sequence number, header size; protocol, transforms; numbered keys: two,
// 9 = "add", 300 = "x"; strings: one, "k" = "vw"; a token, "t"; padding; the message in a frame.
const TT_FRAME: &[u8] = &hex!(
    "00000031 1000 0102 00000007 0008 02 00 10 0002 0009 0003 616464 012c 0001 78"
    "01 0001 0001 6b 0002 7677 11 0001 74 00 00000003 820102"
);

fn tt_envelope(framed: bool) -> Envelope {
    use crate::ttheader::{ACL_TOKEN, TO_METHOD};

    let headers = [(TO_METHOD, "add"), ("ttheader-300", "x"), ("k", "vw"), (ACL_TOKEN, "t")];
    let style = Style::TtHeader { framed };
    Envelope { style, headers: headers.into_iter().collect(), ..envelope() }
}

#[test]
fn ttheader_is_written_and_read() {
    let mut out = Output::new();
    seal(&tt_envelope(true), &mut output(&hex!("820102")), &mut out).unwrap();
    assert_eq!(*out.contiguous(), *TT_FRAME);
    for framed in [false, true] {
        let mut out = Output::new();
        seal(&tt_envelope(framed), &mut output(&hex!("820102")), &mut out).unwrap();
        let (read, message) = opened(frame(&out.contiguous()));
        assert_eq!(read, tt_envelope(framed));
        assert_eq!(message, &hex!("820102")[..]);
    }
    assert_eq!(seqid(&TT_FRAME[framed::LENGTH..]), Some(7));
}

#[test]
fn what_ttheader_does_not_know_is_refused_or_skipped() {
    let protocol = unreadable(&hex!("1000 0000 00000001 0001 04 00 0000 ab"));
    assert_eq!((protocol.encoding, protocol.seqid), (None, 1));
    assert_eq!(protocol.reason.kind(), ApplicationErrorKind::INVALID_PROTOCOL);
    let transform = unreadable(&hex!("1000 0000 00000001 0001 00 01 03 00 ab"));
    assert_eq!(transform.encoding, Some(Encoding::Binary { strict: true }));
    assert_eq!(transform.reason.kind(), ApplicationErrorKind::INVALID_TRANSFORM);
    let infos = hex!("1000 0000 00000001 0001 00 00 7f 05 ab");
    let (read, message) = opened(Bytes::copy_from_slice(&infos));
    assert!(read.headers.is_empty());
    assert_eq!(message, &b"\xab"[..]);
    let envelope = Envelope::new(Style::TtHeader { framed: false }, Encoding::Json);
    let mut out = Output::new();
    assert!(seal(&envelope, &mut output(b"[]"), &mut out).is_err());
    assert!(out.is_empty());
}

#[test]
fn theader_may_be_in_a_frame_of_its_own() {
    let style = Style::Header { in_frame: true };
    let mut out = Output::new();
    seal(&Envelope { style, ..envelope() }, &mut output(&hex!("820102")), &mut out).unwrap();
    let bytes = out.contiguous();
    assert_eq!(*bytes, [&[0, 0, 0, 0x1d][..], &[0, 0, 0, 0x19], &FRAME[4..]].concat());
    let (read, message) = opened(frame(&bytes));
    assert_eq!((read.style, message.len()), (style, 3));
    assert_eq!(seqid(&bytes[framed::LENGTH..]), Some(7));
}

#[test]
fn unknown_infos_are_skipped_and_unknown_transforms_refused() {
    let infos = hex!("0fff 0000 00000001 0001 00 00 7f 05 ab");
    let (read, message) = opened(Bytes::copy_from_slice(&infos));
    assert!(read.headers.is_empty());
    assert_eq!(message, &b"\xab"[..]);
    let transform = unreadable(&hex!("0fff 0002 00000001 0001 02 01 03 00 ab"));
    assert_eq!((transform.encoding, transform.flags), (Some(Encoding::Compact), 2));
    assert_eq!(transform.reason.kind(), ApplicationErrorKind::INVALID_TRANSFORM);
    assert_eq!(transform.reason.message(), "transform 3 of THeader is not known");
    let protocol = unreadable(&hex!("0fff 0000 00000001 0001 03 00 00 00 ab"));
    assert_eq!((protocol.encoding, protocol.seqid), (None, 1));
    assert_eq!(protocol.reason.kind(), ApplicationErrorKind::INVALID_PROTOCOL);
    let many = hex!("0fff 0000 00000001 0002 00 7f 01 01 01 01 01 01 ab");
    assert!(open(Bytes::copy_from_slice(&many), &Limits::default()).unwrap_err().is_limit());
}

#[test]
fn no_bytes_make_it_panic_or_take_memory() {
    let limits = Limits::default();
    for known in [FRAME, TT_FRAME] {
        for end in (0..known.len() - framed::LENGTH).step_by(if cfg!(miri) { 7 } else { 1 }) {
            let _ = open(frame(known).slice(..end), &limits);
        }
    }
    let mut state = 1_u32;
    for round in 0..if cfg!(miri) { 50 } else { 40_000 } {
        let known = if round % 2 == 0 { FRAME } else { TT_FRAME };
        let mut bytes = known[framed::LENGTH..].to_vec();
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
    let envelope = Envelope {
        headers: [("k", long)].into_iter().collect(),
        ..Envelope::new(HEADER, Encoding::Json)
    };
    let mut out = Output::new();
    assert!(seal(&envelope, &mut output(b"[]"), &mut out).is_err());
    assert!(out.is_empty());
}

#[test]
fn a_message_that_is_not_copied_makes_the_same_frame() {
    let value = vec![Bytes::from(vec![7; if cfg!(miri) { 500 } else { 100_000 }]); 2];
    let times = if cfg!(feature = "zlib") { 0..3 } else { 0..1 };
    for compressed in times {
        let envelope = Envelope { compressed, ..envelope() };
        let frames = [Output::new(), Output::vectored()].map(|mut message| {
            BinaryProtocol::STRICT.write_value(&value, &mut message).unwrap();
            let mut out = Output::vectored();
            seal(&envelope, &mut message, &mut out).unwrap();
            out
        });
        let [copied, shared] = &frames;
        assert_eq!(shared.slices().count(), if compressed == 0 { 4 } else { 1 });
        assert!(copied.contiguous() == shared.contiguous());
        let (read, message) = opened(frame(&shared.contiguous()));
        assert_eq!(read, envelope);
        let read: Vec<Bytes> = BinaryProtocol::STRICT.decode(&message).unwrap();
        assert!(read == value);
    }
}

#[cfg(feature = "zlib")]
#[test]
fn messages_are_compressed_as_often_as_the_envelope_says() {
    for compressed in [1, 2] {
        let envelope = Envelope { compressed, ..envelope() };
        let message = vec![b'a'; if cfg!(miri) { 2000 } else { 100_000 }];
        let mut out = Output::new();
        seal(&envelope, &mut output(&message), &mut out).unwrap();
        assert!(out.len() < 1000);
        let (read, inflated) = opened(frame(&out.contiguous()));
        assert_eq!(read, envelope);
        assert_eq!(inflated, message);
        let limits = Limits { message_size: message.len() - 1, ..Limits::default() };
        assert!(open(frame(&out.contiguous()), &limits).unwrap_err().is_limit());
    }
}

#[cfg(feature = "zlib")]
#[test]
#[cfg_attr(miri, ignore = "megabytes of zlib take it hours")]
fn what_a_message_inflates_to_is_bounded_as_a_frame_at_each_transform() {
    let message = vec![0; 5 << 20];
    for compressed in [1, 2, 3] {
        let envelope = Envelope { compressed, ..envelope() };
        let mut out = Output::new();
        seal(&envelope, &mut output(&message), &mut out).unwrap();
        let frame = frame(&out.contiguous());
        let within = |frame_size| Limits { frame_size, ..Limits::default() };
        assert!(open(frame.clone(), &within(message.len() - 1)).unwrap_err().is_limit());
        let opened = open(frame, &within(message.len())).unwrap();
        assert!(matches!(opened, Opened::Message(_, inflated) if inflated == message));
    }
}

#[cfg(feature = "zlib")]
#[tokio::test]
#[cfg_attr(miri, ignore = "megabytes of zlib take it hours")]
async fn others_have_their_turn_while_a_message_is_inflated() {
    let mut out = Output::new();
    let envelope = Envelope { compressed: 2, ..envelope() };
    seal(&envelope, &mut output(&vec![0; 8 << 20]), &mut out).unwrap();
    let frame_before = frame(&out.contiguous());
    assert!(frame_before.len() < 1000);
    let sealed = frame_before.clone();
    let opening = tokio::spawn(async move { open_in_turns(sealed, &Limits::default()).await });
    let mut turns = 0;
    while !opening.is_finished() {
        turns += 1;
        yield_now().await;
    }
    let opened = opening.await.unwrap().unwrap();
    assert!(turns >= 60, "{turns} turns");

    let Opened::Message(envelope, message) = opened else { panic!("{opened:?}") };
    let sealing = tokio::spawn(async move {
        let mut out = Output::new();
        seal_in_turns(&envelope, &mut output(&message), &mut out).await.unwrap();
        frame(&out.contiguous())
    });
    turns = 0;
    while !sealing.is_finished() {
        turns += 1;
        yield_now().await;
    }
    assert_eq!(sealing.await.unwrap(), frame_before);
    assert!(turns >= 120, "{turns} turns");
}
