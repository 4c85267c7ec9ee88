enum Kind { A = 1, B }
struct Base { 1: i32 number = 7, 2: Kind kind = Kind.B }
service Pinger { i32 ping() }
