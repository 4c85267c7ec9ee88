struct list { 1: i32 x }
message Person { 1: string name }
struct geo.Point { 1: double lat }
struct Derived extends Base { 1: i32 x }
const i32 LIMIT 10
typedef i64
namespace rs late
enum E {
  A = "one",
  required,
  B.C,
  D,
}
