// Names that mean something else in Rust, or that two IDL names become.

struct Vec { 1: i32 a }
struct String { 1: Vec vec, 2: list<string> list }
struct Option { 1: optional String string }
struct Result { 1: required Option option, 2: map<string, Vec> map = {"a": {"a": 1}} }
struct Box { 1: optional Box box, 2: double number }
struct Default { 1: i32 x = 1 }
struct Self { 1: string self, 2: string type, 3: string gen, 4: string async, 5: string crate }
struct W { 1: W2 w }
struct W2 { 1: i32 r, 2: i32 seen_0, 3: i32 h }
struct R { 1: required i32 r, 2: required i32 seen_0 }
struct S { 1: i32 s }
struct theEdgeCase { 1: i32 fieldName, 2: i32 field_name, 3: i32 FIELD_NAME }
struct TheEdgeCase { 1: i32 a }
exception Error { 1: string message }
exception Debug { 1: optional string msg }
union Some { 1: i32 None, 2: Box Unknown, 3: string Ok }
enum Clone { Copy, copy, Send = 5, match }
const i32 clone = 3
const Clone COPY = Clone.Copy
typedef list<Some> From

service Send {
    Result call(1: String self, 2: Vec handler, 3: i32 a, 4: i32 args) throws (1: Error Err, 2: Debug Other),
    void close(),
    void clone(1: i32 clone),
    From new(1: From from),
    i32 channel(1: i32 channel),
    i32 getName(), i32 get_name(),
    oneway void await(1: i32 type),
}
service Sync extends Send {
    i32 dispatch(1: i32 call), i32 process(1: i32 P),
}
struct SendClient { 1: i32 a }
