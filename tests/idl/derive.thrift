/** How urgent an order is. */
enum Urgency {
    LOW = 1
    HIGH = 5
    AT_ONCE = -7
}

struct Position {
    1: required double x
    2: required double y
}

union Payment {
    1: i64 cents
    4: string voucher
    2: Position cash_at
    9: list<Urgency> stamps
}

struct Order {
    1: required string id
    2: optional string note
    3: i32 count = 3
    7: Urgency urgency
    5: Payment payment
    6: list<Position> route
    4: map<string, list<i64>> totals
    10: optional binary label
    11: set<i16> days
    12: bool urgent
    13: byte small
    14: uuid key
    15: binary seal
    16: list<double> matrix
    300: optional Order then_comes
    17: required i64 micros
    18: optional i64 due_micros
}

exception Refused {
    1: string message
    2: optional i32 code = 7
}

service Orders {
    Order place(1: Order order) throws (1: Refused refused)
}
