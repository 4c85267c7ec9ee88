struct One { 1: i32 x }
