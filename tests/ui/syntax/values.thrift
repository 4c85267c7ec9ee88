const list<i32> A = [1, 2,, 3]
const map<string, i32> B = {"ann": 30, "bob" 31}
const i32 C =
const list<i32> D = [2, 3, 5
const i32 E = 7
