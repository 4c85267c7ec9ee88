include "service.thrift"

exception Odd { 1: i32 number }

service ExtendedService extends service.TestService {
    i32 half(1: i32 number) throws (1: Odd odd),
}
