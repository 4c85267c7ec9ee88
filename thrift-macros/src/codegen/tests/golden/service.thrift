exception Missing { 1: string message }

/** Texts by their names. */
service Library {
    /** The text called so. */
    string find(1: string name) throws (
        /** There is no such text. */
        1: Missing missing,
    ),
    oneway void forget(1: string name),
}
