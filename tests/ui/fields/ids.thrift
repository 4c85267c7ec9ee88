struct A { 32768: i32 x }
union U {
  1: i32 a = 1
  2: string b = "x"
}
