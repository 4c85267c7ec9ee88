struct Twin { 1: i32 x }
