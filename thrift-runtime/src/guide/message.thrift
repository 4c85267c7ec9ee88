include "shared.thrift"

enum Colour { RED, GREEN }

struct Message {
    1: required string sender
    2: optional string recipient
    3: string content
    4: shared.Stamp stamp
    5: map<string, i32> counts
}

service MessageService {
    bool send(1: Message message),
}
