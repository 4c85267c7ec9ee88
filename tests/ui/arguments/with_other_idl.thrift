include "parts/new/shared.thrift"
struct All {
  1: shared.Same same
  2: shared.Grown grown
  3: shared.Changed changed
  4: list<shared.Lacking> lacking
  5: shared.Needing needing
  6: shared.Choice choice
  7: shared.Colour colour
  8: shared.Open open
}
