struct Column {
    1: required i32 kind
    2: list<i32> encodings
    3: optional string path
    4: binary key
}

union Value { 1: i64 number, 2: string text }

service Tables { void get(1: binary key) }
