// Only the mistake is reported: what else is missing may be missing because of it.
struct Message {
    1: strng text
}
