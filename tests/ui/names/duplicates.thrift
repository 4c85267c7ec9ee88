struct A { 1: i32 x }
typedef i32 A
const i32 N = 1
const i32 N = 2
enum E { X, Y, X }
struct F {
  1: i32 a
  1: i32 b
  2: i32 a
}
