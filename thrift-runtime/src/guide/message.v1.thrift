include "shared.thrift"

enum Colour { RED }

struct Message {
    1: required string sender
    2: optional string recipient
    3: string content
    4: shared.Stamp stamp
}

service MessageService {
    bool send(1: Message message),
}
