/* A service that does not. */

service Plain {
    i32 add(1: i32 a, 2: i32 b)
    i32 wait()
    i32 fail()
    string getName()
}
