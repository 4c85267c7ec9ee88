/** What a book is about. */
enum Subject {
    Other = 0,
    Ships = 1,
    Bees = 2,
}

/** A book. */
struct Book {
    1: required string title
    2: Subject subject
    3: i32 copies = 1
}

/** There is no such book. */
exception NotFound {
    1: string title
}

/** Lends books. */
service Library {
    /** The book with this title. */
    Book find(1: string title) throws (1: NotFound notFound) (idempotent = "1")
    /** All books about something. */
    list<Book> findAll(1: Subject subject)
}
