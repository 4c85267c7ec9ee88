exception Broke { 1: string why }
service Shop {
  i32 sell() throws (1: SoldOut none)
  i32 buy() throws (1: Broke broke, 0: Broke zero, 2: i32 number)
}
