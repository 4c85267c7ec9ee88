struct Customer { 1: i64 id }
struct Order {
  1: Custmer customer
  2: shared.Thing thing
  3: map<string, list<Nothing>> nothing
  4: strng text
  5: list<int> numbers
}
service S {}
struct T { 1: S service_is_no_type }
