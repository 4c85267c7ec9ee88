//! The workloads as Protocol Buffers has them.

use std::collections::HashMap;

use bytes::Bytes;
use prost::Message;

use crate::ours;

#[derive(Clone, PartialEq, Message)]
pub struct Small {
    #[prost(string, tag = "1")]
    pub sender: String,
    #[prost(string, tag = "2")]
    pub recipient: String,
    #[prost(string, tag = "3")]
    pub content: String,
}

#[derive(Clone, PartialEq, Message)]
pub struct Longs {
    #[prost(int64, repeated, tag = "1")]
    pub values: Vec<i64>,
}

#[derive(Clone, PartialEq, Message)]
pub struct Ints {
    #[prost(int32, repeated, tag = "1")]
    pub values: Vec<i32>,
}

#[derive(Clone, PartialEq, Message)]
pub struct Doubles {
    #[prost(double, repeated, tag = "1")]
    pub values: Vec<f64>,
}

#[derive(Clone, PartialEq, Message)]
pub struct Point {
    #[prost(double, tag = "1")]
    pub x: f64,
    #[prost(double, tag = "2")]
    pub y: f64,
}

#[derive(Clone, PartialEq, Message)]
pub struct Record {
    #[prost(bool, tag = "1")]
    pub flag: bool,
    #[prost(int32, tag = "2")]
    pub tiny: i32,
    #[prost(int32, tag = "3")]
    pub short_number: i32,
    #[prost(int32, tag = "4")]
    pub number: i32,
    #[prost(int64, tag = "5")]
    pub long_number: i64,
    #[prost(double, tag = "6")]
    pub ratio: f64,
    #[prost(string, tag = "7")]
    pub name: String,
    #[prost(int64, optional, tag = "8")]
    pub maybe: Option<i64>,
    #[prost(int32, tag = "9")]
    pub kind: i32,
    #[prost(message, optional, tag = "10")]
    pub point: Option<Point>,
}

#[derive(Clone, PartialEq, Message)]
pub struct Records {
    #[prost(message, repeated, tag = "1")]
    pub records: Vec<Record>,
}

#[derive(Clone, PartialEq, Message)]
pub struct Counts {
    #[prost(map = "string, int32", tag = "1")]
    pub counts: HashMap<String, i32>,
}

#[derive(Clone, PartialEq, Message)]
pub struct Names {
    #[prost(map = "int32, string", tag = "1")]
    pub names: HashMap<i32, String>,
}

#[derive(Clone, PartialEq, Message)]
pub struct Blob {
    #[prost(bytes = "bytes", tag = "1")]
    pub bytes: Bytes,
}

#[derive(Clone, PartialEq, Message)]
pub struct Strings {
    #[prost(string, repeated, tag = "1")]
    pub strings: Vec<String>,
}

#[derive(Clone, PartialEq, Message)]
pub struct Statistics {
    #[prost(bytes = "bytes", optional, tag = "1")]
    pub max: Option<Bytes>,
    #[prost(bytes = "bytes", optional, tag = "2")]
    pub min: Option<Bytes>,
    #[prost(int64, optional, tag = "3")]
    pub null_count: Option<i64>,
    #[prost(int64, optional, tag = "4")]
    pub distinct_count: Option<i64>,
}

#[derive(Clone, PartialEq, Message)]
pub struct ColumnMetaData {
    #[prost(int32, tag = "1")]
    pub r#type: i32,
    #[prost(int32, repeated, tag = "2")]
    pub encodings: Vec<i32>,
    #[prost(string, repeated, tag = "3")]
    pub path_in_schema: Vec<String>,
    #[prost(int32, tag = "4")]
    pub codec: i32,
    #[prost(int64, tag = "5")]
    pub num_values: i64,
    #[prost(int64, tag = "6")]
    pub total_uncompressed_size: i64,
    #[prost(int64, tag = "7")]
    pub total_compressed_size: i64,
    #[prost(int64, tag = "9")]
    pub data_page_offset: i64,
    #[prost(int64, optional, tag = "10")]
    pub index_page_offset: Option<i64>,
    #[prost(int64, optional, tag = "11")]
    pub dictionary_page_offset: Option<i64>,
    #[prost(message, optional, tag = "12")]
    pub statistics: Option<Statistics>,
}

