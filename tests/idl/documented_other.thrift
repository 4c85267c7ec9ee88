/** An included file says what it is for. */

namespace rs other

/** A struct of an included file. */
struct Included {
    /** A field of an included file. */
    1: i64 number
}
