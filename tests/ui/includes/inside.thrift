include "parts/broken.thrift"
struct A { 1: broken.Fine fine, 2: broken.Typo typo }
