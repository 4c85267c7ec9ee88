//! What must harm nobody.

use crate::{
    common::{Add, Blob, DIALECTS, Service, Text},
    concurrent, serve_with,
};
use thrift_runtime::{Bytes, protocol::MessageType};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// A processor around another that fails in its own code.
struct Broken;

impl thrift_runtime::Processor for Broken {
    async fn process<P: thrift_runtime::Protocol>(
        &self,
        call: thrift_runtime::Call<'_, P>,
    ) -> thrift_runtime::Processed {
        assert_eq!(call.method(), b"add", "a panic outside of any handler");
        thrift_runtime::Processor::process(&Service::default(), call).await
    }
}

#[tokio::test]
async fn a_panic_outside_of_handlers_is_answered_like_theirs() {
    for concurrent_calls in [1, 4] {
        let server = thrift_runtime::Server::bind("127.0.0.1:0").await.unwrap();
        let server = server.concurrent_calls(concurrent_calls);
        let address = server.local_addr().unwrap();
        tokio::spawn(server.serve(Broken));
        let client = thrift_runtime::Client::connect(address).await.unwrap();
        assert_eq!(crate::common::add(&client, 1, 1).await.unwrap(), 2);
        let other = thrift_runtime::Client::connect(address).await.unwrap();
        let error = crate::common::wait(&other).await.unwrap_err();
        let exception = error.as_application().expect("an answer");
        assert_eq!(exception.kind(), thrift_runtime::ApplicationErrorKind::INTERNAL_ERROR);
        assert_eq!(crate::common::add(&other, 1, 1).await.unwrap(), 2);
        assert_eq!(crate::common::add(&client, 1, 1).await.unwrap(), 2);
    }
}

/// Where nothing says how long a message is, one that cannot become a call is not waited for.
#[tokio::test(start_paused = true)]
async fn what_cannot_become_a_call_ends_the_connection_at_once() {
    let call = |protocol: &str| match protocol {
        "binary" => b"\x80\x01\0\x01\0\0\0\x03odd\0\0\0\x01\0".to_vec(),
        "compact" => b"\x82\x21\x01\x03odd\0".to_vec(),
        _ => br#"[1,"odd",1,1,{}]"#.to_vec(),
    };
    let wrong = [
        ("binary", &b"\x82\x21\x01\x03"[..]),
        ("binary", b"[1,2"),
        #[cfg(feature = "compact")]
        ("compact", b"\x02\x21\x01\x03\"bad\"\0"),
        #[cfg(feature = "compact")]
        ("compact", b"[1,2"),
        #[cfg(feature = "json")]
        ("json", b"[1,2"),
        #[cfg(feature = "json")]
        ("json", b"\x80\x01\0\x01\0\0\0\x03add"),
    ];
    for (protocol, wrong) in wrong {
        for concurrent_calls in [1, 4] {
            let (mut stream, serving) =
                serve_with(&Service::default(), concurrent(concurrent_calls));
            stream.write_all(&call(protocol)).await.unwrap();
            let mut answer = [0; 10];
            stream.read_exact(&mut answer).await.unwrap();
            let begun = tokio::time::Instant::now();
            stream.write_all(wrong).await.unwrap();
            let error = serving.await.unwrap().unwrap_err();
            assert!(!error.is_timeout(), "{protocol}, {concurrent_calls} at once: {error}");
            // The rest of a call may take a minute.
            let took = begun.elapsed();
            assert!(took.as_secs() < 10, "{protocol}, {concurrent_calls} at once: {took:?}");
        }
    }
}

/// Random numbers that are the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }
}

#[tokio::test(start_paused = true)]
async fn no_bytes_make_the_server_panic_or_hang() {
    let mut random = Random(7);
    for round in 0..4000 {
        let dialect = DIALECTS[round % 4];
        let mut bytes = dialect.call("echo", 1, &Blob { bytes: Bytes::from(vec![3; 40]) });
        bytes.extend(dialect.call("unknown", 2, &Add { a: 1, b: 1 }));
        bytes.extend(dialect.message(MessageType::Oneway, b"note", 3, &Text::default()));
        for _ in 0..=random.below(4) {
            let at = random.below(bytes.len());
            match random.below(3) {
                0 => bytes[at] = random.below(256) as u8,
                1 => drop(bytes.drain(at..(at + random.below(8)).min(bytes.len()))),
                _ => drop(bytes.splice(at..at, [0x7f, 0xff].repeat(random.below(3)))),
            }
        }
        let (mut stream, serving) = serve_with(&Service::default(), concurrent(1 + round / 4 % 2));
        for piece in bytes.chunks(1 + random.below(bytes.len())) {
            let _ = stream.write_all(piece).await;
            tokio::task::yield_now().await;
        }
        let _ = stream.shutdown().await;
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        // Whether it was an error is not the point: the task has ended, and not by a panic.
        let _ = serving.await.unwrap();
    }
}
