enum Colour { RED, GREEN }

struct Paint {
    1: required Colour colour
    2: optional string name
}
