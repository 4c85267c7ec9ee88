// The service of required.thrift by one who does not keep to it.

struct Message {
    1: optional string sender
    4: optional list<i64> numbers
}

service Mail {
    Message send(1: Message message, 2: i32 times),
}
