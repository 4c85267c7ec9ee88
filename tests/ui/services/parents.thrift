struct Base { 1: i32 x }
service A extends Parent {}
service B extends Base {}
