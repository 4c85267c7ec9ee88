enum Colour { RED, GREEN }

struct Message {
    1: string text
    2: optional i32 size
    3: Colour colour
}

union Answer {
    1: Message message
}

service Messages {
    void send(1: Message message)
    Answer receive()
    oneway void forget()
}
