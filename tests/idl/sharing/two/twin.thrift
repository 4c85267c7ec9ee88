struct Two { 1: i32 x }
