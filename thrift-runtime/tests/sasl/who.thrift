service Who {
  string name()
  binary echo(1: binary bytes)
  oneway void note(1: i32 number)
  i32 noted()
}
