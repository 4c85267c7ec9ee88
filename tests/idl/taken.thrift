// Names that code generated for them could bind.

enum address { A = 1 }
enum channel { A = 1 }
enum client { A = 1 }
enum handler { A = 1 }
enum a { A = 1 }
enum all { A = 1 }
enum answers { A = 1 }
enum arguments { A = 1 }
enum at { A = 1 }
enum b { A = 1 }
enum call { A = 1 }
enum cx { A = 1 }
enum declared { A = 1 }
enum deserializer { A = 1 }
enum error { A = 1 }
enum Thrown { A = 1 } (rust.name = "exception")
enum f { A = 1 }
enum h { A = 1 }
enum header { A = 1 }
enum held { A = 1 }
enum index { A = 1 }
enum known { A = 1 }
enum member { A = 1 }
enum message { A = 1 }
enum method { A = 1 }
enum name { A = 1 }
enum number { A = 1 }
enum other { A = 1 }
enum part { A = 1 }
enum r { A = 1 }
enum rank { A = 1 }
enum seen { A = 1 }
enum serializer { A = 1 }
enum state { A = 1 }
enum theirs { A = 1 }
enum this { A = 1 }
enum u { A = 1 }
enum unequal { A = 1 }
enum unknown { A = 1 }
enum value { A = 1 }
enum w { A = 1 }

const list<i32> A1 = [1]
const list<i32> A2 = [2]
const i32 A3 = 3
const i32 A4 = 4
const i32 A5 = 5
const i32 A6 = 6
const i32 A7 = 7
const i32 A8 = 8
const i32 A9 = 9
const map<i32, list<i32>> A10 = {1: [1]}
const list<i32> LONG = [
    A8, A9, A8, A9, A8, A9, A8, A9,
    A8, A9, A8, A9, A8, A9, A8, A9,
    A8, A9, A8, A9, A8, A9, A8, A9,
    A8, A9, A8, A9, A8, A9, A8, A9,
    A8, A9, A8, A9, A8, A9, A8, A9,
]

struct Fields {
    1: required number number
    2: handler handler = 1
    3: optional r r
    4: double w
    5: map<double, list<value>> value = {0.5: [1]}
}
struct Key { 1: map<i32, list<i32>> at = A10 }
struct Keys { 1: set<Key> keys, 2: set<map<i32, list<i32>>> maps = [A10] }
union Choice { 1: number number, 2: double value, 3: string h }
exception Failed { 1: string message, 2: i32 error }

service taker {
    i32 take(1: number number, 2: i32 handler, 3: i32 free)
}
service Second extends taker {
    void call(1: i32 call, 2: required double channel, 3: i32 client = 3) throws (1: Failed r)
    oneway void tell(1: i32 arguments)
}
service Third extends Second {
    i32 value(1: i32 value)
}
