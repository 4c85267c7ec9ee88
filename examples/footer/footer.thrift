// Some of a Parquet file's metadata. Fields that are not here are skipped.

enum Type { BOOLEAN, INT32, INT64, INT96, FLOAT, DOUBLE, BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY }

struct SchemaElement {
    1: optional Type type
    4: required string name
}

struct FileMetaData {
    2: required list<SchemaElement> schema
    3: required i64 num_rows
    6: optional string created_by
}
