/** What light does. */
enum Colour {
    /** Like blood. */
    RED = 1,
    GREEN = 2,
}
