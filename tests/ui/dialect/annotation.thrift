@thrift.AllowLegacyMissingUris
struct A {
  1: float not_reported_any_more
}
