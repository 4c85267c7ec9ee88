// Field ids at their limits. Those that are left out count down from -1.
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
