struct Message {
    1: string sender
    2: string recipient
    3: string content
}

service MessageService {
    bool sendMessage(1: Message message)
    Message receiveMessage(1: string recipient)
}
