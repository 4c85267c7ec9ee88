// What stands at the end of a Parquet file, in the compact protocol: its ids and types, as they are on
// the wire.

enum Type { BOOLEAN, INT32, INT64, INT96, FLOAT, DOUBLE, BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY }
enum FieldRepetitionType { REQUIRED, OPTIONAL, REPEATED }
enum ConvertedType { UTF8, MAP, MAP_KEY_VALUE, LIST, ENUM, DECIMAL, DATE }
enum Encoding { PLAIN = 0, PLAIN_DICTIONARY = 2, RLE, BIT_PACKED, DELTA_BINARY_PACKED, RLE_DICTIONARY = 8 }
enum CompressionCodec { UNCOMPRESSED, SNAPPY, GZIP, LZO, BROTLI, LZ4, ZSTD, LZ4_RAW }
enum PageType { DATA_PAGE, INDEX_PAGE, DICTIONARY_PAGE, DATA_PAGE_V2 }

struct Empty {}
union TimeUnit { 1: Empty MILLIS, 2: Empty MICROS, 3: Empty NANOS }
struct DecimalType { 1: required i32 scale, 2: required i32 precision }
struct TimeType { 1: required bool isAdjustedToUTC, 2: required TimeUnit unit }
struct IntType { 1: required i8 bitWidth, 2: required bool isSigned }

union LogicalType {
    1: Empty STRING
    2: Empty MAP
    3: Empty LIST
    4: Empty ENUM
    5: DecimalType DECIMAL
    6: Empty DATE
    7: TimeType TIME
    8: TimeType TIMESTAMP
    10: IntType INTEGER
    11: Empty UNKNOWN
    12: Empty JSON
    13: Empty BSON
    14: Empty UUID
}

struct SchemaElement {
    1: optional Type type
    2: optional i32 type_length
    3: optional FieldRepetitionType repetition_type
    4: required string name
    5: optional i32 num_children
    6: optional ConvertedType converted_type
    7: optional i32 scale
    8: optional i32 precision
    9: optional i32 field_id
    10: optional LogicalType logicalType
}

struct Statistics {
    1: optional binary max
    2: optional binary min
    3: optional i64 null_count
    4: optional i64 distinct_count
    5: optional binary max_value
    6: optional binary min_value
    7: optional bool is_max_value_exact
    8: optional bool is_min_value_exact
    9: optional i64 nan_count
}

struct SizeStatistics {
    1: optional i64 unencoded_byte_array_data_bytes
    2: optional list<i64> repetition_level_histogram
    3: optional list<i64> definition_level_histogram
}

struct BoundingBox {
    1: required double xmin
    2: required double xmax
    3: required double ymin
    4: required double ymax
    5: optional double zmin
    6: optional double zmax
    7: optional double mmin
    8: optional double mmax
}
struct GeospatialStatistics { 1: optional BoundingBox bbox, 2: optional list<i32> geospatial_types }

struct KeyValue { 1: required string key, 2: optional string value }
struct PageEncodingStats { 1: required PageType page_type, 2: required Encoding encoding, 3: required i32 count }

struct ColumnMetaData {
    1: required Type type
    2: required list<Encoding> encodings
    3: required list<string> path_in_schema
    4: required CompressionCodec codec
    5: required i64 num_values
    6: required i64 total_uncompressed_size
    7: required i64 total_compressed_size
    8: optional list<KeyValue> key_value_metadata
    9: required i64 data_page_offset
    10: optional i64 index_page_offset
    11: optional i64 dictionary_page_offset
    12: optional Statistics statistics
    13: optional list<PageEncodingStats> encoding_stats
    14: optional i64 bloom_filter_offset
    15: optional i32 bloom_filter_length
    16: optional SizeStatistics size_statistics
    17: optional GeospatialStatistics geospatial_statistics
}

struct ColumnKey { 1: required list<string> path_in_schema, 2: optional binary key_metadata }
union ColumnCryptoMetaData { 1: Empty ENCRYPTION_WITH_FOOTER_KEY, 2: ColumnKey ENCRYPTION_WITH_COLUMN_KEY }

struct ColumnChunk {
    1: optional string file_path
    2: required i64 file_offset = 0
    3: optional ColumnMetaData meta_data
    4: optional i64 offset_index_offset
    5: optional i32 offset_index_length
    6: optional i64 column_index_offset
    7: optional i32 column_index_length
    8: optional ColumnCryptoMetaData crypto_metadata
    9: optional binary encrypted_column_metadata
}

struct SortingColumn { 1: required i32 column_idx, 2: required bool descending, 3: required bool nulls_first }

struct RowGroup {
    1: required list<ColumnChunk> columns
    2: required i64 total_byte_size
    3: required i64 num_rows
    4: optional list<SortingColumn> sorting_columns
    5: optional i64 file_offset
    6: optional i64 total_compressed_size
    7: optional i16 ordinal
}

union ColumnOrder { 1: Empty TYPE_ORDER }
struct AesGcm { 1: optional binary aad_prefix, 2: optional binary aad_file_unique, 3: optional bool supply_aad_prefix }
union EncryptionAlgorithm { 1: AesGcm AES_GCM_V1, 2: AesGcm AES_GCM_CTR_V1 }

struct FileMetaData {
    1: required i32 version
    2: required list<SchemaElement> schema
    3: required i64 num_rows
    4: required list<RowGroup> row_groups
    5: optional list<KeyValue> key_value_metadata
    6: optional string created_by
    7: optional list<ColumnOrder> column_orders
    8: optional EncryptionAlgorithm encryption_algorithm
    9: optional binary footer_signing_key_metadata
}
