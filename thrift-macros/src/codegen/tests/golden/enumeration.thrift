/** How far a task has come. */
enum Status {
    /** Nobody took it. */
    OPEN = 1
    DONE = 5
}
