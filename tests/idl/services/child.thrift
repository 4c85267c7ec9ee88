include "parent.thrift"

service Child extends parent.Middle {
    i32 add_more(1: list<i32> numbers),
    // Names that mean something else in Rust.
    i32 match(1: i32 fn, 2: i32 self),
    i32 seqid(),
}
