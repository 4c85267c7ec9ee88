include "no_such_file.thrift"
struct A { 1: no_such_file.B silent }
