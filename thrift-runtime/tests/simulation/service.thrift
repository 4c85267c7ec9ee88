/** How a handler says no. */
exception Refusal {
    1: i64 number
    2: string reason
}

struct Answer {
    1: i64 number
    2: binary bytes
}

/** Cannot be written if it has too many levels. */
struct Nest {
    1: optional Nest inner
}

/** Every call carries its number, and every answer that of its call. */
service Desk {
    Answer work(1: i64 number, 2: binary bytes) throws (1: Refusal refusal)
    string tell(1: i64 number, 2: string text)
    i64 count(1: i64 number)
    void settle(1: i64 number, 2: binary bytes)
    oneway void note(1: i64 number, 2: binary bytes)
    Nest nest(1: i64 number, 2: Nest nest)
    /** Answered when all those expected have come. */
    i64 meet(1: i64 number)
}
