/** What is said. */
struct Message {
    1: required string text
    2: list<Message> replies (order = "newest first")
}

const i32 LONGEST = 80

service Messages {
    bool send(1: Message message)
}
