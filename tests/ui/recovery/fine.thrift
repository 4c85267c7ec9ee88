struct Fine { 1: i32 x }
struct Typo { 1: i23 x, 2: i32 y }
service Service { Fine get(1: i32 id) }
