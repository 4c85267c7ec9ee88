enum Size {
    SMALL = 1,
    LARGE = 2,
}

struct Mail {
    1: required string to
    2: string text
    3: optional Size size
}

exception Missing {
    1: string message
}

exception Locked {
    1: string message
    2: i32 until
}

/// Counts.
service Counter {
    i32 add(1: i32 a, 2: i32 b)
    oneway void log(1: string line)
}

/// A desk at which mail waits.
service Desk extends Counter {
    /// Leaves mail.
    void leaveMail(1: required Mail mail, 5: list<string> tags, 6: i32 copies = 1)
    /// Takes the mail of someone.
    Mail take(1: string who, 3: binary key) throws (1: Missing missing, 4: Locked locked)
    void lock(1: string who) throws (1: Missing missing)
    map<string, Size> sizes() (idempotent)
    i64 type(1: i64 self)
}

service Office extends Desk {
    bool isOpen()
}
