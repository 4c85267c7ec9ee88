service Store {
    /** Answers who has answered. */
    string read(1: i64 id) (idempotent)
    string write(1: i64 id)
}
