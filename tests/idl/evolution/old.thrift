// What an older program knows; new.thrift is what its peers speak meanwhile.

enum Colour { RED = 1, GREEN = 2 }

union Shape {
    1: i32 circle
    3: string named
}

struct Leaf {
    2: i32 number
}

struct Record {
    -1: i32 implicit
    2: string name
    4: Colour colour
    6: optional Shape shape
    8: list<Leaf> leaves
    10: map<Colour, Shape> shapes
    12: required i64 serial
}
