use std::{collections::HashMap, env, net::SocketAddr, sync::Mutex, time::Duration};

use metrics_exporter_prometheus::PrometheusBuilder;
use thrift_runtime::middleware::{Authorize, Deadline, Identity};
use thrift_runtime::telemetry::{EventCounter, Metered, Traced};
use thrift_runtime::{ApplicationErrorKind, Error, Result, Server};
use tracing_subscriber::fmt::format::FmtSpan;

thrift_runtime::thrift!("message.thrift");

/// The handler, which can be any type that implements the service's trait.
#[derive(Default)]
struct Mailboxes(Mutex<HashMap<String, Vec<Message>>>);

impl MessageService for Mailboxes {
    async fn send_message(&self, message: Message) -> Result<bool> {
        let mut mailboxes = self.0.lock().unwrap();
        mailboxes.entry(message.recipient.clone()).or_default().push(message);
        Ok(true)
    }

    async fn receive_message(&self, recipient: String) -> Result<Message> {
        let message = self.0.lock().unwrap().get_mut(&recipient).and_then(Vec::pop);
        message.ok_or_else(|| {
            Error::application(ApplicationErrorKind::MISSING_RESULT, "no message for you")
        })
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    let [address, page] = ["ADDRESS", "METRICS"].map(|name| env::var(name).unwrap());
    let page: SocketAddr = page.parse().unwrap();
    tracing_subscriber::fmt().with_span_events(FmtSpan::CLOSE).init();
    PrometheusBuilder::new().with_http_listener(page).install().unwrap();

    let service = MessageServiceProcessor::new(Mailboxes::default());
    let service = Deadline::new(service).at_most(Duration::from_secs(5));
    let known = |token: &str| (token == "7f3a").then(|| Identity::new("alice"));
    let service = Metered::new(Traced::new(Authorize::bearer(service, known)));
    Server::bind(address).await?.observer(EventCounter::new()).serve(service).await;
    Ok(())
}
