//! The content types of messages over HTTP.

use hyper::header::HeaderValue;

use crate::protocol::Encoding;

/// What an [`HttpClient`](crate::HttpClient) says that its calls are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum ContentType {
    /// `application/x-thrift`, as Apache Thrift's clients write it, in any protocol.
    #[default]
    Thrift,
    /// `application/x-thrift; protocol=TBINARY`, or what the protocol is, as Armeria writes it.
    Protocol,
    /// `application/vnd.apache.thrift.binary`, or what the protocol is, as it is registered.
    Registered,
}

/// How a protocol is called.
struct Names {
    encoding: Encoding,
    /// In the parameter `protocol`, behind a `T`.
    short: &'static str,
    with_parameter: &'static str,
    registered: &'static str,
}

const PLAIN: &str = "application/x-thrift";
/// What all registered types begin with.
const REGISTERED: &str = "application/vnd.apache.thrift.";

const NAMES: [Names; 3] = [
    Names {
        encoding: Encoding::Binary { strict: true },
        short: "BINARY",
        with_parameter: "application/x-thrift; protocol=TBINARY",
        registered: "application/vnd.apache.thrift.binary",
    },
    Names {
        encoding: Encoding::Compact,
        short: "COMPACT",
        with_parameter: "application/x-thrift; protocol=TCOMPACT",
        registered: "application/vnd.apache.thrift.compact",
    },
    Names {
        encoding: Encoding::Json,
        short: "JSON",
        with_parameter: "application/x-thrift; protocol=TJSON",
        registered: "application/vnd.apache.thrift.json",
    },
];

impl ContentType {
    /// The one that names no protocol.
    pub(crate) const PLAIN: HeaderValue = HeaderValue::from_static(PLAIN);

    /// The value of the header, for a protocol.
    pub(crate) fn value(self, encoding: Encoding) -> HeaderValue {
        let names = NAMES.iter().find(|names| names.encoding.is_like(encoding));
        HeaderValue::from_static(match (self, names) {
            (ContentType::Protocol, Some(names)) => names.with_parameter,
            (ContentType::Registered, Some(names)) => names.registered,
            (ContentType::Thrift, _) | (_, None) => PLAIN,
        })
    }
}

/// What a content type says about the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stated {
    /// Nothing: there is none, or it is not one of Thrift.
    Nothing,
    /// That it is one, in any protocol.
    Thrift,
    Protocol(Encoding),
    /// A protocol that nobody here knows, such as `TTEXT`.
    Unknown,
}

impl Stated {
    /// Reads a content type. Case does not matter, and a parameter may stand in quotes.
    pub(crate) fn by(content_type: Option<&HeaderValue>) -> Self {
        let Some(Ok(text)) = content_type.map(HeaderValue::to_str) else { return Stated::Nothing };
        let mut parts = text.split(';').map(str::trim);
        let kind = parts.next().unwrap_or_default();
        let found = if kind.eq_ignore_ascii_case(PLAIN) {
            let Some(name) = parts.find_map(protocol_parameter) else { return Stated::Thrift };
            NAMES.iter().find(|names| is_called(name, names.short))
        } else if starts_with(kind, REGISTERED) {
            NAMES.iter().find(|names| kind.eq_ignore_ascii_case(names.registered))
        } else {
            return Stated::Nothing;
        };
        found.map_or(Stated::Unknown, |names| Stated::Protocol(names.encoding))
    }
}

/// The value of the parameter, if it is the one that names the protocol.
fn protocol_parameter(parameter: &str) -> Option<&str> {
    let (name, value) = parameter.split_once('=')?;
    name.trim().eq_ignore_ascii_case("protocol").then(|| value.trim().trim_matches('"'))
}

/// Whether a name is a protocol's, with the `T` before it or without.
fn is_called(name: &str, short: &str) -> bool {
    let without = name.strip_prefix(['T', 't']).unwrap_or(name);
    without.eq_ignore_ascii_case(short)
}

fn starts_with(text: &str, start: &str) -> bool {
    text.get(..start.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_types_are_read_as_apache_and_armeria_write_them() {
        let binary = Stated::Protocol(Encoding::Binary { strict: true });
        let (compact, json) =
            (Stated::Protocol(Encoding::Compact), Stated::Protocol(Encoding::Json));
        for (text, stated) in [
            ("application/x-thrift", Stated::Thrift),
            ("Application/X-Thrift; charset=utf-8", Stated::Thrift),
            ("application/x-thrift; protocol=TBINARY", binary),
            ("application/x-thrift;protocol=TCompact", compact),
            ("application/x-thrift ; charset=utf-8; Protocol = \"TjSoN\"", json),
            ("application/x-thrift; protocol=binary", binary),
            ("application/x-thrift; protocol=TTEXT", Stated::Unknown),
            ("application/x-thrift; protocol=", Stated::Unknown),
            ("application/vnd.apache.thrift.binary", binary),
            ("application/vnd.apache.thrift.compact", compact),
            ("application/vnd.apache.thrift.json; charset=utf-8", json),
            ("application/vnd.apache.thrift.text", Stated::Unknown),
            ("application/x-www-form-urlencoded", Stated::Nothing),
            ("application/json", Stated::Nothing),
            ("", Stated::Nothing),
        ] {
            let value = HeaderValue::from_static(text);
            assert_eq!(Stated::by(Some(&value)), stated, "{text}");
        }
        assert_eq!(Stated::by(None), Stated::Nothing);
        let hidden = HeaderValue::from_bytes(b"application/x-thrift\xff").unwrap();
        assert_eq!(Stated::by(Some(&hidden)), Stated::Nothing);
    }

    #[test]
    fn what_clients_write_is_what_servers_read() {
        for names in NAMES {
            for (kind, stated) in [
                (ContentType::Thrift, Stated::Thrift),
                (ContentType::Protocol, Stated::Protocol(names.encoding)),
                (ContentType::Registered, Stated::Protocol(names.encoding)),
            ] {
                assert_eq!(Stated::by(Some(&kind.value(names.encoding))), stated);
            }
        }
    }
}
