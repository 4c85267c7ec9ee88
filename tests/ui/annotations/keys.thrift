struct A {
  1: i32 a (rust.nmae = "b")
  2: i32 b (Rust.Type = "i32")
  3: i32 c (rust.derive = "Hash")
  4: list<i32 (rust.type = "u32")> d
} (rust.type = "B")
enum E { X (rust.drive = "Hash") }
service S {
  i32 (rust.type = "u32") f(1: i32 a (rust.typ = "u32"))
} (rust.derive = "Hash")
