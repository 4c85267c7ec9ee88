//! Footers of files that the crate `parquet` writes, or pyarrow has written.

use std::{
    error::Error,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use parquet::{
    column::writer::ColumnWriter,
    data_type::ByteArray,
    file::{
        metadata::{KeyValue, ParquetMetaData},
        properties::WriterProperties,
        writer::SerializedFileWriter,
    },
    schema::parser::parse_message_type,
};

/// A footer, and what its writer says stands in it.
pub struct Footer {
    pub name: String,
    pub path: PathBuf,
    pub bytes: Vec<u8>,
    pub written: Written,
}

/// What a writer says.
pub enum Written {
    Parquet(Box<ParquetMetaData>),
    /// In lines, as `pyarrow_footers.py` writes them.
    Pyarrow(String),
}

/// Those that `pyarrow_footers.py` has left in a folder.
pub fn by_pyarrow(folder: &Path) -> Result<Vec<Footer>, Box<dyn Error>> {
    let names = ["14x20", "100x10", "1000x10", "nested"];
    let footer = |name| {
        let path = folder.join(format!("{name}.footer"));
        let written = Written::Pyarrow(fs::read_to_string(folder.join(format!("{name}.txt")))?);
        let bytes = fs::read(&path)?;
        Ok(Footer { name: format!("{name}, by pyarrow"), path, bytes, written })
    };
    names.map(footer).into_iter().collect()
}

/// The shapes that are compared, columns x row groups.
pub fn all() -> Result<Vec<Footer>, Box<dyn Error>> {
    Ok(vec![
        footer("14x20", &flat(14), 20)?,
        footer("100x10", &flat(100), 10)?,
        footer("1000x10", &flat(1000), 10)?,
        footer("nested", &nested(30), 10)?,
    ])
}

fn flat(columns: usize) -> String {
    let mut schema = "message schema {".to_owned();
    for n in 0..columns {
        let ty = ["INT64 c", "DOUBLE c", "BYTE_ARRAY c", "INT32 c"][n % 4];
        let logical = ["", "", "(UTF8)", "(DATE)"][n % 4];
        let _ = write!(schema, "OPTIONAL {ty}olumn_{n:03} {logical};");
    }
    schema + "}"
}

/// Columns within lists within groups, of long names.
fn nested(groups: usize) -> String {
    let mut schema = "message schema {".to_owned();
    for n in 0..groups {
        let _ = write!(
            schema,
            "OPTIONAL GROUP a_group_of_many_measurements_{n:03} {{ \
             REQUIRED INT64 time_of_measurement (TIMESTAMP(MICROS,true)); \
             OPTIONAL GROUP measurements_of_one_day (LIST) {{ REPEATED GROUP list {{ \
             OPTIONAL GROUP element {{ \
             OPTIONAL BYTE_ARRAY description_in_many_words (UTF8); OPTIONAL DOUBLE value; }} }} }} }}"
        );
    }
    schema + "}"
}

fn footer(name: &str, schema: &str, groups: usize) -> Result<Footer, Box<dyn Error>> {
    let schema = Arc::new(parse_message_type(schema)?);
    let note = KeyValue::new("a key".to_owned(), "its value, a text".to_owned());
    let properties = WriterProperties::builder().set_key_value_metadata(Some(vec![note])).build();
    let mut file = Vec::new();
    let mut writer = SerializedFileWriter::new(&mut file, schema, Arc::new(properties))?;
    for group in 0..groups {
        let mut row_group = writer.next_row_group()?;
        let mut number = 0;
        while let Some(mut column) = row_group.next_column()? {
            write(column.untyped(), group as i64 * 1000 + number)?;
            column.close()?;
            number += 1;
        }
        row_group.close()?;
    }
    let written = writer.finish()?;
    drop(writer);
    let (length, _) = file[file.len() - 8..].split_first_chunk().ok_or("no footer")?;
    let length = u32::from_le_bytes(*length) as usize;
    let bytes = file[file.len() - 8 - length..file.len() - 8].to_vec();
    let path = std::env::temp_dir().join(format!("thrift-footer-{name}"));
    fs::write(&path, &bytes)?;
    let written = Written::Parquet(Box::new(written));
    Ok(Footer { name: name.to_owned(), path, bytes, written })
}

/// Three values, of which none is null.
fn write(writer: &mut ColumnWriter<'_>, seed: i64) -> Result<(), Box<dyn Error>> {
    let numbers = [seed, seed * 7, seed + 1_000_000];
    macro_rules! batch {
        ($writer:expr, $values:expr) => {{
            let descriptor = $writer.get_descriptor();
            let definition = vec![descriptor.max_def_level(); 3];
            let repetition = vec![0; 3];
            $writer.write_batch(&$values, Some(&definition), Some(&repetition))?;
        }};
    }
    match writer {
        ColumnWriter::Int64ColumnWriter(writer) => batch!(writer, numbers),
        ColumnWriter::Int32ColumnWriter(writer) => batch!(writer, numbers.map(|n| n as i32)),
        ColumnWriter::DoubleColumnWriter(writer) => batch!(writer, numbers.map(|n| n as f64 / 3.0)),
        ColumnWriter::ByteArrayColumnWriter(writer) => {
            let texts = numbers.map(|n| {
                let long = if writer.get_descriptor().max_rep_level() > 0 { 90 } else { 0 };
                ByteArray::from(format!("text {n:09} {}", "x".repeat(long)).into_bytes())
            });
            batch!(writer, texts);
        }
        _ => return Err("a column of another type".into()),
    }
    Ok(())
}
