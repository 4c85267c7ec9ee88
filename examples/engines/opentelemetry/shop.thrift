exception SoldOut {
    1: string item
}

/// What customers call.
service Orders {
    string place(1: string item) throws (1: SoldOut soldOut)
}

/// What the orders call.
service Stock {
    i32 take(1: string item) throws (1: SoldOut soldOut)
}
