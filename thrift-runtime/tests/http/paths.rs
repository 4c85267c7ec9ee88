//! One port, and a service at each of its paths.

use crate::{
    common::{Add, DIALECTS, Service, Text, add},
    recorder::Recorder,
};
use std::sync::{Arc, Mutex};
use thrift_runtime::{
    ApplicationErrorKind, Bytes, Call, Client, ErrorKind, HttpClient, HttpService, Outcome, Paths,
    Processed, Processor, Protocol, Server, protocol::MessageType,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// Notes what became of calls.
struct Layer<T> {
    inner: T,
    outcomes: Arc<Mutex<Vec<Outcome>>>,
}

impl<T: Processor> Processor for Layer<T> {
    async fn process<P: Protocol>(&self, mut call: Call<'_, P>) -> Processed {
        let processed = self.inner.process(call.reborrow()).await;
        call.reply_headers_mut().set("seen", "yes");
        self.outcomes.lock().unwrap().push(call.outcome());
        processed
    }
}

#[tokio::test]
async fn each_path_of_a_port_has_a_service_and_others_have_none() {
    let (users, notes) = (Recorder::default(), Recorder::default());
    let outcomes = Arc::default();
    let paths = Paths::new().at("/edam/user", users.clone()).at("/edam/note/*", notes.clone());
    let layer = Layer { inner: paths, outcomes: Arc::clone(&outcomes) };
    let server = Server::bind("127.0.0.1:0").await.unwrap();
    let address = server.local_addr().unwrap();
    tokio::spawn(server.serve(layer));

    let at = |path: &str| HttpClient::new(&format!("http://{address}{path}")).unwrap();
    let calls =
        |recorder: &Recorder| recorder.service.calls.load(std::sync::atomic::Ordering::SeqCst);
    assert_eq!(add(&at("/edam/user?v=1"), 1, 2).await.unwrap(), 3);
    assert_eq!((calls(&users), calls(&notes)), (1, 0));
    assert_eq!(add(&at("/edam/note/s1"), 1, 2).await.unwrap(), 3);
    assert_eq!(add(&at("/edam/note"), 1, 2).await.unwrap(), 3);
    assert_eq!((calls(&users), calls(&notes)), (1, 2));
    for path in ["/edam/users", "/edam/user/", "/", "/edam"] {
        let error = add(&at(path), 1, 2).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Status, "{error}");
        assert!(error.to_string().contains("404 Not Found: nothing is served at"), "{error}");
    }
    let refused = Outcome::Refused(ApplicationErrorKind::UNKNOWN_METHOD);
    assert_eq!(outcomes.lock().unwrap().last(), Some(&refused));

    // On the same port, who does not speak HTTP names no path.
    let client = Client::connect(address).await.unwrap();
    let error = add(&client, 1, 2).await.unwrap_err();
    let exception = error.as_application().unwrap();
    assert_eq!(exception.kind(), ApplicationErrorKind::UNKNOWN_METHOD);
    let text = "add was called without a path, and there is no default service";
    assert_eq!(exception.message(), text);
}

#[tokio::test]
async fn a_call_without_a_path_goes_to_the_default_service_and_no_other() {
    let paths = Paths::new().at("/a", Service::default()).default_service(Service::default());
    let server = Server::bind("127.0.0.1:0").await.unwrap();
    let address = server.local_addr().unwrap();
    tokio::spawn(server.serve(paths));
    let client = Client::connect(address).await.unwrap();
    assert_eq!(add(&client, 1, 2).await.unwrap(), 3);
    let elsewhere = HttpClient::new(&format!("http://{address}/b")).unwrap();
    assert_eq!(add(&elsewhere, 1, 2).await.unwrap_err().kind(), ErrorKind::Status);

    // A connection stays though a path is unknown.
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let call = DIALECTS[0].call("add", 1, &Add { a: 1, b: 2 });
    for (path, status) in [("/b", "404"), ("/a", "200")] {
        let head =
            format!("POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n", call.len());
        stream.write_all(&[head.as_bytes(), &call].concat()).await.unwrap();
        let mut start = [0; 12];
        stream.read_exact(&mut start).await.unwrap();
        assert_eq!(String::from_utf8_lossy(&start), format!("HTTP/1.1 {status}"));
        let mut rest = Vec::new();
        let end = match status {
            "404" => b"path\n".to_vec(),
            _ => DIALECTS[0].sum(1, 3),
        };
        while !rest.ends_with(&end) {
            assert_ne!(stream.read_buf(&mut rest).await.unwrap(), 0);
        }
    }
}

#[tokio::test]
async fn another_http_server_routes_by_path_too() {
    use http_body_util::Full;
    use tower_service::Service as _;
    let mut service = HttpService::new(Paths::new().at("/a", Service::default()));
    let call = DIALECTS[0].call("add", 1, &Add { a: 1, b: 2 });
    let text = Text { text: "x".into() };
    let oneway = DIALECTS[0].message(MessageType::Oneway, b"note", 1, &text);
    for message in [call, oneway] {
        for (path, status) in [("/a", 200), ("/b", 404)] {
            let body = Full::new(Bytes::from(message.clone()));
            let request = hyper::Request::post(path).body(body).unwrap();
            assert_eq!(service.call(request).await.unwrap().status(), status);
        }
    }
    let get = hyper::Request::get("/b").body(Full::new(Bytes::new())).unwrap();
    assert_eq!(service.call(get).await.unwrap().status(), 404);
}
