//! TTHeader, with messages in frames of their own and without: each library's client calls each
//! library's server.

use std::{net::SocketAddr, sync::Mutex, time::Duration};

use metainfo::{Forward, METAINFO, MetaInfo};
use thrift_runtime::{
    Channel, Client, Framing, Headers, Request, Response, Result, Server, ttheader,
};
use thrift_volo::{
    Theirs,
    ours::{self, Stock, StockClient},
    processor,
    theirs::{self, StockClientBuilder, StockServer},
};
use tokio::net::TcpListener;
use volo_thrift::{
    ClientError, MaybeException,
    codec::default::{DefaultMakeCodec, thrift::MakeThriftCodec, ttheader::MakeTTHeaderCodec},
};

/// The framings, and what the table of peers calls them.
const FRAMINGS: [(Framing, &str); 2] =
    [(Framing::TtHeader, "TTHeader"), (Framing::TtHeaderFramed, "TTHeader, with a frame within")];

#[test]
fn the_readme_has_the_table() {
    let mut table =
        "| transport | Volo's client | Volo's server |\n| --- | --- | --- |\n".to_owned();
    for (_, name) in FRAMINGS {
        table += &format!("| {name} | ok | ok |\n");
    }
    let readme = include_str!("../../../README.md");
    assert!(readme.contains(&table), "README.md should have\n\n{table}");
}

async fn serve_ours(concurrent_calls: usize) -> SocketAddr {
    let server = Server::bind("127.0.0.1:0").await.unwrap().concurrent_calls(concurrent_calls);
    let address = server.local_addr().unwrap();
    tokio::spawn(server.serve(processor()));
    address
}

async fn serve_theirs() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let incoming = volo::net::incoming::DefaultIncoming::from(listener);
    tokio::spawn(StockServer::new(Theirs).run(incoming));
    address
}

/// Notes the headers of the last reply.
struct Noting<C>(Mutex<Headers>, C);

impl<C: Channel> Channel for Noting<C> {
    type Protocol = C::Protocol;

    async fn send(&self, request: Request<'_, C::Protocol>) -> Result<Response<C::Protocol>> {
        let response = self.1.send(request).await?;
        self.0.lock().unwrap().clone_from(response.headers());
        Ok(response)
    }
}

#[tokio::test]
async fn our_client_calls_both() {
    for address in [serve_ours(1).await, serve_ours(10).await, serve_theirs().await] {
        for (framing, _) in FRAMINGS {
            let client = Client::builder().framing(framing).connect(address).await.unwrap();
            let noting = Noting(Mutex::default(), client.clone());
            let stock = StockClient::new(&noting);
            assert_eq!(stock.take("nails".into(), 3).await.unwrap(), 7);
            let error = stock.take("nails".into(), 11).await.unwrap_err();
            let ours::StockTakeError::Gone(gone) = error else { panic!("{error:?}") };
            assert_eq!(gone.item, "nails");
            let text = "long ".repeat(100_000);
            assert_eq!(stock.blob(text.clone()).await.unwrap(), text);

            // What is passed on from hop to hop.
            let name = format!("{}TENANT", ttheader::PERSISTENT);
            let tenant = StockClient::new(client.with_header(&name, "blue"));
            let asked = tenant.header(name.clone()).await.unwrap();
            let kept = tenant.header("TENANT".into()).await.unwrap();
            assert_eq!(asked + &kept, "blue");

            // An error of the business tells its number in the headers.
            let error = stock.take("nails".into(), -1).await.unwrap_err();
            assert!(error.to_string().contains("a negative count"), "{error}");
            let status = noting.0.lock().unwrap().get(ttheader::BIZ_STATUS).map(str::to_owned);
            assert_eq!(status.as_deref(), Some("400"));
        }
    }
}

#[tokio::test]
async fn volo_calls_ours() {
    for concurrent_calls in [1, 10] {
        let address = serve_ours(concurrent_calls).await;
        // Its default.
        let framed = StockClientBuilder::new("stock").address(address).build();
        let codec = DefaultMakeCodec::new(MakeTTHeaderCodec::new(MakeThriftCodec::default()));
        let buffered = StockClientBuilder::new("stock")
            .caller_name("front")
            .rpc_timeout(Some(Duration::from_secs(7)))
            .make_codec(codec)
            .address(address)
            .build();
        for client in [&framed, &buffered] {
            let Ok(MaybeException::Ok(left)) = client.take("nails".into(), 3).await else {
                panic!("no reply");
            };
            assert_eq!(left, 7);
            let gone = client.take("nails".into(), 11).await.unwrap();
            let MaybeException::Exception(theirs::StockTakeException::Gone(gone)) = gone else {
                panic!("no exception");
            };
            assert_eq!(gone.item, "nails");
            let text = pilota::FastStr::from("long ".repeat(100_000));
            assert_eq!(client.blob(text.clone()).await.unwrap(), text);
            match client.take("nails".into(), -1).await {
                Err(ClientError::Biz(error)) => assert_eq!(
                    (error.status_code, &*error.status_message),
                    (400, "a negative count")
                ),
                other => panic!("{}", other.is_ok()),
            }
        }
    }
}

/// What Volo's clients say beside their calls.
#[tokio::test]
async fn headers_of_volo_arrive() {
    let address = serve_ours(1).await;
    let client = StockClientBuilder::new("stock")
        .caller_name("front")
        .rpc_timeout(Some(Duration::from_secs(7)))
        .address(address)
        .build();
    for (name, value) in [
        (ttheader::FROM_SERVICE, "front"),
        (ttheader::TO_SERVICE, "stock"),
        (ttheader::TO_METHOD, "header"),
        (ttheader::RPC_TIMEOUT, "7000"),
    ] {
        assert_eq!(client.header(name.into()).await.unwrap(), value, "{name}");
    }
    let mut meta = MetaInfo::new();
    meta.set_persistent("TENANT", "blue");
    meta.set_transient("TRY", "1");
    let asking = async {
        let tenant = client.header("RPC_PERSIST_TENANT".into()).await.unwrap();
        (tenant, client.header("RPC_TRANSIT_TRY".into()).await.unwrap())
    };
    let (tenant, attempt) = METAINFO.scope(meta.into(), asking).await;
    assert_eq!((&*tenant, &*attempt), ("blue", "1"));
}
