service S {
  void ping
  const i32 VERSION = 3
  void list(1: string dir)
  void oneway fire()
  void f() throws 1: i32 o
  void fine(1: i32 a)
}
