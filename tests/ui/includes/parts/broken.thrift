struct Fine { 1: i32 x }
struct Typo { 1: i23 x }
