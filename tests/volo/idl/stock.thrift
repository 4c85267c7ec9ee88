namespace rs stock

exception OutOfStock {
    1: required string item
}

service Stock {
    i32 take(1: string item, 2: i32 count) throws (1: OutOfStock gone)
    string header(1: string name)
    string blob(1: string text)
}
