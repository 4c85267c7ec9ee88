enum Level { LOW = 1, HIGH = 2, FAR = 2147483648 }
const i8 TINY = 300
const i32 WIDE = -2147483649
struct A { 1: Level level = 7 }
