//! Shows what is in a Parquet file, of whose metadata only some is read: `cargo run --bin footer [FILE]`.
//!
//! No client and no server: a protocol turns bytes to values by itself.

use std::{
    error::Error,
    fs::File,
    io::{Read, Seek, SeekFrom},
};

use thrift_runtime::{CompactProtocol, Protocol};

thrift_runtime::thrift!("./footer.thrift");

const USUAL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/footer/numbers.parquet");

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).unwrap_or_else(|| USUAL.to_owned());
    let metadata: FileMetaData = CompactProtocol.decode(&footer(File::open(path)?)?)?;
    println!("{} rows, by {}", metadata.num_rows, metadata.created_by.unwrap_or_default());
    for column in &metadata.schema {
        // Inner nodes of the tree have no type.
        if let Some(r#type) = column.r#type {
            println!("{}: {}", column.name, r#type.name().unwrap_or("of an unknown type"));
        }
    }
    Ok(())
}

/// A file ends with its metadata, the length of that, and four letters.
fn footer(mut file: File) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut end = [0; 8];
    file.seek(SeekFrom::End(-8))?;
    file.read_exact(&mut end)?;
    let [a, b, c, d, letters @ ..] = end;
    if letters != *b"PAR1" {
        return Err("this is no Parquet file".into());
    }
    let length = u64::from(u32::from_le_bytes([a, b, c, d]));
    file.seek(SeekFrom::End(-8 - i64::try_from(length)?))?;
    let mut footer = Vec::new();
    file.take(length).read_to_end(&mut footer)?;
    Ok(footer)
}
