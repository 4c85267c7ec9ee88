//! Unix sockets and their files.

use std::{
    fs,
    os::unix::{fs::PermissionsExt, net::UnixListener},
    path::{Path, PathBuf},
    sync::Barrier,
    thread,
};

use thrift_runtime::{BlockingClient, BlockingServer, BlockingShutdownHandle, ErrorKind};

use crate::{Handler, TestServiceBlocking, TestServiceBlockingClient, TestServiceProcessor};

/// A path that nothing stands at.
fn path(name: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("thrift-blocking-{name}-{}", std::process::id()));
    let _ = fs::remove_file(&path);
    path
}

fn serve(path: &Path) -> (BlockingShutdownHandle, thread::JoinHandle<()>) {
    let server = BlockingServer::bind_unix(path).unwrap();
    let shutdown = server.shutdown_handle();
    let processor = TestServiceProcessor::blocking(Handler::default());
    (shutdown, thread::spawn(move || server.serve(processor)))
}

fn add(path: &Path) -> i32 {
    let client = BlockingClient::builder().connect_unix(path).unwrap();
    TestServiceBlockingClient::new(client).add(1, 2).unwrap()
}

#[test]
fn calls_are_answered_until_the_end_and_the_file_goes() {
    let path = path("calls");
    let (shutdown, serving) = serve(&path);
    assert_eq!(add(&path), 3);
    shutdown.begin();
    serving.join().unwrap();
    assert!(!path.exists());
}

#[test]
fn the_file_of_a_server_that_was_killed_is_replaced() {
    let path = path("stale");
    drop(UnixListener::bind(&path).unwrap());
    assert!(path.exists());
    let (_shutdown, _serving) = serve(&path);
    assert_eq!(add(&path), 3);

    // Somebody listens there now.
    assert!(BlockingServer::bind_unix(&path).is_err());
    assert_eq!(add(&path), 3);
    fs::remove_file(&path).unwrap();

    fs::write(&path, "no socket").unwrap();
    assert!(BlockingServer::bind_unix(&path).is_err());
    assert_eq!(fs::read(&path).unwrap(), b"no socket");
    fs::remove_file(&path).unwrap();
}

#[test]
fn a_socket_that_listens_already_is_served_and_its_file_left() {
    let path = path("taken");
    let server = BlockingServer::from_unix_listener(UnixListener::bind(&path).unwrap());
    assert_eq!(server.local_addr().unwrap_err().kind(), ErrorKind::Unsupported);
    let shutdown = server.shutdown_handle();
    let processor = TestServiceProcessor::blocking(Handler::default());
    let serving = thread::spawn(move || server.serve(processor));
    let client = BlockingClient::connect_unix(&path).unwrap();
    assert_eq!(TestServiceBlockingClient::new(client.clone()).add(1, 2).unwrap(), 3);
    assert!(!client.is_closed());
    shutdown.begin();
    serving.join().unwrap();
    assert!(path.exists());
    fs::remove_file(&path).unwrap();
    assert!(TestServiceBlockingClient::new(client.clone()).add(1, 2).is_err());
    assert!(client.is_closed());
}

#[test]
fn of_servers_that_replace_a_stale_file_at_once_one_listens() {
    let path = path("race");
    for round in 0..300 {
        drop(UnixListener::bind(&path).unwrap());
        let start = Barrier::new(4);
        let bind = || {
            start.wait();
            BlockingServer::bind_unix_with_mode(&path, 0o600)
        };
        let bound: Vec<_> = thread::scope(|scope| {
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(bind)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        let servers: Vec<_> = bound.into_iter().flatten().collect();
        assert_eq!(servers.len(), 1, "round {round}");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        drop(servers);
        assert!(!path.exists(), "round {round}");
    }
}
