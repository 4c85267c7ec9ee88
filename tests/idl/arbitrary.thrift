// A field of every kind, for values that are made up.

enum Colour { RED, GREEN = 5, BLUE }

union Shape {
    1: i32 sides
    2: string named
    3: list<Shape> parts
}

struct Tree {
    1: optional Tree left
    2: Tree right
    3: list<Tree> all
}

struct Everything {
    1: string text
    2: binary bytes
    3: uuid uuid
    4: list<i64> numbers
    5: set<double> doubles
    6: optional bool maybe
    7: map<Shape, list<Tree>> by_shape
    8: optional Tree tree
    9: required Tree required
    10: Colour colour
    11: double number = 1.5
    12: optional i16 small = 3
}
