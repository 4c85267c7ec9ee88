include "log.thrift"
include "std.thrift"
include "core.thrift"
include "alloc.thrift"
include "thrift_runtime.thrift"
include "serde.thrift"
include "tokio.thrift"
include "str.thrift"
include "i32.thrift"
include "diagnostic.thrift"
include "type.thrift"
include "self.thrift"
include "crate.thrift"
include "my-log.thrift"
include "shared.thrift"

struct Root {
  1: log.Stamp of_log
  2: std.Stamp of_std
  3: core.Stamp of_core
  4: alloc.Stamp of_alloc
  5: thrift_runtime.Stamp of_thrift_runtime
  6: serde.Stamp of_serde
  7: tokio.Stamp of_tokio
  8: str.Stamp of_str
  9: i32.Stamp of_i32
  10: diagnostic.Stamp of_diagnostic
  11: type.Stamp of_type
  12: self.Stamp of_self
  13: crate.Stamp of_crate
  14: shared.Stamp of_shared
}
