exception Odd { 1: i32 number }

service Steps {
    i32 twice(1: i32 number) (idempotent)
    i32 half(1: i32 number) throws (1: Odd odd)
    /** Answers after so many milliseconds. */
    i32 wait(1: i32 millis)
    void fail(1: string text)
    void panic()
    /** Who calls, for which tenant, until when. */
    string who()
    oneway void note(1: string text)
}
