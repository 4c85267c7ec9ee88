/** Types that are small on the wire and large in memory. */
union Choice {
    1: i64 number
    2: string text
    3: Tree tree
    4: list<Choice> choices
}

struct Tree {
    1: optional Tree left
    2: list<Tree> children
    3: i32 number
}

struct Row {
    1: string a
    2: string b
    3: string c
    4: string d
    5: binary e
    6: binary f
    7: list<i32> g
    8: list<string> h
    9: list<Tree> i
    10: map<string, string> j
    11: map<string, string> k
    12: set<string> l
    13: uuid m
    14: uuid n
    15: Choice o
    16: Choice p
    17: Tree q
    18: Tree r
    19: optional string s
    20: optional string t
    21: optional Tree u
    22: optional list<i64> v
    23: list<i64> w
    24: i64 x
    25: double y
    26: i8 z
}

const list<i64> NUMBERS = [
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23,
    24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45,
    46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63, 64, 65, 66, 67,
    68, 69, 70, 71, 72, 73, 74, 75, 76, 77, 78, 79, 80, 81, 82, 83, 84, 85, 86, 87, 88, 89,
    90, 91, 92, 93, 94, 95, 96, 97, 98, 99
]
const string TEXT = "a text that a peer gets for nothing, a text that a peer gets for nothing, a text that a peer gets for nothing, a text that a peer gets for nothing, a text that a peer gets for nothing, a text that a peer gets for nothing, a text that a peer gets for nothing"

/** Large by its defaults, which an empty struct gets. */
struct Preset {
    1: list<i64> numbers = NUMBERS
    2: string text = TEXT
    3: map<string, string> names = {"a": TEXT, "b": "c"}
    4: set<string> words = ["some", "words", "of", TEXT]
    5: Part part
    6: list<Part> parts = [{}, {"words": [TEXT]}]
    7: optional Part also = {}
}

struct Part {
    1: list<string> words = ["a", "list", "of", "words"]
    2: binary bytes = "bytes"
}

struct Holder {
    1: optional Preset preset
    2: Part part
    3: list<Preset> presets
}

union Setting {
    1: i32 number
    2: Preset preset
}

struct Rows {
    1: list<Row> rows
    2: map<i32, Row> by_id
    3: list<Tree> trees
    4: list<list<list<i32>>> lists
    5: list<string> texts
    6: set<string> names
    7: list<map<i8, i8>> maps
    8: list<map<i32, Row>> tables
    9: list<set<i8>> sets
    10: list<Choice> choices
    11: list<bool> flags
    12: list<binary> parts
    13: map<string, Tree> by_name
    14: Tree tree
    15: set<Row> distinct
    16: list<Preset> presets
    17: map<i32, Preset> presets_by_id
    18: set<Part> word_lists
    19: list<Holder> holders
    20: list<Setting> settings
}

service Sink {
    void take(1: Rows rows)
    Rows give()
}
