//! A client that reads replies.

use thrift_runtime::{
    Client, ErrorKind, Framing,
    protocol::MessageType,
    value::{Any, AnyStruct},
};

use super::{
    http,
    pieces::{self, Pieces},
    types::{
        self,
        known::{Base as _, Echo as _, EchoClient, EchoEchoError},
    },
};

const FRAMINGS: [Framing; 5] = [
    Framing::Buffered,
    Framing::Framed,
    Framing::Header,
    Framing::TtHeader,
    Framing::HeaderInFrames,
];

/// A byte that says what the client speaks, one that says in which pieces the replies come, and these.
pub fn run(input: &[u8]) {
    let [case, piece, replies @ ..] = input else { return };
    if *case >= http::CASES {
        return http::run(*case, replies);
    }
    let whole = call(*case, replies, usize::MAX);
    let parts = call(*case, replies, 1 + usize::from(*piece));
    // What is compressed is so up to where it was sent.
    if !is_compressed(*case) {
        assert_eq!(whole, parts);
    }
}

fn is_compressed(case: u8) -> bool {
    case / 4 % 6 == 5
}

/// What calls come to whose replies come in such pieces.
fn call(case: u8, replies: &[u8], piece: usize) -> [Result<String, ErrorKind>; 3] {
    let stream = Pieces::answering(replies, piece);
    pieces::run(async {
        let framing = FRAMINGS[usize::from(case / 4 % 5)];
        let builder = Client::builder().protocol(types::protocol(case)).framing(framing);
        let builder = if is_compressed(case) { builder.buffered().zlib() } else { builder };
        let client = EchoClient::new(builder.over(stream));
        let (first, second, third) =
            tokio::join!(client.echo(types::everything()), client.add(1, 2), client.nothing());
        // After the last reply comes the end of the stream, so nobody waits for long.
        let closed = client.add(3, 4).await.expect_err("a closed connection");
        assert_ne!(closed.kind(), ErrorKind::Timeout);
        let first = first.map(|value| format!("{value:?}")).map_err(|error| match error {
            EchoEchoError::Wrong(_) => ErrorKind::Declared,
            EchoEchoError::Other(error) => error.kind(),
        });
        let second = second.map(|sum| sum.to_string()).map_err(|error| error.kind());
        let third = third.map(|()| String::new()).map_err(|error| error.kind());
        [first, second, third]
    })
}

pub fn seeds() -> Vec<Vec<u8>> {
    let result = AnyStruct(vec![(0, Any::I32(3))]);
    let mut seeds = Vec::new();
    for (at, protocol) in types::PROTOCOLS.into_iter().enumerate() {
        let reply = |name: &str, seqid: i32, body: &AnyStruct| {
            types::message(protocol, name, MessageType::Reply, seqid, body)
        };
        // Which sequence ids the client takes is its own business: these are around them.
        let replies: Vec<_> = (0..3)
            .flat_map(|seqid| {
                [
                    reply("echo", seqid, &AnyStruct::default()),
                    reply("add", seqid, &result),
                    reply("nothing", seqid, &AnyStruct::default()),
                ]
            })
            .collect();
        // Nothing would be tried with replies that no call takes.
        let case = at as u8;
        assert!(replies.iter().any(|reply| call(case, reply, 7)[1] == Ok("3".into())), "{case}");
        for reply in replies {
            let length = (reply.len() as u32).to_be_bytes();
            seeds.push([&[at as u8, 7][..], &reply].concat());
            seeds.push([&[at as u8 + 4, 7][..], &length, &reply].concat());
        }
        seeds.extend(http::seeds(at as u8, &reply("add", 0, &result)));
    }
    seeds
}
