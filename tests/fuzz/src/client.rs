//! A client that reads replies.

use thrift_runtime::{
    Client, ErrorKind, Framing,
    protocol::MessageType,
    sasl::Plain,
    value::{Any, AnyStruct},
};

use super::{
    dialects::around,
    http,
    pieces::{self, Pieces},
    sasl::{self, Rounds},
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

/// From this case on, up to those of HTTP, the client negotiates by SASL: with PLAIN, or from the fourth on
/// with a mechanism of several rounds and a layer.
const NEGOTIATED: u8 = 0xe0;

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
    case < NEGOTIATED && case / 4 % 6 == 5
}

/// What calls come to whose replies come in such pieces.
fn call(case: u8, replies: &[u8], piece: usize) -> [Result<String, ErrorKind>; 3] {
    let stream = Pieces::answering(replies, piece);
    pieces::run(async {
        let framing = FRAMINGS[usize::from(case / 4 % 5)];
        let builder = Client::builder().protocol(types::protocol(case));
        let client = match case {
            NEGOTIATED.. => {
                let builder = match case / 4 % 2 {
                    0 => builder.sasl(Plain::new("a", "b")),
                    _ => builder.sasl(Rounds),
                };
                match builder.negotiate_over(stream).await {
                    Ok(client) => client,
                    Err(error) => return [(); 3].map(|()| Err(error.kind())),
                }
            }
            _ if is_compressed(case) => builder.zlib().over(stream),
            _ => builder.framing(framing).over(stream),
        };
        let client = EchoClient::new(client);
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
        let case = at as u8;
        // Nothing would be tried with replies that no call takes.
        let mut push = |case: u8, around: &dyn Fn(&[u8]) -> Vec<u8>| {
            let replies: Vec<_> = replies.iter().map(|reply| around(reply)).collect();
            let taken = replies.iter().any(|reply| call(case, reply, 7)[1] == Ok("3".into()));
            assert!(taken, "{case}");
            seeds.extend(replies.iter().map(|reply| [&[case, 7][..], reply].concat()));
        };
        push(case, &|reply| reply.to_vec());
        push(case + 4, &|reply| around(1, reply));
        push(case + 8, &|reply| around(2, reply));
        push(case + 8, &|reply| around(3, reply));
        // TTHeader has no JSON.
        if at < 3 {
            push(case + 12, &|reply| around(4, reply));
        }
        push(case + 16, &|reply| sasl::framed(&around(2, reply)));
        push(case + 20, &|reply| around(5, reply));
        for (mechanism, conversation) in sasl::of_servers() {
            let frame = if mechanism == 0 { sasl::framed } else { sasl::sealed };
            push(NEGOTIATED + 4 * mechanism + case, &|reply| {
                [conversation.clone(), frame(reply)].concat()
            });
        }
        seeds.extend(http::seeds(at as u8, &reply("add", 0, &result)));
    }
    seeds
}
