//! The footer's types, in the ways that are compared.

/// As they are without options.
pub mod plain {
    thrift_runtime::thrift!("idl/parquet.thrift");
}

/// With strings of which short ones take no allocation.
pub mod short {
    thrift_runtime::thrift! { path: "idl/parquet.thrift", types: { string: Str } }
}

/// With a `binary` of which short ones take no allocation.
pub mod blob {
    thrift_runtime::thrift! { path: "idl/parquet.thrift", types: { binary: Blob } }
}

/// All data, in little memory and few allocations.
pub mod lean {
    thrift_runtime::thrift! {
        path: "idl/parquet.thrift",
        types: {
            string: Str,
            binary: Blob,
            "ColumnMetaData.encodings": smallvec::SmallVec<[Encoding; 4]>,
            "ColumnMetaData.path_in_schema": thrift_runtime::StrList,
            "ColumnMetaData.encoding_stats": smallvec::SmallVec<[PageEncodingStats; 2]>,
            "ColumnMetaData.key_value_metadata": Box,
            "SizeStatistics.repetition_level_histogram": smallvec::SmallVec<[i64; 2]>,
            "SizeStatistics.definition_level_histogram": smallvec::SmallVec<[i64; 6]>,
            "ColumnMetaData.geospatial_statistics": Box,
            "ColumnChunk.crypto_metadata": Box,
            "ColumnChunk.encrypted_column_metadata": Box,
            "ColumnChunk.file_path": Box,
        },
    }
}

/// The same, with what is borrowed from the message.
pub mod borrowed {
    thrift_runtime::thrift! {
        path: "idl/parquet.thrift",
        types: {
            string: &str,
            binary: &[u8],
            "ColumnMetaData.encodings": smallvec::SmallVec<[Encoding; 4]>,
            "ColumnMetaData.path_in_schema": thrift_runtime::StrList,
            "ColumnMetaData.encoding_stats": smallvec::SmallVec<[PageEncodingStats; 2]>,
            "ColumnMetaData.key_value_metadata": Box,
            "SizeStatistics.repetition_level_histogram": smallvec::SmallVec<[i64; 2]>,
            "SizeStatistics.definition_level_histogram": smallvec::SmallVec<[i64; 6]>,
            "ColumnMetaData.geospatial_statistics": Box,
            "ColumnChunk.crypto_metadata": Box,
            "ColumnChunk.encrypted_column_metadata": Box,
            "ColumnChunk.file_path": Box,
        },
    }
}

/// What a reader needs to find the pages of a column.
pub mod projected {
    thrift_runtime::thrift! {
        path: "idl/parquet.thrift",
        types: {
            string: Str,
            binary: Blob,
            "ColumnMetaData.encodings": smallvec::SmallVec<[Encoding; 4]>,
            "ColumnChunk.crypto_metadata": Box,
            "ColumnChunk.encrypted_column_metadata": Box,
            "ColumnChunk.file_path": Box,
        },
        skip: [
            "ColumnMetaData.path_in_schema",
            "ColumnMetaData.key_value_metadata",
            "ColumnMetaData.statistics",
            "ColumnMetaData.encoding_stats",
            "ColumnMetaData.size_statistics",
            "ColumnMetaData.geospatial_statistics",
        ],
    }
}
