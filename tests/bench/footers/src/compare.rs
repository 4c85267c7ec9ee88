//! Whether what was read is what was written.

use bytes::Bytes;
use parquet::file::metadata::ParquetMetaData;
use thrift_runtime::{CompactProtocol, Decode, Protocol};

use crate::{
    files::Footer,
    types::{plain, projected},
};

/// Compares a footer, read into the plain types, with what its writer says.
pub fn with_writer(all: &ParquetMetaData, read: &plain::FileMetaData) {
    let written = all.file_metadata();
    assert_eq!(read.version, written.version());
    assert_eq!(read.num_rows, written.num_rows());
    assert_eq!(read.created_by.as_deref(), written.created_by());
    let pairs = read.key_value_metadata.iter().flatten().map(|pair| (&pair.key, &pair.value));
    let pairs_written = written.key_value_metadata().into_iter().flatten();
    assert!(pairs.eq(pairs_written.map(|pair| (&pair.key, &pair.value))));
    assert_eq!(read.row_groups.len(), all.num_row_groups());
    for (group, of) in read.row_groups.iter().zip(all.row_groups()) {
        assert_eq!(
            (group.num_rows, group.total_byte_size, group.file_offset),
            (of.num_rows(), of.total_byte_size(), of.file_offset())
        );
        assert_eq!(group.columns.len(), of.num_columns());
        for (chunk, of) in group.columns.iter().zip(of.columns()) {
            let data = chunk.meta_data.as_ref().expect("metadata");
            assert_eq!(data.r#type.0, of.column_type() as i32);
            assert_eq!(data.path_in_schema, of.column_path().parts());
            let encodings = |encoding: &plain::Encoding| 1_u32 << encoding.0;
            let mask = data.encodings.iter().map(encodings).fold(0, |mask, bit| mask | bit);
            assert_eq!(mask.cast_signed(), of.encodings_mask().as_i32());
            assert_eq!(
                [data.num_values, data.total_uncompressed_size, data.total_compressed_size],
                [of.num_values(), of.uncompressed_size(), of.compressed_size()]
            );
            assert_eq!(
                (data.data_page_offset, data.dictionary_page_offset),
                (of.data_page_offset(), of.dictionary_page_offset())
            );
            assert_eq!(
                (chunk.offset_index_offset, chunk.offset_index_length),
                (of.offset_index_offset(), of.offset_index_length())
            );
            assert_eq!(
                (chunk.column_index_offset, chunk.column_index_length),
                (of.column_index_offset(), of.column_index_length())
            );
            let statistics = data.statistics.as_ref().expect("statistics");
            let of_statistics = of.statistics().expect("statistics");
            assert_eq!(statistics.min_value.as_deref(), of_statistics.min_bytes_opt());
            assert_eq!(statistics.max_value.as_deref(), of_statistics.max_bytes_opt());
            let nulls = statistics.null_count.map(|count| count as u64);
            assert_eq!(nulls, of_statistics.null_count_opt());
            let pages = data.encoding_stats.iter().flatten();
            let pages = pages.map(|page| (page.page_type.0, page.encoding.0, page.count));
            let of_pages = of.page_encoding_stats().into_iter().flatten();
            assert!(pages.eq(
                of_pages.map(|page| { (page.page_type as i32, page.encoding as i32, page.count) })
            ));
            let sizes = data.size_statistics.as_ref();
            assert_eq!(
                sizes.and_then(|sizes| sizes.unencoded_byte_array_data_bytes),
                of.unencoded_byte_array_data_bytes()
            );
        }
    }
}

/// Compares a footer, read into the plain types, with what pyarrow reads in it.
pub fn with_lines(told: &str, read: &plain::FileMetaData) {
    let mut lines = vec![format!(
        "{} rows by {}",
        read.num_rows,
        read.created_by.as_deref().unwrap_or_default()
    )];
    let mut pairs: Vec<_> = read.key_value_metadata.iter().flatten().collect();
    pairs.sort();
    lines.extend(
        pairs
            .iter()
            .map(|pair| format!("{}: {}", pair.key, pair.value.as_deref().unwrap_or_default())),
    );
    for group in &read.row_groups {
        lines.push(format!("{} rows in {} bytes", group.num_rows, group.total_byte_size));
        lines.extend(group.columns.iter().map(line));
    }
    for (line, told) in lines.iter().zip(told.lines()) {
        assert_eq!(line, told);
    }
    assert_eq!(lines.len(), told.lines().count());
}

/// What `pyarrow_footers.py` writes of a column's chunk.
fn line(chunk: &plain::ColumnChunk) -> String {
    let data = chunk.meta_data.as_ref().expect("metadata");
    let encodings: Vec<String> = data.encodings.iter().map(ToString::to_string).collect();
    let number = |number: Option<i64>| number.map_or("-".to_owned(), |number| number.to_string());
    let bytes = |bytes: Option<&Bytes>| {
        bytes.map_or("-".to_owned(), |bytes| {
            bytes.iter().map(|byte| format!("{byte:02x}")).collect()
        })
    };
    let statistics = data.statistics.as_ref();
    format!(
        "{} {} {} {} {} {} {} {} {} {} {} {}",
        data.path_in_schema.join("."),
        data.r#type,
        data.codec,
        encodings.join("+"),
        data.num_values,
        data.total_uncompressed_size,
        data.total_compressed_size,
        data.data_page_offset,
        number(data.dictionary_page_offset),
        number(statistics.and_then(|of| of.null_count)),
        bytes(statistics.and_then(|of| of.min_value.as_ref())),
        bytes(statistics.and_then(|of| of.max_value.as_ref())),
    )
}

/// Types that keep all data write what they have read.
pub fn with_bytes<'a, T: Decode<'a>>(footer: &'a Footer, expected: &[u8]) {
    let read: T = CompactProtocol.decode(&footer.bytes).expect("a footer");
    assert!(CompactProtocol.encode(&read).expect("a footer") == expected, "{}", footer.name);
}

/// Types that leave fields out have all others.
pub fn with_part(plain: &plain::FileMetaData, part: &projected::FileMetaData) {
    let chunk = |chunk: &plain::ColumnChunk| {
        let data = chunk.meta_data.as_ref().expect("metadata");
        projected::ColumnChunk {
            file_path: chunk.file_path.as_deref().map(|path| Box::new(path.into())),
            file_offset: chunk.file_offset,
            meta_data: Some(projected::ColumnMetaData {
                r#type: projected::Type(data.r#type.0),
                encodings: data.encodings.iter().map(|it| projected::Encoding(it.0)).collect(),
                codec: projected::CompressionCodec(data.codec.0),
                num_values: data.num_values,
                total_uncompressed_size: data.total_uncompressed_size,
                total_compressed_size: data.total_compressed_size,
                data_page_offset: data.data_page_offset,
                index_page_offset: data.index_page_offset,
                dictionary_page_offset: data.dictionary_page_offset,
                bloom_filter_offset: data.bloom_filter_offset,
                bloom_filter_length: data.bloom_filter_length,
            }),
            offset_index_offset: chunk.offset_index_offset,
            offset_index_length: chunk.offset_index_length,
            column_index_offset: chunk.column_index_offset,
            column_index_length: chunk.column_index_length,
            ..Default::default()
        }
    };
    assert_eq!((plain.version, plain.num_rows), (part.version, part.num_rows));
    assert_eq!(plain.schema.len(), part.schema.len());
    assert_eq!(plain.row_groups.len(), part.row_groups.len());
    for (group, part) in plain.row_groups.iter().zip(&part.row_groups) {
        let columns: Vec<_> = group.columns.iter().map(chunk).collect();
        assert_eq!(columns, part.columns);
        assert_eq!((group.total_byte_size, group.ordinal), (part.total_byte_size, part.ordinal));
    }
}
