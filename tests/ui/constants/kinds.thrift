struct P { 1: i32 x, 2: i32 y }
const i32 PORT = "8080"
const string VERSION = 3
const list<i32> LIST = {1: 2}
const list<string> INNER = ["a", 2]
const P POINT = {"x": 0, "z": 0}
const P KEY = {1: 0}
const uuid ID = "not-a-uuid"
struct A { 1: i32 x = "zero" }
