include "types.thrift"
include "calls.thrift"
include "typse.thrift" // wrong
include unquoted.thrift // wrong
namespace rs // wrong
namespace * a (x = "y") // wrong

typedef typse.Gone Gone
typedef types.Missing Nothing // wrong
typedef Self Self // wrong
strct Misspelt { // wrong
  1: i32 a
}
struct Fields {
  1: i32 a
  1: i32 b // wrong
  2: i32 a // wrong
  40000: i32 far // wrong
  4: lst<i32> list // wrong
  5: optinal string text // wrong
  6: required // wrong
  8: string c required // wrong
  x: i32 letter // wrong
  9: void nothing // wrong
  10: Misspelt m
}
struct Endless {
  1: required Endless again // wrong
}
const i32 TEXT = "text" // wrong
const byte FAR = 300 // wrong
const Color UNKNOWN = Color.PURPLE // wrong
const Point POINT = {"z": 1} // wrong
const i32 NAMELESS = NOWHERE // wrong
const uuid ID = "123" // wrong
enum Color {
  RED
  RED // wrong
  FAR = 3000000000 // wrong
  TEXT = "x" // wrong
}
struct Point {
  1: i32 x = 1.5, // wrong
}
