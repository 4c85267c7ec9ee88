include "parts/laef.thrift"
struct A { 1: laef.Leaf leaf }
