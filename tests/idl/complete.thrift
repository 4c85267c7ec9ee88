typedef i64 Stamp
const list<string> USUAL = ["a", "b"]

enum Kind {
    NONE = 0
    SOME = 4
    NEGATIVE = -2147483648
}

struct Leaf {
    1: required bool flag
    -3: i8 small
    32767: double number
}

union Expression {
    1: i64 constant
    2: Negation negation
    3: list<Expression> sum
    -1: string variable
}

struct Negation {
    1: Expression of
}

struct Tree {
    1: string label
    2: optional Tree left
    3: optional Tree right
    4: list<Tree> others
}

struct Complete {
    1: bool on = true
    2: i8 tiny = -3
    3: i16 short = 300
    4: i32 number = 70000
    5: i64 large = 5000000000
    6: double ratio = 0.5
    7: string text = "it's"
    8: binary bytes = "bytes"
    9: list<string> usual = USUAL
    10: set<i32> numbers = [3, 1, 2]
    11: map<string, Kind> kinds = {"some": Kind.SOME}
    12: Kind kind = Kind.NEGATIVE
    13: optional Leaf leaf = {"flag": true, "number": 2}
    14: required Leaf must
    15: optional Stamp stamp
    16: map<double, list<set<string>>> deep
    17: set<Leaf> leaves
    18: uuid id
    19: optional i32 usually = 4
    20: Expression expression
    21: optional Complete again
}

exception Broken {
    1: string why
    2: required Kind kind
    3: optional map<string, string> more
}
