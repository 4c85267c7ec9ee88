struct Book { 1: string title }
service Library {
  Book find(1: string title)
  Book get(1: i32 id)
  void lend(1: i32 id)
}
