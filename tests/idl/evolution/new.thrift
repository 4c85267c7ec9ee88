enum Colour { RED = 1, GREEN = 2, BLUE = 3 }

union Shape {
    1: i32 circle
    2: list<double> sides
    3: string named
    4: Leaf leaf
}

struct Leaf {
    1: bool first
    2: i32 number
    3: uuid last
}

struct Record {
    -1: i32 implicit
    1: Leaf before
    2: string name
    3: set<string> between
    4: Colour colour
    5: binary bytes
    6: optional Shape shape
    7: map<string, list<map<i32, Leaf>>> nested
    8: list<Leaf> leaves
    9: i8 small
    10: map<Colour, Shape> shapes
    11: i16 medium
    12: required i64 serial
    13: double behind
}
