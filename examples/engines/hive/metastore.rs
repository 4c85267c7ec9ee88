//! Lists, creates and alters tables of a Hive metastore:
//! `cargo run --bin hive-metastore localhost:9083 list`, `create cities name:string people:int` or
//! `add cities area:double`.

mod tables;

use std::error::Error;

use tables::{add, create};
use thrift_runtime::{Channel, Client};

thrift_runtime::thrift! {
    path: "./hive_metastore.thrift",
    // Without it, fields that have no value would be sent as empty strings and zeros.
    unset: { structs: option },
    // A table that is altered is sent as a whole, with what this IDL does not know.
    unknown_fields: keep,
    services: [client],
}

const DATABASE: &str = "default";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let [address, command, arguments @ ..] = &*arguments else { return Err(USAGE.into()) };
    let metastore = ThriftHiveMetastoreClient::new(Client::connect(*address).await?);
    match (*command, arguments) {
        ("list", []) => list(&metastore).await,
        ("create", [table, columns @ ..]) => create(&metastore, table, columns).await,
        ("add", [table, column]) => add(&metastore, table, column).await,
        _ => Err(USAGE.into()),
    }
}

const USAGE: &str = "hive-metastore ADDRESS list | create TABLE NAME:TYPE... | add TABLE NAME:TYPE";

type Metastore<C> = ThriftHiveMetastoreClient<C>;

/// Prints the tables and their columns.
async fn list(metastore: &Metastore<impl Channel>) -> Result<(), Box<dyn Error>> {
    for name in metastore.get_all_tables(DATABASE.into()).await? {
        let table = metastore.get_table(DATABASE.into(), name.clone()).await?;
        let columns = table.sd.and_then(|it| it.cols).unwrap_or_default();
        let column = |it: FieldSchema| {
            format!(" {}:{}", it.name.unwrap_or_default(), it.r#type.unwrap_or_default())
        };
        println!("{name}{}", columns.into_iter().map(column).collect::<String>());
    }
    Ok(())
}
