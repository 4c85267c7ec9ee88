service Names {
    /// The name of the server that answers.
    string name() (idempotent)
}
