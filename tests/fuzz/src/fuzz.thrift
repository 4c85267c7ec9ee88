/** Every type that there is, and those that hold themselves. */
enum Colour {
    RED = 1
    GREEN = 2
}

union Choice {
    1: i64 number
    2: string text
    3: Tree tree
    4: list<Choice> choices
}

struct Tree {
    1: optional Tree left
    2: list<Tree> children
    3: required i32 number
}

exception Wrong {
    1: string why
    2: i32 code
}

/** What is large where nothing of it was sent. */
struct Defaults {
    1: list<i64> numbers = [
        100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111, 112, 113, 114, 115, 116, 117,
        118, 119, 120, 121, 122, 123, 124, 125, 126, 127, 128, 129, 130, 131, 132, 133, 134, 135,
        136, 137, 138, 139, 140, 141, 142, 143, 144, 145, 146, 147, 148, 149, 150, 151, 152, 153,
        154, 155, 156, 157, 158, 159, 160, 161, 162, 163,
    ]
    2: map<string, i32> sizes = {
        "aaa": 0, "bbb": 1, "ccc": 2, "ddd": 3, "eee": 4, "fff": 5, "ggg": 6, "hhh": 7, "iii": 8,
        "jjj": 9, "kkk": 10, "lll": 11, "mmm": 12, "nnn": 13, "ooo": 14, "ppp": 15,
    }
    3: string text = "a text of more than a few letters, a text of more than a few letters, a text of more than a few letters, "
    4: Tree tree = {"number": 1, "children": [{"number": 2}, {"number": 3, "children": [{"number": 4}]}]}
    5: optional list<string> words = ["a", "b", "c"]
    6: set<i16> shorts = [1, 2, 3]
    7: Choice choice = {"choices": [{"number": 5}, {"text": "d"}]}
}

struct Everything {
    1: bool flag
    2: i8 small
    3: i16 short
    4: i32 number
    5: i64 long
    6: double real
    7: string text
    8: binary bytes
    9: uuid id
    10: Colour colour
    11: optional bool maybe
    12: optional i32 counted = 7
    13: list<i32> numbers
    14: list<bool> flags
    15: list<string> texts
    16: set<string> names
    17: map<string, i64> counts
    18: map<i32, list<map<string, binary>>> nested
    19: optional Tree tree
    20: Choice choice
    21: map<Colour, Choice> choices
    22: list<uuid> ids
    23: list<Defaults> defaults
    24: optional Defaults one
    25: map<i32, Defaults> by_number
    500: list<double> reals
}

service Base {
    i32 add(1: i32 a, 2: i32 b)
}

service Echo extends Base {
    Everything echo(1: Everything value) throws (1: Wrong wrong)
    oneway void note(1: string text)
    void nothing()
    list<Choice> choices(1: map<string, Choice> choices)
}
