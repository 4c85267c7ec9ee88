namespace rs "in.quotes"
struct A {
  1: float f
}
service S {
  i32, stream<i32> g()
}
