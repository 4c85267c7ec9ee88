include "parts/laef.thrift"
