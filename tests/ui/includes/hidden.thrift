include "parts/between.thrift"
struct A { 1: leaf.Leaf not_seen, 2: hidden.A own_name }
