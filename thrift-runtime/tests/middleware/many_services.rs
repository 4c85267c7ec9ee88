//! A hundred services behind one port.

use thrift_runtime::{
    BlockingClient, BlockingServer, BoxProcessor, Client, Framing, HttpClient, Multiplexed, Server,
};

use crate::{
    desk::{Desk, DeskBlocking, DeskBlockingClient, DeskClient, DeskProcessor},
    handler::Handler,
};

const COUNT: usize = 100;

fn services(blocking: bool) -> Multiplexed {
    let mut services = Multiplexed::new();
    for number in 0..COUNT {
        let handler = Handler::named(&format!("number {number}"));
        let service = match blocking {
            true => BoxProcessor::new(DeskProcessor::blocking(handler)),
            false => BoxProcessor::new(DeskProcessor::new(handler)),
        };
        services.add(format!("Desk{number}"), service);
    }
    services
}

#[tokio::test]
async fn a_hundred_services_answer() {
    for most in [1, 8] {
        let server = Server::bind("127.0.0.1:0").await.unwrap().concurrent_calls(most);
        let address = server.local_addr().unwrap();
        tokio::spawn(server.serve(services(false)));
        let builder = |framing| Client::builder().framing(framing).connect(address);
        let http = HttpClient::new(&format!("http://{address}/")).unwrap();
        let buffered = builder(Framing::Buffered).await.unwrap();
        let header = builder(Framing::Header).await.unwrap();
        for number in 0..COUNT {
            let (service, who) = (format!("Desk{number}"), format!("number {number}"));
            let desk = DeskClient::new(buffered.to_service(&*service));
            assert_eq!(desk.who().await.unwrap(), who);
            assert_eq!(desk.half(8).await.unwrap(), 4);
            let desk = DeskClient::new(header.to_service(&*service));
            assert_eq!(desk.who().await.unwrap(), who);
            let desk = DeskClient::new(http.to_service(&*service));
            assert_eq!(desk.who().await.unwrap(), who);
        }
    }
}

#[tokio::test]
async fn a_hundred_services_answer_without_async_code() {
    let server = BlockingServer::bind("127.0.0.1:0").unwrap();
    let address = server.local_addr().unwrap();
    let services = services(true);
    std::thread::spawn(move || server.serve(services));
    for builder in [BlockingClient::builder(), BlockingClient::builder().framed()] {
        let client = builder.connect(address).unwrap();
        for number in 0..COUNT {
            let desk = DeskBlockingClient::new(client.to_service(format!("Desk{number}")));
            assert_eq!(desk.who().unwrap(), format!("number {number}"));
        }
    }
}
