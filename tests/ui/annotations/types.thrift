typedef i64 Time (rust.type = "crate::m::Own")
struct Bare {}
struct Stamp {
  1: i32 a
  2: i64 t (rust.type = "crate::m::Own")
  3: optional i64 text (rust.type = "String")
  4: Bare bare (rust.type = "crate::m::Bare")
  5: Time typedefed
  6: list<Time> several
}
union Choice {
  1: i64 t (rust.type = "crate::m::Own")
}
exception Failure {
  1: string message
  2: i64 t (rust.type = "crate::m::Own")
}
service Clock {
  Stamp now(1: i64 t (rust.type = "crate::m::Own")) throws (1: Failure failure)
}
struct Fine {
  1: i64 number (rust.type = "i64")
  2: map<string, i64> hashed (rust.type = "std::collections::HashMap<String, i64>")
}
