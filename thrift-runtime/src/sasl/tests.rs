//! Messages, frames and logins, over bytes.

use bytes::BytesMut;

use super::{
    Frames, Login, Plain, PlainServer, SecurityLayer, ServerMechanism, ServerSasl, arrived,
    message::{Arrived, is_mechanism, message},
};
use crate::{
    error::Result,
    protocol::Limits,
    transport::sasl::{MOST, Status},
};

#[test]
fn a_message_is_known_when_it_is_whole_and_no_sooner() {
    let bytes = message(Status::Start, b"PLAIN");
    assert_eq!(bytes, b"\x01\0\0\0\x05PLAIN");
    for end in 0..bytes.len() {
        let missing = if end < 5 { 5 - end } else { bytes.len() - end };
        assert_eq!(arrived(&bytes[..end]).unwrap(), Arrived::Part(missing));
    }
    let whole = Arrived::Whole(Status::Start, b"PLAIN", bytes.len());
    assert_eq!(arrived(&[&bytes[..], b"more"].concat()).unwrap(), whole);
}

#[test]
fn what_is_no_message_is_refused_as_soon_as_that_shows() {
    for (bytes, why) in [
        (&b"\x80"[..], "0x80 is no status of SASL".to_owned()),
        (b"\0", "0x00 is no status of SASL".to_owned()),
        (b"\x02\x7f\xff\xff\xff", format!("of 2147483647 bytes exceeds the limit of {MOST}")),
        (b"\x05\xff\xff\xff\xff", format!("of 4294967295 bytes exceeds the limit of {MOST}")),
        (b"\x02\x00\x01\x00\x01", format!("of 65537 bytes exceeds the limit of {MOST}")),
    ] {
        let refused = arrived(bytes).unwrap_err();
        assert!(refused.to_string().contains(&why), "{refused}");
        assert_eq!(refused.status, Status::Error);
    }
}

#[test]
fn mechanisms_have_names_as_they_are_registered() {
    for name in ["PLAIN", "SCRAM-SHA-256", "X_1", "ABCDEFGHIJKLMNOPQRST"] {
        assert!(is_mechanism(name.as_bytes()), "{name}");
    }
    for name in ["", "plain", "ABCDEFGHIJKLMNOPQRSTU", "PL AIN", "PLAIN\0"] {
        assert!(!is_mechanism(name.as_bytes()), "{name}");
    }
}

/// Frames of these contents.
fn frames(contents: &[&[u8]]) -> Vec<u8> {
    let frame = |content: &&[u8]| [&u32::to_be_bytes(content.len() as u32)[..], content].concat();
    contents.iter().flat_map(frame).collect()
}

#[test]
fn contents_of_frames_come_out_however_they_are_cut() {
    let bytes = frames(&[b"ab", b"", b"cdefg", b"", b"h"]);
    for chunk in 1..=bytes.len() {
        let mut incoming = Frames::new(None, &Limits::default());
        let mut found = BytesMut::new();
        for piece in bytes.chunks(chunk) {
            incoming.take_in(&mut piece.to_vec(), &mut found).unwrap();
        }
        assert_eq!(&found[..], b"abcdefgh");
        assert!(!incoming.is_within());
    }
    for end in 1..bytes.len() {
        let mut incoming = Frames::new(None, &Limits::default());
        incoming.strip(&mut bytes[..end].to_vec()).unwrap();
        assert_eq!(incoming.is_within(), ![6, 10, 19, 23].contains(&end), "{end}");
    }
}

#[test]
fn a_frame_beyond_the_limit_is_an_error() {
    let limits = Limits { message_size: 8, ..Limits::default() };
    for bytes in [&b"\x00\x00\x00\x09"[..], b"\x7f\xff\xff\xff", b"\xff\xff\xff\xff"] {
        let error = Frames::new(None, &limits).strip(&mut bytes.to_vec()).unwrap_err();
        assert!(error.is_limit(), "{error}");
    }
    Frames::new(None, &limits).strip(&mut b"\x00\x00\x00\x08".to_vec()).unwrap();
}

#[test]
fn what_came_before_a_frame_beyond_the_limit_is_not_lost() {
    for is_secure in [false, true] {
        let layer = || is_secure.then(|| Box::new(Turn) as Box<dyn SecurityLayer>);
        let mut bytes = Vec::new();
        let good = frames(&[b"ab", b"cd"]);
        Frames::new(layer(), &Limits::default()).seal(&good, &mut bytes).unwrap();
        bytes.extend(b"\xff\xff\xff\xff");
        let mut incoming = Frames::new(layer(), &Limits::default());
        let mut found = BytesMut::new();
        incoming.take_in(&mut bytes, &mut found).unwrap();
        assert_eq!(&found[..], b"abcd");
        assert!(incoming.check().unwrap_err().is_limit());
        incoming.check().unwrap();
    }
}

