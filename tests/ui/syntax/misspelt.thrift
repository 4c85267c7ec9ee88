namespce rs a
strct Message {
  1: optinal string text
  2: lst<i32> numbers
  3: vector<string> words
}
ENUM Color { RED }
service Chat extnds Base {
  onway void send(1: Message message)
  vod close()
  void fail() thows (1: Oops oops)
}
service Base {}
exception Oops {}
const bool OPEN = True
const Color PAINT = Color.RED
