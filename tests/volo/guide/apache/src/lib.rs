//! What the page shows of Apache's crate: a test compares them.

#![allow(missing_docs, unused)]

use std::{collections::BTreeMap, error::Error, sync::Mutex};

use generated::{
    Book, LibrarySyncClient, LibrarySyncHandler, LibrarySyncProcessor, NoSuchBook,
    TLibrarySyncClient,
};
use thrift::{
    protocol::{
        TBinaryInputProtocol, TBinaryInputProtocolFactory, TBinaryOutputProtocol,
        TBinaryOutputProtocolFactory,
    },
    server::TServer,
    transport::{
        TFramedReadTransport, TFramedReadTransportFactory, TFramedWriteTransport,
        TFramedWriteTransportFactory, TIoChannel, TTcpChannel,
    },
};

#[allow(warnings, clippy::all)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/apache.rs"));
}

#[derive(Default)]
struct Shelves {
    books: Mutex<BTreeMap<String, Book>>,
}

impl LibrarySyncHandler for Shelves {
    fn handle_add(&self, book: Book) -> thrift::Result<()> {
        self.books.lock().unwrap().insert(book.title.clone(), book);
        Ok(())
    }

    fn handle_find(&self, title: String) -> thrift::Result<Book> {
        let book = self.books.lock().unwrap().get(&title).cloned();
        book.ok_or_else(|| NoSuchBook::new(title).into())
    }
}

fn serve() -> Result<(), Box<dyn Error>> {
    let mut server = TServer::new(
        TFramedReadTransportFactory::new(),
        TBinaryInputProtocolFactory::new(),
        TFramedWriteTransportFactory::new(),
        TBinaryOutputProtocolFactory::new(),
        LibrarySyncProcessor::new(Shelves::default()),
        10, // threads, and so connections
    );
    server.listen("127.0.0.1:9090")?;
    Ok(())
}

fn call() -> Result<(), Box<dyn Error>> {
    let mut channel = TTcpChannel::new();
    channel.open("127.0.0.1:9090")?;
    let (read, write) = channel.split()?;
    let input = TBinaryInputProtocol::new(TFramedReadTransport::new(read), true);
    let output = TBinaryOutputProtocol::new(TFramedWriteTransport::new(write), true);
    let mut library = LibrarySyncClient::new(input, output);

    match library.find("Emma".to_owned()) {
        Ok(book) => println!("{:?}", book.year),
        Err(thrift::Error::User(error)) => match error.downcast::<NoSuchBook>() {
            Ok(missing) => println!("there is no {:?}", missing.title),
            Err(error) => return Err(thrift::Error::User(error).into()),
        },
        Err(error) => return Err(error.into()),
    }
    Ok(())
}
