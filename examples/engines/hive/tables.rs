//! What is sent for a new table, and for a table that has one more column.

use std::error::Error;

use thrift_runtime::Channel;

use crate::{
    DATABASE, FieldSchema, Metastore, SerDeInfo, StorageDescriptor, Table, ThriftHiveMetastore,
};

/// Makes a table of text files, at a place that the metastore chooses.
pub(crate) async fn create(
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
pub(crate) async fn add(
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
