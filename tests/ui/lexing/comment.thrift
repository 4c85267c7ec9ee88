struct Point { 1: i32 x }

/* never closed
struct Other { 1: i32 y }
