struct Twin { 1: i64 x }
