exception SoldOut {
    1: string name
}

service Shop {
    /** Returns the number of the order. */
    i32 place(1: string name) throws (1: SoldOut soldOut)
}
