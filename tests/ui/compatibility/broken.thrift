enum Colour { GREEN, RED }

struct Message {
    1: string text
    2: optional string title
    3: Colour colour
    4: required i64 stamp
}

union Answer {
    1: Message message
}

service Messages {
    void send(1: Message message)
    Message receive()
}
