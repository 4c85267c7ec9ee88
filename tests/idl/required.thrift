// Fields that must be there, and what may be wrong with them.

struct Message {
    1: required string sender
    2: string recipient = "all"
    3: optional i32 priority = 5
    4: required list<i64> numbers
    5: optional string subject
}

struct Batch {
    1: list<Message> messages
    2: map<string, Message> by_name
    3: set<string> tags
}

/** More required fields than a word has bits. */
struct Wide {
    1: required i8 f1, 2: required i8 f2, 3: required i8 f3, 4: required i8 f4,
    5: required i8 f5, 6: required i8 f6, 7: required i8 f7, 8: required i8 f8,
    9: required i8 f9, 10: required i8 f10, 11: required i8 f11, 12: required i8 f12,
    13: required i8 f13, 14: required i8 f14, 15: required i8 f15, 16: required i8 f16,
    17: required i8 f17, 18: required i8 f18, 19: required i8 f19, 20: required i8 f20,
    21: required i8 f21, 22: required i8 f22, 23: required i8 f23, 24: required i8 f24,
    25: required i8 f25, 26: required i8 f26, 27: required i8 f27, 28: required i8 f28,
    29: required i8 f29, 30: required i8 f30, 31: required i8 f31, 32: required i8 f32,
    33: required i8 f33, 34: required i8 f34, 35: required i8 f35, 36: required i8 f36,
    37: required i8 f37, 38: required i8 f38, 39: required i8 f39, 40: required i8 f40,
    41: required i8 f41, 42: required i8 f42, 43: required i8 f43, 44: required i8 f44,
    45: required i8 f45, 46: required i8 f46, 47: required i8 f47, 48: required i8 f48,
    49: required i8 f49, 50: required i8 f50, 51: required i8 f51, 52: required i8 f52,
    53: required i8 f53, 54: required i8 f54, 55: required i8 f55, 56: required i8 f56,
    57: required i8 f57, 58: required i8 f58, 59: required i8 f59, 60: required i8 f60,
    61: required i8 f61, 62: required i8 f62, 63: required i8 f63, 64: required i8 f64,
    65: required i8 f65, 66: required i8 f66,
}

service Mail {
    Message send(1: Message message, 2: required i32 times),
}
