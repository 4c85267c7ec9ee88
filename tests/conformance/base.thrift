/** What the conformance service is built upon: an included file with types and services to inherit. */

namespace py suite.base

/** Milliseconds since 1970. */
typedef i64 Timestamp

/** Values with gaps between them. */
enum Color {
    RED = 1,
    GREEN,
    BLUE = 8,
    BLACK = -1,
}

/** A key of maps and an element of sets. */
struct Point {
    1: i32 x
    2: i32 y
} (python.immutable = "")

/** Raised by methods of both files. */
exception Refused {
    1: string reason
    2: i32 code
}

service Root {
    /** Does nothing, and says so. */
    void nothing()

    /** Gives `time` back. */
    Timestamp echoTimestamp(1: Timestamp time)
}

service Middle extends Root {
    /** Gives `color` back. */
    Color echoColor(1: Color color)

    /** Raises `Refused` with `code`, unless it is 0. */
    void refuse(1: i32 code) throws (1: Refused refused)
}
