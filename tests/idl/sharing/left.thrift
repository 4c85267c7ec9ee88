include "common.thrift"
include "deep_er.base.thrift"

struct Left { 1: common.Common common }
service LeftService extends deep_er.base.Pinger { common.Common get() }
service LeftSorter extends common.CommonService {}
