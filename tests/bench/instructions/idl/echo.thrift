/** Three short strings. */
struct Small {
    1: string sender
    2: string recipient
    3: string content
}

service Echo {
    Small echo(1: Small value)
    oneway void tell(1: Small value)
}
