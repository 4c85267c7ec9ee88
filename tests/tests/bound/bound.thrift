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
}

service Sink {
    void take(1: Rows rows)
}
