typedef i32 Number
/** With comments, and another name for a type. */
struct Same { 1: Number amount }
struct Grown { 1: i32 number, 2: optional string text, 3: i32 more }
struct Changed { 1: i32 number, 2: list<binary> texts }
struct Lacking { 1: i32 number, 2: required string text }
struct Needing { 1: i32 number }
union Choice { 1: string text }
enum Colour { RED = 1, BLUE = 3 }
enum Open { A = 1, B = 2 }
