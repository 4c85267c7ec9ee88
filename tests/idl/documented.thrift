/** The file says what it is for. */

include "documented_other.thrift"

/**
 * A struct that is documented.
 *
 * In paragraphs, with a list:
 *  - of one item,
 *  - and another.
 */
struct Documented {
    /** A field by its own sentence. */
    1: required string first
    2: optional i32 second
    // Not a doc comment, and so not shown.
    3: list<documented_other.Included> third
    4: string withDefault = "some `text`"
    5: Level level = Level.LOW
}

/** A union that is documented. */
union Choice {
    /** A member of a union. */
    1: string text
}

/** An exception that is documented. */
exception Refused {
    /** Why it was refused. */
    1: string message
}

/** An enum that is documented. */
enum Level {
    /** A member of an enum. */
    LOW
}

/** A typedef that is documented. */
typedef list<Documented> Documents

/** A constant that is documented. */
const i32 LIMIT = 7

/** A constant that is made at its first use. */
const list<string> NAMES = ["a"]

/** A service that is documented. */
service Keeper {
    /**
     * A method that is documented, with <angle> [brackets] and
     *     an example that is no Rust
     */
    Documented keep(
        /** An argument of the method. */
        1: string key,
    ) throws (
        /** When it is refused. */
        1: Refused refused,
    ),
}
