include "../cycle.thrift"
