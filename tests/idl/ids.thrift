// Field ids at their limits. Those that are left out count down from -1, and from below one that is
// written.
struct Ids {
    i32 first
    string second
    1: i32 one
    15: i64 fifteen
    16: bool sixteen
    31: list<i32> thirty_one
    32767: string last
    200: bool far
}

struct Below {
    0: required i32 zero
    -3: string three
    bool four
    -20: optional i64 distant
    -32768: list<i32> lowest
    1: i32 one
}

union Choice {
    0: i32 zero
    -5: string five
    bool six
}

exception Unlucky {
    -1: string why
}

service Numbers {
    i32 add(0: i32 first, -7: i32 second, i32 third) throws (-4: Unlucky unlucky)
    void fail(-32768: string why) throws (0: Unlucky unlucky)
    Choice same(-1: Choice choice)
}
