//! The types of two workloads for serde, such that its JSON is the text of Thrift's.

use std::{fmt, marker::PhantomData};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error as _, SeqAccess, Visitor},
    ser::SerializeSeq as _,
};

/// Values with the name of their type before them, `{"i32":5}`, and lists of them.
macro_rules! tagged {
    ($($name:ident $tag:literal;)*) => {$(
        #[derive(Serialize, Deserialize)]
        pub struct $name<T> {
            #[serde(rename = $tag)]
            value: T,
        }
    )*};
}

tagged! {
    Tf "tf";
    I8 "i8";
    I16 "i16";
    I32 "i32";
    I64 "i64";
    Dbl "dbl";
    Str "str";
    Rec "rec";
    Lst "lst";
}

/// The name of a list's elements.
pub trait Element {
    const NAME: &'static str;
}

macro_rules! element {
    ($($ty:ty: $name:literal;)*) => {$(
        impl Element for $ty {
            const NAME: &'static str = $name;
        }
    )*};
}

element! {
    i32: "i32";
    String: "str";
    Record: "rec";
    SchemaElement: "rec";
    ColumnChunk: "rec";
    RowGroup: "rec";
}

/// `["i32",2,1,-1]`
pub struct List<T>(Vec<T>);

impl<T: Element + Serialize> Serialize for List<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(None)?;
        list.serialize_element(T::NAME)?;
        list.serialize_element(&self.0.len())?;
        for element in &self.0 {
            list.serialize_element(element)?;
        }
        list.end()
    }
}

impl<'de, T: Element + Deserialize<'de>> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(Elements(PhantomData))
    }
}

struct Elements<T>(PhantomData<T>);

impl<'de, T: Element + Deserialize<'de>> Visitor<'de> for Elements<T> {
    type Value = List<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<List<T>, A::Error> {
        if list.next_element::<&str>()? != Some(T::NAME) {
            return Err(A::Error::custom("elements of another type"));
        }
        let count: usize = list.next_element()?.unwrap_or(0);
        let mut elements = Vec::with_capacity(count);
        for _ in 0..count {
            elements.extend(list.next_element()?);
        }
        Ok(List(elements))
    }
}

/// A `binary`.
pub struct Binary(Vec<u8>);

impl Serialize for Binary {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Binary {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <&str>::deserialize(deserializer)?;
        STANDARD.decode(text).map(Binary).map_err(D::Error::custom)
    }
}

macro_rules! structs {
    ($($name:ident { $($field:ident $id:literal: $ty:ty,)* $(? $maybe:ident $maybe_id:literal: $maybe_ty:ty,)* })*) => {$(
        #[derive(Serialize, Deserialize)]
        pub struct $name {
            $(#[serde(rename = $id)] $field: $ty,)*
            $(
                #[serde(rename = $maybe_id, default, skip_serializing_if = "Option::is_none")]
                $maybe: Option<$maybe_ty>,
            )*
        }
    )*};
}

structs! {
    Point { x "1": Dbl<f64>, y "2": Dbl<f64>, }
    Records { records "1": Lst<List<Record>>, }
    RowGroup {
        columns "1": Lst<List<ColumnChunk>>,
        total_byte_size "2": I64<i64>,
        num_rows "3": I64<i64>,
    }
    Statistics {
        ? max "1": Str<Binary>,
        ? min "2": Str<Binary>,
        ? null_count "3": I64<i64>,
        ? distinct_count "4": I64<i64>,
    }
    Footer {
        version "1": I32<i32>,
        schema "2": Lst<List<SchemaElement>>,
        num_rows "3": I64<i64>,
        row_groups "4": Lst<List<RowGroup>>,
        ? created_by "5": Str<String>,
    }
    ColumnMetaData {
        ty "1": I32<i32>,
        encodings "2": Lst<List<i32>>,
        path_in_schema "3": Lst<List<String>>,
        codec "4": I32<i32>,
        num_values "5": I64<i64>,
        total_uncompressed_size "6": I64<i64>,
        total_compressed_size "7": I64<i64>,
        data_page_offset "9": I64<i64>,
        ? index_page_offset "10": I64<i64>,
        ? dictionary_page_offset "11": I64<i64>,
        ? statistics "12": Rec<Statistics>,
    }
}

// Fields that may be absent stand between others here.

#[derive(Serialize, Deserialize)]
pub struct Record {
    #[serde(rename = "1")]
    flag: Tf<u8>,
    #[serde(rename = "2")]
    tiny: I8<i8>,
    #[serde(rename = "3")]
    short_number: I16<i16>,
    #[serde(rename = "4")]
    number: I32<i32>,
    #[serde(rename = "5")]
    long_number: I64<i64>,
    #[serde(rename = "6")]
    ratio: Dbl<f64>,
    #[serde(rename = "7")]
    name: Str<String>,
    #[serde(rename = "8", default, skip_serializing_if = "Option::is_none")]
    maybe: Option<I64<i64>>,
    #[serde(rename = "9")]
    kind: I32<i32>,
    #[serde(rename = "10")]
    point: Rec<Point>,
}

#[derive(Serialize, Deserialize)]
pub struct SchemaElement {
    #[serde(rename = "1", default, skip_serializing_if = "Option::is_none")]
    ty: Option<I32<i32>>,
    #[serde(rename = "2", default, skip_serializing_if = "Option::is_none")]
    type_length: Option<I32<i32>>,
    #[serde(rename = "3", default, skip_serializing_if = "Option::is_none")]
    repetition_type: Option<I32<i32>>,
    #[serde(rename = "4")]
    name: Str<String>,
    #[serde(rename = "5", default, skip_serializing_if = "Option::is_none")]
    num_children: Option<I32<i32>>,
}

#[derive(Serialize, Deserialize)]
pub struct ColumnChunk {
    #[serde(rename = "1", default, skip_serializing_if = "Option::is_none")]
    file_path: Option<Str<String>>,
    #[serde(rename = "2")]
    file_offset: I64<i64>,
    #[serde(rename = "3", default, skip_serializing_if = "Option::is_none")]
    meta_data: Option<Rec<ColumnMetaData>>,
}
