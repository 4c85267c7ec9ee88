//! How a negotiation of SASL looks on the wire, as Apache's `TSaslTransport` writes it.

use crate::error::{Error, ErrorKind, escaped};

/// How many bytes come before a payload: its status, and its length in four.
pub(crate) const HEADER: usize = 5;
/// The longest payload that is read, of a peer that nobody knows yet. A ticket of Kerberos is shorter.
pub(crate) const MOST: usize = 64 << 10;

/// What a message of a negotiation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Status {
    /// The name of the mechanism.
    Start = 1,
    /// A challenge or a response, after which there may be others.
    Ok = 2,
    /// A refusal, as of a password.
    Bad = 3,
    /// What keeps a side from going on.
    Error = 4,
    /// The last challenge, or a response after which there need not be another.
    Complete = 5,
}

impl Status {
    /// The status that a byte stands for.
    pub(crate) fn of(byte: u8) -> Option<Self> {
        Some(match byte {
            1 => Status::Start,
            2 => Status::Ok,
            3 => Status::Bad,
            4 => Status::Error,
            5 => Status::Complete,
            _ => return None,
        })
    }
}

/// A refusal from a server of SASL to a client that does not speak it: why, and whether that is the
/// whole text.
pub(crate) fn refusal(bytes: &[u8]) -> Option<(&[u8], bool)> {
    let (&[status, a, b, c, d], text) = bytes.split_first_chunk::<HEADER>()?;
    let length = u32::from_be_bytes([a, b, c, d]) as usize;
    match Status::of(status)? {
        Status::Bad | Status::Error if length <= MOST => {
            Some((text.get(..length).unwrap_or(text), text.len() >= length))
        }
        _ => None,
    }
}

/// The error for a client that does not speak SASL, at a server that does.
#[cold]
pub(crate) fn refused(why: &[u8]) -> Error {
    let set = match cfg!(feature = "sasl") {
        true => "set `sasl` on the client's builder",
        false => {
            "set `sasl` on the client's builder, which takes the feature `sasl` of thrift-runtime"
        }
    };
    let why = escaped(why);
    let text =
        format!("the server takes SASL, and refused this client without it: \"{why}\"; {set}");
    Error::new(ErrorKind::Dialect, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_known_by_its_status_and_length() {
        let whole = b"\x04\0\0\0\x13Invalid status -128";
        assert_eq!(refusal(whole), Some((&b"Invalid status -128"[..], true)));
        assert_eq!(refusal(&whole[..8]), Some((&b"Inv"[..], false)));
        assert_eq!(refusal(b"\x03\0\0\0\0"), Some((&b""[..], true)));
        for other in [&whole[..4], b"\x02\0\0\0\x01a", b"\x04\x10\0\0\0a", b"\x80\x01\0\x02\0"] {
            assert_eq!(refusal(other), None);
        }
    }

    #[test]
    fn what_a_server_says_cannot_forge_lines() {
        let error = refused(b"no\nway");
        assert!(error.to_string().contains(r#"without it: "no\nway"; set `sasl`"#), "{error}");
    }
}
