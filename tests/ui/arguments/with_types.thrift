struct Stamp { 1: i64 seconds }
typedef i64 Text
struct Event {
  1: Stamp stamp
  2: optional Stamp ended
  3: map<i32, list<Stamp>> all
  4: Text text
}
service Events {
  Stamp last(1: Stamp before)
}
