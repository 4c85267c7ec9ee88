//! What the page shows of volo: a test compares them.

#![allow(missing_docs, unused)]

use std::{collections::BTreeMap, error::Error, net::SocketAddr, sync::Mutex};

use generated::volo::library::{
    Book, Library, LibraryClientBuilder, LibraryFindException, LibraryServer, NoSuchBook,
};
use pilota::FastStr;
use tokio::net::TcpListener;
use volo::net::incoming::DefaultIncoming;
use volo_thrift::{MaybeException, ServerError};

#[allow(warnings, clippy::all)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/volo.rs"));
}

struct Shelves {
    books: Mutex<BTreeMap<FastStr, Book>>,
}

impl Library for Shelves {
    async fn add(&self, book: Book) -> Result<(), ServerError> {
        self.books.lock().unwrap().insert(book.title.clone(), book);
        Ok(())
    }

    async fn find(
        &self,
        title: FastStr,
    ) -> Result<MaybeException<Book, LibraryFindException>, ServerError> {
        let book = self.books.lock().unwrap().get(&title).cloned();
        Ok(match book {
            Some(book) => MaybeException::Ok(book),
            None => {
                let missing = NoSuchBook { title: Some(title) };
                MaybeException::Exception(LibraryFindException::Missing(missing))
            }
        })
    }
}

async fn serve(shelves: Shelves) -> Result<(), Box<dyn Error + Send + Sync>> {
    let listener = TcpListener::bind("127.0.0.1:9090").await?;
    LibraryServer::new(shelves).run(DefaultIncoming::from(listener)).await?;
    Ok(())
}

async fn call(address: SocketAddr) -> Result<(), Box<dyn Error + Send + Sync>> {
    let library = LibraryClientBuilder::new("library").address(address).build();
    match library.find("Emma".into()).await? {
        MaybeException::Ok(book) => println!("{:?}", book.year),
        MaybeException::Exception(LibraryFindException::Missing(missing)) => {
            println!("there is no {:?}", missing.title);
        }
    }
    Ok(())
}
