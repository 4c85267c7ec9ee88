// What is made smaller, or left out, by path.

enum Encoding { PLAIN, DICTIONARY = 2 }

struct Statistics {
    1: optional binary max
    2: optional binary min
    3: optional i64 nulls
}

struct Column {
    1: required i32 kind
    2: required list<Encoding> encodings
    3: required list<string> path
    4: optional double ratio
    5: optional Statistics statistics
    6: i64 offset = 4
    7: map<string, i32> counts
    8: required bool last
    9: optional Key key
}

struct Key { 1: binary bytes = "key", 2: string name }

union Value { 1: Statistics statistics, 2: i64 number }

struct Table {
    1: list<Column> columns
    2: Value value
    3: set<string> names
    4: map<string, Key> keys
    5: optional Column extra
}

typedef list<i32> Numbers

const Column FIRST = {
    "kind": 1, "encodings": [Encoding.PLAIN], "path": ["a"], "ratio": 0.5, "last": true
}
const binary MAGIC = "PAR1"

struct Defaults { 1: list<string> names = ["a", "long enough to be on the heap"], 2: list<string> none = [] }

struct Numbered { 1: Numbers numbers = [1, 2], 2: optional Numbers more }

service Tables {
    Table get(1: binary key, 2: list<i32> numbers)
}
