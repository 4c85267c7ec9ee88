//! The flags of the conformance programs.

use std::str::FromStr;

use thrift_runtime::{AnyProtocol, BinaryProtocol, CompactProtocol, Framing, JsonProtocol, Limits};

/// What a program was told.
#[derive(Debug, Clone)]
pub(super) struct Flags {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) protocol: Protocol,
    pub(super) transport: Framing,
    pub(super) limits: Limits,
}

/// A protocol, and whether each call names its service.
#[derive(Debug, Clone, Copy)]
pub(super) struct Protocol {
    pub(super) encoding: AnyProtocol,
    pub(super) multiplexed: bool,
}

const fn plain(encoding: AnyProtocol) -> Option<Protocol> {
    Some(Protocol { encoding, multiplexed: false })
}

const fn multiplexed(encoding: AnyProtocol) -> Option<Protocol> {
    Some(Protocol { encoding, multiplexed: true })
}

const BINARY: AnyProtocol = AnyProtocol::Binary(BinaryProtocol::STRICT);
const COMPACT: AnyProtocol = AnyProtocol::Compact(CompactProtocol);
const JSON: AnyProtocol = AnyProtocol::Json(JsonProtocol);

/// The values of `--protocol`; `None` for one that is not built.
const PROTOCOLS: &[(&str, Option<Protocol>)] = &[
    ("binary", plain(BINARY)),
    ("compact", plain(COMPACT)),
    ("json", plain(JSON)),
    ("header", None),
    ("multi", multiplexed(BINARY)),
    ("multic", multiplexed(COMPACT)),
    ("multij", multiplexed(JSON)),
    ("multih", None),
];

/// The values of `--transport`; `None` for one that is not built.
const TRANSPORTS: &[(&str, Option<Framing>)] = &[
    ("buffered", Some(Framing::Buffered)),
    ("framed", Some(Framing::Framed)),
    ("http", None),
    ("zlib", None),
];

/// Flags that are known and not built.
const NOT_BUILT: &[&str] = &["--domain-socket", "--ssl", "--cert", "--key", "--ca"];

impl Default for Flags {
    fn default() -> Self {
        Flags {
            host: "127.0.0.1".to_owned(),
            port: 9090,
            protocol: Protocol { encoding: BINARY, multiplexed: false },
            transport: Framing::Buffered,
            limits: Limits::default(),
        }
    }
}

impl Flags {
    /// Reads the flags that this program was started with, or says what is wrong with them.
    pub(super) fn of_command_line() -> Result<Self, String> {
        Flags::read(std::env::args().skip(1))
    }

    fn read(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut flags = Flags::default();
        while let Some(argument) = arguments.next() {
            let (flag, given) = match argument.split_once('=') {
                Some((flag, value)) => (flag, Some(value.to_owned())),
                None => (&*argument, None),
            };
            if NOT_BUILT.contains(&flag) {
                return Err(format!("{flag} is not built"));
            }
            let value = || given.or_else(|| arguments.next()).ok_or(format!("{flag} has no value"));
            match flag {
                "--host" => flags.host = value()?,
                "--port" => flags.port = number(flag, &value()?)?,
                "--protocol" => flags.protocol = one_of(PROTOCOLS, flag, &value()?)?,
                "--transport" => flags.transport = one_of(TRANSPORTS, flag, &value()?)?,
                "--string-limit" => flags.limits.string_size = number(flag, &value()?)?,
                "--container-limit" => flags.limits.container_size = number(flag, &value()?)?,
                _ => return Err(format!("there is no flag {flag}")),
            }
        }
        Ok(flags)
    }
}

fn number<T: FromStr>(flag: &str, value: &str) -> Result<T, String> {
    value.parse().map_err(|_| format!("{flag}={value} is no number that it may be"))
}

fn one_of<T: Copy>(known: &[(&str, Option<T>)], flag: &str, value: &str) -> Result<T, String> {
    match known.iter().find(|(name, _)| *name == value) {
        Some((_, Some(built))) => Ok(*built),
        Some((_, None)) => Err(format!("{flag}={value} is not built")),
        None => {
            let names: Vec<_> = known.iter().map(|(name, _)| *name).collect();
            Err(format!("{flag}={value} is none of {}", names.join(", ")))
        }
    }
}