/// Turns bytes over, and puts a mark behind them.
struct Turn;

impl SecurityLayer for Turn {
    fn seal(&mut self, bytes: &[u8]) -> Result<Vec<u8>> {
        Ok(bytes.iter().map(|byte| !byte).chain([7]).collect())
    }
    fn open(&mut self, token: &[u8]) -> Result<Vec<u8>> {
        let (mark, bytes) = token.split_last().unwrap();
        assert_eq!(*mark, 7);
        Ok(bytes.iter().map(|byte| !byte).collect())
    }
    fn most(&self) -> usize {
        4
    }
}

#[test]
fn a_layer_protects_pieces_of_a_frame_that_are_not_too_large() {
    let bytes = frames(&[b"abcdef", b"g"]);
    for chunk in 1..=bytes.len() {
        let mut outgoing = Frames::new(Some(Box::new(Turn)), &Limits::default());
        let mut sealed = Vec::new();
        for piece in bytes.chunks(chunk) {
            outgoing.seal(piece, &mut sealed).unwrap();
        }
        assert_eq!(sealed.len(), 3 * (4 + 1) + 7);
        let mut incoming = Frames::new(Some(Box::new(Turn)), &Limits::default());
        let mut found = BytesMut::new();
        for piece in sealed.chunks_mut(chunk) {
            incoming.take_in(piece, &mut found).unwrap();
        }
        assert_eq!(&found[..], b"abcdefg");
    }
}

#[test]
fn a_large_frame_is_protected_as_it_comes() {
    let bytes = frames(&[b"abcdefghij"]);
    let mut outgoing = Frames::new(Some(Box::new(Turn)), &Limits::default());
    let mut sealed = Vec::new();
    outgoing.seal(&bytes[..4 + 9], &mut sealed).unwrap();
    assert_eq!(sealed.len(), 2 * (4 + 4 + 1));
    outgoing.seal(&bytes[4 + 9..], &mut sealed).unwrap();
    assert_eq!(sealed.len(), 2 * (4 + 4 + 1) + 4 + 2 + 1);
}

#[test]
fn a_token_may_be_longer_than_the_message_in_it() {
    let limits = Limits { message_size: 8, ..Limits::default() };
    let mut incoming = Frames::new(Some(Box::new(Turn)), &limits);
    let mut found = BytesMut::new();
    let token = Turn.seal(b"12345678").unwrap();
    incoming.take_in(&mut frames(&[&token]), &mut found).unwrap();
    assert_eq!(&found[..], b"12345678");
    let error = incoming.take_in(&mut b"\0\x01\0\0".to_vec(), &mut found).unwrap_err();
    assert!(error.is_limit(), "{error}");
}

#[test]
fn nothing_prints_a_password() {
    let login = |_: &Login| Err::<String, _>("no");
    let shown = [
        format!("{:?}", Plain::new("alice", "secret").acting_as("bob")),
        format!("{:?}", PlainServer::new(login)),
        format!("{:?}", ServerSasl::plain(login)),
        format!("{:?}", Login { acts_as: None, user: "alice".into(), password: "secret".into() }),
    ];
    for shown in shown {
        assert!(!shown.contains("secret"), "{shown}");
    }
}

/// What a server of PLAIN makes of a response.
fn refusal(server: &PlainServer, response: &[u8]) -> Option<String> {
    let mut session = server.begin().unwrap();
    let mut responding = session.respond(response);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match responding.as_mut().poll(&mut context) {
        std::task::Poll::Ready(responded) => responded.err().map(|refused| refused.to_string()),
        std::task::Poll::Pending => panic!("it waits"),
    }
}

#[test]
fn a_login_has_a_user_and_a_password_and_little_else() {
    let server = PlainServer::new(|login| match login.acts_as() {
        None | Some("bob") => Ok(login.user().to_owned()),
        Some(_) => Err("not as that one"),
    });
    let refused = |response: &[u8]| refusal(&server, response).unwrap_or_default();
    assert_eq!(refused(b"\0alice\0secret"), "");
    assert_eq!(refused(b"alice\0alice\0secret"), "", "as oneself");
    assert_eq!(refused("\0zażółć\0☃".as_bytes()), "");
    let others = server.clone().allow_acting_as();
    assert_eq!(refusal(&others, b"bob\0alice\0secret"), None);
    assert_eq!(refusal(&others, b"carol\0alice\0secret").unwrap(), "not as that one");
    assert_eq!(refused(b"bob\0alice\0secret"), "this server does not let users act as others");
    for response in [&b""[..], b"\0", b"alice", b"\0\0", b"\0alice\0", b"\0\0secret"] {
        assert!(refused(response).contains("a login "), "{response:?}");
    }
    assert_eq!(refused(b"\0alice\0sec\0ret"), "a login of PLAIN has three parts");
    assert_eq!(refused(b"\0al\xffice\0secret"), "the login is not UTF-8");
}