#[derive(Clone, PartialEq, Message)]
pub struct ColumnChunk {
    #[prost(string, optional, tag = "1")]
    pub file_path: Option<String>,
    #[prost(int64, tag = "2")]
    pub file_offset: i64,
    #[prost(message, optional, tag = "3")]
    pub meta_data: Option<ColumnMetaData>,
}

#[derive(Clone, PartialEq, Message)]
pub struct RowGroup {
    #[prost(message, repeated, tag = "1")]
    pub columns: Vec<ColumnChunk>,
    #[prost(int64, tag = "2")]
    pub total_byte_size: i64,
    #[prost(int64, tag = "3")]
    pub num_rows: i64,
}

#[derive(Clone, PartialEq, Message)]
pub struct SchemaElement {
    #[prost(int32, optional, tag = "1")]
    pub r#type: Option<i32>,
    #[prost(int32, optional, tag = "2")]
    pub type_length: Option<i32>,
    #[prost(int32, optional, tag = "3")]
    pub repetition_type: Option<i32>,
    #[prost(string, tag = "4")]
    pub name: String,
    #[prost(int32, optional, tag = "5")]
    pub num_children: Option<i32>,
}

#[derive(Clone, PartialEq, Message)]
pub struct Footer {
    #[prost(int32, tag = "1")]
    pub version: i32,
    #[prost(message, repeated, tag = "2")]
    pub schema: Vec<SchemaElement>,
    #[prost(int64, tag = "3")]
    pub num_rows: i64,
    #[prost(message, repeated, tag = "4")]
    pub row_groups: Vec<RowGroup>,
    #[prost(string, optional, tag = "5")]
    pub created_by: Option<String>,
}

/// Copies fields of one name.
macro_rules! same {
    ($($name:ident { $($field:ident),* })*) => {$(
        impl From<ours::$name> for $name {
            fn from(from: ours::$name) -> Self {
                $name { $($field: from.$field.into_field()),* }
            }
        }
    )*};
}

/// A field's value for another field of the same meaning.
trait IntoField<T> {
    fn into_field(self) -> T;
}

macro_rules! plain {
    ($($from:ty => $to:ty),* $(,)?) => {$(
        impl IntoField<$to> for $from {
            fn into_field(self) -> $to {
                self.into()
            }
        }
    )*};
}

plain! {
    bool => bool, i8 => i32, i16 => i32, i32 => i32, i64 => i64, f64 => f64, String => String,
    Bytes => Bytes, ours::Kind => i32, Vec<i64> => Vec<i64>, Vec<i32> => Vec<i32>,
    Vec<f64> => Vec<f64>, Vec<String> => Vec<String>, Option<i64> => Option<i64>,
    Option<i32> => Option<i32>, Option<String> => Option<String>, Option<Bytes> => Option<Bytes>,
}

macro_rules! nested {
    ($($name:ident),*) => {$(
        impl IntoField<Vec<$name>> for Vec<ours::$name> {
            fn into_field(self) -> Vec<$name> {
                self.into_iter().map(Into::into).collect()
            }
        }
        impl IntoField<Option<$name>> for Option<ours::$name> {
            fn into_field(self) -> Option<$name> {
                self.map(Into::into)
            }
        }
        impl IntoField<Option<$name>> for ours::$name {
            fn into_field(self) -> Option<$name> {
                Some(self.into())
            }
        }
    )*};
}

nested!(Record, Point, Statistics, ColumnMetaData, ColumnChunk, RowGroup, SchemaElement);

impl<K: Eq + std::hash::Hash, V> IntoField<HashMap<K, V>> for std::collections::BTreeMap<K, V> {
    fn into_field(self) -> HashMap<K, V> {
        self.into_iter().collect()
    }
}

same! {
    Small { sender, recipient, content }
    Longs { values }
    Ints { values }
    Doubles { values }
    Point { x, y }
    Record { flag, tiny, short_number, number, long_number, ratio, name, maybe, kind, point }
    Records { records }
    Counts { counts }
    Names { names }
    Blob { bytes }
    Strings { strings }
    Statistics { max, min, null_count, distinct_count }
    ColumnMetaData {
        r#type, encodings, path_in_schema, codec, num_values, total_uncompressed_size,
        total_compressed_size, data_page_offset, index_page_offset, dictionary_page_offset,
        statistics
    }
    ColumnChunk { file_path, file_offset, meta_data }
    RowGroup { columns, total_byte_size, num_rows }
    SchemaElement { r#type, type_length, repetition_type, name, num_children }
    Footer { version, schema, num_rows, row_groups, created_by }
}
