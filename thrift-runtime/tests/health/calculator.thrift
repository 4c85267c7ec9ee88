/* A service that extends fb303's. */

include "fb303.thrift"

service Calculator extends fb303.FacebookService {
    i32 add(1: i32 a, 2: i32 b)
    /** Answered when the gate has a permit. */
    i32 wait()
    i32 fail()
}
