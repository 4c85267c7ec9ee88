struct Money {
  1: i64 amount$cents
  2: string? note
  3: Grüße greeting
  4: i32  with_nbsp
}
struct user-profile {}
const string QUOTES = “smart”
