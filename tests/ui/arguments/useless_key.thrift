typedef i32 Number
struct Message { 1: Number number }
const i32 LIMIT = 3
service Numbers { Number next() }
