enum Color { RED, GREEN }
const Color BLUE = Color.BLUE
const i32 A = Unknown
const i32 LIMIT = 1
const i32 B = LIMTI
const string C = LIMIT
