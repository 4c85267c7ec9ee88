//! Layers around clients and servers of other kinds.

use std::time::Duration;

use thrift_runtime::{
    BinaryProtocol, BlockOn, BlockingServer, Channel, Client, HttpClient, NonBlocking, Server,
    layers::{ChannelService, OwnedCall, OwnedRequest, ServiceChannel, ServiceProcessor},
};
use tower::{ServiceBuilder, timeout::TimeoutLayer, util::MapRequestLayer};

use crate::{
    Handler,
    steps::{Steps, StepsClient, StepsProcessor},
};

const TIME: Duration = Duration::from_secs(20);

#[tokio::test]
async fn layers_go_around_http() {
    let server = Server::bind("127.0.0.1:0").await.unwrap();
    let address = server.local_addr().unwrap();
    let handler = Handler::default();
    let layered = server.layer(ServiceBuilder::new().load_shed().timeout(TIME));
    let serving = tokio::spawn(layered.serve(StepsProcessor::per_call(move |cx| handler.of(cx))));
    let client = HttpClient::new(&format!("http://{address}/")).unwrap();
    let layers = ServiceBuilder::new()
        .timeout(TIME)
        .layer(MapRequestLayer::new(|mut request: OwnedRequest| {
            request.headers_mut().set("trace", "7f3a");
            request
        }))
        .service(ChannelService::new(client));
    let channel = ServiceChannel::new(layers, BinaryProtocol::STRICT);
    let who = StepsClient::new(channel).who().await.unwrap();
    assert_eq!(who, "nobody of nowhere, 7f3a, no deadline");
    serving.abort();
}

#[test]
fn layers_go_around_what_blocks() {
    let server = BlockingServer::bind("127.0.0.1:0").unwrap();
    let (address, shutdown) = (server.local_addr().unwrap(), server.shutdown_handle());
    let layers = ServiceBuilder::new().load_shed().concurrency_limit(5).layer(
        MapRequestLayer::new(|mut call: OwnedCall| {
            call.set_identity("a caller");
            call
        }),
    );
    let handler = Handler::default();
    let processor = StepsProcessor::per_call(move |cx| handler.of(cx));
    let processor = ServiceProcessor::layered(&layers, processor);
    let serving = std::thread::spawn(|| server.serve(processor));
    let blocking = thrift_runtime::BlockingClient::connect(address).unwrap();
    let layers = ServiceBuilder::new().concurrency_limit(5);
    let service = layers.service(ChannelService::new(std::sync::Arc::new(NonBlocking(blocking))));
    let channel = ServiceChannel::new(service, BinaryProtocol::STRICT);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let who = runtime.block_on(async { StepsClient::new(&channel).who().await });
    assert_eq!(who.unwrap(), "a caller of nowhere, no trace, no deadline");
    let _ = BlockOn(channel);
    shutdown.begin();
    serving.join().unwrap();
}

#[tokio::test]
async fn a_layer_goes_around_tls_and_unix_sockets() {
    fn is_channel<F: Future<Output = thrift_runtime::Result<C>>, C: Channel>(_: F) {}
    let layered = || Client::builder().layer(TimeoutLayer::new(TIME));
    let tls = thrift_runtime::tls::ClientTls::new().unwrap();
    is_channel(layered().connect_tls("localhost:1", &tls));
    #[cfg(unix)]
    is_channel(layered().connect_unix("/nowhere"));
}
