struct Stamp { 1: i32 number }
