include "root.thrift"
service Base extends root.Root {}
