struct A { 32768: i32 x }
struct B {
  -32769: i32 x
}
union U {
  1: i32 a = 1
  2: string b = "x"
}
exception E {}
service S {
  i32 f() throws (0: E e)
}
