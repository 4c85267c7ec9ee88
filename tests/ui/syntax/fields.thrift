struct A {
  1 i32 no_colon
  one: i32 word
  1.5: i32 double
  2: required ;
  3: i32;
  4: void nothing
  5: map<string> one_type
  6: list[i32] brackets
  7: i32 x,,
  8: i32 required y
  9: i32 z = ,
  10: i32 annotated (priority = 5)
  struct Inner {
    1: i32 b
  }
  11: i32 fine
}
