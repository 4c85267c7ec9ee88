namespace py example.calculator

service CalculatorService {
    i32 add(1:i32 a, 2:i32 b),
    i32 subtract(1:i32 a, 2:i32 b),
}
