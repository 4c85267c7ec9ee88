//! Types of fields.

use super::table::check;

#[test]
fn types() {
    check(TYPES);
}

pub(super) const TYPES: &str = "
# a number gets wider | fails
-struct A { 1: i32 a, 2: i16 b, 3: byte c }
+struct A { 1: i64 a, 2: i32 b, 3: bool c }
= error 1:12 < 1:12 the type of field `a` of `A` changed from `i32` to `i64`
= error 1:22 < 1:22 the type of field `b` of `A` changed from `i16` to `i32`
= error 1:32 < 1:32 the type of field `c` of `A` changed from `i8` to `bool`

# byte and i8 | accepts
-struct A { 1: byte a }
+struct A { 1: i8 a }

# string and binary | accepts
-struct A { 1: string a, 2: binary b }
+struct A { 1: binary a, 2: string b }
= warning 1:12 < 1:12 the type of field `a` of `A` changed from `string` to `binary`: the bytes stay the same except in JSON, but some readers reject a string that is not UTF-8
= warning 1:25 < 1:25 the type of field `b` of `A` changed from `binary` to `string`: the bytes stay the same except in JSON, but some readers reject a string that is not UTF-8

# a list becomes a set | fails
-struct A { 1: list<i32> a }
+struct A { 1: set<i32> a }
= error 1:12 < 1:12 the type of field `a` of `A` changed from `list<i32>` to `set<i32>`

# something becomes a list | fails
-struct A { 1: bool a }
+struct A { 1: list<bool> a }
= error 1:12 < 1:12 the type of field `a` of `A` changed from `bool` to `list<bool>`

# the elements of containers | fails
-struct A { 1: list<double> a, 2: map<i32, string> b, 3: set<list<i32>> c }
+struct A { 1: list<i16> a, 2: map<i32, list<string>> b, 3: set<list<i64>> c }
= error 1:12 < 1:12 the type of field `a` of `A` changed from `list<double>` to `list<i16>`
= error 1:28 < 1:31 the type of field `b` of `A` changed from `map<i32, string>` to `map<i32, list<string>>`
= error 1:57 < 1:54 the type of field `c` of `A` changed from `set<list<i32>>` to `set<list<i64>>`

# the keys of a map | fails
-struct A { 1: map<i32, i32> a }
+struct A { 1: map<string, i32> a }
= error 1:12 < 1:12 the type of field `a` of `A` changed from `map<i32, i32>` to `map<string, i32>`

# an enum in a map and another without its members | fails
 enum E { X = 1, Y = 2 } enum F { X = 1 }
-struct A { 1: map<E, i32> a, 2: list<E> b }
+struct A { 1: map<F, i32> a, 2: list<F> b }
= error 2:12 < 2:12 the type of field `a` of `A` changed from `map<E, i32>` to `map<F, i32>`; the two types differ: `Y` of `E` was removed: new programs cannot read what old ones write
= error 2:30 < 2:30 the type of field `b` of `A` changed from `list<E>` to `list<F>`; the two types differ: `Y` of `E` was removed: new programs cannot read what old ones write

# a uuid and its text | fails
-struct A { 1: uuid a }
+struct A { 1: string a }
= error 1:12 < 1:12 the type of field `a` of `A` changed from `uuid` to `string`

# a typedef is written out and another is named | fails
 typedef i32 Id
 typedef list<Id> Ids
-struct A { 1: Id a, 2: list<i32> b }
+struct A { 1: i32 a, 2: Ids b }

# a typedef stands for something else, which is told once | accepts
-typedef i32 Id
+typedef i64 Id
 struct A { 1: Id a, 2: list<Id> b } struct B { 1: map<Id, Id> a }
= error 1:13 < 1:13 the type of typedef `Id` changed from `i32` to `i64`

# a typedef that nothing uses | accepts
-typedef i32 Id
+typedef i64 Id

# an enum and its number | fails
 enum E { A = 1 }
-struct A { 1: E a, 2: i32 b, 3: list<E> c }
+struct A { 1: i32 a, 2: E b, 3: list<i32> c }

# an enum and another number | fails
 enum E { A = 1 }
-struct A { 1: E a }
+struct A { 1: i64 a }
= error 2:12 < 2:12 the type of field `a` of `A` changed from `E` to `i64`

# an enum and another with its members | fails
 enum E { X = 1 } enum F { X = 1, Y = 2 }
-struct A { 1: E a }
+struct A { 1: F a }
= warning 2:12 < 2:12 the type of field `a` of `A` changed from `E` to `F`, which has the same form on the wire

# an enum and another without its members | fails
 enum E { X = 1 } enum F { X = 1, Y = 2 }
-struct A { 1: F a }
+struct A { 1: E a }
= error 2:12 < 2:12 the type of field `a` of `A` changed from `F` to `E`; the two types differ: `Y` of `F` was removed: new programs cannot read what old ones write

# a struct and another of the same form | fails
 struct B { 1: i32 x, 2: i32 y } struct C { 1: i32 x, 2: i32 y, 3: optional i32 z }
-struct A { 1: B a }
+struct A { 1: C a }
= warning 2:12 < 2:12 the type of field `a` of `A` changed from `B` to `C`, which has the same form on the wire

# a struct and another of another form | fails
 struct B { 1: i32 x } struct C { 1: string x }
-struct A { 1: B a, 2: list<B> b }
+struct A { 1: C a, 2: list<C> b }
= error 2:12 < 2:12 the type of field `a` of `A` changed from `B` to `C`; the two types differ: the type of field `x` of `B` changed from `i32` to `string`
= error 2:20 < 2:20 the type of field `b` of `A` changed from `list<B>` to `list<C>`; the two types differ: the type of field `x` of `B` changed from `i32` to `string`

# a struct and a union | fails
 struct B { 1: optional i32 x } union C { 1: i32 x }
-struct A { 1: B a }
+struct A { 1: C a }
= error 2:12 < 2:12 the type of field `a` of `A` changed from `B` to `C`; the two types differ: `B` is a struct, but `C` is a union

# a struct and another that differ further inside | fails
 struct B { 1: D x } struct C { 1: E x } struct D { 1: i32 x } struct E { 1: i64 x }
-struct A { 1: B a }
+struct A { 1: C a }
= error 2:12 < 2:12 the type of field `a` of `A` changed from `B` to `C`; the two types differ: the type of field `x` of `D` changed from `i32` to `i64`

# structs that contain each other | fails
 struct B { 1: optional C x } struct C { 1: optional B x }
-struct A { 1: B a }
+struct A { 1: C a }
= warning 2:12 < 2:12 the type of field `a` of `A` changed from `B` to `C`, which has the same form on the wire

# a struct gets another name | fails
-struct B { 1: i32 x }
+struct C { 1: i32 x }
-struct A { 1: B a }
+struct A { 1: C a }

# a struct gets another name and another field | fails
-struct B { 1: i32 x }
+struct C { 1: i64 x }
-struct A { 1: B a }
+struct A { 1: C a }
= error 1:12 < 1:12 the type of field `x` of `B` changed from `i32` to `i64`

# a struct is now called by a typedef | fails
-struct B { 1: i32 x }
+struct C { 1: i64 x } typedef C B
 struct A { 1: B a }
= error 1:12 < 1:12 the type of field `x` of `B` changed from `i32` to `i64`

# a struct and what is not one | fails
 struct B { 1: i32 x }
-struct A { 1: B a, 2: string b }
+struct A { 1: string a, 2: B b }
= error 2:12 < 2:12 the type of field `a` of `A` changed from `B` to `string`
= error 2:25 < 2:20 the type of field `b` of `A` changed from `string` to `B`
";
