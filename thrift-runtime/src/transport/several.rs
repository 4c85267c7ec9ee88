//! Several servers, of which a client takes the first that lets it in.

use crate::error::{Error, ErrorKind, Result};

/// The `host:port` of an address as Hive's settings have it, `thrift://host:port`, or as it is.
pub(crate) fn without_scheme(address: &str) -> &str {
    let address = address.trim();
    address.strip_prefix("thrift://").unwrap_or(address)
}

/// What has become of the servers that were tried.
#[derive(Debug, Default)]
pub(crate) struct Failures(Vec<(String, Error)>);

impl Failures {
    /// Notes that a server did not let the client in.
    pub(crate) fn add(&mut self, address: &str, error: Error) {
        self.0.push((address.to_owned(), error));
    }

    /// The error when none did, of the kind that all have, or else of the kind `Io`.
    #[cold]
    pub(crate) fn error<T>(mut self) -> Result<T> {
        let Some((last, error)) = self.0.pop() else {
            return Err(Error::new(ErrorKind::Io, "there is no address to connect to"));
        };
        let same = self.0.iter().all(|(_, other)| other.kind() == error.kind());
        let kind = if same { error.kind() } else { ErrorKind::Io };
        let mut text = "no server lets this client in: ".to_owned();
        for (address, error) in &self.0 {
            text += &format!("{address}: {error}; ");
        }
        text += &format!("{last}: {error}");
        Err(Error::new(kind, text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_may_have_the_scheme_of_hives_settings() {
        let uris = "thrift://one:9083, two:9083,thrift://[::1]:9083";
        let addresses: Vec<_> = uris.split(',').map(without_scheme).collect();
        assert_eq!(addresses, ["one:9083", "two:9083", "[::1]:9083"]);
    }

    #[test]
    fn errors_name_every_address_with_its_cause() {
        let error = |kinds: &[ErrorKind]| {
            let mut failures = Failures::default();
            for (number, kind) in kinds.iter().enumerate() {
                failures.add(&format!("host{number}:1"), Error::new(*kind, format!("no {number}")));
            }
            failures.error::<()>().unwrap_err()
        };
        let sasl = error(&[ErrorKind::Sasl, ErrorKind::Sasl]);
        assert_eq!(sasl.kind(), ErrorKind::Sasl);
        let text = "no server lets this client in: host0:1: no 0; host1:1: no 1";
        assert_eq!(sasl.to_string(), text);
        assert_eq!(error(&[ErrorKind::Sasl, ErrorKind::ConnectTimeout]).kind(), ErrorKind::Io);
        assert_eq!(error(&[]).to_string(), "there is no address to connect to");
    }
}
