enum Colour { RED, LEAF = 1, BLUE }

struct Message {
    1: string text = "none"
    2: optional i32 size
    3: Colour colour
}

union Answer {
    1: Message message
    2: string text
}

service Messages {
    void send(1: Message message)
    Answer receive()
    oneway void forget()
}
