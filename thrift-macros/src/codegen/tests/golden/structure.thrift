/** Someone who writes. */
struct Author {
    /** As on the cover. */
    1: required string name
    2: i32 born = 1900
    3: optional list<string> titles
}
