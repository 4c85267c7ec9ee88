exception Odd { 1: i32 number }
exception Large { 1: i32 number }

service Desk {
    binary echo(1: binary bytes, 2: list<string> words) (idempotent)
    i32 half(1: i32 number) throws (1: Odd odd, 2: Large large)
    i32 need(1: required i32 number)
    /** Fails with an application exception of kind 42. */
    void fail(1: string text)
    i32 panic()
    /** Answers after so many milliseconds. */
    i32 wait(1: i32 millis)
    /** Who calls, and for which tenant. */
    string who()
    /** Then does what `then` says: `fail`, `panic`, or nothing. */
    oneway void note(1: binary bytes, 2: string then)
}
