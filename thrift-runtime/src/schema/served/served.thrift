/**
 * What a server tells of its own IDL.
 *
 * Whoever wants to ask from another language makes a client of this file.
 */

/** A file that another includes. */
struct ServedInclude {
    /** The path as it is written there. */
    1: required string path
    /** The index of the file in the list of all. */
    2: required i32 file
}

/** A file of an IDL. */
struct ServedFile {
    /** Where it belongs, beside the others. */
    1: required string path
    2: required binary text
    3: list<ServedInclude> includes
}

/** The IDL of a server. */
struct ServedIdl {
    /** All files; the first includes the others. */
    1: required list<ServedFile> files
    /** The services that are served. */
    2: list<string> services
}

service ServedIdlService {
    ServedIdl getThriftIdl() (idempotent)
}
