// Annotations that the code generator knows.

enum Level {
    LOW (rust.name = "Lowest")
    HIGH (deprecated = "use LOW")
} (rust.name = "Grade", rust.derive = "serde::Serialize")

/** Renamed, with a derive of its own. */
struct theOddName {
    1: string theOddField (rust.name = "text")
    2: i32 old (deprecated)
    3: map<string, i32> hashed (rust.type = "std::collections::HashMap<String, i32>")
    4: list<i32> deque (rust.type = "crate::Numbers")
} (rust.name = "Renamed", rust.derive = "serde::Serialize")

struct AnotherDerive { 1: i32 a } (rust.derive = "serde::Serialize", deprecated = "nobody uses it")

typedef list<i32> Numbers (rust.type = "crate::Numbers")

struct WithTypedef { 1: Numbers numbers }

union Choice {
    1: string one (rust.name = "First")
    2: i32 two (deprecated)
} (rust.derive = "serde::Serialize")

exception Oops { 1: string reason } (rust.name = "Failure")

const i32 oldLimit = 3 (rust.name = "LIMIT", deprecated = "there is no limit")
const list<i32> oldLimits = [3] (deprecated = "there are no limits")

service Odd {
    i32 getIt(1: i32 theArgument (rust.name = "argument")) throws (1: Oops oops (rust.name = "Failed")) (rust.name = "fetch"),
    void gone() (deprecated = "it is gone"),
} (rust.name = "Service")
