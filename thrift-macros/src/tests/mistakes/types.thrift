struct Twice {}
struct Twice {} // wrong
struct Escape {
  1: string a = "\q" // wrong
  2: string b = "open // wrong
  3: i64 c = 99999999999999999999 // wrong
  4: i32 café // wrong
  5: double d = 1. // wrong
}
struct list { // wrong
  1: i32 a
}
union Choice {
  1: i32 a = 1
  2: i32 b = 2 // wrong
}
struct Dotted.Name { // wrong
  1: i32 a
}
struct Parent extends Twice { // wrong
  1: i32 a
}
typedef i32 Named (rust.name = "no name") // wrong
typedef i32 Typed (rust.type = "<") // wrong
