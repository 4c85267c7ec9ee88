include "deep.thrift"

struct Stamp { 1: i64 time, 2: deep.Zone zone }
exception Denied { 1: string reason }

service Base {
    Stamp now() throws (1: Denied denied),
}
