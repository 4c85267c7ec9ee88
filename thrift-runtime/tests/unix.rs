//! Unix sockets, and the files that stand for them.

#![cfg(unix)]

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
