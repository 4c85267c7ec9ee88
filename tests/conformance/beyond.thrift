/** The conformance service with what not every peer can hold. */

include "conformance.thrift"

namespace py suite.beyond

/** The type that came last, and containers as elements of sets and as keys. */
struct Unusual {
    1: uuid id
    2: list<uuid> others
    3: map<uuid, string> names
    4: optional uuid parent
    5: set<set<i32>> groups
    6: set<list<string>> phrases
    7: map<list<i32>, set<string>> wordsByPath
    8: map<map<i32, i32>, map<double, conformance.Choice>> choices
    9: set<conformance.Tree> forest
}

const uuid NOBODY = "00000000-0000-0000-0000-000000000000"

service Beyond extends conformance.Conformance {
    /** Tells that the server has this service; others may be unable even to skip a uuid. */
    void beyond()

    uuid echoUuid(1: uuid value)
    Unusual echoUnusual(1: Unusual value)
}
