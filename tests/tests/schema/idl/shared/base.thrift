typedef string Id

const Id NONE = "none"

enum Colour {
    RED = 1
    GREEN = 2 (shade = "dark")
}

service Base {
    void ping()
}
