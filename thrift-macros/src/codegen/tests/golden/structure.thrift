/** Someone who writes. */
struct Author {
    /** As on the cover. */
    1: required string name
    2: i32 born = 1900
    3: optional list<string> titles
    4: i32 works
    5: bool alive
}
