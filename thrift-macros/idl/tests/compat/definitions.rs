//! Constants, and definitions that were removed.

use super::table::check;

#[test]
fn definitions() {
    check(DEFINITIONS);
}

pub(super) const DEFINITIONS: &str = "
# a constant changes | warns
-const i32 A = 1 const string B = 'x' const list<i32> C = [1]
+const i32 A = 2 const string B = 'y' const list<i32> C = [1, 2]
= warning 1:11 < 1:11 the value of constant `A` changed
= warning 1:30 < 1:30 the value of constant `B` changed
= warning 1:54 < 1:54 the value of constant `C` changed

# a constant of another type | warns
-const i32 A = 1
+const i64 A = 1
= warning 1:11 < 1:11 the type of constant `A` changed from `i32` to `i64`

# a constant is removed | warns
-const i32 A = 1
 const i32 B = 1
= warning < 1:11 constant `A` was removed

# a constant that a default names changes | warns
-const i32 A = 1
+const i32 A = 2
 struct B { 1: i32 b = A }
= warning 1:11 < 1:11 the value of constant `A` changed

# a struct is removed that is not used | fails
-struct A { 1: i32 a }
 struct B { 1: i32 b }
= error < 1:8 `A` was removed, but programs may store or send it on its own

# a struct is removed with the field that used it | fails
-struct A { 1: i32 a } struct B { 1: i32 b, 2: optional A a }
+struct B { 1: i32 b }

# a struct is renamed | fails
-struct A { 1: i32 a, 2: string b }
+struct B { 1: i32 a, 2: string b, 3: i32 c }
 struct C {}
= error < 1:8 `A` was removed, but programs may store or send it on its own

# a struct is renamed and nothing else | fails
-struct A { 1: i32 a, 2: string b }
+struct B { 2: string b, 1: i32 a }

# a struct is an enum now | fails
-struct A { 1: i32 a }
+enum A { X }
= error 1:6 < 1:8 `A` is no longer a struct

# namespaces change | warns
-namespace cpp a namespace java a.b
+namespace cpp b
 struct A { 1: i32 a }

# a struct becomes two | fails
-struct A { 1: i32 a } struct X { 1: A x, 2: A y }
+struct A1 { 1: i32 a } struct A2 { 1: i64 a } struct X { 1: A1 x, 2: A2 y }
= error 1:36 < 1:12 the type of field `a` of `A` changed from `i32` to `i64`
";
