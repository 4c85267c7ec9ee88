include "shared.thrift"
include "one/twin.thrift"
include "two/twin.thrift"

typedef string Tag
enum Level { LOW, HIGH }
struct Line { 1: string text, 2: required i32 size, 3: optional i32 number }
union Either { 1: string text }
service Library {
  string find(1: string title, 2: required i32 limit)
}
const i32 LIMIT = 3
// A type called like a file.
struct shared { 1: i32 Stamp }
