/** What lists of any size are made of: 32 bytes or so. */
struct Item {
    1: i64 number
    2: string name
}

struct Items { 1: list<Item> items }

/** A struct within itself. */
struct Nested {
    1: i64 number
    2: optional Nested next
}
