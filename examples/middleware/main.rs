//! Code around every call: who may call, a line for each call, and a layer of one's own that counts.

mod counted;

use counted::{Counted, Counts};
use thrift_runtime::{
    Client, Context, Error, Result, Server,
    middleware::{AccessLog, Authorize, Identity},
};

thrift_runtime::thrift! { idl: "service Desk { string open(1: string drawer) }" }

/// Made for each call, so that it knows who calls.
struct Caller(Context);

impl Desk for Caller {
    async fn open(&self, drawer: String) -> Result<String> {
        let name = self.0.identity().ok_or_else(|| Error::internal("nobody calls"))?;
        Ok(format!("{name} opens the {drawer}"))
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    let server = Server::bind("127.0.0.1:0").await?;
    let address = server.local_addr()?;
    let counts = Counts::default();

    // The outermost layer is the last.
    let desk = DeskProcessor::per_call(|cx| Caller(cx.clone()));
    let desk = Authorize::bearer(desk, |token| (token == "7f3a").then(|| Identity::new("alice")));
    let desk = Counted { inner: desk, counts: counts.clone() };
    let desk = AccessLog::new(desk, |access| eprintln!("{access}"));
    tokio::spawn(server.serve(desk));

    // Headers, such as tokens, need a transport that carries them.
    let channel = Client::builder().header().connect(address).await?;
    let alice = DeskClient::new(channel.with_header("authorization", "Bearer 7f3a"));
    println!("{}", alice.open("left drawer".into()).await?);
    match DeskClient::new(channel).open("right drawer".into()).await {
        Err(error) => println!("without a token: {error}"),
        Ok(opened) => println!("{opened}"),
    }
    println!("{counts}");
    Ok(())
}
