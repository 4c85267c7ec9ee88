// As the other crate has it.
struct Same { 1: i32 number }
struct Grown { 1: i32 number }
struct Changed { 1: i32 number, 2: list<string> texts }
struct Lacking { 1: i32 number }
struct Needing { 1: i32 number, 2: required string text }
union Choice { 1: i32 number }
enum Colour { RED = 1, BLUE = 2 }
enum Open { A = 1 }
