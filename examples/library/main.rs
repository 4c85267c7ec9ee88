//! A service that begins in Rust. `idl` prints its IDL, for programs in other languages such as
//! `client.py`; without it, the service is served, and tells its IDL to whoever asks.

mod service;

use std::env;

use service::{Book, FindError, Library, LibraryProcessor, NotFound, Subject};
use thrift_runtime::{Result, Server, schema};

struct Shelf(Vec<Book>);

impl Library for Shelf {
    async fn find(&self, title: String) -> Result<Book, FindError> {
        let found = self.0.iter().find(|book| book.title == title);
        found.cloned().ok_or_else(|| NotFound { title }.into())
    }

    async fn find_all(&self, subject: Subject) -> Result<Vec<Book>> {
        Ok(self.0.iter().filter(|book| book.subject == subject).cloned().collect())
    }
}

fn shelf() -> Shelf {
    let book = |title: &str, subject, copies| Book { title: title.to_owned(), subject, copies };
    Shelf(vec![
        book("Moby-Dick", Subject::Ships, 2),
        book("Two Years Before the Mast", Subject::Ships, 1),
        book("The Life of the Bee", Subject::Bees, 1),
    ])
}

#[tokio::main]
async fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if arguments.iter().any(|argument| argument == "idl") {
        print!("{}", Library.idl());
        return Ok(());
    }
    let address = arguments.first().map_or("127.0.0.1:9090", String::as_str);
    let server = Server::bind(address).await?;
    println!("serving at {}", server.local_addr()?);
    let processor = schema::with_idl([Library], LibraryProcessor::new(shelf()));
    server.serve(processor).await;
    Ok(())
}
