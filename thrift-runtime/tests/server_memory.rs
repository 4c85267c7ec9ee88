//! What a connection takes, and that it takes nothing once it has ended. All memory of the program
//! is counted, so that nothing else is tested here.

mod common;

use std::{
    alloc::{GlobalAlloc, Layout, System},
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use common::{Service, add};
use thrift_runtime::{Client, Server};
use tokio::{io::AsyncWriteExt, net::TcpStream, time::sleep};

/// Counts the bytes that are in use.
struct Counting;

static IN_USE: AtomicUsize = AtomicUsize::new(0);

// SAFETY: the system's allocator does all of the work.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        IN_USE.fetch_add(layout.size(), Ordering::Relaxed);
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, space: *mut u8, layout: Layout) {
        IN_USE.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(space, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn in_use() -> usize {
    IN_USE.load(Ordering::Relaxed)
}

const CONNECTIONS: usize = 200;

/// The most that a connection takes on which nothing has come.
const SILENT: usize = 6_000;

/// The most that it takes when something has come, whatever that announces.
const BEGUN: usize = 20_000;

/// The most that is left of it: in tables, which do not shrink, nor grow for the next.
const LEFT: usize = 150;

/// What peers begin with that stop then.
const BEGINNINGS: &[&[u8]] = &[
    b"\x80",
    // As much as a frame may have is announced.
    #[cfg(feature = "header")]
    b"\0\xf0\0\0\x0f\xff\0\0\0\0\0\0\xff\xff",
    #[cfg(feature = "header")]
    b"\0\xf0\0\0\x10\0\0\0\0\0\0\0\xff\xff",
    // As much as a message of a negotiation may have.
    #[cfg(feature = "sasl")]
    b"\x01\0\0\0\x05PLAIN\x02\0\x01\0\0\0alice\0",
];

#[tokio::test]
async fn connections_take_memory_when_data_comes_and_none_when_they_have_ended() {
    let server = Server::bind("127.0.0.1:0").await.unwrap();
    #[cfg(feature = "sasl")]
    let server = {
        use thrift_runtime::sasl::{Login, ServerSasl};
        server.sasl(ServerSasl::plain(|_: &Login| Err::<String, _>("nobody")).optional())
    };
    let address = server.local_addr().unwrap();
    tokio::spawn(server.serve(Service::default()));
    let client = Client::connect(address).await.unwrap();
    assert_eq!(add(&client, 1, 1).await.unwrap(), 2);
    let before = in_use();
    let each = || in_use().saturating_sub(before) / CONNECTIONS;

    for beginning in BEGINNINGS {
        let mut streams = Vec::new();
        for _ in 0..CONNECTIONS {
            streams.push(TcpStream::connect(address).await.unwrap());
        }
        // Connections are accepted in their order: with a later one, these were.
        let last = Client::connect(address).await.unwrap();
        assert_eq!(add(&last, 1, 1).await.unwrap(), 2);
        let silent = each();
        assert!(silent < SILENT, "{silent} bytes a connection that is silent");

        for stream in &mut streams {
            stream.write_all(beginning).await.unwrap();
        }
        assert_eq!(add(&last, 1, 1).await.unwrap(), 2);
        let begun = each();
        assert!(begun < BEGUN, "{begun} bytes a connection with {}", beginning.escape_ascii());
        drop((streams, last));
        all_is_given_back(each).await;
    }
}

async fn all_is_given_back(each: impl Fn() -> usize) {
    let mut left = usize::MAX;
    for _ in 0..1000 {
        left = each();
        if left < LEFT {
            return;
        }
        sleep(Duration::from_millis(5)).await;
    }
    panic!("{left} bytes a connection are left");
}
