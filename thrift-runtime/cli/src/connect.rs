//! Connecting to a server, with whatever protocol and transport it uses.

use std::{fs, path::PathBuf, time::Duration};

use clap::{Args, ValueEnum};
use thrift_runtime::{
    AnyProtocol, BoxChannel, Client, ClientBuilder, Framing, HttpClient, Reconnecting,
    dynamic::{CallError, Idl},
    sasl::Plain,
    schema,
    tls::ClientTls,
};

use crate::{
    failure::{Failure, Result},
    input::ProtocolName,
};

/// The options for the protocol and transport of the server.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Protocol and transport of the server")]
pub(crate) struct Server {
    /// How messages are delimited on the connection
    #[arg(long, value_enum, default_value_t = FramingName::Buffered)]
    framing: FramingName,
    /// The protocol
    #[arg(long, value_enum, default_value_t = ProtocolName::Binary)]
    protocol: ProtocolName,
    /// Use TLS
    #[arg(long)]
    tls: bool,
    /// Trust the certificate authorities in this PEM file instead of the system's; implies --tls
    #[arg(long, value_name = "FILE")]
    tls_ca: Option<PathBuf>,
    /// Compress the whole connection
    #[arg(long)]
    zlib: bool,
    /// Log in with SASL PLAIN
    #[arg(long, value_name = "USER:PASSWORD")]
    sasl: Option<String>,
    /// Call this service of a server with several (TMultiplexedProtocol)
    #[arg(long, value_name = "NAME")]
    service: Option<String>,
    /// Send a header, `name: value`, over THeader, TTHeader or HTTP; may be given several times
    #[arg(short = 'H', long = "header", value_name = "HEADER")]
    headers: Vec<String>,
    /// The timeout in seconds, for connecting and for each call
    #[arg(long, value_name = "SECONDS", default_value_t = 30.0)]
    timeout: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FramingName {
    /// Without frames, as with TBufferedTransport
    Buffered,
    /// In frames, each after its length, as with TFramedTransport
    Framed,
    /// THeader
    Header,
    /// CloudWeGo's TTHeader
    Ttheader,
    /// TTHeader, with a frame around each message
    TtheaderFramed,
}

impl FramingName {
    fn framing(self) -> Framing {
        match self {
            FramingName::Buffered => Framing::Buffered,
            FramingName::Framed => Framing::Framed,
            FramingName::Header => Framing::Header,
            FramingName::Ttheader => Framing::TtHeader,
            FramingName::TtheaderFramed => Framing::TtHeaderFramed,
        }
    }
}

/// Applies the settings for calls, which both kinds of clients have.
macro_rules! with_calls {
    ($client:expr, $server:expr) => {{
        let mut client = $client.with_timeout($server.timeout()?);
        for (name, value) in $server.headers()? {
            client = client.with_header(name, value);
        }
        match &$server.service {
            Some(service) => BoxChannel::new(client.to_service(service.as_str())),
            None => BoxChannel::new(client),
        }
    }};
}

/// Asks a server for its IDL.
pub(crate) async fn asked(address: &str, channel: BoxChannel<AnyProtocol>) -> Result<Idl> {
    let told = schema::ask(channel).await.map_err(|error| match error.is_application() {
        true => Failure::of_call(&CallError::Other(error))
            .before(format!("{address} does not provide its IDL: ")),
        false => Failure::of_call(&CallError::Other(error)),
    })?;
    told.load().map_err(Failure::input)
}

impl Server {
    /// Connects to a `host:port`, the path of a Unix socket, or an HTTP URL, and connects again if a
    /// call finds the connection closed.
    pub(crate) async fn connect(&self, address: &str) -> Result<BoxChannel<AnyProtocol>> {
        let failed = |error| Failure::connecting(address, &error);
        if address.starts_with("http://") || address.starts_with("https://") {
            let client = self.http(address)?;
            return Ok(with_calls!(client, self));
        }
        let builder = self.builder()?;
        let (tls, address) = (self.tls()?, address.to_owned());
        let client = Reconnecting::new(move || {
            let (builder, tls, address) = (builder.clone(), tls.clone(), address.clone());
            async move {
                match tls {
                    Some(tls) => builder.connect_tls(&address, &tls).await,
                    #[cfg(unix)]
                    None if address.contains('/') => builder.connect_unix(&address).await,
                    None => builder.connect(&address).await,
                }
            }
        });
        client.client().await.map_err(failed)?;
        Ok(with_calls!(client, self))
    }

    fn builder(&self) -> Result<ClientBuilder<AnyProtocol>> {
        let builder = Client::builder().protocol(self.protocol.protocol());
        let mut builder = builder.framing(self.framing.framing()).connect_timeout(self.timeout()?);
        if self.zlib {
            builder = builder.zlib();
        }
        if let Some(login) = &self.sasl {
            let (user, password) = login.split_once(':').unwrap_or((login, ""));
            builder = builder.sasl(Plain::new(user, password));
        }
        Ok(builder)
    }

    fn http(&self, url: &str) -> Result<HttpClient<AnyProtocol>> {
        self.check_http()?;
        let mut client = HttpClient::new(url).map_err(|error| Failure::connecting(url, &error))?;
        if let Some(tls) = self.tls()? {
            client = client.tls(tls);
        }
        if self.framing == FramingName::Header {
            client = client.header();
        }
        Ok(client.protocol(self.protocol.protocol()))
    }

    /// Rejects options for sockets that have no meaning over HTTP.
    fn check_http(&self) -> Result {
        let framing = !matches!(self.framing, FramingName::Buffered | FramingName::Header);
        let given =
            [("--sasl", self.sasl.is_some()), ("--zlib", self.zlib), ("--framing", framing)];
        match given.into_iter().find(|(_, given)| *given) {
            Some((name, _)) => Err(Failure::usage(format!("{name} has no meaning over HTTP"))),
            None => Ok(()),
        }
    }

    fn timeout(&self) -> Result<Duration> {
        Duration::try_from_secs_f64(self.timeout)
            .map_err(|error| Failure::usage(format!("--timeout {}: {error}", self.timeout)))
    }

    fn headers(&self) -> Result<Vec<(&str, &str)>> {
        let parts = |header: &str| -> Option<(usize, usize)> {
            let colon = header.find(':')?;
            let value = header.get(colon + 1..)?;
            Some((colon, header.len() - value.trim_start().len()))
        };
        let split = |header: &'_ String| match parts(header) {
            Some((colon, value)) => Ok((colon, value)),
            None => Err(Failure::usage(format!("--header {header}: write `name: value`"))),
        };
        self.headers
            .iter()
            .map(|header| {
                let (colon, value) = split(header)?;
                Ok((&header[..colon], &header[value..]))
            })
            .collect()
    }

    fn tls(&self) -> Result<Option<ClientTls>> {
        let tls = match &self.tls_ca {
            Some(file) => {
                let pem = fs::read(file).map_err(|error| {
                    Failure::input(format!("cannot read `{}`: {error}", file.display()))
                })?;
                ClientTls::with_roots(&pem)
            }
            None if self.tls => ClientTls::new(),
            None => return Ok(None),
        };
        tls.map(Some).map_err(Failure::input)
    }
}
