// What is written as the IDL spells it.

enum Level { LOW = 1, veryHigh = 5 }

struct Inner { 1: string theText, 2: optional Level level }

union Either { 1: i32 number, 2: Inner inner_one }

struct Every {
    1: bool isSet,
    2: byte small,
    3: i16 short_one,
    4: i64 long_one,
    5: double ratio,
    6: string text,
    7: binary raw,
    8: uuid id,
    9: list<Level> levels,
    10: set<i32> numbers,
    11: map<Level, list<Either>> eithers,
    12: map<i64, bool> flags,
    13: optional Inner inner,
    14: map<list<i32>, string> by_list,
    15: map<double, binary> by_ratio,
    16: map<string, map<string, i32>> nested,
}

struct Strict { 1: required i32 must, 2: i32 may = 7 }

exception Failed { 1: string reason }

struct Tree { 1: string name, 2: list<Tree> children }
