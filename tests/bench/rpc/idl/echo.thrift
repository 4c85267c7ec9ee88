/** Three short strings. */
struct Small {
    1: string sender
    2: string recipient
    3: string content
}

service EchoService {
    Small echo(1: Small value)
    binary blob(1: binary value)
    oneway void tell(1: Small value)
}
