struct A {
  1: i32 a (rust.type = "not a type(")
  2: i32 b (rust.name = "my name")
  3: i32 c (rust.name)
  4: i32 d (rust.type = "")
  5: i32 e (rust.type = "'")
  6: i32 f (rust.name = "_")
} (rust.derive = "Hash, not a path")
struct Fine {
  1: i32 a (rust.name = "type", rust.type = "::core::primitive::i32")
} (rust.derive = "Hash,", other.key = "(", deprecated)
