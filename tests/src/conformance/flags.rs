//! The flags of the conformance programs.

use std::{path::PathBuf, str::FromStr};

use thrift_runtime::{AnyProtocol, BinaryProtocol, CompactProtocol, JsonProtocol, Limits};

/// What a program was told.
#[derive(Debug, Clone)]
pub(super) struct Flags {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) domain_socket: Option<PathBuf>,
    pub(super) protocol: Protocol,
    pub(super) transport: Transport,
    pub(super) dynamic: bool,
    pub(super) ssl: bool,
    pub(super) cert: Option<PathBuf>,
    pub(super) key: Option<PathBuf>,
    pub(super) ca: Option<PathBuf>,
    pub(super) limits: Limits,
}

/// A protocol, in THeader's frames or not, and whether each call names its service.
#[derive(Debug, Clone, Copy)]
pub(super) struct Protocol {
    pub(super) encoding: AnyProtocol,
    pub(super) header: bool,
    pub(super) multiplexed: bool,
}

impl Protocol {
    const BINARY: Self = Self::plain(AnyProtocol::Binary(BinaryProtocol::STRICT));
    const COMPACT: Self = Self::plain(AnyProtocol::Compact(CompactProtocol));
    const JSON: Self = Self::plain(AnyProtocol::Json(JsonProtocol));
    const HEADER: Self = Protocol { header: true, ..Self::BINARY };

    const fn plain(encoding: AnyProtocol) -> Self {
        Protocol { encoding, header: false, multiplexed: false }
    }

    const fn multiplexed(self) -> Self {
        Protocol { multiplexed: true, ..self }
    }
}

/// What messages are sent in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Transport {
    Buffered,
    Framed,
    Http,
    Zlib,
}

const PROTOCOLS: &[(&str, Protocol)] = &[
    ("binary", Protocol::BINARY),
    ("compact", Protocol::COMPACT),
    ("json", Protocol::JSON),
    ("header", Protocol::HEADER),
    ("multi", Protocol::BINARY.multiplexed()),
    ("multic", Protocol::COMPACT.multiplexed()),
    ("multij", Protocol::JSON.multiplexed()),
    ("multih", Protocol::HEADER.multiplexed()),
];

const TRANSPORTS: &[(&str, Transport)] = &[
    ("buffered", Transport::Buffered),
    ("framed", Transport::Framed),
    ("http", Transport::Http),
    ("zlib", Transport::Zlib),
];

impl Default for Flags {
    fn default() -> Self {
        Flags {
            host: "127.0.0.1".to_owned(),
            port: 9090,
            domain_socket: None,
            protocol: Protocol::BINARY,
            transport: Transport::Buffered,
            dynamic: false,
            ssl: false,
            cert: None,
            key: None,
            ca: None,
            limits: Limits::default(),
        }
    }
}

impl Flags {
    /// Reads the flags that this program was started with, or says what is wrong with them.
    pub(super) fn of_command_line() -> Result<Self, String> {
        let flags = Flags::read(std::env::args().skip(1))?;
        match flags.contradiction() {
            Some(contradiction) => Err(contradiction.to_owned()),
            None => Ok(flags),
        }
    }

    fn read(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut flags = Flags::default();
        while let Some(argument) = arguments.next() {
            let (flag, given) = match argument.split_once('=') {
                Some((flag, value)) => (flag, Some(value.to_owned())),
                None => (&*argument, None),
            };
            if flag == "--ssl" && given.is_none() {
                flags.ssl = true;
                continue;
            }
            if flag == "--dynamic" && given.is_none() {
                flags.dynamic = true;
                continue;
            }
            let value = || given.or_else(|| arguments.next()).ok_or(format!("{flag} has no value"));
            match flag {
                "--host" => flags.host = value()?,
                "--port" => flags.port = number(flag, &value()?)?,
                "--domain-socket" => flags.domain_socket = Some(value()?.into()),
                "--protocol" => flags.protocol = one_of(PROTOCOLS, flag, &value()?)?,
                "--transport" => flags.transport = one_of(TRANSPORTS, flag, &value()?)?,
                "--cert" => flags.cert = Some(value()?.into()),
                "--key" => flags.key = Some(value()?.into()),
                "--ca" => flags.ca = Some(value()?.into()),
                "--string-limit" => flags.limits.string_size = number(flag, &value()?)?,
                "--container-limit" => flags.limits.container_size = number(flag, &value()?)?,
                "--ssl" | "--dynamic" => return Err(format!("{flag} takes no value")),
                _ => return Err(format!("there is no flag {flag}")),
            }
        }
        Ok(flags)
    }

    /// What does not go together.
    fn contradiction(&self) -> Option<&'static str> {
        let Flags { domain_socket, protocol, transport, ssl, cert, key, ca, .. } = self;
        let http = *transport == Transport::Http;
        if !ssl && (cert.is_some() || key.is_some() || ca.is_some()) {
            Some("--cert, --key and --ca are for --ssl")
        } else if cert.is_some() != key.is_some() {
            Some("--cert and --key belong together")
        } else if *ssl && domain_socket.is_some() {
            Some("--ssl is not built over --domain-socket")
        } else if http && domain_socket.is_some() {
            Some("--transport=http is not built over --domain-socket")
        } else if http && protocol.header {
            Some("--transport=http has no frames for --protocol=header and multih")
        } else {
            None
        }
    }
}

fn number<T: FromStr>(flag: &str, value: &str) -> Result<T, String> {
    value.parse().map_err(|_| format!("{flag}={value} is no number that it may be"))
}

fn one_of<T: Copy>(known: &[(&str, T)], flag: &str, value: &str) -> Result<T, String> {
    match known.iter().find(|(name, _)| *name == value) {
        Some((_, one)) => Ok(*one),
        None => {
            let names: Vec<_> = known.iter().map(|(name, _)| *name).collect();
            Err(format!("{flag}={value} is none of {}", names.join(", ")))
        }
    }
}
