struct Plain { 1: string why }
service Base {
  void ping()
}
service Child extends Base {
  void ping()
  void f() throws (1: Plain e)
  void g(1: i32 a, 1: i32 b)
}
