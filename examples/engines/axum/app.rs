//! What is served: a calculator in Thrift, and beside it what everyone can read.

#[path = "../../calculator/handler.rs"]
pub(crate) mod calculator;

use std::net::SocketAddr;

use axum::{Json, Router, extract::ConnectInfo, routing::get};
use thrift_runtime::{Call, HttpService, Processed, Processor, Protocol};

use calculator::{Calculator, CalculatorServiceProcessor};

/// The routes. Each service of Thrift has one of its own.
pub(crate) fn app() -> Router {
    let calculator = Traced(CalculatorServiceProcessor::new(Calculator));
    let calculator = HttpService::new(calculator)
        .peer(|extensions| Some(extensions.get::<ConnectInfo<SocketAddr>>()?.0));
    Router::new().route("/methods", get(methods)).route_service("/calculator", calculator)
}

async fn methods() -> Json<[&'static str; 2]> {
    Json(["add", "subtract"])
}

/// Sends the caller's header `trace` back, and logs who called what.
struct Traced<T>(T);

impl<T: Processor> Processor for Traced<T> {
    async fn process<P: Protocol>(&self, mut call: Call<'_, P>) -> Processed {
        if let Some(trace) = call.headers().get("trace") {
            call.reply_headers_mut().set("trace", trace);
        }
        let processed = self.0.process(call.reborrow()).await;
        println!("{:?} called {}: {}", call.peer(), call.method_name(), call.outcome());
        processed
    }
}
