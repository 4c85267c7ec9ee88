include "serde.thrift"
include "shared.thrift"
typedef serde.Stamp Second
struct Between { 1: serde.Stamp a, 2: shared.Stamp b }
