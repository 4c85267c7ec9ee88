include "deep_er.base.thrift"
include "type.thrift"

struct Common { 1: deep_er.base.Base base }
service CommonService extends type.Sorter {}
