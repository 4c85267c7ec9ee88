service Search {
    /// Answers while somebody types.
    list<string> suggest(1: string text)

    /// Takes longer.
    list<string> find(1: string text)
}
