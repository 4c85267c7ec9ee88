exception Oops {}
struct Plain {}
service Base {
  void ping()
}
service Calls extends Bse { // wrong
  void missing // wrong
  void closed(1: i32 a)
  oneway i32 result() // wrong
  oneway void failing() throws (1: Oops o) // wrong
  void thrown() throws (1: Plain p) // wrong
  void spelt() thows (1: Oops o) // wrong
  void list() // wrong
  const i32 N = 1 // wrong
  void late oneway() // wrong
}
service Child extends Base {
  void ping() // wrong
}
service Odd extends Plain {} // wrong
service Loop extends Loop {} // wrong
service Annotated {
  void f() (idempotent = "maybe") // wrong
}
