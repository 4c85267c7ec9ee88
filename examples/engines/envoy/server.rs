//! Keeps notes, or pretends to: `cargo run --bin notes-server [NAME] [ADDRESS]`.

use thrift_runtime::{Result, Server};

thrift_runtime::thrift! { path: "./notes.thrift", services: [server] }

/// Made for each call.
struct Notebook {
    name: String,
    trace: Option<String>,
}

impl Notes for Notebook {
    async fn read(&self, title: String) -> Result<Note, NotesReadError> {
        match title.is_empty() {
            true => Err(NoNote { title }.into()),
            false => Ok(Note { text: title, server: self.name.clone(), trace: self.trace.clone() }),
        }
    }

    async fn write(&self, _title: String, _text: String) -> Result<String> {
        Ok(self.name.clone())
    }

    async fn forget(&self, title: String) -> Result<()> {
        println!("{} forgot {title}", self.name);
        Ok(())
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let name = arguments.next().unwrap_or_else(|| "primary".to_owned());
    let address = arguments.next().unwrap_or_else(|| "127.0.0.1:9093".to_owned());
    let server = Server::bind(address).await?;
    println!("{}", server.local_addr()?);
    let notes = NotesProcessor::per_call(move |cx| Notebook {
        name: name.clone(),
        trace: cx.headers().get("trace").map(str::to_owned),
    });
    server.serve(notes).await;
    Ok(())
}
