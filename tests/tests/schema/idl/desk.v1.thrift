struct Mail {
    1: required string text
}

exception Missing {
    1: string message
}

service Counter {
    oneway void count(1: i64 by)
}

service PostDesk extends Counter {
    void leaveMail(1: required Mail mail, 5: list<string> tags, 6: string note, 7: i32 copies = 1)
    Mail take(1: binary key) throws (2: Missing nothingThere)
    map<string, i8> sizes()
}
