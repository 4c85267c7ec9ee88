include "parts/cycle_back.thrift"
