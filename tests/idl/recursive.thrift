// Types that contain themselves, one another, and keys that are not plain.

struct Chain {
    1: optional Chain next
    2: i32 number
}

struct Even { 1: Odd next }
struct Odd { 1: Even next, 2: double number = 0.5 }

union Expression {
    1: i64 number
    2: Expression negated
    3: list<Expression> sum
    4: Pair product
    5: map<string, Expression> named
}

struct Pair {
    1: required Expression left
    2: required Expression right
}

struct Measure {
    1: double number
    2: list<double> several
    3: map<string, double> by_name
    4: optional double maybe
    5: set<double> set
    6: map<double, list<double>> by_number
    7: Inner inner
    8: set<Inner> inners
}

struct Inner { 1: double number, 2: set<set<double>> sets, 3: map<list<double>, double> keyed }

union Either { 1: double number, 2: string text, 3: list<Measure> measures }

typedef set<double> Numbers
typedef map<Numbers, Inner> ByNumbers

struct Aliased { 1: Numbers numbers, 2: ByNumbers by_numbers, 3: set<Numbers> sets }

struct Keys {
    1: map<Expression, i32> by_union
    2: set<Chain> chains
    3: map<set<i32>, map<list<string>, bool>> by_containers
    4: map<Either, Keys> nested
    5: set<binary> binaries
    6: map<uuid, bool> by_uuid
    7: map<bool, set<i8>> by_bool
}
