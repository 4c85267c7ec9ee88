//! Unix sockets, and the files that stand for them.

#![cfg(unix)]

#[cfg(target_os = "linux")]
#[path = "common/black_hole.rs"]
mod black_hole;
mod common;

use std::{fs, path::PathBuf, time::Duration};

use common::{Nothing, Returned, Service, add};
use thrift_runtime::{Client, ErrorKind, Server, ShutdownHandle};
use tokio::{task::JoinHandle, time::timeout};

const PATIENCE: Duration = Duration::from_secs(20);

/// A path for a socket that no other test has.
fn path(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("thrift-unix-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    folder.join(name)
}

fn start(path: &PathBuf) -> (ShutdownHandle, JoinHandle<()>) {
    let server = Server::bind_unix(path).unwrap();
    assert_eq!(server.local_addr().unwrap_err().kind(), ErrorKind::Unsupported);
    (server.shutdown_handle(), tokio::spawn(server.serve(Service::default())))
}

#[tokio::test]
async fn calls_go_through_a_unix_socket_whose_file_is_removed() {
    let path = path("calls");
    let (shutdown, serving) = start(&path);
    let buffered = Client::connect_unix(&path).await.unwrap();
    let framed = Client::builder().framed().connect_unix(&path).await.unwrap();
    assert_eq!(add(&buffered, 1, 2).await.unwrap(), 3);
    assert_eq!(add(&framed, 3, 4).await.unwrap(), 7);
    let peer: Returned<String> = common::call(&framed, "peer", &Nothing {}).await.unwrap();
    assert_eq!(peer.success.unwrap(), "None");
    shutdown.begin();
    timeout(PATIENCE, serving).await.unwrap().unwrap();
    assert!(!path.exists());
    let error = Client::connect_unix(&path).await.unwrap_err();
    assert!(error.is_io(), "{error:?}");
    let text = format!("cannot connect to {}: ", path.display());
    assert!(error.to_string().starts_with(&text), "{error}");
}

#[tokio::test]
async fn a_file_that_nobody_listens_at_is_replaced_and_nothing_else_is() {
    let stale = path("stale");
    drop(std::os::unix::net::UnixListener::bind(&stale).unwrap());
    assert!(stale.exists());
    let (_shutdown, _serving) = start(&stale);
    let client = Client::connect_unix(&stale).await.unwrap();
    assert_eq!(add(&client, 1, 2).await.unwrap(), 3);

    let error = Server::bind_unix(&stale).unwrap_err();
    assert!(error.is_io(), "it is in use");
    let text = format!("cannot listen at {}: ", stale.display());
    assert!(error.to_string().starts_with(&text), "{error}");
    assert_eq!(add(&client, 2, 2).await.unwrap(), 4);

    let file = path("file");
    fs::write(&file, "kept").unwrap();
    assert!(Server::bind_unix(&file).unwrap_err().is_io());
    assert_eq!(fs::read_to_string(&file).unwrap(), "kept");
}

#[tokio::test]
async fn a_server_leaves_the_file_of_the_one_that_took_its_place() {
    let path = path("place");
    let first = Server::bind_unix(&path).unwrap();
    fs::remove_file(&path).unwrap();
    let (_shutdown, _serving) = start(&path);
    drop(first);
    let client = Client::connect_unix(&path).await.unwrap();
    assert_eq!(add(&client, 1, 2).await.unwrap(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn of_servers_that_replace_a_stale_file_at_once_one_listens() {
    let path = path("race");
    let runtime = tokio::runtime::Handle::current();
    for round in 0..300 {
        if round % 3 > 0 {
            let _ = fs::remove_file(&path);
        }
        if round % 3 == 1 {
            drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
        }
        let start = std::sync::Barrier::new(4);
        let bind = || {
            let _within = runtime.enter();
            start.wait();
            Server::bind_unix(&path)
        };
        let bound: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(bind)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        let (servers, errors): (Vec<_>, Vec<_>) = bound.into_iter().partition(Result::is_ok);
        assert_eq!(servers.len(), 1, "round {round}: {errors:?}");
        for error in errors {
            let error = error.unwrap_err();
            let error = error.get_ref().unwrap().downcast_ref::<std::io::Error>().unwrap();
            assert_eq!(error.kind(), std::io::ErrorKind::AddrInUse);
        }
        std::os::unix::net::UnixStream::connect(&path).unwrap();
        drop(servers);
        assert!(!path.exists(), "round {round}");
    }
}

#[tokio::test]
async fn the_mode_of_the_file_is_set() {
    use std::os::unix::fs::PermissionsExt;

    let path = path("mode");
    for mode in [0o600, 0o660, 0o777] {
        let server = Server::bind_unix_with_mode(&path, mode).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, mode);
        drop(server);
        assert!(!path.exists());
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_server_whose_queue_is_full_is_not_replaced() {
    let path = path("full");
    let _full = black_hole::BlackHole::unix(&path);
    let bound = tokio::task::spawn_blocking({
        let path = path.clone();
        move || Server::bind_unix(path).map(drop)
    });
    assert!(timeout(PATIENCE, bound).await.unwrap().unwrap().unwrap_err().is_io());
    assert!(path.exists());
}
