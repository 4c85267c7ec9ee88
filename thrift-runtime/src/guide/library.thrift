struct Book {
    1: required string title
    2: optional i32 year
}

exception NoSuchBook { 1: string title }

service Library {
    void add(1: Book book)
    Book find(1: string title) throws (1: NoSuchBook missing)
}
