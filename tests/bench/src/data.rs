//! The values of the workloads.

use std::collections::BTreeMap;

use bytes::Bytes;

use crate::ours::*;

pub fn small() -> Small {
    Small { sender: "alice67890".into(), recipient: "bob4567890".into(), content: "c".repeat(50) }
}

pub fn longs() -> Longs {
    Longs {
        values: (0..10_000)
            .map(|n: i64| n.wrapping_mul(0x9e37_79b9_7f4a_7c15_u64 as i64))
            .collect(),
    }
}

pub fn ints() -> Ints {
    Ints { values: (0..10_000).map(|n: i32| n.wrapping_mul(0x9e37_79b9_u32 as i32)).collect() }
}

pub fn doubles() -> Doubles {
    Doubles { values: (0..10_000).map(|n| f64::from(n) * 1.1).collect() }
}

pub fn records() -> Records {
    let record = |n: i32| Record {
        flag: n % 2 == 0,
        tiny: n as i8,
        short_number: n as i16,
        number: n * 1_000,
        long_number: i64::from(n) << 32,
        ratio: f64::from(n) / 3.0,
        name: format!("record{n:06}"),
        maybe: (n % 2 == 0).then_some(i64::from(n)),
        kind: Kind(n % 4),
        point: Point { x: f64::from(n), y: -f64::from(n) },
    };
    Records { records: (0..1_000).map(record).collect() }
}

pub fn counts() -> Counts {
    Counts { counts: (0..1_000).map(|n| (format!("key{n:05}"), n)).collect() }
}

pub fn names() -> Names {
    Names { names: (0..1_000).map(|n| (n, format!("value{n:05}"))).collect::<BTreeMap<_, _>>() }
}

pub fn blob() -> Blob {
    Blob { bytes: Bytes::from(vec![7; 1 << 20]) }
}

pub fn strings() -> Strings {
    Strings { strings: (0..10_000).map(|n| format!("string{n:010}")).collect() }
}

pub fn footer() -> Footer {
    let schema = |n: i32| SchemaElement {
        r#type: Some(n % 7),
        type_length: None,
        repetition_type: Some(1),
        name: format!("column_{n:03}"),
        num_children: None,
    };
    let chunk = |group: i64, n: i64| ColumnChunk {
        file_path: None,
        file_offset: group * 1_000_000 + n * 10_000,
        meta_data: Some(ColumnMetaData {
            r#type: (n % 7) as i32,
            encodings: vec![0, 3, 4],
            path_in_schema: vec![format!("column_{n:03}")],
            codec: 1,
            num_values: 10_000,
            total_uncompressed_size: 80_000 + n,
            total_compressed_size: 40_000 + n,
            data_page_offset: group * 1_000_000 + n * 10_000,
            index_page_offset: None,
            dictionary_page_offset: Some(4),
            statistics: Some(Statistics {
                max: Some(Bytes::from_static(b"\xff\xff\xff\x7f\0\0\0\0")),
                min: Some(Bytes::from_static(b"\0\0\0\0\0\0\0\0")),
                null_count: Some(0),
                distinct_count: None,
            }),
        }),
    };
    let group = |group: i64| RowGroup {
        columns: (0..100).map(|n| chunk(group, n)).collect(),
        total_byte_size: 8_000_000,
        num_rows: 10_000,
    };
    Footer {
        version: 2,
        schema: (0..100).map(schema).collect(),
        num_rows: 100_000,
        row_groups: (0..10).map(group).collect(),
        created_by: Some("a writer, version 1".into()),
    }
}
