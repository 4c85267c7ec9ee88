//! Who a peer is by Kerberos.

use super::{Quality, principal::split_realm};

/// Who a peer is by Kerberos, and what it asks for.
///
/// ```
/// use thrift_runtime::sasl::{GssapiServer, Quality};
///
/// let mechanism = GssapiServer::new("hive/_HOST@EXAMPLE.COM").authorize(|peer| {
///     match peer.realm() == "EXAMPLE.COM" && peer.quality() >= Quality::Integrity {
///         true => Ok(peer.name().to_owned()),
///         false => Err("not from this realm"),
///     }
/// });
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KerberosPeer {
    pub(super) principal: String,
    pub(super) acts_as: Option<String>,
    pub(super) quality: Quality,
}

impl KerberosPeer {
    pub(super) fn new(principal: String, acts_as: String, quality: Quality) -> Self {
        // Asking to act as oneself is the same as not asking to act as another.
        let acts_as = Some(acts_as).filter(|other| !other.is_empty() && *other != principal);
        KerberosPeer { principal, acts_as, quality }
    }

    /// The principal, such as `alice@EXAMPLE.COM` or `hdfs/node1.example.com@EXAMPLE.COM`.
    pub fn principal(&self) -> &str {
        &self.principal
    }

    /// The principal without its realm. `alice` of one realm is not that of another.
    pub fn name(&self) -> &str {
        split_realm(&self.principal).map_or(&self.principal, |(name, _)| name)
    }

    /// The realm that vouches for it.
    pub fn realm(&self) -> &str {
        split_realm(&self.principal).map_or("", |(_, realm)| realm)
    }

    /// The other user as whom it wants to act, if there is one.
    pub fn acts_as(&self) -> Option<&str> {
        self.acts_as.as_deref()
    }

    /// How what follows is protected.
    pub fn quality(&self) -> Quality {
        self.quality
    }
}
