exception Oops { 1: string why }
service S {
  oneway i32 f(1: i32 x)
  oneway void g() throws (1: Oops o)
}
