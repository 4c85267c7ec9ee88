service TestService {
    i32 add(1: i32 a, 2: i32 b)
    binary echo(1: binary bytes)
    /** Answered when the gate has a permit. */
    i32 wait()
    /** Fails with an application exception of kind 42. */
    i32 fail(1: string text)
    i32 panic()
    oneway void note(1: string text)
    string peer()
}
