include "gone.thrift"
struct Old {
  i32 a
  i32 b
  0: i32 zero
  1: list<byte> bytes
}
union U { 1: required i32 a }
enum E { X }
enum F { X }
const E SILENT = F.X
const E CONSTANT = Nowhere.X
const byte WRAPPED = 200
service S {
  async void f()
}
typedef i32 Copied (rust.copy)
