//! Names of services and users in Kerberos.

/// What Hadoop writes for a host in a principal that is the same on all hosts.
const ANY_HOST: &str = "_HOST";

/// A service, as a setting names it: `hive`, `hive/node1.example.com@EXAMPLE.COM` or
/// `hive/_HOST@EXAMPLE.COM`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Service {
    /// A service on a host that is not part of the setting. The library finds its realm.
    Named(String),
    /// A principal. What comes before and after the host is known, where that is left open.
    Principal { before: String, after: String },
    /// A principal that is known as a whole.
    Whole(String),
}

impl Service {
    pub(super) fn of(text: &str) -> Self {
        let (name, realm) = match split_realm(text) {
            Some((name, realm)) => (name, format!("@{realm}")),
            None => (text, String::new()),
        };
        match name.split_once('/') {
            Some((before, ANY_HOST)) => {
                Service::Principal { before: before.to_owned(), after: realm }
            }
            None if realm.is_empty() => Service::Named(text.to_owned()),
            _ => Service::Whole(text.to_owned()),
        }
    }

    /// The service without the host.
    pub(super) fn name(&self) -> &str {
        match self {
            Service::Named(name) | Service::Principal { before: name, .. } => name,
            Service::Whole(principal) => principal,
        }
    }
}

/// A principal's name and its realm. A backslash makes an at sign a part of the name.
pub(super) fn split_realm(principal: &str) -> Option<(&str, &str)> {
    let mut escaped = false;
    for (at, byte) in principal.bytes().enumerate() {
        match byte {
            b'@' if !escaped => {
                return principal.get(..at).zip(principal.get(at + 1..));
            }
            b'\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    None
}

/// The host in a principal `service/host@REALM`.
pub(super) fn host_in(principal: &str) -> Option<&str> {
    let name = split_realm(principal).map_or(principal, |(name, _)| name);
    name.split_once('/').map(|(_, host)| host).filter(|host| !host.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_is_named_alone_or_by_a_principal() {
        let open = |before: &str, after: &str| Service::Principal {
            before: before.to_owned(),
            after: after.to_owned(),
        };
        assert_eq!(Service::of("hive"), Service::Named("hive".into()));
        assert_eq!(Service::of("hive/_HOST@EXAMPLE.COM"), open("hive", "@EXAMPLE.COM"));
        assert_eq!(Service::of("hive/_HOST"), open("hive", ""));
        for whole in ["hive/node1@EXAMPLE.COM", "hive/node1", "hive@EXAMPLE.COM", "a/_HOST/b@C"] {
            assert_eq!(Service::of(whole), Service::Whole(whole.into()));
        }
    }

    #[test]
    fn parts_of_a_principal_are_found() {
        assert_eq!(split_realm("alice@EXAMPLE.COM"), Some(("alice", "EXAMPLE.COM")));
        assert_eq!(split_realm(r"a\@b@C"), Some((r"a\@b", "C")));
        assert_eq!(split_realm(r"a\\@C"), Some((r"a\\", "C")));
        assert_eq!(split_realm("alice"), None);
        assert_eq!(host_in("hive/node1@EXAMPLE.COM"), Some("node1"));
        assert_eq!(host_in("hive/@EXAMPLE.COM"), None);
        assert_eq!(host_in("hive@EXAMPLE.COM"), None);
    }
}
