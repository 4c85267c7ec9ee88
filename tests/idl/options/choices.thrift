// What options that are chosen by path are tried on.

include "shared.thrift"

typedef string Tag

enum Level { LOW, HIGH }

struct Line {
    1: string text
    2: list<Tag> tags
    3: Level level
    4: optional i32 number
    5: i32 count = 3
}

struct Big { 1: string text, 2: required i32 size }

union Either { 1: string text, 2: i32 number }

exception TCLIError { 1: string reason }

service TCLIBase {
    string whoAmI(1: string sessionID),
}

service TCLIService extends TCLIBase {
    string describe(1: Line line, 2: string note, 3: i32 limit = 7, 4: required i32 size),
    list<string> getCommunicationIDs(1: string prefix) throws (1: TCLIError failure),
    void drop(1: string name),
    oneway void hint(1: string name),
}

const list<string> WORDS = ["a", "b"]
struct Worded { 1: list<string> words = WORDS }
