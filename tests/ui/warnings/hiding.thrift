include "parts/tokio.thrift"
include "parts/shared.thrift"
struct Event { 1: tokio.Stamp a, 2: shared.Stamp b }
