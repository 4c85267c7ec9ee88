namespace rs
namespace py a.b
namespace * a (x = "1")
struct A {
  1: Missing not_hidden
}
