include "grand.thrift"
exception Busy { 1: i32 seconds }

service Parent extends grand.Grand {
    i32 add(1: i32 a = 1, 2: optional i32 b = 2) throws (1: Busy busy, 2: grand.Denied denied, 3: grand.Denied again),
    void nothing(),
    void fail() throws (1: Busy busy),
}
service Middle extends Parent {}
