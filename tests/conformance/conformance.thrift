/** Every type of Thrift, every kind of method. A server gives back what it gets, unless a method says otherwise. */

include "base.thrift"

namespace py suite.conformance

/** A value of every base type but uuid. */
struct Scalars {
    1: bool truth
    2: byte tiny
    3: i8 tiny2
    4: i16 small
    5: i32 medium
    6: i64 large
    7: double real
    8: string text
    9: binary bytes
    10: base.Color color
    11: base.Timestamp time
}

typedef list<Scalars> ScalarsList
typedef map<string, ScalarsList> Library

/** Containers of every element, and in one another. */
struct Containers {
    1: list<bool> truths
    2: list<byte> tinies
    3: list<i16> smalls
    4: list<i32> mediums
    5: list<i64> larges
    6: list<double> reals
    7: list<string> texts
    8: list<binary> blobs
    9: list<base.Color> colors
    10: set<i32> numbers
    11: set<string> words
    12: set<double> measures
    13: set<base.Point> points
    14: map<i32, i64> numbersByNumber
    15: map<string, double> measuresByWord
    16: map<double, bool> truthsByMeasure
    17: map<base.Point, string> wordsByPoint
    18: map<base.Color, set<i16>> smallsByColor
    19: list<list<i32>> matrix
    20: list<set<string>> bags
    21: list<map<i32, string>> tables
    22: map<string, map<string, list<i32>>> deep
    23: Library library
    24: list<base.Point> path
}

/** Each requiredness, with and without a default. */
struct Defaults {
    1: required string name
    2: required i32 size = 3
    3: optional string note
    4: optional i32 limit = 10
    5: i32 plain
    6: i32 count = 7
    7: bool flag = true
    8: double ratio = 0.5
    9: string title = "untitled"
    10: base.Color color = base.Color.BLUE
    11: list<i32> primes = [2, 3, 5]
    12: map<string, i32> scores = {"a": 1, "b": 2}
    13: set<string> tags = ["x", "y"]
    14: base.Point origin = {"x": 1, "y": -1}
    15: optional base.Point target
    32767: optional byte last
}

/** One of its members. */
union Choice {
    1: bool truth
    2: i32 number
    3: string text
    4: base.Point point
    5: list<Choice> several
}

/** A struct that holds itself. */
struct Tree {
    1: string label
    2: list<Tree> children
    3: optional Tree shadow
}

/** Structs that hold each other. */
struct Chicken {
    1: i32 number
    2: optional Egg egg
}

struct Egg {
    1: optional Chicken chicken
    2: string mark
}

struct Empty {}

/** All in one. */
struct Everything {
    1: Scalars scalars
    2: Containers containers
    3: Defaults defaults
    4: Choice choice
    5: Tree tree
    6: Empty empty
}

/** Raised where something was looked for. */
exception NotFound {
    1: required string what
    2: optional list<string> nearest
}

/** Carries nothing. */
exception Nothing {}

const i32 ANSWER = 42
const bool TRUE = true
const double HALF = 0.5
const string GREETING = "Grüße, \"world\""
const base.Color FAVORITE = base.Color.GREEN
const list<i32> POWERS = [1, 2, 4, 8]
const map<string, list<i32>> RANGES = {"none": [], "few": [1, 2, 3]}
const set<string> VOWELS = ["a", "e", "i", "o", "u"]
const base.Point ORIGIN = {"x": 0, "y": 0}

/** No constant in it stands for a struct or a container: not every peer's compiler knows what to do with one. */
const Everything EVERYTHING = {
    "scalars": {
        "truth": true,
        "tiny": -128,
        "tiny2": 127,
        "small": -32768,
        "medium": ANSWER,
        "large": 0x7fffffffffff,
        "real": -1.5e-3,
        "text": GREETING,
        "bytes": "bytes",
        "color": base.Color.GREEN,
        "time": 1700000000000,
    },
    "containers": {
        "truths": [true, false],
        "tinies": [-1, 0, 1],
        "smalls": [300],
        "mediums": [1, 2, 4],
        "larges": [-9223372036854775807],
        "reals": [0.5, 2.0, -1e300],
        "texts": ["", "ä", 'single "quotes"'],
        "blobs": ["raw"],
        "colors": [base.Color.RED, base.Color.BLACK, 8],
        "numbers": [3, 1, 2],
        "words": ["x", "y"],
        "measures": [0.25, 4.0],
        "points": [],
        "numbersByNumber": {1: 10, 2: 20},
        "measuresByWord": {"half": HALF},
        "truthsByMeasure": {0.5: true, 1.5: false},
        "wordsByPoint": {},
        "smallsByColor": {base.Color.RED: [1, 2], base.Color.BLACK: []},
        "matrix": [[1, 2], [], [3]],
        "bags": [["a"], []],
        "tables": [{1: "one"}, {}],
        "deep": {"a": {"b": [1, 2, 3]}, "c": {}},
        "library": {},
        "path": [],
    },
    "defaults": {"name": "sample", "size": 3, "limit": 1, "plain": 2, "target": {"x": 9, "y": 9}},
    "choice": {"point": {"x": 7, "y": 7}},
    "tree": {"label": "root", "children": [], "shadow": {"label": "leaf", "children": []}},
    "empty": {},
}

service Conformance extends base.Middle {
    bool echoBool(1: bool value)
    byte echoByte(1: byte value)
    i16 echoI16(1: i16 value)
    i32 echoI32(1: i32 value)
    i64 echoI64(1: i64 value)
    double echoDouble(1: double value)
    string echoString(1: string value)
    binary echoBinary(1: binary value)

    list<i32> echoList(1: list<i32> value)
    set<string> echoSet(1: set<string> value)
    map<i32, string> echoMap(1: map<i32, string> value)
    map<string, list<map<i32, set<string>>>> echoNested(1: map<string, list<map<i32, set<string>>>> value)

    Scalars echoScalars(1: Scalars value)
    Containers echoContainers(1: Containers value)
    Defaults echoDefaults(1: Defaults value)
    Choice echoChoice(1: Choice value)
    Tree echoTree(1: Tree value)
    Chicken echoChicken(1: Chicken value)
    Empty echoEmpty(1: Empty value)
    Everything echoEverything(1: Everything value)

    /** Gives EVERYTHING. */
    Everything sample()

    /** Whether `value` is EVERYTHING. */
    bool isSample(1: Everything value)

    /** `first`, `second` and `third` as decimals, with blanks between them; the ids are not in order. */
    string join(3: i16 first, 1: i32 second, 2: i64 third)

    /** Raises `NotFound` unless `what` is "anything". */
    string find(1: string what) throws (1: NotFound notFound)

    /**
     * Raises what `what` names: "refused", "not found" or "nothing". "application" is an application exception of
     * kind 6, "panic" a failure that nobody declared, on which some servers close the connection. Gives anything else
     * back.
     */
    string fail(1: string what) throws (1: base.Refused refused, 2: NotFound notFound, 3: Nothing nothing)

    /** Adds to what `remembered` gives. */
    oneway void remember(1: string who, 2: i64 number)

    /** The sum of what was remembered for `who`. */
    i64 remembered(1: string who)
}
