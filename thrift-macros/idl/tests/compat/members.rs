//! Members of enums and unions.

use super::table::check;

#[test]
fn enums() {
    check(ENUMS);
}

#[test]
fn unions() {
    check(UNIONS);
}

pub(super) const ENUMS: &str = "
# a member is added | accepts
-enum E { A = 1 }
+enum E { A = 1, B = 2 }

# a member is removed | fails
-enum E { A, B, C }
+enum E { A = 0, C = 2 }
= error 1:6 < 1:13 `B` of `E` was removed: new programs cannot read what old ones write

# the first member is removed | fails
-enum E { A, B }
+enum E { B = 1 }
= error 1:6 < 1:10 `A` of `E` was removed: new programs cannot read what old ones write

# the last member is removed | fails
-enum E { A, B }
+enum E { A }
= error 1:6 < 1:13 `B` of `E` was removed: new programs cannot read what old ones write

# a member gets another number | fails
-enum E { A = 1, B = 2 }
+enum E { A = 1, B = 3 }
= error 1:17 < 1:17 the number of `B` of `E` changed from 2 to 3

# a member is inserted, and the others are counted on | warns
-enum E { A, B, C }
+enum E { A, X, B, C }
= error 1:16 < 1:13 the number of `B` of `E` changed from 1 to 2
= error 1:19 < 1:16 the number of `C` of `E` changed from 2 to 3

# numbers are exchanged | warns
-enum E { A = 1, B = 2 }
+enum E { A = 2, B = 1 }
= error 1:10 < 1:10 the number of `A` of `E` changed from 1 to 2
= error 1:17 < 1:17 the number of `B` of `E` changed from 2 to 1

# a member is renamed | warns
-enum E { A = 1, B = 2 }
+enum E { A = 1, C = 2 }
= warning 1:17 < 1:17 the name of `B` of `E` changed to `C`

# a member makes place for its successor | warns
-enum E { FAST = 1 }
+enum E { OLD_FAST = 1, FAST = 2 }
= warning 1:10 < 1:10 the name of `FAST` of `E` changed to `OLD_FAST`

# another name for a number | accepts
-enum E { A = 1 }
+enum E { A = 1, B = 1 }

# an enum is removed | warns
-enum E { A = 1 }
 struct A { 1: i32 a }
= warning < 1:6 enum `E` was removed

# an enum is renamed where it is used | fails
-enum E { A = 1 }
+enum F { A = 1, B = 2 }
-struct A { 1: E a }
+struct A { 1: F a }
";

pub(super) const UNIONS: &str = "
# a member is added to a union that may be stored | accepts
-union U { 1: i32 a }
+union U { 1: i32 a, 2: string b }
= warning 1:21 < 1:7 member `b` of `U` was added: old programs do not know it

# a union's member is removed | fails
-union U { 1: i32 a, 2: string b }
+union U { 1: i32 a }
= error 1:7 < 1:21 member `b` of `U` was removed: new programs cannot read what old ones write

# a union's member is another type | fails
-union U { 1: i32 a, 2: string b }
+union U { 1: i32 a, 2: i64 b }
= error 1:21 < 1:21 the type of member `b` of `U` changed from `string` to `i64`

# a union's member is renamed | warns
-union U { 1: i32 a, 2: string b }
+union U { 1: i32 a, 2: string c }
= warning 1:21 < 1:21 the name of member `b` of `U` changed to `c`

# a union becomes a struct | accepts
-union U { 1: i32 a, 2: string b }
+struct U { 1: optional i32 a, 2: optional string b }
= error 1:8 < 1:7 `U` changed from a union to a struct

# a struct becomes a union | accepts
-struct U { 1: optional i32 a, 2: optional string b }
+union U { 1: i32 a, 2: string b }
= error 1:7 < 1:8 `U` changed from a struct to a union

# a struct becomes an exception | fails
-struct U { 1: i32 a }
+exception U { 1: i32 a }
";
