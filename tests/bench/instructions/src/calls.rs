//! Whole calls over a connection in memory. Its other side costs as little as can be: it sends bytes
//! that were made beforehand.

use std::sync::Mutex;

use thrift_runtime::{
    BinaryProtocol, Channel, Client, CompactProtocol, ConnectionOptions, Framing, Result,
    layers::{Balanced, OwnedCall, OwnedRequest, ServiceProcessor},
    serve_connection,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex},
    task::{JoinSet, yield_now},
};
use tower::util::MapRequestLayer;

use crate::wire::{
    Messages,
    echo::{Echo, EchoClient, EchoProcessor, Small},
    small,
};

/// How many calls are made at once by operations that say so. Runs are a multiple of it.
pub const AT_ONCE: u64 = 64;
/// More than the calls that are in flight at once take.
pub const SPACE: usize = 64 << 10;

/// Makes calls with only one side's code of this library, or with none.
pub fn call(side: &str, dialect: &str, manner: &[&str], calls: u64) {
    let framing = if dialect == "framed" { Framing::Framed } else { Framing::Buffered };
    let messages = match dialect {
        "compact" => Messages::new(CompactProtocol, framing),
        _ => Messages::new(BinaryProtocol::STRICT, framing),
    };
    let at_once = if manner == ["64 at once"] { AT_ONCE } else { 1 };
    let layered = manner == ["one layer of tower"];
    let pieces = if manner == ["in pieces"] { 2 } else { 1 };
    block_on(async {
        let (ours, theirs) = duplex(SPACE);
        match side {
            "server" => {
                tokio::spawn(serve(theirs, framing, layered));
                call_raw(ours, &messages, at_once, pieces, calls).await;
            }
            "client" => {
                tokio::spawn(answer_raw(theirs, messages));
                match manner {
                    ["balanced"] => call_balanced(ours, framing, calls).await,
                    _ => call_with_client(ours, framing, at_once, layered, calls).await,
                }
            }
            _ => {
                tokio::spawn(answer_raw(theirs, messages.clone()));
                call_raw(ours, &messages, at_once, pieces, calls).await;
            }
        }
    });
}

/// Makes oneway calls with a client, to a peer that reads and drops them.
pub fn oneway(manner: &[&str], calls: u64) {
    let at_once = if manner == ["64 at once"] { AT_ONCE } else { 1 };
    block_on(async {
        let (ours, mut theirs) = duplex(SPACE);
        tokio::spawn(async move {
            let mut space = vec![0; SPACE];
            while theirs.read(&mut space).await.is_ok_and(|count| count > 0) {}
        });
        let client = EchoClient::new(Client::from_stream(ours));
        let mut tasks = JoinSet::new();
        for _ in 0..at_once {
            let client = client.clone();
            tasks.spawn(async move {
                for _ in 0..calls / at_once {
                    client.tell(small()).await.expect("a call that can be sent");
                }
            });
        }
        tasks.join_all().await;
    });
}

pub fn block_on(run: impl Future<Output = ()>) {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().build().expect("a runtime").block_on(run);
}

pub struct Handler;

impl Echo for Handler {
    async fn echo(&self, value: Small) -> Result<Small> {
        Ok(value)
    }

    async fn tell(&self, _value: Small) -> Result<()> {
        Ok(())
    }
}

async fn serve(stream: DuplexStream, framing: Framing, layered: bool) {
    let mut options = ConnectionOptions::default();
    options.framing = Some(framing);
    let processor = EchoProcessor::new(Handler);
    let served = if layered {
        let layer = MapRequestLayer::new(|call: OwnedCall| call);
        let processor = ServiceProcessor::layered(&layer, processor);
        serve_connection(stream, processor, &options).await
    } else {
        serve_connection(stream, processor, &options).await
    };
    served.expect("calls that can be answered");
}

async fn call_with_client(
    stream: DuplexStream,
    framing: Framing,
    at_once: u64,
    layered: bool,
    calls: u64,
) {
    let builder = Client::builder().framing(framing);
    if layered {
        let layer = MapRequestLayer::new(|request: OwnedRequest| request);
        return one_after_another(EchoClient::new(builder.layer(layer).over(stream)), calls).await;
    }
    let client = EchoClient::new(builder.over(stream));
    if at_once == 1 {
        return one_after_another(client, calls).await;
    }
    let mut tasks = JoinSet::new();
    for _ in 0..at_once {
        tasks.spawn(one_after_another(client.clone(), calls / at_once));
    }
    tasks.join_all().await;
}

/// Makes calls through a channel that chooses among servers, of which there is one.
async fn call_balanced(stream: DuplexStream, framing: Framing, calls: u64) {
    let stream = Mutex::new(Some(stream));
    let connect = move |_| {
        let stream = stream.lock().ok().and_then(|mut stream| stream.take());
        let client = Client::builder().framing(framing).over(stream.expect("one connection"));
        async move { Ok(client) }
    };
    let channel = Balanced::builder(BinaryProtocol::STRICT, connect).to(["127.0.0.1:1"]);
    one_after_another(EchoClient::new(channel), calls).await;
}

async fn one_after_another(client: EchoClient<impl Channel>, calls: u64) {
    let mut value = small();
    for _ in 0..calls {
        value = client.echo(value).await.expect("a reply");
    }
    assert_eq!(value, small());
}

/// Makes calls, each in as many pieces as there are to be, and waits for their replies.
pub async fn call_raw(
    mut stream: DuplexStream,
    messages: &Messages,
    at_once: u64,
    pieces: usize,
    calls: u64,
) {
    let times = usize::try_from(at_once).expect("a small number");
    let written = messages.call.repeat(times);
    let mut read = vec![0; messages.reply.len() * times];
    for _ in 0..calls / at_once {
        for piece in written.chunks(written.len().div_ceil(pieces)) {
            stream.write_all(piece).await.expect("space for calls");
            if pieces > 1 {
                // The other side takes the piece before the next one comes.
                yield_now().await;
            }
        }
        stream.read_exact(&mut read).await.expect("replies");
    }
    assert_eq!(read, messages.reply.repeat(times));
}

/// Answers calls of the binary protocol.
pub async fn answer_raw(mut stream: DuplexStream, mut messages: Messages) {
    let length = messages.call.len();
    let (mut space, mut end) = (vec![0; SPACE], 0);
    let mut out = Vec::new();
    while let Ok(count @ 1..) = stream.read(&mut space[end..]).await {
        end += count;
        for call in space[..end].chunks_exact(length) {
            out.extend_from_slice(messages.reply_to(call));
        }
        if stream.write_all(&out).await.is_err() {
            break;
        }
        out.clear();
        let whole = end / length * length;
        space.copy_within(whole..end, 0);
        end -= whole;
    }
}
