//! What the page shows of tonic: a test compares them.

#![allow(missing_docs, unused)]

use std::{collections::BTreeMap, error::Error, sync::Mutex};

use generated::{
    AddReply, Book, FindRequest,
    library_client::LibraryClient,
    library_server::{Library, LibraryServer},
};
use tonic::{Code, Request, Response, Status};

#[allow(warnings, clippy::all)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/library.rs"));
}

#[derive(Default)]
struct Shelves {
    books: Mutex<BTreeMap<String, Book>>,
}

#[tonic::async_trait]
impl Library for Shelves {
    async fn add(&self, request: Request<Book>) -> Result<Response<AddReply>, Status> {
        let book = request.into_inner();
        self.books.lock().unwrap().insert(book.title.clone(), book);
        Ok(Response::new(AddReply {}))
    }

    async fn find(&self, request: Request<FindRequest>) -> Result<Response<Book>, Status> {
        let title = request.into_inner().title;
        let book = self.books.lock().unwrap().get(&title).cloned();
        book.map(Response::new).ok_or_else(|| Status::not_found(title))
    }
}

async fn serve() -> Result<(), Box<dyn Error>> {
    tonic::transport::Server::builder()
        .add_service(LibraryServer::new(Shelves::default()))
        .serve("127.0.0.1:9090".parse()?)
        .await?;
    Ok(())
}

async fn call() -> Result<(), Box<dyn Error>> {
    let mut library = LibraryClient::connect("http://127.0.0.1:9090").await?;
    match library.find(FindRequest { title: "Emma".into() }).await {
        Ok(book) => println!("{:?}", book.into_inner().year),
        Err(status) if status.code() == Code::NotFound => {
            println!("there is no {}", status.message());
        }
        Err(status) => return Err(status.into()),
    }
    Ok(())
}
