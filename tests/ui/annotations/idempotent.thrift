service Library {
  string find(1: string name) (idempotent = "yes")
  string get(1: i32 id) (idempotent = "")
  bool (idempotent = "TRUE") holds(1: i32 id)
  void touch() (idempotent)
  void lend(1: i32 id (idempotent = "maybe"))
} (idempotent = "partly")
