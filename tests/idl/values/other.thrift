enum Level { LOW, HIGH = 9 }
const i32 LIMIT = 12
const string NAME = "other"
