typedef Loop Loop
typedef list<B> A
typedef A B
const i32 M = N
const i32 N = M
service P extends Q {}
service Q extends P {}
