//! The workloads as compact-thrift has them: its macro reads a dialect of its own.

compact_thrift_runtime::thrift! {
    struct Small {
        1: required string sender;
        2: required string recipient;
        3: required string content;
    }

    struct Longs {
        1: required list<i64> values;
    }
    struct Ints {
        1: required list<i32> values;
    }
    struct Doubles {
        1: required list<double> values;
    }

    enum Kind {
        UNKNOWN = 0;
        FIRST = 1;
        SECOND = 2;
        THIRD = 3;
    }

    struct Point {
        1: required double x;
        2: required double y;
    }

    struct Record {
        1: required bool flag;
        2: required i8 tiny;
        3: required i16 short_number;
        4: required i32 number;
        5: required i64 long_number;
        6: required double ratio;
        7: required string name;
        8: optional i64 maybe;
        9: required Kind kind;
        10: required Point point;
    }

    struct Records {
        1: required list<Record> records;
    }

    struct Counts {
        1: required map<string, i32> counts;
    }
    struct Names {
        1: required map<i32, string> names;
    }

    struct Blob {
        1: required binary bytes;
    }

    struct Strings {
        1: required list<string> strings;
    }

    struct Statistics {
        1: optional binary max;
        2: optional binary min;
        3: optional i64 null_count;
        4: optional i64 distinct_count;
    }

    struct ColumnMetaData {
        1: required i32 r#type;
        2: required list<i32> encodings;
        3: required list<string> path_in_schema;
        4: required i32 codec;
        5: required i64 num_values;
        6: required i64 total_uncompressed_size;
        7: required i64 total_compressed_size;
        9: required i64 data_page_offset;
        10: optional i64 index_page_offset;
        11: optional i64 dictionary_page_offset;
        12: optional Statistics statistics;
    }

    struct ColumnChunk {
        1: optional string file_path;
        2: required i64 file_offset;
        3: optional ColumnMetaData meta_data;
    }

    struct RowGroup {
        1: required list<ColumnChunk> columns;
        2: required i64 total_byte_size;
        3: required i64 num_rows;
    }

    struct SchemaElement {
        1: optional i32 r#type;
        2: optional i32 type_length;
        3: optional i32 repetition_type;
        4: required string name;
        5: optional i32 num_children;
    }

    struct Footer {
        1: required i32 version;
        2: required list<SchemaElement> schema;
        3: required i64 num_rows;
        4: required list<RowGroup> row_groups;
        5: optional string created_by;
    }
}
