//! A server over TLS chooses the version of HTTP.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use crate::{
    PATIENCE,
    certificates::Authority,
    common::{Service, add},
    recorder::Recorder,
};
use hyper::{
    server::conn::{http1, http2},
    service::service_fn,
};
use hyper_util::rt::{TokioExecutor, TokioIo};
use thrift_runtime::{
    HttpClient, HttpService,
    tls::{
        ClientTls, ServerTls,
        rustls::{
            ServerConfig,
            crypto::ring,
            pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
        },
    },
};
use tokio::{net::TcpListener, task::JoinSet, time::timeout};
use tower_service::Service as _;

#[tokio::test]
async fn a_server_chooses_by_alpn() {
    let authority = Authority::new();
    let identity = authority.sign("localhost");
    let trust = ClientTls::with_roots(&authority.pem).unwrap();
    let chain = vec![CertificateDer::from_pem_slice(&identity.chain).unwrap()];
    let key = || PrivateKeyDer::from_pem_slice(&identity.key).unwrap();
    for (offered, http2) in [(&[&b"h2"[..], b"http/1.1"][..], true), (&[b"http/1.1"], false)] {
        let mut config = ServerConfig::builder_with_provider(ring::default_provider().into())
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(chain.clone(), key())
            .unwrap();
        config.alpn_protocols = offered.iter().map(|name| name.to_vec()).collect();
        let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("https://localhost:{}/", listener.local_addr().unwrap().port());
        let opened = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&opened);
        tokio::spawn(async move {
            let service = HttpService::new(Service::default());
            while let Ok((stream, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::SeqCst);
                let (service, acceptor) = (service.clone(), acceptor.clone());
                tokio::spawn(async move {
                    let Ok(stream) = acceptor.accept(stream).await else { return };
                    let chosen = stream.get_ref().1.alpn_protocol().map(<[u8]>::to_vec);
                    let stream = TokioIo::new(stream);
                    let service = service_fn(move |request| service.clone().call(request));
                    let _ = match chosen.as_deref() {
                        Some(b"h2") => {
                            let http = http2::Builder::new(TokioExecutor::new());
                            http.serve_connection(stream, service).await
                        }
                        _ => http1::Builder::new().serve_connection(stream, service).await,
                    };
                });
            }
        });
        let client = HttpClient::new(&url).unwrap().tls(trust.clone());
        // Without the setting, nothing is offered.
        assert_eq!(add(&client, 1, 2).await.unwrap(), 3);
        let client = client.http2();
        let call = |n| {
            let client = client.clone();
            async move { timeout(PATIENCE, add(&client, n, 1)).await.unwrap().unwrap() }
        };
        let mut calls: JoinSet<i32> = (0..10).map(call).collect();
        while let Some(sum) = calls.join_next().await {
            sum.unwrap();
        }
        let opened = opened.load(Ordering::SeqCst) - 1;
        assert!(if http2 { opened == 1 } else { opened > 1 }, "{opened}");
    }
    // A server of this library chooses nothing, which is HTTP/1.1.
    let tls = ServerTls::new(&identity.chain, &identity.key).unwrap();
    let address = Recorder::default().serve(|server| server.tls(tls)).await;
    let url = format!("https://localhost:{}/", address.port());
    let client = HttpClient::new(&url).unwrap().tls(trust).http2();
    assert_eq!(add(&client, 1, 2).await.unwrap(), 3);
}
