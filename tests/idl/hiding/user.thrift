include "between.thrift"
struct User { 1: between.Between a, 2: between.Second b = {"number": 4} }
