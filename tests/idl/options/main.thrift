// What the macro's options are tried on.

include "shared.thrift"

enum Colour { RED, GREEN }

struct Message {
    1: string content
    2: i32 number
    3: optional string note
    4: Colour colour
    5: shared.Stamp stamp
    6: list<string> words
    7: map<string, list<string>> index
    8: set<string> tags
    9: map<i32, set<i32>> groups
}

struct Holder { 1: Message message }
struct Plain { 1: i32 number }

union Choice { 1: string text, 2: Plain plain, 3: map<i32, i32> map }

struct AsKey { 1: map<string, i32> map, 2: set<i32> set }
struct ByKey { 1: set<AsKey> keys, 2: map<AsKey, map<i32, string>> by_key }

typedef map<string, string> Index
struct Aliased { 1: Index index }

exception Failed { 1: string message, 2: shared.Stamp stamp }

const map<string, set<i32>> TABLE = {"a": [1, 2]}
const list<string> WORDS = ["x", "a text that is longer than what is held in place"]

service Board extends shared.Base {
    shared.Stamp post(1: Message message) throws (1: Failed failed),
    map<string, string> all(1: Index index),
}
