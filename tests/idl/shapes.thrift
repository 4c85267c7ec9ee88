include "shapes/colour.thrift"

/** A shape with straight sides. */
struct Shape {
    /** How many. */
    1: i32 sides = 4
    2: optional colour.Colour colour
}
