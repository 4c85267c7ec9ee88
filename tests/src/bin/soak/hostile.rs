//! Peers that mean no good.

use std::{
    io,
    net::SocketAddr,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use thrift_runtime::AnyProtocol;
use thrift_tests::conformance::idl::{
    BeyondClient,
    conformance::{Conformance as _, EVERYTHING},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex},
    net::TcpStream,
    time::{Instant, sleep, timeout},
};

use crate::{
    Counts,
    good::{self, Wrapping},
};

/// What clients send that mean well, which is a beginning for those that do not.
pub(crate) async fn recorded() -> Vec<Vec<u8>> {
    let mut recorded = Vec::new();
    for protocol in good::protocols() {
        for wrapping in Wrapping::ALL {
            if let Some(call) = record(protocol, wrapping).await {
                recorded.push(call);
            }
        }
    }
    recorded
}

async fn record(protocol: AnyProtocol, wrapping: Wrapping) -> Option<Vec<u8>> {
    let (ours, mut theirs) = duplex(1 << 20);
    let builder = wrapping.builder(protocol);
    let calling = async {
        let client = match wrapping {
            Wrapping::Sasl => builder.negotiate_over(ours).await?,
            _ => builder.over(ours),
        };
        BeyondClient::new(client).echo_everything(EVERYTHING.clone()).await
    };
    let listening = async {
        let begun = match wrapping {
            Wrapping::Sasl => {
                let begun = some(&mut theirs).await?;
                // That the client is let in.
                theirs.write_all(b"\x05\0\0\0\0").await?;
                begun
            }
            _ => Vec::new(),
        };
        let call = some(&mut theirs).await?;
        let head = match wrapping {
            Wrapping::Http => {
                let length = call.len();
                format!("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: {length}\r\n\r\n")
            }
            _ => String::new(),
        };
        io::Result::Ok([head.into_bytes(), begun, call].concat())
    };
    tokio::select! {
        call = listening => call.ok(),
        _ = calling => None,
    }
}

/// What can be read at once.
async fn some(stream: &mut DuplexStream) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; 1 << 16];
    let count = stream.read(&mut bytes).await?;
    bytes.truncate(count);
    Ok(bytes)
}

/// Sends one bad stream after another until the end.
pub(crate) async fn trouble(
    address: SocketAddr,
    recorded: Arc<Vec<Vec<u8>>>,
    seed: u64,
    counts: Arc<Counts>,
    end: Instant,
) {
    let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    while Instant::now() < end {
        // The server may close at any time.
        let _ = one(address, &recorded, &mut random).await;
        counts.streams.fetch_add(1, Ordering::Relaxed);
    }
}

async fn one(address: SocketAddr, recorded: &[Vec<u8>], random: &mut Random) -> io::Result<()> {
    let mut stream = TcpStream::connect(address).await?;
    let mut bytes = recorded[random.below(recorded.len())].clone();
    match random.below(9) {
        // Random bytes, of which none mean anything.
        0 => bytes = (0..random.below(4096)).map(|_| random.below(256) as u8).collect(),
        // A part of a call.
        1 => bytes.truncate(random.below(bytes.len())),
        // A length that never comes.
        2 => bytes.splice(0..4, [0x00, 0xf0, 0, 0]).for_each(drop),
        // Nests deeper than anything may.
        3 => {
            bytes = [b"\x80\x01\0\x01\0\0\0\x04echo\0\0\0\x01".to_vec(), b"\x0c\0\x01".repeat(5000)]
                .concat()
        }
        // A negotiation of SASL that never ends, or begins with a length that never comes.
        4 => {
            let length = [0, 1, 0x5000, u32::MAX][random.below(4)];
            bytes = [&b"\x01\0\0\0\x05PLAIN\x02"[..], &length.to_be_bytes(), &bytes].concat();
        }
        // A call with a few bits turned over.
        _ => (0..=random.below(4)).for_each(|_| {
            let at = random.below(bytes.len());
            bytes[at] ^= 1 << random.below(8);
        }),
    }
    match random.below(4) {
        // In two parts.
        0 => {
            let at = random.below(bytes.len() + 1);
            stream.write_all(&bytes[..at]).await?;
            sleep(Duration::from_millis(random.below(20) as u64)).await;
            stream.write_all(&bytes[at..]).await?;
        }
        // Gone without a word.
        1 => {
            stream.write_all(&bytes).await?;
            return Ok(());
        }
        _ => stream.write_all(&bytes).await?,
    }
    stream.shutdown().await?;
    let mut answer = Vec::new();
    let _ = timeout(Duration::from_secs(5), stream.read_to_end(&mut answer)).await;
    Ok(())
}

/// Numbers that look random, the same each time.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound.max(1) as u64) as usize
    }
}
