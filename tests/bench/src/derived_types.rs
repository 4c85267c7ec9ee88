//! The types of two workloads once more, as Rust programmers write them.

use bytes::Bytes;
use thrift_runtime::{ThriftEnum, ThriftStruct};

#[derive(Debug, Clone, Copy, Default, PartialEq, ThriftEnum)]
#[repr(i32)]
pub enum Kind {
    #[default]
    Unknown = 0,
    First = 1,
    Second = 2,
    Third = 3,
    #[thrift(unknown)]
    Other(i32),
}

#[derive(Debug, Clone, Default, PartialEq, ThriftStruct)]
pub struct Point {
    #[thrift(id = 1)]
    pub x: f64,
    #[thrift(id = 2)]
    pub y: f64,
}

#[derive(Debug, Clone, Default, PartialEq, ThriftStruct)]
pub struct Record {
    #[thrift(id = 1)]
    pub flag: bool,
    #[thrift(id = 2)]
    pub tiny: i8,
    #[thrift(id = 3)]
    pub short_number: i16,
    #[thrift(id = 4)]
    pub number: i32,
    #[thrift(id = 5)]
    pub long_number: i64,
    #[thrift(id = 6)]
    pub ratio: f64,
    #[thrift(id = 7)]
    pub name: String,
    #[thrift(id = 8)]
    pub maybe: Option<i64>,
    #[thrift(id = 9)]
    pub kind: Kind,
    #[thrift(id = 10)]
    pub point: Point,
}

#[derive(Debug, Clone, Default, PartialEq, ThriftStruct)]
pub struct Records {
    #[thrift(id = 1)]
    pub records: Vec<Record>,
}

#[derive(Debug, Clone, Default, PartialEq, ThriftStruct)]
pub struct Statistics {
    #[thrift(id = 1)]
    pub max: Option<Bytes>,
    #[thrift(id = 2)]
    pub min: Option<Bytes>,
    #[thrift(id = 3)]
    pub null_count: Option<i64>,
    #[thrift(id = 4)]
    pub distinct_count: Option<i64>,
}

#[derive(Debug, Clone, Default, PartialEq, ThriftStruct)]
pub struct ColumnMetaData {
    #[thrift(id = 1, required)]
    pub r#type: i32,
    #[thrift(id = 2, required)]
    pub encodings: Vec<i32>,
    #[thrift(id = 3, required)]
    pub path_in_schema: Vec<String>,
    #[thrift(id = 4, required)]
    pub codec: i32,
    #[thrift(id = 5, required)]
    pub num_values: i64,
    #[thrift(id = 6, required)]
    pub total_uncompressed_size: i64,
    #[thrift(id = 7, required)]
    pub total_compressed_size: i64,
    #[thrift(id = 9, required)]
    pub data_page_offset: i64,
    #[thrift(id = 10)]
    pub index_page_offset: Option<i64>,
    #[thrift(id = 11)]
    pub dictionary_page_offset: Option<i64>,
    #[thrift(id = 12)]
    pub statistics: Option<Statistics>,
}

#[derive(Debug, Clone, Default, PartialEq, ThriftStruct)]
pub struct ColumnChunk {
    #[thrift(id = 1)]
    pub file_path: Option<String>,
    #[thrift(id = 2, required)]
    pub file_offset: i64,
    #[thrift(id = 3)]
    pub meta_data: Option<ColumnMetaData>,
}

#[derive(Debug, Clone, Default, PartialEq, ThriftStruct)]
pub struct RowGroup {
    #[thrift(id = 1, required)]
    pub columns: Vec<ColumnChunk>,
    #[thrift(id = 2, required)]
    pub total_byte_size: i64,
    #[thrift(id = 3, required)]
    pub num_rows: i64,
}

#[derive(Debug, Clone, Default, PartialEq, ThriftStruct)]
pub struct SchemaElement {
    #[thrift(id = 1)]
    pub r#type: Option<i32>,
    #[thrift(id = 2)]
    pub type_length: Option<i32>,
    #[thrift(id = 3)]
    pub repetition_type: Option<i32>,
    #[thrift(id = 4, required)]
    pub name: String,
    #[thrift(id = 5)]
    pub num_children: Option<i32>,
}

#[derive(Debug, Clone, Default, PartialEq, ThriftStruct)]
pub struct Footer {
    #[thrift(id = 1, required)]
    pub version: i32,
    #[thrift(id = 2, required)]
    pub schema: Vec<SchemaElement>,
    #[thrift(id = 3, required)]
    pub num_rows: i64,
    #[thrift(id = 4, required)]
    pub row_groups: Vec<RowGroup>,
    #[thrift(id = 5)]
    pub created_by: Option<String>,
}
