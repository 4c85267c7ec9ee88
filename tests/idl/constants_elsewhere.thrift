// Defaults that are constants of another file.

include "constants.thrift"

struct Key {
    1: map<string, string> texts = constants.TABLE
    2: set<string> names = constants.NAMES
    3: list<map<string, string>> listed = constants.LISTED
    4: constants.Key key = constants.KEY
}
