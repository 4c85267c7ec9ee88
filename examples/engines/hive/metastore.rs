//! Lists, creates and alters tables of a Hive metastore:
//! `cargo run --bin hive-metastore localhost:9083 list`, `create cities name:string people:int` or
//! `add cities area:double`.

use std::error::Error;

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

/// Makes a table of text files, at a place that the metastore chooses.
async fn create(
    metastore: &Metastore<impl Channel>,
    table: &str,
    columns: &[&str],
) -> Result<(), Box<dyn Error>> {
    let serde = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe".to_owned();
    let storage = StorageDescriptor {
        cols: Some(columns.iter().map(|it| column(it)).collect::<Result<_, _>>()?),
        input_format: Some("org.apache.hadoop.mapred.TextInputFormat".into()),
        output_format: Some("org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat".into()),
        serde_info: Some(SerDeInfo { serialization_lib: Some(serde), ..SerDeInfo::default() }),
        ..StorageDescriptor::default()
    };
    let table = Table {
        table_name: Some(table.into()),
        db_name: Some(DATABASE.into()),
        sd: Some(storage),
        table_type: Some("MANAGED_TABLE".into()),
        ..Table::default()
    };
    Ok(metastore.create_table(table).await?)
}

/// Adds a column to a table.
async fn add(
    metastore: &Metastore<impl Channel>,
    name: &str,
    added: &str,
) -> Result<(), Box<dyn Error>> {
    let mut table = metastore.get_table(DATABASE.into(), name.into()).await?;
    let storage = table.sd.get_or_insert_default();
    storage.cols.get_or_insert_default().push(column(added)?);
    Ok(metastore.alter_table(DATABASE.into(), name.into(), table).await?)
}

/// `NAME:TYPE`, as Hive writes types.
fn column(text: &str) -> Result<FieldSchema, Box<dyn Error>> {
    let (name, kind) = text.split_once(':').ok_or("a column is NAME:TYPE")?;
    let (name, kind) = (Some(name.into()), Some(kind.into()));
    Ok(FieldSchema { name, r#type: kind, ..FieldSchema::default() })
}
