struct Note {
    1: string text
    /// Who has answered.
    2: string server
    /// What came in the header `trace`.
    3: optional string trace
}

exception NoNote {
    1: string title
}

service Notes {
    Note read(1: string title) throws (1: NoNote none) (idempotent)
    string write(1: string title, 2: string text)
    oneway void forget(1: string title)
}
