//! Connecting to one of several servers.

use super::{Client, ClientBuilder};
use crate::{
    error::Result,
    protocol::Protocol,
    transport::{
        connect,
        several::{Failures, without_scheme},
    },
};

impl<P: Protocol> ClientBuilder<P> {
    /// Connects over TCP to the first of several servers that accepts this client. Each address is a
    /// `host:port` or, as in Hive's settings, a `thrift://host:port`. They are tried in order, and
    /// each has the full [time for connecting](ClientBuilder::connect_timeout).
    ///
    /// ```no_run
    /// # async fn run() -> thrift_runtime::Result<()> {
    /// use thrift_runtime::{Client, Reconnecting};
    ///
    /// let uris = "thrift://one.example.com:9083,thrift://two.example.com:9083";
    /// let client = Client::builder().connect_any(uris.split(',')).await?;
    /// // What connects again, to whichever there is then:
    /// let client = Reconnecting::new(move || Client::builder().connect_any(uris.split(',')));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// For many calls at once, [`layers::Balanced`] spreads them over all servers.
    ///
    /// [`layers::Balanced`]: https://docs.rs/thrift-runtime/latest/thrift_runtime/layers/struct.Balanced.html
    ///
    /// # Errors
    ///
    /// If no server accepts this client, or there is none. The error names each server and the cause.
    /// Its kind is that of the causes if they all have the same one.
    pub async fn connect_any<A: AsRef<str>>(
        self,
        addresses: impl IntoIterator<Item = A>,
    ) -> Result<Client<P>> {
        let mut failures = Failures::default();
        for address in addresses {
            let address = without_scheme(address.as_ref());
            match self.clone().connect_to(address).await {
                Ok(client) => return Ok(client),
                Err(error) => failures.add(address, error),
            }
        }
        failures.error()
    }

    /// Like [`connect_any`](ClientBuilder::connect_any), with TLS. The certificate of each server must be for
    /// its host.
    ///
    /// # Errors
    ///
    /// As for [`connect_any`](ClientBuilder::connect_any), and
    /// [`connect_tls`](ClientBuilder::connect_tls) with each.
    #[cfg(feature = "tls")]
    pub async fn connect_any_tls<A: AsRef<str>>(
        self,
        addresses: impl IntoIterator<Item = A>,
        tls: &crate::tls::ClientTls,
    ) -> Result<Client<P>> {
        let mut failures = Failures::default();
        for address in addresses {
            let address = without_scheme(address.as_ref());
            match self.clone().connect_tls(address, tls).await {
                Ok(client) => return Ok(client),
                Err(error) => failures.add(address, error),
            }
        }
        failures.error()
    }

    async fn connect_to(self, address: &str) -> Result<Client<P>> {
        let patience = self.patience()?;
        let socket = connect::tcp(address, patience, &self.socket).await?;
        self.begin(socket, Some(address), patience).await
    }
}
