//! TLS on both sides: the server knows its callers by their certificates, and takes no others.

mod authority;

use std::error::Error;

use authority::Authority;
use thrift_runtime::{
    ApplicationErrorKind, ApplicationException, Client, Context, Result, Server,
    middleware::{Authorize, Identity},
    tls::{ClientTls, ServerTls},
};

thrift_runtime::thrift! { idl: "service Desk { string who() }" }

/// Made for each call, so that it knows who calls.
struct Caller(Context);

impl Desk for Caller {
    async fn who(&self) -> Result<String> {
        Ok(self.0.identity().unwrap_or("nobody").to_owned())
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // Each end has a certificate that the same authority has signed.
    let authority = Authority::new()?;
    let (of_server, of_alice) = (authority.sign("localhost")?, authority.sign("alice")?);
    let roots = authority.pem.as_bytes();

    let tls =
        ServerTls::with_client_roots(of_server.chain.as_bytes(), of_server.key.as_bytes(), roots)?;
    let server = Server::bind("127.0.0.1:0").await?.tls(tls);
    let address = format!("localhost:{}", server.local_addr()?.port());
    // A real one looks for a name in the certificate; here, there is one caller.
    let desk = Authorize::new(DeskProcessor::per_call(|cx| Caller(cx.clone())), |cx| {
        let refused = || ApplicationException::new(ApplicationErrorKind(401), "no certificate");
        cx.certificates().first().map(|_| Identity::new("alice")).ok_or_else(refused)
    });
    tokio::spawn(server.serve(desk));

    let tls = ClientTls::with_roots(roots)?;
    let alice = tls.clone().certificate(of_alice.chain.as_bytes(), of_alice.key.as_bytes())?;
    let channel = Client::builder().connect_tls(&address, &alice).await?;
    println!("with a certificate: {}", DeskClient::new(channel).who().await?);
    // The server's refusal may come with the handshake, or with the first call.
    let refused = match Client::builder().connect_tls(&address, &tls).await {
        Ok(channel) => DeskClient::new(channel).who().await.is_err(),
        Err(_) => true,
    };
    println!("without one: {}", if refused { "refused" } else { "let in" });
    Ok(())
}
