include "leaf.thrift"
