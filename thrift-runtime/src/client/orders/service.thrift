service Pinger {
    void ping(1: binary bytes)
    oneway void note(1: binary bytes)
}
