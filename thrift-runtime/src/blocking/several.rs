//! Connecting to one of several servers.

use super::{BlockingClient, BlockingClientBuilder, stream::Stream};
use crate::{
    error::Result,
    protocol::Protocol,
    transport::several::{Failures, without_scheme},
};

impl<P: Protocol> BlockingClientBuilder<P> {
    /// Connects over TCP to the first of several servers that lets this client in, each a `host:port`
    /// or, as Hive's settings have them, a `thrift://host:port`. They are tried in their order, and each
    /// has the [time for connecting](BlockingClientBuilder::connect_timeout) anew.
    ///
    /// ```no_run
    /// # fn run() -> thrift_runtime::Result<()> {
    /// use thrift_runtime::{BlockingClient, BlockingReconnecting};
    ///
    /// let uris = "thrift://one.example.com:9083,thrift://two.example.com:9083";
    /// let client = BlockingClient::builder().connect_any(uris.split(','))?;
    /// // What connects again, to whichever there is then:
    /// let connect = move || BlockingClient::builder().connect_any(uris.split(','));
    /// let client = BlockingReconnecting::new(connect);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// If no server lets it in, or there is none. The error names each server with the cause. Its kind is
    /// that of these causes if they all have the same.
    pub fn connect_any<A: AsRef<str>>(
        self,
        addresses: impl IntoIterator<Item = A>,
    ) -> Result<BlockingClient<P>> {
        let mut failures = Failures::default();
        for address in addresses {
            let address = without_scheme(address.as_ref());
            match self.clone().connect_to(address) {
                Ok(client) => return Ok(client),
                Err(error) => failures.add(address, error),
            }
        }
        failures.error()
    }

    /// Like [`connect_any`](BlockingClientBuilder::connect_any), with TLS. The certificate of each server must
    /// be for its host.
    ///
    /// # Errors
    ///
    /// As for [`connect_any`](BlockingClientBuilder::connect_any), and
    /// [`connect_tls`](BlockingClientBuilder::connect_tls) with each.
    #[cfg(feature = "tls")]
    pub fn connect_any_tls<A: AsRef<str>>(
        self,
        addresses: impl IntoIterator<Item = A>,
        tls: &crate::tls::ClientTls,
    ) -> Result<BlockingClient<P>> {
        let mut failures = Failures::default();
        for address in addresses {
            let address = without_scheme(address.as_ref());
            match self.clone().connect_tls(address, tls) {
                Ok(client) => return Ok(client),
                Err(error) => failures.add(address, error),
            }
        }
        failures.error()
    }

    fn connect_to(self, address: &str) -> Result<BlockingClient<P>> {
        let (socket, patience) = self.socket(address)?;
        self.begin(Stream::new(socket.into()), Some(address), patience)
    }
}
