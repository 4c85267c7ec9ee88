include "common.thrift"
include "one/twin.thrift"
include "two/twin.thrift"
include "3-odd stem.thrift"

struct Right { 1: common.Common common, 2: twin.One one, 3: twin.Two two }
