/** Messages. */

include "shared/base.thrift"
cpp_include "<vector>"

namespace py message.ttypes (a = "b")
namespace * message

const i32 LONGEST = 0x10
const list<base.Colour> COLOURS = [base.Colour.RED, 2]
const Message NOTHING = {"id": base.NONE}

typedef list<string (a = "b")> Lines (c = "d")

/** What is said. */
struct Message {
    1: required base.Id id
    2: optional Lines lines = ["one", "two"] (deprecated)
    3: base.Colour colour = base.Colour.GREEN
    4: Message & reply
    5: map cpp_type "M" <base.Id, set<double>> marks
} (rust.derive = "Hash")

exception Refused {
    1: string message
}

union Content {
    1: Message message
    2: uuid reference
}

/** Keeps messages. */
service Mailbox extends base.Base {
    /** Takes one. */
    base.Id put(1: Message message, 2: i32 priority = LONGEST) throws (1: Refused refused) (idempotent)
    oneway void forget(1: base.Id id)
    list<Content> all()
}
