// Default values and constants of every form.

include "values/other.thrift"

typedef i32 Count
typedef list<double> Doubles
typedef other.Level Grade

enum Colour { RED = 1, GREEN, BLUE = -7 }

struct Point {
    1: i32 x = 1
    2: i32 y
    3: optional string label = "p"
}

union Choice {
    1: i32 number
    2: string text = "chosen"
}

exception Refused {
    1: string message = "no"
    2: i32 code = 7
}

struct Defaults {
    1: bool yes = true
    2: bool one = 1
    3: i8 small = -128
    4: i16 medium = 0x7fff
    5: i32 large = -2147483648
    6: i64 huge = 9223372036854775807
    7: double half = 0.5
    8: double whole = 3
    9: double tiny = -1e-3
    10: string text = "a \"quoted\" Zoë\n"
    11: binary bytes = "bytes"
    12: uuid id = "00112233-4455-6677-8899-aabbccddeeff"
    13: Colour colour = Colour.GREEN
    14: Colour number = 2
    15: Grade grade = other.Level.HIGH
    16: Count count = other.LIMIT
    17: list<i32> list = [3, 1, 2]
    18: set<string> set = ["b", "a", "b"]
    19: map<string, list<Colour>> map = {"k": [Colour.RED, Colour.BLUE]}
    20: Point point = {"y": 5}
    21: Choice choice = {"number": 4}
    22: Choice initial
    23: optional Doubles doubles = [1, 2.5]
    24: optional Point nowhere
    25: map<Point, set<double>> by_point = {{"x": 2}: [0.5, -1]}
    26: list<Point> empty = []
    27: list<Point> shared = POINTS
    28: Point origin = ORIGIN
    29: required i32 required_one = 9
    30: Refused refused = {}
}

const bool YES = true
const i8 SMALL = -3
const i16 MEDIUM = 300
const Count LARGE = 0x10
const i64 HUGE = -9223372036854775808
const double HALF = 0.5
const double WHOLE = 2
const string TEXT = 'single "and" double'
const string SAME_TEXT = TEXT
const binary BYTES = "bytes"
const uuid ID = "{00112233-4455-6677-8899-aabbccddeeff}"
const Colour COLOUR = Colour.BLUE
const Colour NUMBERED = 2
const other.Level LEVEL = other.Level.LOW
const i32 FROM_ENUM = Colour.BLUE
const Count LIMIT = other.LIMIT
const list<string> TEXTS = [TEXT, "b", other.NAME]
const set<i64> NUMBERS = [3, 3, LARGE]
const set<double> DOUBLES = [1, 0.5]
const map<Colour, map<string, i32>> NESTED = {Colour.RED: {"a": 1}, Colour.GREEN: {}}
const map<string, i32> TWICE = {"a": 1, "a": 2}
const Point ORIGIN = {"x": 0, "label": "origin"}
const list<Point> POINTS = [ORIGIN, {"y": 2}]
const Choice CHOSEN = {"text": "t"}
const map<Doubles, Point> BY_DOUBLES = {[1, 2]: ORIGIN}
const set<Doubles> SET_OF_LISTS = [[0.5], [0.25]]
const list<double> LIST_OF_DOUBLES = [HALF, WHOLE, 3]
const map<string, string> EMPTY = {}
const Refused REFUSED = {"code": 1}
const double TOO_LARGE = 1e999
const set<double> TOO_SMALL = [-1e999]
