//! The addresses of a host: in which order they are tried, and what became of it.

use std::{io, net::SocketAddr, time::Duration};

use crate::error::{Error, ErrorKind};

/// How long an address is tried alone before the next is tried beside it.
///
/// > 250 milliseconds is recommended as the default Connection Attempt Delay. (RFC 8305, 5)
pub(crate) const STAGGER: Duration = Duration::from_millis(250);

/// Addresses in the order in which to try them: that of the resolver, but with the families taking
/// turns, since a family may be cut off as a whole (RFC 8305, 4).
pub(crate) fn interleaved(addresses: impl Iterator<Item = SocketAddr>) -> Vec<SocketAddr> {
    let addresses: Vec<_> = addresses.collect();
    let first_family = addresses.first().is_some_and(SocketAddr::is_ipv4);
    let of_family = |first: bool| {
        addresses.iter().filter(move |address| (address.is_ipv4() == first_family) == first)
    };
    let (mut first, mut second) = (of_family(true), of_family(false));
    let mut ordered = Vec::with_capacity(addresses.len());
    while ordered.len() < addresses.len() {
        ordered.extend(first.next());
        ordered.extend(second.next());
    }
    ordered
}

#[cfg(any(feature = "sasl", feature = "tls"))]
/// The host of a `host:port`, without the brackets of an IPv6 address.
pub(crate) fn host_of(address: &str) -> &str {
    let host = address.rsplit_once(':').map_or(address, |(host, _)| host);
    host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host)
}

/// What has become of the attempts to connect.
#[derive(Debug, Default)]
pub(crate) struct Attempts {
    open: Vec<SocketAddr>,
    failed: Vec<(SocketAddr, io::Error)>,
}

impl Attempts {
    pub(crate) fn begin(&mut self, address: SocketAddr) {
        self.open.push(address);
    }

    pub(crate) fn fail(&mut self, address: SocketAddr, error: io::Error) {
        self.open.retain(|open| *open != address);
        self.failed.push((address, error));
    }

    /// Whether none may still succeed.
    pub(crate) fn are_over(&self) -> bool {
        self.open.is_empty()
    }

    /// The error when all have failed.
    #[cold]
    pub(crate) fn error(mut self) -> Error {
        let Some((last, error)) = self.failed.pop() else { return nowhere() };
        let mut text = "cannot connect to ".to_owned();
        for (address, error) in &self.failed {
            text += &format!("{address} ({error}) or ");
        }
        text += &last.to_string();
        let timed_out = |error: &io::Error| error.kind() == io::ErrorKind::TimedOut;
        let late = timed_out(&error) && self.failed.iter().all(|(_, error)| timed_out(error));
        let kind = if late { ErrorKind::ConnectTimeout } else { ErrorKind::Io };
        Error::with_source(kind, text, error)
    }

    /// The error when the time has passed.
    #[cold]
    pub(crate) fn late(self, patience: Duration) -> Error {
        let silent: Vec<_> = self.open.iter().map(SocketAddr::to_string).collect();
        let silent = format!("{} did not answer", silent.join(" and "));
        let failed = self.failed.iter().map(|(address, error)| format!(", {address}: {error}"));
        late(patience, silent + &failed.collect::<String>())
    }
}

/// The error for connecting that takes too long, and what it was that did.
#[cold]
pub(crate) fn late(patience: Duration, what: impl std::fmt::Display) -> Error {
    let text = format!("no connection was made within {patience:?}: {what}");
    Error::new(ErrorKind::ConnectTimeout, text)
}

/// The error for an address that resolves to nothing.
#[cold]
pub(crate) fn nowhere() -> Error {
    Error::new(ErrorKind::Io, "the address resolves to nothing")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_take_turns_and_keep_their_order() {
        let address = |text: &&str| text.parse().unwrap();
        let ordered = |texts: &[&str]| interleaved(texts.iter().map(address));
        let (four, six) = (["1.1.1.1:1", "1.1.1.2:1", "1.1.1.3:1"], ["[::1]:1", "[::2]:1"]);
        let expected: Vec<_> =
            [six[0], four[0], six[1], four[1], four[2]].iter().map(address).collect();
        assert_eq!(ordered(&[six[0], six[1], four[0], four[1], four[2]]), expected);
        assert_eq!(ordered(&four), four.iter().map(address).collect::<Vec<_>>());
        assert_eq!(ordered(&[]), []);
    }

    #[test]
    fn errors_name_every_address() {
        let (one, two, three) = ([1, 1, 1, 1], [1, 1, 1, 2], [1, 1, 1, 3]);
        let (one, two, three) = ((one, 7).into(), (two, 7).into(), (three, 7).into());
        let attempts = |addresses: &[SocketAddr]| {
            let mut attempts = Attempts::default();
            addresses.iter().for_each(|address| attempts.begin(*address));
            attempts
        };
        let refused = || io::Error::new(io::ErrorKind::ConnectionRefused, "refused");
        let mut all = attempts(&[one, two]);
        all.fail(two, refused());
        assert!(!all.are_over());
        all.fail(one, io::ErrorKind::TimedOut.into());
        assert!(all.are_over());
        let error = all.error();
        assert_eq!(
            error.to_string(),
            "cannot connect to 1.1.1.2:7 (refused) or 1.1.1.1:7: timed out"
        );
        assert_eq!(error.kind(), ErrorKind::Io);
        assert!(error.get_ref().unwrap().is::<io::Error>());

        let mut slow = attempts(&[one]);
        slow.fail(one, io::ErrorKind::TimedOut.into());
        assert_eq!(slow.error().kind(), ErrorKind::ConnectTimeout);

        let mut some = attempts(&[one, two, three]);
        some.fail(two, refused());
        let error = some.late(Duration::from_secs(3));
        assert_eq!(error.kind(), ErrorKind::ConnectTimeout);
        let text = "no connection was made within 3s: 1.1.1.1:7 and 1.1.1.3:7 did not answer, 1.1.1.2:7: refused";
        assert_eq!(error.to_string(), text);
    }
}
